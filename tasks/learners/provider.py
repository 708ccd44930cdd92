"""The embedded learners as an Inspect model provider: `quickstudy/<learner>`."""

from __future__ import annotations

from typing import Any

from inspect_ai._util.error import PrerequisiteError
from inspect_ai.model import (
    ChatMessage,
    GenerateConfig,
    ModelAPI,
    ModelInfo,
    ModelOutput,
    ModelUsage,
    set_model_info,
)
from inspect_ai.model._reasoning import effort_to_reasoning_tokens
from inspect_ai.tool import ToolChoice, ToolInfo

from quickstudy.tasks.learners.directory import LEARNERS, find_learner
from quickstudy.tasks.learners.learner import count_tokens
from quickstudy.tasks.learners.limits import CONTEXT as CONTEXT_LIMIT
from quickstudy.tasks.learners.limits import Instrument, add_limit

CONTEXT = 1_000_000
ANSWER = 256
"""Tokens that an answer takes at most."""


class LearnerAPI(ModelAPI):
    """Answers from the chat messages alone, counts tokens itself, and never opens a socket.

    The model argument `context` (tokens) imposes a smaller context window (`-M context=8000`): longer prompts stop
    with `model_length`, as providers do. `limit` and `length` plant a limit (`-M limit=recency -M length=2000`) and
    become a part of the name, so that both spellings name one player.

    A learner of values thinks as long as `reasoning_tokens` or `reasoning_effort` allow, and its usage tells how long.
    """

    named_arguments = ("limit", "length")

    def __init__(
        self,
        model_name: str,
        base_url: str | None = None,
        api_key: str | None = None,
        config: GenerateConfig | None = None,
        context: int = CONTEXT,
        limit: str | None = None,
        length: int | None = None,
        **model_args: Any,
    ) -> None:
        if model_args:
            raise PrerequisiteError(
                f"quickstudy/{model_name} has no model argument {sorted(model_args)[0]!r}; it knows: context, length, "
                "limit"
            )
        if not (isinstance(context, int) and context > 0):
            raise PrerequisiteError(f"model argument context: {context!r} is not a number of tokens")
        try:
            self.learner = find_learner(add_limit(model_name, limit, length))
        except ValueError as error:
            raise PrerequisiteError(str(error)) from None
        super().__init__(self.learner.name, base_url, api_key, [], config or GenerateConfig())
        planted = self.learner.limit if isinstance(self.learner, Instrument) else None
        if planted and planted.kind == CONTEXT_LIMIT and context != CONTEXT:
            raise PrerequisiteError(
                f"quickstudy/{self.model_name} has its window in its name: leave out context={context}"
            )
        self.context = planted.length if planted and planted.kind == CONTEXT_LIMIT else context

    async def generate(
        self, input: list[ChatMessage], tools: list[ToolInfo], tool_choice: ToolChoice, config: GenerateConfig
    ) -> ModelOutput:
        """One reply of the learner."""
        messages = [(message.role, message.text) for message in input]
        tokens = sum(count_tokens(text) for _, text in messages)
        if tokens > self.context:
            output = ModelOutput.from_content(self.model_name, "", stop_reason="model_length")
            written = thought = 0
        else:
            reply, thought = self.learner.reply(messages, count_budget(config))
            output = ModelOutput.from_content(self.model_name, reply)
            written = count_tokens(reply) + thought
        output.usage = ModelUsage(
            input_tokens=tokens,
            output_tokens=written,
            total_tokens=tokens + written,
            reasoning_tokens=thought or None,
        )
        return output

    async def count_text_tokens(self, text: str) -> int:
        """UTF-8 bytes / 4."""
        return count_tokens(text)

    def max_connections(self) -> int:
        """Learners run in this process: a few matches at once keep opponents and players busy."""
        return 8

    def connection_key(self) -> str:
        """One pool for each learner."""
        return f"quickstudy/{self.model_name}"


def count_budget(config: GenerateConfig) -> int:
    """The tokens that settings leave for thinking, 0 where they do not ask for it; efforts by Inspect's own table."""
    asked = config.reasoning_tokens
    if asked is None:
        asked = effort_to_reasoning_tokens(config.reasoning_effort) or 0
    return asked if config.max_tokens is None else min(asked, config.max_tokens - ANSWER)


for _name in LEARNERS:
    set_model_info(
        f"quickstudy/{_name}",
        ModelInfo(organization="quickstudy", model=_name, context_length=CONTEXT, output_tokens=ANSWER),
    )
