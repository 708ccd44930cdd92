"""The Inspect task on a game's probes: positions whose every legal move is valued, one question each.

Run it as `inspect eval quickstudy/board_probe -T game=NAME -T examples=0,1,4,16 --model ...`.
"""

from __future__ import annotations

from inspect_ai import Task, task

from quickstudy.scorers.probe_metrics import sitting_score
from quickstudy.tasks.checked_task import checked
from quickstudy.tasks.examples.corpus import TEACHER
from quickstudy.tasks.inspect_sitting import sitting_solver
from quickstudy.tasks.parameters import read_study
from quickstudy.tasks.sitting import DEFAULT, check_sittings
from quickstudy.tasks.study_task import build_task


@task
@checked
def board_probe(
    game: str,
    examples: str | int | list[int] = "0,1,4,16",
    sets: int = 8,
    probes: int = DEFAULT,
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
    """How much does a model lose on the probes of a board game after reading n example games?

    Args:
        game: A name of the catalogue (`quickstudy list`) or the path of a spec file; it needs probes.
        examples: The n to measure, separated by commas.
        sets: Number of independent example sets, the statistical clusters.
        probes: Probes for each n and set; successive sets go on where the one before stopped.
        rules: `full`, `none` to withhold them, or `wrong`: those of a game that differs in one atom.
        evidence: `own`, or whose examples are shown instead: another game, or `sibling`, one that differs in one atom.
        legal_moves: Whether each question lists the legal moves.
        wording: Which of the three paraphrases of the prompt's fixed words.
        seed: Seed of examples.
        retries: How often an illegal or unreadable answer may be mended before the probe is forfeited.
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
    del parameters["probes"]
    study = read_study(**parameters)
    check_sittings(study, probes)
    name, what, solver = f"{study.game.name}-probes", f"{probes} probes", sitting_solver(study, probes, window)
    return build_task(study, name, what, solver, sitting_score(), probe_version=study.probe_set.version)
