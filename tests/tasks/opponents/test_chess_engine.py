"""The engine of chess: that of the pyffish wheel knows the rules, keeps custom pieces, and forgets between moves."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import chess
import numpy as np
import pytest
from chess.variant import find_variant

from quickstudy.tasks.chess_variants.variant import load_variant
from quickstudy.tasks.inspect_match import INLINE_WORK
from quickstudy.tasks.opponents import fairy
from quickstudy.tasks.opponents.chess_engine import ChessEngine, count_replies, list_letters
from quickstudy.tasks.opponents.chess_levels import CHESS_LEVELS, ChessLevel, choose_chess_move, find_chess_level
from quickstudy.tasks.opponents.engine_choice import EngineChoice, choose_engine
from quickstudy.tasks.opponents.engine_pool import MOST_IDLE, borrow_engine, close_engines
from quickstudy.tasks.opponents.uci import EngineFault
from tests.tasks.opponents.engines import QUILL, Named, fake
from tests.tasks.opponents.fake_engine import START

FAIRY = choose_engine()
CHESS = Named()
ITALIAN = ("e2e4", "e7e5", "g1f3", "b8c6", "f1c4")


def legal_after(*moves: str) -> list[str]:
    board = chess.Board()
    for move in moves:
        board.push_uci(move)
    return [move.uci() for move in board.legal_moves]


def published(name: str) -> Named:
    if name == "fischerandom":
        return Named(name, "bbqnnrkr/pppppppp/8/8/8/8/PPPPPPPP/BBQNNRKR w HFhf - 0 1")
    return Named(name, find_variant(name).starting_fen)


FEW, OTHERS = ("fischerandom", "crazyhouse"), ("3check", "kingofthehill", "horde", "racingkings", "atomic", "antichess")


@pytest.mark.parametrize("name", [*FEW, *(pytest.param(name, marks=pytest.mark.slow) for name in OTHERS)])
def test_the_published_variants_pass_the_test_at_the_start_and_are_played(name: str) -> None:
    variant = published(name)
    with borrow_engine(variant) as engine:
        legal = engine.list_moves(variant.start_fen)
        assert legal == sorted(legal) and set(legal) == set(count_replies(variant) or {})
        assert engine.search(variant.start_fen, (), 100, legal) in legal


def test_an_invented_variant_is_played_with_all_its_pieces() -> None:
    with borrow_engine(QUILL) as engine:
        assert "b1a2" not in engine.list_moves(QUILL.start_fen)
        moves = engine.list_moves("rwhkwr/pppppp/6/3P2/1WH3/RWHKWR w - - 0 1")
        assert {"b2a3", "b2c3"} < set(moves)  # a walker steps diagonally
        assert {"c2b4", "c2d4", "c2e3"} < set(moves) and "c2b3" not in moves  # a horse leaps to empty squares
        assert engine.search(QUILL.start_fen, (), 100, engine.list_moves(QUILL.start_fen))


def test_a_definition_that_an_engine_reads_otherwise_is_refused() -> None:
    lost = Named(QUILL.name, QUILL.start_fen, QUILL.ini.replace("customPiece2 = h:NmW\n", ""))
    with pytest.raises(EngineFault, match=r"sets up .* as the start of 'quill', .*does not know all of its pieces"):
        ChessEngine(FAIRY, lost).start()
    unnamed = Named("scrawl", QUILL.start_fen, QUILL.ini)
    with pytest.raises(EngineFault, match="does not know the variant 'scrawl'"):
        ChessEngine(FAIRY, unnamed).start()


def test_a_piece_that_only_promotion_brings_is_tested_too(tmp_path: Path) -> None:
    later = Named(QUILL.name, QUILL.start_fen, QUILL.ini + "customPiece3 = z:NA\n")
    assert list_letters(later.ini) == ["w", "h", "z"]
    engine = ChessEngine(FAIRY, later)
    engine.start()
    engine.close()


def test_an_engine_of_orthodox_chess_only_is_refused_for_others(tmp_path: Path) -> None:
    choice = fake("sound", tmp_path)
    for variant, message in [
        (published("horde"), "plays orthodox chess only, not 'horde'"),
        (published("fischerandom"), "cannot play Chess960"),
        (QUILL, "cannot play invented variants"),
    ]:
        with pytest.raises(EngineFault, match=message):
            ChessEngine(choice, variant).start()


def test_moves_do_not_depend_on_what_was_searched_before_or_on_the_process() -> None:
    work = [
        (ITALIAN[:ply], level, seed) for ply in (0, 2, 5) for level in ("nodes-1-e50", "nodes-1000") for seed in (1, 2)
    ]

    def move(task: tuple[tuple[str, ...], str, int]) -> str:
        moves, level, seed = task
        return choose_chess_move(CHESS, START, moves, legal_after(*moves), find_chess_level(level), seed)

    moves = [move(task) for task in work]
    assert [move(task) for task in reversed(work)] == moves[::-1]
    close_engines()
    with ThreadPoolExecutor(3) as pool:
        assert list(pool.map(move, work)) == moves


@pytest.mark.parametrize(("name", "seed"), [("antichess", 2), ("crazyhouse", 1), ("horde", 1)])
def test_moves_follow_from_the_position_alone_also_where_a_new_game_leaves_tables(name: str, seed: int) -> None:
    variant, rng = load_variant(name), np.random.default_rng(seed)
    engines = [ChessEngine(FAIRY, variant.for_engine) for _ in range(2)]
    position, asked = variant.start(), list[tuple[list[str], list[str], str]]()
    fen = position.fen
    while position.result is None and len(position.moves) < 60:
        moves, legal = list(position.moves), list(position.list_moves())
        asked.append((moves, legal, engines[0].search(fen, moves, 3000, legal)))
        position.push(asked[-1][2] if len(moves) >= 4 else legal[int(rng.integers(len(legal)))])
    assert len(asked) > 30
    assert all(engines[1].search(fen, moves, 3000, legal) == chosen for moves, legal, chosen in reversed(asked))
    for engine in engines:
        engine.close()


def test_random_moves_follow_from_the_seed_and_the_ply_whatever_the_order_of_the_legal_ones() -> None:
    level, legal = find_chess_level("random"), legal_after()
    for seed in range(3):
        drawn = choose_chess_move(CHESS, START, (), legal, level, seed)
        assert drawn == choose_chess_move(CHESS, START, (), legal[::-1], level, seed)
    assert len({choose_chess_move(CHESS, START, (), legal, level, seed) for seed in range(40)}) > 10
    assert len({choose_chess_move(CHESS, START, ("a2a3",) * ply, legal, level, 7) for ply in range(40)}) > 10


def test_a_mixture_plays_its_share_of_random_moves() -> None:
    best = choose_chess_move(CHESS, START, ITALIAN, legal_after(*ITALIAN), find_chess_level("nodes-1"), 0)
    mixed = ChessLevel("half", "nodes", 1, 500)
    drawn = [choose_chess_move(CHESS, START, ITALIAN, legal_after(*ITALIAN), mixed, seed) for seed in range(200)]
    assert 75 <= drawn.count(best) <= 130  # of 100 and a few that chance agrees with


def test_levels_are_named_by_their_setting_and_rise_in_work() -> None:
    for name, level in CHESS_LEVELS.items():
        parts = (
            [level.engine]
            + [str(level.budget)] * bool(level.budget)
            + [f"e{level.epsilon // 10}"] * bool(level.epsilon)
        )
        assert name == level.name == "-".join(parts)
    searching = [level for level in CHESS_LEVELS.values() if level.engine != "random"]
    assert min(level.most_work for level in searching) > INLINE_WORK >= find_chess_level("random").most_work
    works = [level.work for level in CHESS_LEVELS.values()]
    assert works == sorted(works) and next(iter(CHESS_LEVELS)) == "random"
    with pytest.raises(ValueError, match=r"^unknown level 'god': choose one of random, .*nodes-1000"):
        find_chess_level("god")


def test_the_engine_is_named_with_the_hash_of_its_library_and_never_loaded_here() -> None:
    assert FAIRY.published and FAIRY.label == "" and FAIRY.digest == fairy.hash_library()
    assert FAIRY.describe() == {"name": "Fairy-Stockfish of pyffish 0.0.90", "hash": FAIRY.digest, "published": True}
    code = (
        "import sys; from tests.tasks.opponents.engines import Named, START\n"
        "from quickstudy.tasks.opponents.engine_pool import borrow_engine\n"
        "with borrow_engine(Named()) as engine: print(len(engine.list_moves(START)))\n"
        "print([name for name in sys.modules if 'pyffish' in name])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "20\n[]\n"


def test_another_engine_is_no_published_one_and_is_told_apart_by_its_program(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    program = tmp_path / "engine"
    program.write_text("#!/bin/sh\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setenv("QUICKSTUDY_UCI", f"{program} --deep")
    other = choose_engine()
    assert other.command == (str(program), "--deep") and other.name == "engine"
    assert not other.published and other.label == f"uci-{other.digest[:8]}-"
    assert choose_engine(str(program)).digest != other.digest
    monkeypatch.setenv("QUICKSTUDY_UCI", "")
    assert choose_engine() == FAIRY


def test_a_missing_wheel_is_told_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fairy, "PACKAGE", "no_such_wheel")
    fairy.find_library.cache_clear()
    with pytest.raises(
        EngineFault, match=r"^chess needs the engine of the Python package no_such_wheel, and it is not"
    ):
        fairy.find_library()
    fairy.find_library.cache_clear()


def test_the_pool_keeps_few_engines_and_ends_the_oldest(tmp_path: Path) -> None:
    close_engines()
    engines = []
    for number in range(MOST_IDLE + 1):
        choice = EngineChoice("fake", (*fake("sound", tmp_path).command, str(number)), "0", published=False)
        with borrow_engine(CHESS, choice) as engine:
            engine.start()
            engines.append(engine)
    assert [engine.running for engine in engines] == [False] + [True] * MOST_IDLE
    close_engines()
    assert not any(engine.running for engine in engines)


def test_two_borrowers_get_two_engines(tmp_path: Path) -> None:
    choice = fake("sound", tmp_path)
    with borrow_engine(CHESS, choice) as first, borrow_engine(CHESS, choice) as second:
        assert first is not second
    close_engines()
