"""Faults: whatever an engine does costs one clear error and a restarted child, and no process is left behind."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest

from quickstudy.tasks.challenge import Compute
from quickstudy.tasks.match import MatchPlan, Question, Reply, play_match
from quickstudy.tasks.opponents.chess_engine import ChessEngine
from quickstudy.tasks.opponents.chess_levels import choose_chess_move, find_chess_level
from quickstudy.tasks.opponents.engine_choice import EngineChoice, choose_engine
from quickstudy.tasks.opponents.engine_pool import borrow_engine, close_engines
from quickstudy.tasks.opponents.ladder import Ladder
from quickstudy.tasks.opponents.uci import EngineFault, Limits, UciProcess
from tests.tasks.opponents.engines import SHORT, Named, fake, fake_engine
from tests.tasks.opponents.fake_engine import MOVES, START

QUICK = replace(SHORT, answer=1.0)


def remaining(folder: Path) -> list[psutil.Process]:
    """Processes that were told the test's folder: fake engines and what they started."""
    return [
        process
        for process in psutil.process_iter(["cmdline"])
        if process.info["cmdline"] and str(folder) in process.info["cmdline"]
    ]


@pytest.fixture(autouse=True)
def no_child_remains(tmp_path: Path) -> Iterator[None]:
    yield
    close_engines()
    assert remaining(tmp_path) == []
    assert [child for child in psutil.Process().children(recursive=True) if "fake" in " ".join(child.cmdline())] == []


def search(engine: ChessEngine) -> str:
    return engine.search(START, (), 10, MOVES)


@pytest.mark.parametrize(
    ("mode", "message"),
    [
        ("hang", 'did not answer "go nodes 10" within 1 s'),
        ("drip", 'did not answer "go nodes 10" within 1 s; it said last: "info string thinking"'),
        ("crash", 'ended (by SIGABRT) at "go nodes 10"'),
        ("quitter", 'ended (exit status 3) at "go nodes 10"'),
        ("zombie", 'ended (exit status 0) at "go nodes 10"'),
        ("illegal move", f"played 'e2e5', which is no legal move, at {START}"),
        ("no move", f"played '(none)', which is no legal move, at {START}"),
        ("empty move", f"played 'nothing', which is no legal move, at {START}"),
        ("flood", 'wrote more than 1048576 bytes at "go nodes 10"; it said last: "lala'),
        ("flood without lines", 'wrote more than 1048576 bytes at "go nodes 10"'),
        (
            "flood of errors",
            'wrote more than 1048576 bytes at "go nodes 10"; it said last: "readyok"; it complained: "lala',
        ),
        ("greedy", 'ended (exit status 1) at "go nodes 10"; it said last: "readyok"; it complained: "MemoryError"'),
    ],
)
def test_a_fault_in_a_search_costs_one_clear_error_and_a_restarted_child(
    mode: str, message: str, tmp_path: Path
) -> None:
    limits = replace(SHORT, search=1.0 if "within" in message else 60.0, memory=256 << 20)
    engine = fake_engine(mode, tmp_path, limits)
    engine.start()
    with pytest.raises(EngineFault) as fault:
        search(engine)
    assert str(fault.value).startswith(f"the engine fake {message}") and len(str(fault.value)) < 600
    assert not engine.running and remaining(tmp_path) == []
    (tmp_path / "mended").touch()
    assert search(engine) == "e2e4"
    engine.close()


@pytest.mark.parametrize(
    ("mode", "message"),
    [
        ("slow start", 'did not answer "uci" within 1 s'),
        ("garbage", 'did not answer "uci" within 1 s; it said last: "uci ok"'),
        ("dead at once", 'ended (exit status 1) at "uci"; it complained: "no licence found"'),
    ],
)
def test_a_fault_at_the_start_is_told_and_leaves_nothing(mode: str, message: str, tmp_path: Path) -> None:
    engine = fake_engine(mode, tmp_path, replace(SHORT, start=1.0 if "within" in message else 60.0))
    with pytest.raises(EngineFault) as fault:
        search(engine)
    assert str(fault.value) == f"the engine fake {message}"
    assert not engine.running and remaining(tmp_path) == []


@pytest.mark.parametrize(
    ("mode", "message"),
    [
        ("piece dropper", "sets up 'rnb1kbnr/pppppppp/8/8/8/8/PPPPPPPP/RNB1KBNR' as the start of 'chess', not"),
        ("bad rules", "has other legal moves than python-chess at the start of 'chess': at a2a3"),
    ],
)
def test_an_engine_with_other_rules_is_refused_at_its_start(mode: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(EngineFault, match=f"^the engine fake {message}"):
        fake_engine(mode, tmp_path).start()


@pytest.mark.parametrize("mode", ["slow but sound", "impatient", "blind", "parent", "stubborn"])
def test_an_engine_that_is_only_odd_plays(mode: str, tmp_path: Path) -> None:
    engine = fake_engine(mode, tmp_path)
    assert [search(engine), search(engine)] == ["e2e4", "e2e4"]
    assert remaining(tmp_path) != []
    engine.close()
    assert remaining(tmp_path) == []


def test_a_blind_engine_is_not_asked_for_legal_moves(tmp_path: Path) -> None:
    engine = fake_engine("blind", tmp_path)
    with pytest.raises(EngineFault, match="cannot list legal moves"):
        engine.list_moves(START)


def test_an_engine_that_does_not_read_is_found_though_the_pipe_is_full(tmp_path: Path) -> None:
    process = UciProcess(fake("deaf", tmp_path).command, "fake", QUICK)
    process.start()
    with pytest.raises(EngineFault, match=r'did not answer "position'):
        process.ask("go nodes 1", "position startpos moves" + " e2e4" * 100_000, until="readyok")


def test_an_engine_goes_with_the_object_that_holds_it(tmp_path: Path) -> None:
    engine = fake_engine("sound", tmp_path)
    engine.start()
    assert len(remaining(tmp_path)) == 1
    del engine
    assert remaining(tmp_path) == []


OWNER = """
import sys, time
from pathlib import Path
from tests.tasks.opponents.engines import fake_engine
engine = fake_engine(sys.argv[2], Path(sys.argv[1]))
engine.start()
print("started", flush=True)
if sys.argv[3] == "raise":
    raise KeyboardInterrupt
if sys.argv[3] == "wait":
    time.sleep(1000)
"""


@pytest.mark.parametrize(("mode", "how"), [("stubborn", "end"), ("stubborn", "raise"), ("sound", "wait")])
def test_an_engine_goes_with_the_python_that_started_it(mode: str, how: str, tmp_path: Path) -> None:
    command = [sys.executable, "-c", OWNER, str(tmp_path), mode, how]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as owner:
        assert owner.stdout and owner.stdout.readline() == b"started\n"
        if how == "wait":
            owner.send_signal(signal.SIGKILL)  # then the end of its input ends a sound engine
        owner.wait(30)
    deadline = time.monotonic() + 20
    while remaining(tmp_path) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert remaining(tmp_path) == []


def test_the_pool_lends_an_engine_again_after_its_fault(tmp_path: Path) -> None:
    choice = fake("crash", tmp_path)
    with pytest.raises(EngineFault), borrow_engine(Named(), choice) as first:
        search(first)
    (tmp_path / "mended").touch()
    with borrow_engine(Named(), choice) as second:
        assert second is first and search(second) == "e2e4"


class Duel:
    """A challenge whose opponent is an engine that moves first."""

    def __init__(self, choice: EngineChoice) -> None:
        self.choice, self.steps = choice, list[str]()

    async def advance(self, compute: Compute) -> bool:
        level = find_chess_level("nodes-1")

        def move() -> int:
            self.steps.append(choose_chess_move(Named(), START, self.steps, MOVES, level, 1, self.choice))
            return 0

        await compute(move, level.work)
        return True

    def write_question(self) -> str:
        return "Your move?"

    def accept(self, answer: str) -> str | None:
        return None

    def score(self) -> float:
        raise AssertionError("a game that the engine broke off must not be scored")

    def describe(self) -> dict[str, Any]:
        return {}


class DuelSkill:
    sample_answer = "e2e4"

    def __init__(self, choice: EngineChoice) -> None:
        self.choice = choice

    def begin(self, opponent: str, number: int, stream: tuple[int, int, int]) -> Duel:
        return Duel(self.choice)


@pytest.mark.parametrize("mode", ["crash", "illegal move"])
def test_a_fault_ends_a_match_with_an_error_and_never_with_a_loss(mode: str, tmp_path: Path) -> None:
    async def ask(question: Question) -> Reply:
        raise AssertionError("the player is not asked")

    ladder = Ladder("1", "0", ("nodes-1",), np.zeros(1), np.zeros((1, 1)))
    plan = MatchPlan(DuelSkill(fake(mode, tmp_path)), ladder, {}, 0, 0, 2, "", 0, opponents=("nodes-1",))
    finished: list[Any] = []
    with pytest.raises(EngineFault, match=r"^the engine fake "):
        asyncio.run(play_match(plan, ask, finished=finished.append))
    assert finished == []


def test_a_program_that_is_not_there_is_named() -> None:
    with pytest.raises(EngineFault, match=r"there is no engine '/no/such/engine': give the path of a UCI engine"):
        choose_engine("/no/such/engine --threads 1")
    with pytest.raises(EngineFault, match="cannot start the engine x: there is no program"):
        UciProcess(("/no/such/engine",), "x", Limits()).start()
