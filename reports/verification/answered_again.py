"""What is done again of each kind of record: games are played and questions asked, with the recorded answers.

Each goes through the very code that made the record, and ends at the first thing that comes out otherwise. How many
games, probes or moves were asked for is as recorded.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace

from quickstudy.reports.verification.planned_anew import find_study, plan_anew, read_cell
from quickstudy.reports.verification.witness import (
    Departure,
    Record,
    Unclear,
    Witness,
    compare,
    compare_fields,
    compare_games,
    find_reply,
)
from quickstudy.scorers.recall import View
from quickstudy.tasks.conditions import Conditions
from quickstudy.tasks.match import MatchPlan, Question, Reply, play_match
from quickstudy.tasks.replay import MOST, ReplayPlan, check_replays, plan_replay, reproduce_games, spread_evenly
from quickstudy.tasks.report_test import check_reports, plan_report, read_cues, tell_cues
from quickstudy.tasks.sitting import answer_probes, plan_sitting
from quickstudy.tasks.study import Study
from quickstudy.tasks.tracks import find_track


def play_again(plan: MatchPlan, record: Record) -> None:
    """Play the games of a record by its plan. Raises Departure and Unclear."""
    witness = Witness(plan.skill, record["games"])
    plan = replace(plan, skill=witness)
    numbers = [int(game["game"]) for game in record["games"]]
    if numbers == list(range(len(numbers))):
        played = asyncio.run(play_match(plan, witness.ask))["games"]
    else:  # a person plays one game of a pair
        played = [asyncio.run(play_match(plan, witness.ask, only=number))["games"][0] for number in numbers]
    compare_games(record["games"], played)


def answer_again(record: Record) -> None:
    """Ask the probes of a sitting again. Raises Departure and Unclear."""
    cell, ladder, skill = read_cell(record)
    try:
        known = find_track(cell.skill).load_probes(cell.skill)
    except ValueError as error:
        raise Unclear(f"the probes of {cell.skill} cannot be asked here: {error}") from error
    if known.version != record["probe_version"]:
        raise Unclear(f"its probes are of version {record['probe_version']}, and those here of {known.version}")
    plan = plan_sitting(plan_anew(cell, ladder, skill, record), skill, known, len(record["probes"]))
    told = {int(probe["probe"]): probe for probe in record["probes"]}
    if list(told) != list(plan.numbers):
        raise Departure(f"the probes {list(told)} are recorded, and the set has {list(plan.numbers)}")

    async def ask(question: Question) -> Reply:
        return find_reply(told[question.game], question, f"probe {question.game}")

    answered = asyncio.run(answer_probes(plan, ask))
    if record["levels"] != answered["levels"]:
        raise Departure("other regrets of the levels are recorded than they have")
    for found in answered["probes"]:
        compare(f"probe {found['probe']}", told[found["probe"]], found)


def reproduce_again(record: Record) -> None:
    """Draw the examples of a replay again, and ask for their moves. Raises Departure and Unclear."""
    study, told = find_study(record), {(int(kept["number"]), int(kept["ply"])): kept for kept in record["replays"]}
    if len(told) != len(record["replays"]):
        raise Departure("a move of an example is recorded twice")

    async def ask(question: Question) -> Reply:
        return find_reply(told[question.game, question.ply], question, _name_move(question.game, question.ply))

    reproduced = asyncio.run(reproduce_games(_find_replay(study, record, list(told)), ask))
    for kept, found in zip(record["replays"], reproduced["replays"], strict=True):
        compare(_name_move(found["number"], found["ply"]), kept, found)


def _find_replay(study: Conditions, record: Record, asked: list[tuple[int, int]]) -> ReplayPlan:
    """The plan of the replay that asks for just these moves (example, ply). Raises Departure and Unclear.

    Records do not say for how many games and moves was asked, and a game all of whose moves can be told from others
    in view leaves no trace, so that the least number of games is taken that asks for them all.
    """
    (view,), cell = study.views, record["cell"]
    plan = study.plan(cell["model"], cell["arguments"], view, int(record["set"]), int(record["match"]))
    if plan.cell["cell_id"] != cell["cell_id"]:
        raise Unclear("its conditions are none of a study that is known here")
    plan, sizes = replace(plan, cell=dict(cell)), Counter(number for number, _ in asked)
    try:
        check_replays(study, 1, 1)
    except ValueError as error:
        raise Unclear(str(error)) from error
    for places in range(len(sizes), view.m + 1):
        if set(sizes) <= {index + 1 for index in spread_evenly(range(view.m), places)}:
            found = plan_replay(study, places, max(sizes.values()), view, plan)
            if _list_moves(found) == asked:
                return found
    _refuse_moves(study, view, plan, asked)
    raise Unclear("it has not all moves that a replay asks for: a limit may have ended it")


def _refuse_moves(study: Conditions, view: View, plan: MatchPlan, asked: list[tuple[int, int]]) -> None:
    """Raise Departure for a move that no replay of a view asks for."""
    all_moves = set(_list_moves(plan_replay(study, MOST, MOST, view, plan)))
    for move in asked:
        if move not in all_moves:
            raise Departure(f"{_name_move(*move)}: no replay of these examples asks for it")


def _list_moves(plan: ReplayPlan) -> list[tuple[int, int]]:
    return [(line.number, ply) for line in plan.lines for ply in line.plies]


def _name_move(number: int, ply: int) -> str:
    return f"example {number}, ply {ply}"


def tell_again(record: Record) -> None:
    """Ask for the cues of a report again. Raises Departure and Unclear."""
    cell, ladder, skill = read_cell(record)
    study, most = find_study(record), int(record["most"])
    if not isinstance(study, Study):
        raise Departure(f"a report on {cell.skill} is recorded, and only board games have cues")
    try:
        check_reports(study, most)
    except ValueError as error:
        raise Departure(str(error)) from error
    plan = plan_report(study, most, plan_anew(cell, ladder, skill, record))

    async def ask(question: Question) -> Reply:
        return find_reply(record, question, "the report", lambda text: read_cues(text, plan.letters, most))

    told = asyncio.run(tell_cues(plan, ask))
    if len(record["cues"]) != len(told["cues"]):
        raise Departure(f"{len(record['cues'])} cues are recorded, and {len(told['cues'])} listed")
    for kept, found in zip(record["cues"], told["cues"], strict=True):
        compare_fields(f"cue {found['letter']}", kept, found)
    compare("the report", record, told)
