"""Example sets of chess: nested, disjoint, reproducible, and away from the test openings."""

from __future__ import annotations

from pathlib import Path

import pytest

from quickstudy.tasks.chess_variants.movetext import read_movetext
from quickstudy.tasks.chess_variants.variant import Variant, load_variant
from quickstudy.tasks.examples.chess_corpus import ChessExampleSet, find_chess_teacher
from quickstudy.tasks.examples.chess_openings import (
    chess_opening_plies,
    draw_chess_practice,
    held_out_keys,
    list_chess_openings,
    reach,
)
from quickstudy.tasks.seeds import new_generator

CHESS, CHESS960 = load_variant("orthodox"), load_variant("chess960")
WEAK = find_chess_teacher("weak")


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUICKSTUDY_CACHE", str(tmp_path))


def test_n_takes_a_prefix_and_the_cache_changes_nothing() -> None:
    first = ChessExampleSet(CHESS, WEAK, 0, 0).take(2)
    assert ChessExampleSet(CHESS, WEAK, 0, 0).take(3)[:2] == first


@pytest.mark.parametrize("variant", [CHESS, CHESS960], ids=lambda variant: str(variant.name))
def test_every_example_is_a_whole_legal_game_with_its_result(variant: Variant) -> None:
    for line in ChessExampleSet(variant, find_chess_teacher("weak"), 0, 1).take(2):
        start, moves, result = read_movetext(line)
        numbers = [k for k in range(variant.starts) if variant.name_start(k) == ([f"[{start}]"] if start else [])]
        position = variant.start(numbers[0])
        for text in moves:
            assert position.key not in held_out_keys(variant)
            move = position.read_move(text)
            assert move is not None
            position.push(move)
        assert position.result == result is not None


def test_a_game_from_a_test_opening_is_no_example() -> None:
    made, tested = ChessExampleSet(CHESS, WEAK, 0, 0), list_chess_openings(CHESS)[0]
    other = draw_chess_practice(CHESS, new_generator("another opening"))
    assert made._play(tested, 1) is None and made._play(other, 1) is not None


def test_sets_share_no_opening() -> None:
    plies = chess_opening_plies(CHESS)
    sets = [ChessExampleSet(CHESS, find_chess_teacher("weak"), 0, number).take(3) for number in range(3)]
    openings = [{tuple(read_movetext(line)[1][:plies]) for line in lines} for lines in sets]
    assert not openings[0] & openings[1] and not openings[1] & openings[2] and not openings[0] & openings[2]


def test_the_pool_has_64_openings_that_end_in_different_positions() -> None:
    pool = list_chess_openings(CHESS)
    assert len(pool) == 64 == len({reach(CHESS, opening).key for opening in pool}) and chess_opening_plies(CHESS) == 4
    assert list_chess_openings(CHESS) == pool


def test_practice_keeps_away_from_the_test_openings() -> None:
    rng = new_generator("practice of a test")
    keys = {reach(CHESS, draw_chess_practice(CHESS, rng)).key for _ in range(20)}
    assert not keys & held_out_keys(CHESS)


@pytest.mark.parametrize(("n", "number"), [(-1, 0), (1, 32), (70_000, 0)])
def test_impossible_demands_are_answered_with_what_is_possible(n: int, number: int) -> None:
    with pytest.raises(ValueError, match="choose"):
        ChessExampleSet(CHESS, WEAK, 0, number).take(n)
