"""Play of invented variants: check, goals and draws by small positions, and in lock-step with the engine."""

from __future__ import annotations

from dataclasses import replace

import pytest

from quickstudy.tasks.chess_variants.generate import generate_variant
from quickstudy.tasks.chess_variants.interpreter import SpecPosition
from quickstudy.tasks.chess_variants.library import PUBLISHED
from quickstudy.tasks.chess_variants.position import BLACK, DRAW, WHITE
from quickstudy.tasks.chess_variants.spec import VariantSpec
from quickstudy.tasks.chess_variants.variant import list_variants, load_variant
from quickstudy.tasks.opponents.engine_pool import borrow_engine
from quickstudy.tasks.seeds import new_generator
from tests.tasks.chess_variants.variants import SPEC, invent, place

INVENTED = [name for name in list_variants() if name not in PUBLISHED]
TALL = replace(SPEC, ranks=7, double_step=True)


def play_lock_step(spec: VariantSpec, games: int, seed: int = 0) -> int:
    """Random games in which the engine and the interpreter have the same legal moves at every ply; the plies."""
    plies = 0
    with borrow_engine(invent(spec).for_engine) as engine:
        for number in range(games):
            rng, position = new_generator("lock-step", spec.hash, seed, number), SpecPosition(spec)
            while moves := position.list_moves():
                found = engine.list_moves(position.fen)
                assert found == list(moves), (position.fen, position.moves)
                position.push(moves[int(rng.integers(len(moves)))])
                plies += 1
            if position.result != DRAW:  # draws by repetition and length are claims, of which the engine says nothing
                assert engine.list_moves(position.fen) in ([], list(position._find_legal())), position.fen
    return plies


@pytest.mark.parametrize("seed", range(3))
def test_engine_and_interpreter_agree_on_every_legal_move(seed: int) -> None:
    assert play_lock_step(generate_variant(seed), 1) > 10


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("name", INVENTED)
def test_engine_and_interpreter_agree_in_a_thousand_games(name: str) -> None:
    spec = load_variant(name).spec
    assert spec is not None and play_lock_step(spec, 1000) > 10_000


def test_a_move_that_leaves_the_king_attacked_is_not_legal() -> None:
    position = place("k.... r.... ..... ..... Z.... K....")
    assert [move for move in position.list_moves() if move.startswith("a2")] == ["a2a4"]


def test_mate_wins_and_stalemate_draws_or_loses() -> None:
    assert place("k.R.. ..R.. ..... ..... ..... ..K..", BLACK).result == WHITE
    stuck = "k.... ..R.. .R... ..... ..... ..K.."
    assert place(stuck, BLACK).result == DRAW
    assert place(stuck, BLACK, stalemate="loss").result == WHITE


def test_a_king_on_the_last_rank_wins_a_race_and_nothing_else() -> None:
    board = "..K.. ..... k.... ..... ..... ...R."
    assert place(board, BLACK, race=True).result == WHITE
    assert place(board, BLACK).result is None


def test_the_last_of_the_checks_wins() -> None:
    position = place("k.... ..... ..... ..... .R... ..K..", checks=2)
    for move in ("b2a2", "a6b6", "a2b2"):
        position.push(move)
        assert (position.result == WHITE) == (move == "a2b2")
    assert position.checks == [0, 2]


def test_bare_kings_draw_unless_they_race() -> None:
    bare = "k.... ..... ..... ..... ..... ..K.."
    assert place(bare).result == DRAW
    assert place(bare, race=True).result is None


def test_the_third_time_of_a_position_draws() -> None:
    position = place("k.... ..... ..... ..... .R... ..K..")
    for move in ("c1d1", "a6a5", "d1c1", "a5a6") * 2:
        assert position.result is None
        position.push(move)
    assert position.result == DRAW


def test_a_double_step_can_be_taken_in_the_next_move_only() -> None:
    position = place("k.... ..... ..... .p... ..... P.... ..K..", spec=TALL)
    assert "a2a4" in position.list_moves()
    position.push("a2a4")
    assert position.write_move("b4a3") == "bxa3"
    later = position.copy()
    position.push("b4a3")
    assert [piece for piece in position.board if piece == "P"] == []
    for move in ("k", "K"):
        later.push(next(m for m in later.list_moves() if later._letter(m) == move.upper()))
    assert "b4a3" not in later.list_moves()


def test_promotion_must_be_chosen() -> None:
    position = place("..... P...k ..... ..... ..... ..K..")
    assert {"a5a6r", "a5a6z"} <= set(position.list_moves()) and "a5a6" not in position.list_moves()
    assert position.write_move("a5a6r") == "a6=R" and position.read_move("a6R") == "a5a6r"
    assert position.read_move("a6") is None


def test_algebraic_notation_says_as_much_as_is_needed() -> None:
    position = place("k.... ..... R...R ..... ..... ..K..")
    assert position.write_move("a4c4") == "Rac4" and position.write_move("a4a5") == "Ra5+"
    assert position.read_move("Rc4") is None and position.read_move("Rec4") == "e4c4"
    assert position.read_move("e4c4") == "e4c4" and position.read_move("--") is None


def test_a_letter_is_no_file_when_it_is_upper_case() -> None:
    spec = generate_variant(0)
    position = SpecPosition(spec)
    assert all(position.read_move(position.write_move(move)) == move for move in position.list_moves())


def test_peeking_tells_what_a_move_leads_to() -> None:
    position = place("k.... ..R.. ..... ..... .R... ..K..")
    pieces, result = position.peek("b2a2")
    assert result is None and pieces["R"] == 1 << 5 | 1 << 22 and pieces["k"] == 1 << 25
    assert place("k.... ..R.. ...R. ..... ..... ..K..").peek("d4d6")[1] == WHITE


def test_a_copy_is_changed_apart() -> None:
    position = SpecPosition(SPEC)
    other = position.copy()
    other.push(other.list_moves()[0])
    assert position.moves == [] and position.fen == SPEC.start_fen != other.fen
