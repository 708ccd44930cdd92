"""The Inspect task on the probes of chess and its variants: positions whose every legal move is valued.

Run it as `inspect eval quickstudy/chess_probe -T variant=orthodox -T examples=0,16,256 --model ...`.
"""

from __future__ import annotations

from inspect_ai import Task, task

from quickstudy.scorers.probe_metrics import sitting_score
from quickstudy.tasks.checked_task import checked
from quickstudy.tasks.chess_study import ChessStudy
from quickstudy.tasks.inspect_sitting import sitting_solver
from quickstudy.tasks.parameters import read_conditions
from quickstudy.tasks.sitting import DEFAULT, check_sittings
from quickstudy.tasks.study_task import build_task


@task
@checked
def chess_probe(
    variant: str = "orthodox",
    examples: str | int | list[int] = "0,1,4,16",
    sets: int = 8,
    probes: int = DEFAULT,
    rules: str = "full",
    evidence: str = "own",
    legal_moves: bool = False,
    wording: int = 0,
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
) -> Task:
    """How much does a model lose on the probes of chess, or of a variant of it, after reading n example games?

    Args:
        variant: `orthodox`, a published or an invented variant (`quickstudy list-chess`), or the path of a spec file;
            it needs probes.
        examples: The n to measure, separated by commas.
        sets: Number of independent example sets, the statistical clusters.
        probes: Probes for each n and set; successive sets go on where the one before stopped.
        rules: `full`, `none` to withhold them, or `wrong`: those of an invented variant that differs in one atom.
        evidence: `own`, or whose games are shown instead: another variant, or `sibling`, one that differs in one atom.
        legal_moves: Whether each question lists the legal moves.
        wording: Which of the three paraphrases of the prompt's fixed words.
        seed: Seed of examples.
        retries: How often an illegal or unreadable answer may be mended before the probe is forfeited.
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
    """
    parameters = dict(locals())
    del parameters["probes"]
    study = read_conditions(ChessStudy, game=parameters.pop("variant"), **parameters)
    check_sittings(study, probes)
    name, what, solver = f"{study.name}-probes", f"{probes} probes", sitting_solver(study, probes, window)
    return build_task(study, name, what, solver, sitting_score(), probe_version=study.probe_set.version)
