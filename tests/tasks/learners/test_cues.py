"""Cues: counted by hand on small boards, seen alike from both sides, and found again in the words of a prompt."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from quickstudy.tasks.games.game import load_game
from quickstudy.tasks.games.kernel import successors
from quickstudy.tasks.games.notation import parse_move
from quickstudy.tasks.games.rules import Rules
from quickstudy.tasks.games.tables import build_tables
from quickstudy.tasks.learners.cues import CUES, FOILS, is_turned, list_cues, measure_cues
from quickstudy.tasks.learners.telling import describe_cues
from tests.known_games import breakthrough, tic_tac_toe
from tests.tasks.learners.small_games import ARMY


def measure(rules: Rules, *moves: str) -> dict[str, float]:
    """The cues of the position after moves, as the player of the last one sees it."""
    tables = build_tables(rules)
    state = np.array(tables["start"], dtype=np.uint64)
    mover = 0
    for text in moves:
        legal, after = successors(tables, state)
        mover = int(state[5])
        state = after[legal.tolist().index(parse_move(rules, text, legal.tolist()))].copy()
    (values,) = measure_cues(rules, state[None], mover).tolist()
    return dict(zip(list_cues(rules), values, strict=True))


def test_cues_are_those_counted_by_hand() -> None:
    """X on a1 and b2, O on c3: the middle cell is the only one with all neighbours; c3 can be seen from b2."""
    found = measure(tic_tac_toe(), "a1", "c3", "b2")
    assert found == {
        **{"pieces": 1, "inner": 1, "advance": 0 + 1, "joined": 1, "contact": 1, "rows": 0, "enemies": 0},
        **{"replies": 6, "left": 1, "colour": 2, "files": 1},
    }


def test_rows_and_the_end_of_a_game() -> None:
    found = measure(tic_tac_toe(), "a1", "b1", "a2", "b2", "a3")
    assert (found["rows"], found["replies"], found["enemies"]) == (1, 0, 1), "nobody moves in a finished game"


def test_both_sides_are_counted_from_their_own_edge() -> None:
    rules = breakthrough(5)
    assert is_turned(rules) and not is_turned(tic_tac_toe())
    first, answer = measure(rules, "c2-c3"), measure(rules, "a2-a3", "c4-c3")
    assert first["advance"] == answer["advance"] == 5 + 1
    assert first["pieces"] == answer["pieces"] == 0.0 and first["joined"] == answer["joined"]


def test_a_captured_piece_counts_from_the_side_of_its_captor() -> None:
    rules = breakthrough(4)
    assert measure(rules, "b2xc3")["pieces"] == measure(rules, "b2xa3", "d3xc2")["pieces"] + 1.0 == 1.0


def test_kinds_of_piece_are_cues_of_their_own() -> None:
    assert list_cues(ARMY) == (*CUES, "kind man", "kind king") and list_cues(tic_tac_toe()) == CUES
    found = measure(ARMY, "a1-a2")
    assert found["kind man"] == found["kind king"] == 0.0 and found["pieces"] == 0.0
    one = replace(ARMY, setup_o=(("a6",), ("c6",)))
    assert measure(one, "a1-a2")["kind man"] == 1.0 and measure(one, "a1-a2")["kind king"] == 0.0


@pytest.mark.parametrize("name", ["velun", "lattic", "tarsk", "tvafindil", "hex", "othello"])
def test_each_cue_has_words_of_its_own_and_a_number_in_any_game(name: str) -> None:
    rules = load_game(name).rules
    words, tables = describe_cues(rules), build_tables(rules)
    start = np.array(tables["start"], dtype=np.uint64)
    values = measure_cues(rules, successors(tables, start)[1], int(start[5]))
    assert len(set(words)) == len(words) == values.shape[1] and np.isfinite(values).all()
    assert set(FOILS) < set(list_cues(rules))
