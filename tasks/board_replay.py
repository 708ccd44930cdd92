"""The Inspect task on recall: example games in view are to be reproduced, one question for each move.

Run it as `inspect eval quickstudy/board_replay -T game=NAME -T examples=1,4,16 --model ...`.
"""

from __future__ import annotations

from inspect_ai import Task, task

from quickstudy.scorers.replay_metrics import replay_score
from quickstudy.tasks.checked_task import checked
from quickstudy.tasks.examples.corpus import TEACHER
from quickstudy.tasks.inspect_sitting import replay_solver
from quickstudy.tasks.parameters import read_study
from quickstudy.tasks.replay import MOVES, PLACES, check_replays
from quickstudy.tasks.study_task import build_task


@task
@checked
def board_replay(
    game: str,
    examples: str | int | list[int] = "1,4,16",
    sets: int = 8,
    places: int = PLACES,
    moves: int = MOVES,
    rules: str = "full",
    legal_moves: bool = False,
    wording: int = 0,
    seed: int = 0,
    retries: int = 2,
    teacher: str = TEACHER,
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
    """How many moves of the n example games in view can a model reproduce, and where in the window?

    Args:
        game: A name of the catalogue (`quickstudy list`) or the path of a spec file.
        examples: The n to measure, separated by commas.
        sets: Number of independent example sets, the statistical clusters.
        places: Games to reproduce for each n and set, evenly spread from the first to the last in view.
        moves: Moves to reproduce of each of them, from where no other game in view begins like it.
        rules: `full`, `none` to withhold them, or `wrong`: those of a game that differs in one atom.
        legal_moves: Whether each question lists the legal moves.
        wording: Which of the three paraphrases of the prompt's fixed words.
        seed: Seed of examples.
        retries: How often an illegal or unreadable answer may be mended before the move is forfeited.
        teacher: Whose games are the examples: `strong`, `weak`, `mixed`, a level, or two with a slash between them.
        skin: 0, or the number of a skin: other names and another notation.
        layouts: How examples lie in the window: `plain`, or padded (`early`, `middle`, `late`).
        m: Informative examples of the layouts `early`, `middle` and `late`.
        slots: The examples whose tokens these take in all; what is left is filled with another game's.
        filler: That other game; `other` stands for one of the catalogue.
        order: 0, or the number of another order of the same examples.
        window: A context window in tokens to impose (else the model's own, where Inspect knows it).
        reply_tokens: Tokens reserved for each reply, reasoning included.
        thinking: A budget of reasoning in tokens, or an effort by name (`none` to `max`); else the provider's own way.
    """
    parameters = dict(locals())
    for name in ("places", "moves"):
        del parameters[name]
    study = read_study(**parameters)
    check_replays(study, places, moves)
    what, solver = f"{places} games to reproduce", replay_solver(study, places, moves, window)
    return build_task(study, f"{study.game.name}-replay", what, solver, replay_score())
