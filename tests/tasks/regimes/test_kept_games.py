"""Games as an artefact: hard budgets in number and size, whoever chooses."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quickstudy.tasks.examples.kinds import Example
from quickstudy.tasks.match import Question, Reply
from quickstudy.tasks.regimes.kept_games import (
    Room,
    fit_games,
    keep_chosen,
    keep_drawn,
    keep_latest,
    list_kept,
    pack_games,
)
from quickstudy.tasks.regimes.notes import Notes

WIDE = Room(99, 1000)


def game(number: int, size: int = 1) -> Example:
    return Example((f"a{number}",) * size, "X wins")


def numbers(notes: Notes) -> list[str]:
    return [example.moves[0][1:] for example in list_kept(notes)]


POOL = [game(number) for number in range(1, 7)]


def choose(room: Room, *replies: str, old: Sequence[Example] = ()) -> tuple[list[str], list[bool], list[Question]]:
    asked, left = list[Question](), iter(replies)

    async def ask(question: Question) -> Reply:
        asked.append(question)
        return Reply(next(left))

    applied, told = asyncio.run(keep_chosen(pack_games(old), POOL, room, ask, "Choose.", len(replies) - 1))
    return numbers(applied.notes), [reply["readable"] for reply in told], asked


def keep(*chosen: object) -> str:
    return json.dumps({"keep": chosen})


def test_games_survive_as_an_artefact() -> None:
    games = [Example(("a2-a3", "b5xb4"), "O wins"), Example(("a1",), "draw")]
    read = list_kept(Notes.from_list(pack_games(games).to_list()))
    assert [(one.moves, one.result) for one in read] == [(one.moves, one.result) for one in games]


@given(st.lists(st.integers(1, 40), max_size=12), st.integers(1, 6), st.integers(1, 80))
def test_what_fits_keeps_number_and_size(sizes: list[int], most: int, tokens: int) -> None:
    games = [game(number, size) for number, size in enumerate(sizes)]
    places = fit_games(games, Room(most, tokens))
    fitted = pack_games([games[place] for place in places])
    assert len(places) <= most and fitted.tokens <= tokens and places == sorted(set(places))


def test_the_latest_games_stay_once_each() -> None:
    applied = keep_latest(pack_games(POOL[:3]), [POOL[1], POOL[4]], Room(3, 1000))
    assert numbers(applied.notes) == ["3", "2", "5"] and applied.counts == {"added": 1, "deleted": 1, "kept": 2}


def test_a_draw_of_more_goes_on_from_that_of_fewer() -> None:
    few, more = (
        set(numbers(keep_drawn(Notes(), POOL[:n], Room(3, 1000), np.random.default_rng(5)).notes)) for n in (4, 6)
    )
    assert len(few) == len(more) == 3
    assert {name for name in more if int(name) <= 4} <= few, "of the first four none enters that had lost before"


def test_chosen_games_stay_in_their_order() -> None:
    kept, readable, asked = choose(WIDE, f"I like {keep(9)} less than {keep(5, 2)}.")
    assert kept == ["2", "5"] and readable == [True] and asked[0].messages[0] == ("system", "Choose.")


@pytest.mark.parametrize("reply", ["", keep(0), keep(7), keep(2, 2), keep("2"), keep(True), '{"keep": 3}', keep(2.0)])
def test_a_choice_that_cannot_be_read_is_asked_again_and_then_nothing_changes(reply: str) -> None:
    kept, readable, asked = choose(WIDE, reply, reply, old=POOL[:1])
    assert kept == ["1"] and readable == [False, False]
    assert "No choice could be read" in asked[1].messages[-1][1]


def test_a_choice_beyond_the_room_is_asked_again_and_then_cut() -> None:
    kept, _, asked = choose(Room(2, 1000), keep(6, 1, 3), keep(4, 5, 6))
    assert kept == ["4", "5"] and "These are 3 games of" in asked[1].messages[-1][1]
    assert choose(Room(9, 9), keep(1, 2, 3))[0] == ["1"], "36 bytes hold one game with its number and kind"


def test_an_empty_choice_keeps_nothing() -> None:
    assert choose(WIDE, keep(), old=POOL[:1])[0] == []
