"""Plans by records: what the cell of a record tells of game, ladder and conditions is planned anew.

What a cell does not tell, as by which games opponents were chosen, is in other records of the run, if it has them.
"""

from __future__ import annotations

from dataclasses import fields, replace

from quickstudy.reports.verification.courses_anew import Others, find_course
from quickstudy.reports.verification.witness import Departure, Record, Unclear
from quickstudy.scorers.matching import Posterior, freeze_prior
from quickstudy.tasks.cell import TASK_VERSION, Cell
from quickstudy.tasks.chains.course import MOST_GENERATIONS
from quickstudy.tasks.chains.course_recovery import count_studied
from quickstudy.tasks.chains.rings import SEEN, Ring
from quickstudy.tasks.challenge import RecordedSkill
from quickstudy.tasks.conditions import Conditions
from quickstudy.tasks.match import MatchPlan, PhaseZero
from quickstudy.tasks.opponents.ladder import Ladder, is_submittable
from quickstudy.tasks.recovery import recover_study
from quickstudy.tasks.tracks import find_track

ALONE = Others()
"""Where there are no other records."""


def read_cell(record: Record, others: Others = ALONE) -> tuple[Cell, Ladder, RecordedSkill]:
    """The cell of a record, its ladder, and the game under its conditions. Raises Unclear and Departure."""
    told = record["cell"]
    cell = Cell(**{field.name: told[field.name] for field in fields(Cell) if field.name in told})
    if cell.cell_id != told["cell_id"]:
        raise Departure("the cell's id is not that of its conditions")
    ladder = _find_ladder(cell)
    if cell.ring:
        ring = _open_ring(cell, record, others)
        return cell, ring.ladder, ring.skill
    return cell, ladder, find_track(cell.skill).build_skill(cell.skill, told | {"skin": cell.skin})


def _open_ring(cell: Cell, record: Record, others: Others) -> Ring:
    """The ring of a play stage. Raises Departure where it is of another game, and Unclear where it cannot be known."""
    each = count_studied(record["cell"])
    if cell.ring == SEEN and not each:
        ring = _find_seen(cell, record, others)
    else:
        ring = _open(cell, record, max(cell.generation, 1), each)
    if (ring.played.name, ring.played.skin) != (cell.skill, cell.skin):
        raise Departure(f"{cell.skill} in skin {cell.skin} is recorded, which is not what the ring {cell.ring} has")
    return ring


def _open(cell: Cell, record: Record, generations: int, studied: int) -> Ring:
    chain = int(record["set"])
    ring = find_course(record["cell"], chain, generations, studied).open_ring(cell.ring, chain, cell.generation)
    try:
        ring.check()
    except ValueError as error:
        raise Unclear(str(error)) from error
    return ring


def _find_seen(cell: Cell, record: Record, others: Others) -> Ring:
    """The ring of openings seen, before the first stage: those of the last one count, whose number no cell tells.

    An interrupted run may have fewer stages than were to be, so that all numbers from theirs on are tried.
    """
    for studied, known in others.find_lengths(record["cell"]):
        for generations in range(known, MOST_GENERATIONS + 1 if studied else 0):
            ring = _open(cell, record, generations, studied)
            if all(_begins_alike(ring, cell, record, game) for game in record["games"]):
                return ring
    raise Unclear("these openings are not told by the study stages of these logs to have been seen")


def _begins_alike(ring: Ring, cell: Cell, record: Record, game: Record) -> bool:
    stream = (cell.seed, int(record["set"]), int(record["match"]))
    begun = ring.skill.begin(str(game["opponent"]), int(game["game"]), stream)
    return bool(begun.describe()["opening"] == game["opening"])


def rebuild_plan(record: Record, others: Others) -> tuple[MatchPlan, bool]:
    """The plan of a match, and whether its opponents are chosen anew. Raises Unclear and Departure."""
    cell, ladder, skill = read_cell(record, others)
    prior, fixed = record.get("prior"), None if cell.opponents == "adaptive" else tuple(cell.opponents.split(","))
    phase_zero = None
    if fixed is None and prior is not None and prior["phase_0"] is not None and prior["phase_0"] in others.first:
        phase_zero = others.first[prior["phase_0"]]
    known = prior is not None and _digest(ladder, phase_zero) == prior["digest"]
    if fixed is None and not known:  # a plan's, or of a version before there was a prior
        fixed = tuple(game["opponent"] for game in record["games"] if game["game"] % 2 == 0)
    plan = replace(
        plan_anew(cell, ladder, skill, record),
        games=len(record["games"]),
        opponents=fixed,
        phase_zero=phase_zero,
    )
    return plan, known or cell.opponents != "adaptive"


def plan_anew(cell: Cell, ladder: Ladder, skill: RecordedSkill, record: Record) -> MatchPlan:
    """What the plan of a match or a sitting has by its cell. What was in view is not part of a record."""
    return MatchPlan(
        skill=skill,
        ladder=ladder,
        cell=dict(record["cell"]),
        set=int(record["set"]),
        match=int(record["match"]),
        games=0,
        system="",
        seed=cell.seed,
        retries=cell.retries,
        wording=cell.wording,
    )


def find_study(record: Record) -> Conditions:
    """The study that a record is of, for a game, rules and a ladder that are known here. Raises Unclear, Departure."""
    read_cell(record)
    try:
        return recover_study(record["cell"], int(record["set"]) + 1)
    except ValueError as error:
        raise Unclear(str(error)) from error


def _find_ladder(cell: Cell) -> Ladder:
    """The ladder that a match was played on. Raises Unclear where that, or the game, is not the one known here."""
    if not is_submittable(cell.ladder_version):
        raise Unclear(
            f"it was played against a chess engine of the user's own (ladder {cell.ladder_version}): its results "
            "cannot be submitted, as nobody else can play them again"
        )
    if cell.task_version != TASK_VERSION:
        raise Unclear(f"it is of task version {cell.task_version}, and this is {TASK_VERSION}")
    try:
        track = find_track(cell.skill)
        known, ladder = track.identify(cell.skill), track.read_ladder(cell.skill)
    except ValueError as error:
        raise Unclear(f"{cell.skill} cannot be played here: {error}") from error
    if known.rules_hash != cell.rules_hash:
        raise Unclear(f"{cell.skill} had other rules there (hash {cell.rules_hash[:8]}, here {known.rules_hash[:8]})")
    if ladder.version != cell.ladder_version:
        raise Unclear(f"it was played on the ladder {cell.ladder_version}, and the one here is {ladder.version}")
    return ladder


def _digest(ladder: Ladder, phase_zero: PhaseZero | None) -> str:
    """The digest of what adaptive opponents are first chosen by."""
    ratings = ladder.ratings
    return (freeze_prior(ratings, phase_zero.games) if phase_zero else Posterior.wide(ratings)).digest()
