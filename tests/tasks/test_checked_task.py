"""What is typed for the parameters of an Inspect task: whatever is wrong ends in one sentence, by Inspect's own way."""

from __future__ import annotations

from typing import Any

import pytest
from inspect_ai._eval.registry import task_create
from inspect_ai._util.error import PrerequisiteError

from quickstudy.tasks import registry
from quickstudy.tasks.checked_task import UNKNOWN, read_signature

SMALL = {"examples": 0, "sets": 1, "games_per_match": 2}
TASKS = (
    *("board_game", "board_probe", "board_replay", "board_report", "memory", "reading"),
    *("chess_game", "chess_probe", "chess_replay", "chess_memory"),
)


def refuse(task: str, **given: Any) -> str:
    """The sentence with which a task, created as `inspect eval` creates it, refuses parameters."""
    with pytest.raises(PrerequisiteError) as caught:
        task_create(f"quickstudy/{task}", **given)
    return str(caught.value.message)


@pytest.mark.parametrize("task", TASKS)
def test_a_misspelt_parameter_is_refused_with_those_that_there_are(task: str) -> None:
    known = list(read_signature(getattr(registry, task)))
    assert UNKNOWN not in known
    assert refuse(task, exmples=0) == (f"task parameter exmples: {task} has none of that name, but {', '.join(known)}")


def test_a_parameter_of_another_task_is_refused() -> None:
    assert refuse("board_replay", game="morvane", opponents="random").startswith("task parameter opponents: ")


@pytest.mark.parametrize("task", ["board_game", "board_probe", "memory"])
def test_a_task_without_its_game_says_what_it_needs(task: str) -> None:
    assert refuse(task) == f"task parameter game: {task} needs it, as in -T game=..."
    assert refuse("reading", game="morvane") == "task parameter notes_from: reading needs it, as in -T notes_from=..."


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"game": ["velun", "lattic"]}, "game: ['velun', 'lattic'] is not one name"),
        ({"game": 3}, "game: 3 is not one name"),
        ({"game": None}, "game: None is not one name"),
        ({"game": "morvane", "teacher": ["strong", "weak"]}, "teacher: ['strong', 'weak'] is not one name"),
        ({"game": "morvane", "evidence": None}, "evidence: None is not one name"),
        ({"game": "morvane", "filler": 7}, "filler: 7 is not one name"),
        ({"game": "morvane", "sets": "two"}, "sets: 'two' is not a whole number"),
        ({"game": "morvane", "sets": 1.5}, "sets: 1.5 is not a whole number"),
        ({"game": "morvane", "sets": True}, "sets: True is not a whole number"),
        ({"game": "morvane", "window": "wide"}, "window: 'wide' is not a whole number"),
        ({"game": "morvane", "window": 0}, "window: give at least 1 token"),
        ({"game": "morvane", "legal_moves": 1}, "legal_moves: 1 is neither true nor false"),
        ({"game": "morvane", "examples": None}, "examples: nothing is given"),
        ({"game": "morvane", "opponents": None}, "opponents: nothing is given"),
    ],
)
def test_a_value_of_another_kind_is_refused(given: dict[str, Any], reason: str) -> None:
    assert refuse("board_game", **given) == f"task parameter {reason}"


def test_what_inspect_reads_as_lists_and_numbers_is_taken_where_it_can_be_meant() -> None:
    made = task_create("quickstudy/board_game", game="morvane", **{**SMALL, "examples": [0, 1]}, opponents=["random"])
    assert len(made.dataset) == 2
    assert len(task_create("quickstudy/chess_game", **SMALL).dataset) == 1, "chess has a default"


def test_chains_are_named_as_they_were_typed() -> None:
    assert refuse("memory", game="tvafindil", chains=0) == "task parameter chains: give at least 1"
    assert (
        refuse("memory", game="tvafindil", examples=[0, 4]) == "task parameter examples: [0, 4] is not a whole number"
    )


GAMES = (("board_game", {"game": "morvane", **SMALL}), ("chess_game", {"variant": "fnipil", **SMALL}))
CHAINS = (("memory", {"game": "tvafindil", "chains": 1}), ("chess_memory", {"variant": "fnipil", "chains": 1}))


@pytest.mark.parametrize(("task", "usual"), GAMES, ids=["boards", "chess"])
@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"m": 2}, "m: only other layouts than plain have it: leave it out"),
        ({"slots": 4}, "slots: only other layouts than plain have it"),
        ({"filler": "velun"}, "filler: only other layouts than plain have it"),
        ({"opponents": "random,random"}, "opponents: random is listed twice: name each once"),
    ],
)
def test_a_parameter_of_a_game_that_would_change_nothing_is_refused(
    task: str, usual: dict[str, Any], given: dict[str, Any], reason: str
) -> None:
    assert refuse(task, **usual, **given).startswith(f"task parameter {reason}")


@pytest.mark.parametrize(("task", "usual"), CHAINS, ids=["boards", "chess"])
@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"verifier_calls": 8}, "verifier_calls: only practice has it, and the regime is notes: leave it out"),
        ({"own_tasks": 8}, "own_tasks: only practice has it, and the regime is notes"),
        ({"keep": 8}, "keep: notes are handed on, and no games"),
        ({"regime": "practice", "keep": 8}, "keep: notes are handed on, and no games"),
        ({"regime": "practice", "games": 8}, "games: practice plays as many games as verifier_calls allow"),
        ({"regime": "practice", "artefact": "examples", "kinds": "advice"}, "kinds: games are handed on, and no notes"),
        ({"ring_generations": "0"}, "ring_generations: there are no other rings than openings"),
        ({"kinds": "advice,advice"}, "kinds: advice is listed twice"),
        ({"rings": "seen,seen"}, "rings: seen is listed twice"),
    ],
)
def test_a_parameter_of_chains_that_would_change_nothing_is_refused(
    task: str, usual: dict[str, Any], given: dict[str, Any], reason: str
) -> None:
    assert refuse(task, **usual, **given).startswith(f"task parameter {reason}")


def test_a_teacher_of_games_that_are_of_a_file_is_refused() -> None:
    given = {"examples_from": "orthodox-64", "teacher": "weak"}
    assert refuse("chess_game", **SMALL, **given) == (
        "task parameter teacher: the examples are games of a file, and nobody's of the ladder: leave it out"
    )
    refused = refuse("chess_memory", chains=1, regime="distil", generations=1, games=2, **given)
    assert refused.startswith("task parameter teacher: the examples are games of a file")


def test_opponents_of_practice_need_games_of_the_players_own() -> None:
    told = refuse("memory", game="tvafindil", regime="practice", practice="all")
    assert told.startswith(
        "task parameter practice: only notes of own games have opponents, and the regime is practice"
    )


def test_defaults_are_never_refused() -> None:
    usual = {"m": 0, "slots": 0, "filler": "other", "opponents": "adaptive"}
    for task, given in GAMES:
        task_create(f"quickstudy/{task}", **given, **usual)
    usual = {"verifier_calls": 64, "own_tasks": 0, "keep": 16, "ring_generations": "last", "rings": "openings"}
    for task, given in CHAINS:
        task_create(f"quickstudy/{task}", **given, **usual)
