"""The Inspect task on board games: one game, several n, several example sets, against its ladder.

Run it as `inspect eval quickstudy/board_game -T game=NAME -T examples=0,1,4,16 --model ...`.
"""

from __future__ import annotations

from typing import Any

from inspect_ai import Task, task

from quickstudy.scorers.metrics import match_score
from quickstudy.tasks.checked_task import checked
from quickstudy.tasks.examples.corpus import TEACHER
from quickstudy.tasks.inspect_match import match_solver
from quickstudy.tasks.parameters import read_phases, read_study
from quickstudy.tasks.study_task import build_task


@task
@checked
def board_game(
    game: str,
    examples: str | int | list[int] = "0,1,4,16",
    sets: int = 8,
    games_per_match: int = 4,
    rules: str = "full",
    evidence: str = "own",
    legal_moves: bool = False,
    wording: int = 0,
    opponents: str | list[str] = "adaptive",
    seed: int = 0,
    retries: int = 2,
    teacher: str = TEACHER,
    kind: str = "games",
    skin: int = 0,
    layouts: str | list[str] = "plain",
    m: int = 0,
    slots: int = 0,
    filler: str = "other",
    order: int = 0,
    window: int | None = None,
    reply_tokens: int = 8192,
    thinking: int | str | None = None,
    phase_0: dict[str, Any] | None = None,
) -> Task:
    """How strong does a model become at a board game by reading n example games?

    Args:
        game: A name of the catalogue (`quickstudy list`) or the path of a spec file.
        examples: The n to measure, separated by commas.
        sets: Number of independent example sets, the statistical clusters.
        games_per_match: Games for each n and set, an even number: each opening is played with both colours.
        rules: `full`, `none` to withhold them, or `wrong`: those of a game that differs in one atom.
        evidence: `own`, or whose examples are shown instead: another game, or `sibling`, one that differs in one atom.
        legal_moves: Whether each question lists the legal moves.
        wording: Which of the three paraphrases of the prompt's fixed words.
        opponents: `adaptive` (by expected information), or level names, one for each pair in turn.
        seed: Seed of examples, openings and engines.
        retries: How often an illegal or unreadable answer may be mended before the game is forfeited.
        teacher: Whose games are the examples: `strong`, `weak`, `mixed`, a level, or two with a slash between them.
        kind: What examples show: `games`, `annotated` with values, `outcomes` only, or `moves` at single positions.
        skin: 0, or the number of a skin: other names and another notation.
        layouts: How examples lie in the window: `plain`, padded (`early`, `middle`, `late`, `filler`) or `duplicate`.
        m: Informative examples of the layouts `early`, `middle`, `late` and `duplicate`.
        slots: The examples whose tokens these take in all; what is left is filled with another game's, or repeated.
        filler: That other game; `other` stands for one of the catalogue.
        order: 0, or the number of another order of the same examples.
        window: A context window in tokens to impose (else the model's own, where Inspect knows it).
        reply_tokens: Tokens reserved for each reply, reasoning included.
        thinking: A budget of reasoning in tokens, or an effort by name (`none` to `max`); else the provider's own way.
        phase_0: By name of view (`n4`), what its sets begin from, where that was played elsewhere.
    """
    parameters = dict(locals())
    known = read_phases(parameters.pop("phase_0"))
    study = read_study(**parameters)
    solver, levels = match_solver(study, window), list(study.ladder.levels)
    return build_task(study, study.game.name, "a match", solver, match_score(), known, ladder=levels)
