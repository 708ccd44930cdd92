"""Verification: games and probes in a run's logs are played again with the recorded answers, and must come out alike.

Rules, openings, the opponents' moves, readings of answers, results and ratings are computed anew; so is the choice of
opponents, where the logs hold what it began from. Of probes it is which are asked, and what the answers lose. That a
model gave these answers, and what it had in view, cannot be seen from a record.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from quickstudy.reports.leaderboard import text_table
from quickstudy.reports.records import TableError, find_items, find_logs, has_other_games, read_records
from quickstudy.scorers.matching import Posterior, freeze_prior
from quickstudy.scorers.outcome import Reading
from quickstudy.tasks.answers import read_answer
from quickstudy.tasks.cell import TASK_VERSION, Cell
from quickstudy.tasks.challenge import Challenge, RecordedSkill, Skill
from quickstudy.tasks.match import MatchPlan, PhaseZero, Question, Reply, play_match
from quickstudy.tasks.opponents.ladder import Ladder, is_submittable
from quickstudy.tasks.prompts.play import MAX_QUOTED
from quickstudy.tasks.sitting import answer_probes, plan_sitting
from quickstudy.tasks.tracks import find_track

REPLAYED, CONTRADICTED, REFUSED = "replayed", "contradicted", "not verified"
GAMES, PROBES = "games", "probes"
UNCHECKED = {"seconds", "input_tokens", "output_tokens", "reasoning_tokens", "answers"}
_STOPS = {Reading.TRUNCATED.value: "max_tokens", Reading.REFUSED.value: "content_filter"}
Record = Mapping[str, Any]


class Departure(Exception):
    """What came out is not what is recorded; the message says where."""


class Unclear(Exception):
    """A match or sitting that cannot be played again; the message says why."""


@dataclass(frozen=True)
class Finding:
    """What became of a match or a sitting: `state` is one of the three, and `reason` a sentence but for `REPLAYED`.

    It has so many `games` or `probes`. `opponents` says whether their choice was recomputed as well; else they were
    taken as recorded.
    """

    where: str
    model: str
    skill: str
    state: str
    games: int = 0
    probes: int = 0
    reason: str = ""
    opponents: bool = True


def verify_logs(folder: Path, progress: Callable[[str], None] = lambda line: None) -> list[Finding]:
    """Play again each match and sitting in the logs of a run's folder; of copies the one with the most games or probes.

    A copy with as many games or probes, but with others, is a contradiction. Raises TableError where there is no log,
    no match or sitting, or a file that cannot be read; EngineFault where an engine does not play.
    """
    found: dict[tuple[Any, ...], tuple[str, Record]] = {}
    findings: list[Finding] = []
    for where, record in read_records(find_logs(folder)):
        items = find_items(record)
        if items in (GAMES, PROBES):
            key, listed = _name_record(where, record, items)
            if key not in found or len(listed) > len(found[key][1][items]):
                found[key] = (where, record)
            elif len(listed) == len(found[key][1][items]) and has_other_games(listed, found[key][1][items]):
                reason = f"it has other {items} than {found[key][0]} has of the same match"
                findings.append(replace(_begin_finding(where, record), state=CONTRADICTED, reason=reason))
    if not found:
        raise TableError(f"no finished match or sitting in {folder}")
    first = {key[1]: record for key, (_, record) in found.items() if key[0] == GAMES and key[2:] == (0, 0)}
    for number, (where, record) in enumerate(found.values(), 1):
        progress(f"{number} of {len(found)}: {where}")
        findings.append(verify_record(where, record, first))
    return findings


def verify_record(where: str, record: Record, first: Mapping[str, Record] | None = None) -> Finding:
    """Play one match or sitting again; `first` are the records of first matches (set 0) of cells by the cells' ids."""
    finding, chosen = _begin_finding(where, record), True
    if not finding.games and not finding.probes:
        return replace(finding, state=REFUSED, reason="it has no game or probe that could be played again")
    try:
        if find_items(record) == PROBES:
            _answer_again(record)
        else:
            plan, chosen = _rebuild_plan(record, first or {})
            _play_again(plan, record)
    except Unclear as reason:
        return replace(finding, state=REFUSED, reason=str(reason))
    except Departure as reason:
        return replace(finding, state=CONTRADICTED, reason=str(reason))
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        return replace(finding, state=CONTRADICTED, reason=f"the record is ill-formed ({error!r})")
    return replace(finding, opponents=chosen)


def _begin_finding(where: str, record: Record) -> Finding:
    """The finding on a match or sitting that nothing is known against."""
    cell, (games, probes) = record["cell"], (len(record.get(items, ())) for items in (GAMES, PROBES))
    return Finding(where, str(cell.get("model")), str(cell.get("skill")), REPLAYED, games, probes)


def _name_record(where: str, record: Any, items: str) -> tuple[tuple[Any, ...], Sequence[Any]]:
    try:
        key = (items, record["cell"]["cell_id"], record["set"], record["match"])
        hash(key)
        return key, list(record[items])
    except (KeyError, TypeError) as error:
        raise TableError(f"{where}: not a record of {items} ({error!r})") from error


def _read_cell(record: Record) -> tuple[Cell, Ladder, RecordedSkill]:
    """The cell of a record, its ladder, and the game under its conditions. Raises Unclear and Departure."""
    told = record["cell"]
    cell = Cell(**{field.name: told[field.name] for field in fields(Cell) if field.name in told})
    if cell.cell_id != told["cell_id"]:
        raise Departure("the cell's id is not that of its conditions")
    ladder = _find_ladder(cell)
    return cell, ladder, find_track(cell.skill).build_skill(cell.skill, told | {"skin": cell.skin})


def _rebuild_plan(record: Record, first: Mapping[str, Record]) -> tuple[MatchPlan, bool]:
    """The plan of a match, and whether its opponents are chosen anew. Raises Unclear and Departure."""
    cell, ladder, skill = _read_cell(record)
    prior, fixed = record.get("prior"), None if cell.opponents == "adaptive" else tuple(cell.opponents.split(","))
    phase_zero = None
    if fixed is None and prior is not None and prior["phase_0"] is not None and prior["phase_0"] in first:
        phase_zero = PhaseZero.of_record(first[prior["phase_0"]])
    known = prior is not None and _digest(ladder, phase_zero) == prior["digest"]
    if fixed is None and not known:  # a plan's, or of a version before there was a prior
        fixed = tuple(game["opponent"] for game in record["games"] if game["game"] % 2 == 0)
    plan = replace(
        _plan_anew(cell, ladder, skill, record),
        games=len(record["games"]),
        opponents=fixed,
        phase_zero=phase_zero,
    )
    return plan, known or cell.opponents != "adaptive"


def _plan_anew(cell: Cell, ladder: Ladder, skill: RecordedSkill, record: Record) -> MatchPlan:
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


def _find_ladder(cell: Cell) -> Ladder:
    """The ladder that a match was played on. Raises Unclear where that, or the game, is not the one known here."""
    if not is_submittable(cell.ladder_version):
        raise Unclear(
            f"it was played against a chess engine of the user's own (ladder {cell.ladder_version}): its results "
            "cannot be submitted, as nobody else can play them again"
        )
    if cell.task_version != TASK_VERSION:
        raise Unclear(f"it is of task version {cell.task_version}, and this is {TASK_VERSION}")
    if cell.ring:
        raise Unclear(f"it was played in the ring {cell.ring}, which only its course can build again")
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


def _play_again(plan: MatchPlan, record: Record) -> None:
    """Play the games of a record by its plan. Raises Departure and Unclear."""
    witness = Witness(plan.skill, record["games"])
    plan = replace(plan, skill=witness)
    numbers = [int(game["game"]) for game in record["games"]]
    if numbers == list(range(len(numbers))):
        played = asyncio.run(play_match(plan, witness.ask))["games"]
    else:  # a person plays one game of a pair
        played = [asyncio.run(play_match(plan, witness.ask, only=number))["games"][0] for number in numbers]
    for told, found in zip(record["games"], played, strict=True):
        moves = str(found["moves"]).split()
        _compare_moves(told, moves, max(len(moves), len(str(told["moves"]).split())))
        _compare(f"game {told['game']}", told, found)


def _answer_again(record: Record) -> None:
    """Ask the probes of a sitting again. Raises Departure and Unclear."""
    cell, ladder, skill = _read_cell(record)
    try:
        known = find_track(cell.skill).load_probes(cell.skill)
    except ValueError as error:
        raise Unclear(f"the probes of {cell.skill} cannot be asked here: {error}") from error
    if known.version != record["probe_version"]:
        raise Unclear(f"its probes are of version {record['probe_version']}, and those here of {known.version}")
    plan = plan_sitting(_plan_anew(cell, ladder, skill, record), skill, known, len(record["probes"]))
    told = {int(probe["probe"]): probe for probe in record["probes"]}
    if list(told) != list(plan.numbers):
        raise Departure(f"the probes {list(told)} are recorded, and the set has {list(plan.numbers)}")

    async def ask(question: Question) -> Reply:
        return _find_reply(told[question.game], question, f"probe {question.game}")

    answered = asyncio.run(answer_probes(plan, ask))
    if record["levels"] != answered["levels"]:
        raise Departure("other regrets of the levels are recorded than they have")
    for found in answered["probes"]:
        _compare(f"probe {found['probe']}", told[found["probe"]], found)


class Witness:
    """A skill that is watched while the recorded answers are given: where another game comes out, it stops."""

    def __init__(self, skill: Skill, games: Sequence[Record]) -> None:
        self.skill = skill
        self.games = {int(game["game"]): game for game in games}
        self.challenge: Challenge | None = None

    @property
    def sample_answer(self) -> str:
        """The skill's own."""
        return self.skill.sample_answer

    def begin(self, opponent: str, number: int, stream: tuple[int, int, int]) -> Challenge:
        """The challenge of the skill. Raises Departure where another opponent is recorded."""
        told = self.games[number]["opponent"]
        if told != opponent:
            raise Departure(f"game {number}: the opponent is recorded as {told}, and by the games before it {opponent}")
        self.challenge = self.skill.begin(opponent, number, stream)
        return self.challenge

    async def ask(self, question: Question) -> Reply:
        """The recorded answer. Raises Departure where the moves before it are others, or there is none."""
        told = self.games[question.game]
        _compare_moves(told, self.challenge.steps if self.challenge else (), question.ply)
        return _find_reply(told, question, f"game {question.game}, ply {question.ply}")


def _find_reply(told: Record, question: Question, at: str) -> Reply:
    """The recorded answer to a question of a game or a probe. Raises Departure and Unclear."""
    kept = [a for a in told["answers"] if (a["ply"], a["attempt"]) == (question.ply, question.attempt)]
    if len(kept) != 1:
        raise Departure(f"{at}: the record has {len(kept)} answers for attempt {question.attempt}, not one")
    text, reading = str(kept[0]["text"]), kept[0]["reading"]
    named = reading in (Reading.MOVE.value, Reading.ILLEGAL.value)
    if named and len(text) > MAX_QUOTED and read_answer(text) is None:
        raise Unclear(f"{at}: the record keeps the end of the reply only, which does not name the move")
    return Reply(text, _STOPS.get(reading, "stop"))


def _compare_moves(told: Record, steps: Sequence[str], plies: int) -> None:
    """Compare the first moves of a game with those recorded. Raises Departure at the first that differs."""
    recorded = str(told["moves"]).split()
    for ply in range(plies):
        shown = [moves[ply] if ply < len(moves) else "nothing" for moves in (recorded, steps)]
        if shown[0] != shown[1]:
            raise Departure(f"game {told['game']}, ply {ply}: {shown[0]} is recorded, and {shown[1]} is played")


def _compare(item: str, told: Record, found: Record) -> None:
    """Compare a game or a probe with what is recorded of it. Raises Departure."""
    for name, value in found.items():
        if name not in UNCHECKED and told.get(name) != value:
            raise Departure(f"{item}: {name} is recorded as {told.get(name)!r}, and is {value!r}")
    for kept, given in zip(told["answers"], found["answers"], strict=False):
        for name in ("ply", "attempt", "reading", "move"):
            if kept[name] != given[name]:
                at = f"{item}, ply {given['ply']}"
                raise Departure(f"{at}: the {name} of an answer is recorded as {kept[name]!r}, and is {given[name]!r}")
    if len(told["answers"]) != len(found["answers"]):
        raise Departure(f"{item}: {len(told['answers'])} answers are recorded, and {found['asked']} asked")


def format_findings(findings: Iterable[Finding]) -> str:
    """A row for each model and game with its matches and sittings by what became of them, then each reason with where.

    Games and probes are counted apart; the other counts are of matches and sittings together.
    """
    found = list(findings)
    states = (REPLAYED, CONTRADICTED, REFUSED)
    rows = []
    for skill, model in sorted({(finding.skill, finding.model) for finding in found}):
        own = [finding for finding in found if (finding.skill, finding.model) == (skill, model)]
        counts = [sum(finding.state == state for finding in own) for state in states]
        sizes = (sum(finding.games for finding in own), sum(finding.probes for finding in own))
        rows.append((skill, model, *map(str, sizes), *map(str, counts)))
    lines = [text_table(("Game", "Model", "Games", "Probes", "Replayed", "Contradicted", "Not verified"), rows)]
    taken = sum(finding.state == REPLAYED and not finding.opponents for finding in found)
    if taken:
        lines.append(
            f"In {taken} of them the opponents are as recorded: what they were chosen by is not in these logs."
        )
    for state in states[1:]:
        reasons: dict[str, list[str]] = {}
        for finding in found:
            if finding.state == state:
                reasons.setdefault(finding.reason, []).append(finding.where)
        for reason, places in reasons.items():
            more = f" and {len(places) - 1} more" if len(places) > 1 else ""
            lines.append(f"{state.capitalize()}: {places[0]}{more}: {reason}.")
    return "\n".join(lines)
