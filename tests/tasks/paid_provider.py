"""Two providers that are not embedded, whose every call counts and breaks down where a test says so."""

from __future__ import annotations

import re

from inspect_ai.model import ChatMessage, GenerateConfig, ModelAPI, ModelOutput, ModelUsage, modelapi
from inspect_ai.tool import ToolChoice, ToolInfo

CALLS: list[str] = []
BREAKS_AT: list[int] = []


def forget_calls() -> None:
    """Start anew: no call was made, and none will break down."""
    CALLS.clear()
    BREAKS_AT.clear()


class CountedAPI(ModelAPI):
    """Names the first legal move, and breaks down at the calls of `BREAKS_AT`."""

    def __init__(self, model_name: str, base_url: str | None, api_key: str | None, config: GenerateConfig) -> None:
        super().__init__(model_name, base_url, api_key, [], config)

    async def generate(
        self, input: list[ChatMessage], tools: list[ToolInfo], tool_choice: ToolChoice, config: GenerateConfig
    ) -> ModelOutput:
        CALLS.append(input[-1].text)
        if len(CALLS) in BREAKS_AT:
            raise ConnectionError("the line went dead")
        output = ModelOutput.from_content(self.model_name, f'{{"move": "{self.choose(input[1].text)}"}}')
        output.usage = ModelUsage(input_tokens=90, output_tokens=10, total_tokens=100)
        return output

    def choose(self, question: str) -> str:
        """The move that is answered to a question that lists the legal ones."""
        return str(re.findall(r"legal moves: (\S+)", question)[-1])


@modelapi("paid")
class PaidAPI(CountedAPI):
    """Plays matches."""


@modelapi("paid-probes")
class PaidProbesAPI(CountedAPI):
    """Names the first legal move after an even number of moves, and else one that is on no board."""

    def choose(self, question: str) -> str:
        before = "".join(re.findall(r"Moves so far: (.*)", question)[-1:]).split()
        return super().choose(question) if before and len(before) % 2 == 0 else "z9"
