"""Kinds of evidence of chess: what each shows of the same games, kept apart from tests, and the same on every run."""

from __future__ import annotations

from pathlib import Path

import pytest

from quickstudy.scorers.recall import View
from quickstudy.tasks.chess_study import ChessStudy
from quickstudy.tasks.chess_variants.position import RESULTS
from quickstudy.tasks.chess_variants.variant import Variant, load_variant
from quickstudy.tasks.examples.chess_corpus import ChessExampleSet, find_chess_teacher
from quickstudy.tasks.examples.chess_kinds import take_chess_kind
from quickstudy.tasks.examples.chess_openings import chess_opening_plies
from quickstudy.tasks.opponents.chess_levels import ChessLevel, choose_chess_move, find_chess_level

FNIPIL = load_variant("fnipil")


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUICKSTUDY_CACHE", str(tmp_path / "cache"))


@pytest.mark.parametrize("variant", [FNIPIL, load_variant("chess960")], ids=["fnipil", "chess960"])
def test_outcomes_are_the_ends_of_the_same_games(variant: Variant) -> None:
    (games,), (ends,) = (take_chess_kind(kind, variant, 2, 1, 0, "random") for kind in ("games", "outcomes"))
    for game, end in zip(games, ends, strict=True):
        start, played = variant.split_start(game.moves)
        position = variant.start(start)
        for text in played:
            move = position.read_move(text)
            assert move is not None
            position.push(move)
        assert (end.moves, end.drawn, end.result) == ((), position.fen.split()[0], game.result)
        assert position.result is not None and RESULTS[position.result] == game.result


def test_single_positions_are_the_teachers_choices_in_games_of_the_weak_one() -> None:
    weak = ChessExampleSet(FNIPIL, find_chess_teacher("weak"), 0, 1).take(3)
    _, shown = take_chess_kind("moves", FNIPIL, 3, 2, 0, "nodes-1")
    again = take_chess_kind("moves", FNIPIL, 3, 2, 0, "nodes-1")[1]
    assert [example.moves for example in again] == [example.moves for example in shown]
    for line, example in zip(weak, shown, strict=True):
        *before, choice = example.moves
        assert len(before) >= chess_opening_plies(FNIPIL) and example.result == ""
        assert [word for word in line.split() if not word.endswith(".")][: len(before)] == before
        position = FNIPIL.start()
        for text in before:
            position.push(position.read_move(text) or "")
        legal = position.list_moves()
        seeds = {choose_chess_move(FNIPIL.for_engine, FNIPIL.start().fen, position.moves, legal,
                                   find_chess_level("nodes-1"), seed) for seed in (1, 2)}  # fmt: skip
        assert len(legal) > 1 and {position.write_move(move) for move in seeds} == {choice}


def test_examples_of_a_sibling_keep_away_from_what_is_tested(monkeypatch: pytest.MonkeyPatch) -> None:
    sibling = FNIPIL.sibling
    plain = ChessExampleSet(sibling, find_chess_teacher("random"), 0, 0)
    apart = ChessExampleSet(sibling, find_chess_teacher("random"), 0, 0, FNIPIL)
    assert plain.conditions != apart.conditions
    (game,) = take_chess_kind("games", sibling, 1, 1, 0, "random", FNIPIL)[0]
    position = sibling.start()
    for text in game.moves[:7]:
        position.push(position.read_move(text) or "")
    kept = position.key
    monkeypatch.setattr(
        "quickstudy.tasks.examples.chess_corpus.is_chess_held_out",
        lambda variant, there: variant is FNIPIL and there.key == kept,
    )
    assert apart.holds_out(position) and not plain.holds_out(position)
    assert next(apart._continue([])) != next(plain._continue([]))


def test_two_teachers_change_sides_after_each_game(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[int, str]] = []

    def choose(variant: object, fen: str, moves: list[str], legal: list[str], level: ChessLevel, seed: int) -> str:
        asked.append((len(moves) % 2, level.name))
        return sorted(legal)[seed % len(legal)]

    monkeypatch.setattr("quickstudy.tasks.examples.chess_corpus.choose_chess_move", choose)
    source = ChessExampleSet(FNIPIL, find_chess_teacher("nodes-300/random"), 0, 0)
    for index, seats in ((0, {(0, "nodes-300"), (1, "random")}), (1, {(0, "random"), (1, "nodes-300")})):
        asked.clear()
        next(source._try(index))
        assert set(asked) == seats
    system = ChessStudy("fnipil", examples=(1,), sets=1, teacher="random/nodes-1-e90").write_system(View.plain(1), 0)
    assert "between a strong and a weak player" in system
