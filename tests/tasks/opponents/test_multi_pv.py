"""Scores of all legal moves: the same whatever came before, mates by their side, and faults as in a search."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import chess
import psutil
import pytest

from quickstudy.tasks.chess_variants.variant import load_variant
from quickstudy.tasks.opponents.engine_choice import choose_engine
from quickstudy.tasks.opponents.engine_pool import borrow_engine, close_engines
from quickstudy.tasks.opponents.multi_pv import Score, ScoringEngine
from quickstudy.tasks.opponents.uci import EngineFault
from tests.tasks.opponents.engines import SHORT, Named, fake
from tests.tasks.opponents.fake_engine import MOVES, START

CHESS = Named()
ITALIAN = ("e2e4", "e7e5", "g1f3", "b8c6", "f1c4")
FOOLS = ("f2f3", "e7e5", "g2g4")


@pytest.fixture(autouse=True)
def no_child_remains(tmp_path: Path) -> Iterator[None]:
    yield
    close_engines()
    held = [process for process in psutil.process_iter(["cmdline"]) if str(tmp_path) in (process.info["cmdline"] or [])]
    assert held == []


def legal_after(*moves: str) -> list[str]:
    board = chess.Board()
    for move in moves:
        board.push_uci(move)
    return [move.uci() for move in board.legal_moves]


def score(*moves: str, nodes: int = 4000) -> dict[str, Score]:
    with borrow_engine(CHESS) as engine:
        return engine.score_moves(START, moves, nodes, legal_after(*moves))


def test_scores_do_not_depend_on_what_was_asked_before_or_on_the_process() -> None:
    first = score(*ITALIAN)
    assert list(first) == legal_after(*ITALIAN) and len({found.pawns for found in first.values()}) > 5
    with borrow_engine(CHESS) as engine:
        engine.search(START, (), 1000, legal_after())
        engine.score_position(START, FOOLS, 1000)
    assert score(*FOOLS) != first and score(*ITALIAN) == first
    close_engines()
    assert score(*ITALIAN) == first


def test_a_search_for_a_move_is_the_same_after_scores() -> None:
    legal = legal_after(*ITALIAN)
    with borrow_engine(CHESS) as engine:
        before = [engine.search(START, ITALIAN, nodes, legal) for nodes in (1, 300, 3000)]
        engine.score_moves(START, ITALIAN, 1000, legal)
        assert [engine.search(START, ITALIAN, nodes, legal) for nodes in (1, 300, 3000)] == before


def test_mates_are_told_by_their_side() -> None:
    found = score(*FOOLS)
    assert found["d8h4"].mate == 1
    assert all(other.mate is None or other.mate > 1 for move, other in found.items() if move != "d8h4")
    # White, to move, lets the same mate happen with most moves
    found = score("f2f3", "e7e5")
    assert found["g2g4"].mate == -1 and found["e2e4"].mate is None
    with borrow_engine(CHESS) as engine:
        assert engine.score_position(START, FOOLS, 1000).mate == 1
        assert engine.score_position(START, (), 1000).mate is None


def test_better_moves_have_higher_scores() -> None:
    # Black's queen can be taken by a pawn
    found = score("e2e4", "d7d5", "a2a3", "d8d6", "a3a4", "d6e5", "d2d4", "e5f4", nodes=20_000)
    assert max(found, key=lambda move: found[move].pawns) == "c1f4"
    assert found["c1f4"].pawns > max(other.pawns for move, other in found.items() if move != "c1f4") + 300


@pytest.mark.parametrize("name", ["fnipil", "vrarkuvit"])
def test_moves_of_an_invented_variant_are_all_scored(name: str) -> None:
    variant = load_variant(name)
    legal = variant.start().list_moves()
    with borrow_engine(variant.for_engine) as engine:
        assert list(engine.score_moves(variant.start().fen, (), 2000, legal)) == list(legal)


@pytest.mark.parametrize(
    ("mode", "message"),
    [
        ("hang", 'did not answer "go depth 24 nodes 10" within 1 s'),
        ("crash", 'ended (by SIGABRT) at "go depth 24 nodes 10"'),
        ("flood", 'wrote more than 1048576 bytes at "go depth 24 nodes 10"'),
        ("sound", f"scored 0 of 20 legal moves in 10 nodes at {START}"),  # it knows no MultiPV
    ],
)
def test_a_fault_costs_one_clear_error_and_leaves_no_child(mode: str, message: str, tmp_path: Path) -> None:
    limits = replace(SHORT, search=1.0 if "within" in message else 60.0, memory=256 << 20)
    engine = ScoringEngine(fake(mode, tmp_path), CHESS, limits)
    with pytest.raises(EngineFault) as fault:
        engine.score_moves(START, (), 10, MOVES)
    assert str(fault.value).startswith(f"the engine fake {message}") and len(str(fault.value)) < 600
    assert not engine.running


def test_scores_are_those_of_the_last_depth_of_all_moves(tmp_path: Path) -> None:
    engine = ScoringEngine(fake("half a depth", tmp_path), CHESS, SHORT)
    assert engine.score_moves(START, (), 10, MOVES) == {move: Score(i) for i, move in enumerate(MOVES)}
    engine.close()


def test_a_score_that_is_not_told_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(EngineFault, match=r"^the engine fake told no score in 10 nodes at rnbqkbnr/"):
        ScoringEngine(fake("sound", tmp_path), CHESS, SHORT).score_position(START, (), 10)


def test_an_engine_that_is_killed_while_it_scores_is_told_and_the_next_question_starts_another() -> None:
    engine = ScoringEngine(choose_engine(), CHESS, replace(SHORT, search=60.0, output=8 << 20))
    engine.start()
    children = [child for child in psutil.Process().children() if "quickstudy.tasks.opponents.fairy" in child.cmdline()]
    (child,) = children

    def kill() -> None:
        time.sleep(0.2)
        os.kill(child.pid, signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    with pytest.raises(EngineFault, match=r'ended \(by SIGKILL\) at "go depth 24 nodes 100000000"'):
        engine.score_moves(START, (), 100_000_000, MOVES)
    killer.join()
    assert not engine.running and not child.is_running()
    assert len(engine.score_moves(START, (), 1000, MOVES)) == 20
    engine.close()
