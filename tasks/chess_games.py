"""The Inspect task on chess and its variants: one variant, several n, several example sets, against its ladder.

Run it as `inspect eval quickstudy/chess_game -T variant=orthodox -T examples=0,16,256 --model ...`.
"""

from __future__ import annotations

from typing import Any

from inspect_ai import Task, task

from quickstudy.scorers.metrics import match_score
from quickstudy.tasks.checked_task import checked
from quickstudy.tasks.chess_study import ChessStudy
from quickstudy.tasks.inspect_match import match_solver
from quickstudy.tasks.opponents.engine_choice import choose_engine
from quickstudy.tasks.parameters import read_conditions, read_phases
from quickstudy.tasks.study_task import build_task


@task
@checked
def chess_game(
    variant: str = "orthodox",
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
    teacher: str = "strong",
    examples_from: str = "",
    least_rating: int = 0,
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
    """How strong does a model become at chess, or at a variant that nobody has played, by reading n example games?

    Args:
        variant: `orthodox`, a published or an invented variant (`quickstudy list-chess`), or the path of a spec file.
        examples: The n to measure, separated by commas.
        sets: Number of independent example sets, the statistical clusters.
        games_per_match: Games for each n and set, an even number: each opening is played with both colours.
        rules: `full`, `none` to withhold them, or `wrong`: those of an invented variant that differs in one atom.
        evidence: `own`, or whose games are shown instead: another variant, or `sibling`, one that differs in one atom.
        legal_moves: Whether each question lists the legal moves.
        wording: Which of the three paraphrases of the prompt's fixed words.
        opponents: `adaptive` (by expected information), or level names, one for each pair in turn.
        seed: Seed of examples, openings and engines.
        retries: How often an illegal or unreadable answer may be mended before the game is forfeited.
        teacher: Whose games are the examples: `strong`, `weak`, `mixed`, a level, or two with a slash between them.
        examples_from: A PGN file whose games are the examples instead, or the name of one that comes with quickstudy.
        least_rating: Rating that both players of a game in that file must have.
        kind: What examples show: `games`, `outcomes` only, or `moves` at single positions.
        skin: 0, or the number of a skin of an invented variant: other names and letters of its pieces.
        layouts: How examples lie in the window: `plain`, padded (`early`, `middle`, `late`, `filler`) or `duplicate`.
        m: Informative examples of the layouts `early`, `middle`, `late` and `duplicate`.
        slots: The examples whose tokens these take in all; what is left is filled with another variant's, or repeated.
        filler: That other variant; `other` stands for a published one.
        order: 0, or the number of another order of the same examples.
        window: A context window in tokens to impose (else the model's own, where Inspect knows it).
        reply_tokens: Tokens reserved for each reply, reasoning included.
        thinking: A budget of reasoning in tokens, or an effort by name (`none` to `max`); else the provider's own way.
        phase_0: By name of view (`n4`), what its sets begin from, where that was played elsewhere.
    """
    parameters = dict(locals())
    known = read_phases(parameters.pop("phase_0"))
    study = read_conditions(ChessStudy, game=parameters.pop("variant"), **parameters)
    engine = choose_engine().describe()
    solver, levels = match_solver(study, window), list(study.ladder.levels)
    return build_task(study, study.name, "a match", solver, match_score(), known, ladder=levels, engine=engine)
