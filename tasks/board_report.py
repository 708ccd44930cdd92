"""The Inspect task of the report test: which cues does a player say it goes by when it chooses a move?

Run it as `inspect eval quickstudy/board_report -T game=NAME -T examples=0,4,16 --model ...`, beside `board_probe`.
"""

from __future__ import annotations

from inspect_ai import Task, task

from quickstudy.scorers.report_metrics import report_score
from quickstudy.tasks.checked_task import checked
from quickstudy.tasks.examples.corpus import TEACHER
from quickstudy.tasks.inspect_sitting import report_solver
from quickstudy.tasks.parameters import read_study
from quickstudy.tasks.report_test import MOST, check_reports
from quickstudy.tasks.study_task import build_task


@task
@checked
def board_report(
    game: str,
    examples: str | int | list[int] = "0,1,4,16",
    sets: int = 8,
    most: int = MOST,
    rules: str = "full",
    evidence: str = "own",
    legal_moves: bool = False,
    wording: int = 0,
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
) -> Task:
    """Does a model know by what it chooses, after it has seen n example games?

    Args:
        game: A name of the catalogue (`quickstudy list`) or the path of a spec file.
        examples: The n to measure, separated by commas.
        sets: Number of independent example sets, the statistical clusters.
        most: How many cues it may name.
        rules: `full`, `none` to withhold them, or `wrong`: those of a game that differs in one atom.
        evidence: Whose examples are shown: `own`, `sibling`, or the name of another game.
        legal_moves: Whether each question lists the legal moves.
        wording: Which of the three paraphrases of the prompt's fixed words.
        seed: Seed of examples.
        retries: How often an unreadable answer may be mended before the report counts as none.
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
    """
    parameters = dict(locals())
    del parameters["most"]
    study = read_study(**parameters)
    check_reports(study, most)
    name, what, solver = f"{study.game.name}-report", "the cues that count", report_solver(study, most, window)
    return build_task(study, name, what, solver, report_score())
