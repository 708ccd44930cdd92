"""Verification: what a run's logs hold is done again with the recorded answers, and must come out alike.

Rules, openings, the opponents' moves, readings of answers, results and ratings are computed anew; so is the choice of
opponents, where the logs hold what it began from. Of probes it is which are asked, and what the answers lose; of
replays, which moves of which examples are asked for; of the report test, which cues are listed, and what is told of
them; of study stages, all that came of them: games, reviews, practice and the notes. That a model gave these answers,
and what it had in view, cannot be seen from a record.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from quickstudy.reports.leaderboard import text_table
from quickstudy.reports.records import TableError, find_items, find_logs, has_other_games, read_records, strip_times
from quickstudy.reports.verification.answered_again import answer_again, play_again, reproduce_again, tell_again
from quickstudy.reports.verification.courses_anew import Others
from quickstudy.reports.verification.planned_anew import ALONE, rebuild_plan
from quickstudy.reports.verification.studied_again import study_again
from quickstudy.reports.verification.witness import ILL_FORMED, Departure, Record, Unclear

REPLAYED, CONTRADICTED, REFUSED = "replayed", "contradicted", "not verified"
GAMES, PROBES, REPLAYS, CUES, NOTES = "games", "probes", "replays", "cues", "notes"
_TOGETHER = 8
"""Records that one process does again before it is given more: those of a chain share what is made for them."""
_SIZES = ("games", "probes", "moves", "reports", "stages")
_AGAIN: dict[str, Callable[[Record], None]] = {PROBES: answer_again, REPLAYS: reproduce_again, CUES: tell_again}


@dataclass(frozen=True)
class Finding:
    """What became of a record: `state` is one of the three, and `reason` a sentence but for `REPLAYED`.

    It has so many `games`, `probes`, `moves` of a replay, `reports` or study `stages`. `opponents` says whether their
    choice was recomputed as well; else they were taken as recorded.
    """

    where: str
    model: str
    skill: str
    state: str
    games: int = 0
    probes: int = 0
    moves: int = 0
    reports: int = 0
    stages: int = 0
    reason: str = ""
    opponents: bool = True


Found = tuple[str, Record]
"""Where a record was found, and the record."""
Job = tuple[Sequence[Found], Others]
Spread = Callable[[Callable[[Sequence[Found], Others], list[Finding]], Sequence[Job]], Iterable[list[Finding]]]


def verify_logs(
    folder: Path, progress: Callable[[str], None] = lambda line: None, spread: Spread = itertools.starmap
) -> list[Finding]:
    """Do again what each record in the logs of a run's folder holds; of copies the one with the most games or the like.

    A copy with as many, but with others, is a contradiction. `spread` calls a function with the arguments of each job
    and gives the results in their order; it may use several processes. Raises TableError where there is no log, no
    record, or a file that cannot be read; EngineFault where an engine does not play.
    """
    found, findings = _collect(folder)
    others = Others.of_records(*([r for _, r in found if find_items(r) == items] for items in (GAMES, NOTES)))
    jobs = [(found[start : start + _TOGETHER], others) for start in range(0, len(found), _TOGETHER)]
    done = len(findings)
    for results in spread(verify_records, jobs):
        findings += results
        progress(f"{len(findings) - done} of {len(found)}: {results[-1].where}")
    return findings


def _collect(folder: Path) -> tuple[list[Found], list[Finding]]:
    """The different records of a run, and what is found of copies that contradict each other."""
    found: dict[tuple[Any, ...], tuple[str, Record, Sequence[Any]]] = {}
    findings: list[Finding] = []
    for where, record in read_records(find_logs(folder)):
        items = find_items(record)
        key, listed = _name_record(where, record, items)
        if key not in found or len(listed) > len(found[key][2]):
            found[key] = (where, record, listed)
        elif len(listed) == len(found[key][2]) and has_other_games(listed, found[key][2]):
            what = "stage" if items == NOTES else "match"
            reason = f"it has other {items} than {found[key][0]} has of the same {what}"
            findings.append(replace(_begin_finding(where, record), state=CONTRADICTED, reason=reason))
    if not found:
        raise TableError(f"nothing that was played or answered to the end in {folder}")
    return [(where, record) for where, record, _ in found.values()], findings


def verify_records(found: Sequence[Found], others: Others) -> list[Finding]:
    """Do records again, which may go on from `others`."""
    return [verify_record(where, record, others) for where, record in found]


def verify_record(where: str, record: Record, others: Others = ALONE) -> Finding:
    """Do one record again; `others` are the records that it goes on from."""
    finding, items, chosen = _begin_finding(where, record), find_items(record), True
    if not finding.games + finding.probes + finding.moves + finding.reports + finding.stages:
        return replace(finding, state=REFUSED, reason="it has nothing that could be played or asked again")
    try:
        if items == GAMES:
            plan, chosen = rebuild_plan(record, others)
            play_again(plan, record)
        elif items == NOTES:
            study_again(record, others)
        else:
            _AGAIN[items](record)
    except Unclear as reason:
        return replace(finding, state=REFUSED, reason=str(reason))
    except Departure as reason:
        return replace(finding, state=CONTRADICTED, reason=str(reason))
    except ILL_FORMED as error:
        return replace(finding, state=CONTRADICTED, reason=f"the record is ill-formed ({error!r})")
    return replace(finding, opponents=chosen)


def _begin_finding(where: str, record: Record) -> Finding:
    """The finding on a record that nothing is known against."""
    listed = [record.get(items) for items in (GAMES, PROBES, REPLAYS)]
    cell, (games, probes, moves) = record["cell"], (len(kept) if isinstance(kept, list) else 0 for kept in listed)
    told, stages = int(bool(record.get(CUES))), int(find_items(record) == NOTES)
    return Finding(where, str(cell.get("model")), str(cell.get("skill")), REPLAYED, games, probes, moves, told, stages)


def _name_record(where: str, record: Any, items: str) -> tuple[tuple[Any, ...], Sequence[Any]]:
    """What tells a record from all others but its copies, and what it lists."""
    try:
        place = ("chain", "generation") if items == NOTES else ("set", "match")
        key = (items, record["cell"]["cell_id"], *(record[name] for name in place))
        hash(key)
        return key, [json.dumps(strip_times(record), sort_keys=True)] if items == NOTES else list(record[items])
    except (KeyError, TypeError) as error:
        raise TableError(f"{where}: not a record of {items} ({error!r})") from error


def format_findings(findings: Iterable[Finding]) -> str:
    """A row for each model and game with its records by what became of them, then each reason with where.

    Games, probes, moves of replays, reports and study stages are counted apart; the other counts are of all records
    together.
    """
    found = list(findings)
    states = (REPLAYED, CONTRADICTED, REFUSED)
    rows = []
    for skill, model in sorted({(finding.skill, finding.model) for finding in found}):
        own = [finding for finding in found if (finding.skill, finding.model) == (skill, model)]
        counts = [sum(finding.state == state for finding in own) for state in states]
        sizes = [sum(getattr(finding, size) for finding in own) for size in _SIZES]
        rows.append((skill, model, *map(str, sizes), *map(str, counts)))
    heads = (
        "Game",
        "Model",
        "Games",
        "Probes",
        "Moves",
        "Reports",
        "Stages",
        "Replayed",
        "Contradicted",
        "Not verified",
    )
    lines = [text_table(heads, rows)]
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
