"""The report test: one example set in one cell is asked in one question which cues its choices go by.

The prompt is that of a game with these examples; the question lists cues in words, in an order of its own for each set,
and asks for those that matter, the one that matters most first. What is said is compared with what the same player's
answers to probes show (`scorers.cues`), which no model sees. Like the match loop, this knows no Inspect.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from string import ascii_uppercase
from typing import Any

from quickstudy.scorers.outcome import classify_forfeit
from quickstudy.scorers.probes import ANSWERED
from quickstudy.tasks.checks import require
from quickstudy.tasks.learners.cues import FOILS, KIND, is_turned, list_cues
from quickstudy.tasks.match import Ask, MatchPlan, Question, Tally, classify_reading
from quickstudy.tasks.prompts.report import describe_cue, write_cues, write_no_cues
from quickstudy.tasks.regimes.replies import quote, read_list
from quickstudy.tasks.seeds import new_generator
from quickstudy.tasks.study import Study

MOST = 5
"""How many cues may be named, unless something else is asked for."""
MORE, LESS = "more", "less"


@dataclass(frozen=True)
class ReportPlan:
    """All that fixes a report except the player; `letters` has the cue behind each letter, `described` its words."""

    planned: MatchPlan
    letters: dict[str, str]
    described: dict[str, str]
    spec: str
    most: int


def check_reports(study: Study, most: int) -> None:
    """Refuse what no report can be planned for. Raises ValueError, one sentence that names the parameter."""
    known = len(list_cues(study.game.rules))
    require(1 <= most < known, "most", f"choose 1 to {known - 1}: the list has {known} cues")


def plan_report(study: Study, most: int, plan: MatchPlan) -> ReportPlan:
    """The report in place of a planned match. The cell is that of the study's matches and sittings.

    The order of the list follows from the game, the study's seed and the set, so that no place in it is favoured.
    """
    rules = study.game.rules
    cues = list_cues(rules)
    order = new_generator("cues", rules.hash, study.seed, plan.set).permutation(len(cues))
    letters = {letter: cues[place] for letter, place in zip(ascii_uppercase, order, strict=False)}
    names, turned = dict(study.skill.skin.kinds), is_turned(rules)
    described = {letter: describe_cue(_rename(cue, names), turned=turned) for letter, cue in letters.items()}
    return ReportPlan(
        planned=plan,
        letters=letters,
        described=described,
        spec=json.dumps(rules.to_json(), sort_keys=True),
        most=most,
    )


def _rename(cue: str, names: Mapping[str, str]) -> str:
    """A cue of a kind of piece with the name that the player knows."""
    label, _, kind = cue.partition(" ")
    return f"{KIND} {names[kind]}" if label == KIND else cue


def read_cues(reply: str, letters: Mapping[str, str], most: int) -> dict[str, int] | None:
    """The cues that a reply names, the most important first, with 1 where more is wanted and -1 where less is.

    None where no list can be read. The last JSON object that begins with `cues` counts; it holds a list of at most
    `most` objects with just `cue`, a letter of the list, none twice, and `want`, `more` or `less`. One ill-formed entry
    spoils the reply, so that no player is thought to have told what it did not. An empty list tells of nothing.
    """
    found = read_list(reply, "cues")
    if found is None or len(found) > most:
        return None
    told: dict[str, int] = {}
    for entry in found:
        if not isinstance(entry, dict) or set(entry) != {"cue", "want"}:
            return None
        letter, want = entry["cue"], entry["want"]
        if not isinstance(letter, str) or letter not in letters or want not in (MORE, LESS):
            return None
        if letters[letter] in told:
            return None
        told[letters[letter]] = 1 if want == MORE else -1
    return told


async def tell_cues(
    plan: ReportPlan, ask: Ask, finished: Callable[[dict[str, Any]], None] | None = None
) -> dict[str, Any]:
    """Ask for a report until it can be read or the retries are spent, and return its record (docs/reference.md).

    `finished` is called with the record at the end. Exceptions of `ask` pass through: faults of the infrastructure are
    never scored.
    """
    planned, started, tally = plan.planned, time.monotonic(), Tally()
    messages = [("system", planned.system), ("user", write_cues(plan.described, plan.most, planned.wording))]
    told: dict[str, int] | None = None
    reading = ""
    for attempt in range(planned.retries + 1):
        reply = await ask(Question(tuple(messages), 0, 0, attempt))
        told = read_cues(reply.text, plan.letters, plan.most)
        reading = classify_reading(reply, None, None if told is None else "")
        tally.add(reply, {"attempt": attempt, "reading": reading, "text": quote(reply)})
        if told is not None:
            break
        messages += [("assistant", quote(reply) or "…"), ("user", write_no_cues(plan.most, planned.wording))]
    record = {
        **planned.identify(),
        "spec": plan.spec,
        "most": plan.most,
        "outcome": ANSWERED if told is not None else str(classify_forfeit(reading)),
        "forfeit": int(told is None),
        **{name: value for name, value in tally.describe().items() if name != "illegal"},
        "seconds": round(time.monotonic() - started, 4),
        "cues": [_describe(letter, cue, told or {}) for letter, cue in plan.letters.items()],
        "answers": tally.answers,
    }
    if finished is not None:
        finished(record)
    return record


def _describe(letter: str, cue: str, told: Mapping[str, int]) -> dict[str, Any]:
    """A cue as the record has it: `rank` is 1 for the one named first and 0 for one that was not named."""
    rank = list(told).index(cue) + 1 if cue in told else 0
    want = "" if rank == 0 else MORE if told[cue] > 0 else LESS
    return {"cue": cue, "letter": letter, "foil": int(cue in FOILS), "rank": rank, "want": want}
