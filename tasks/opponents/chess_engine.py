"""A UCI engine that plays one chess variant: it tests itself at the start, lists legal moves, and searches by nodes."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

import chess
from chess.variant import find_variant

from quickstudy.tasks.opponents.engine_choice import EngineChoice
from quickstudy.tasks.opponents.uci import EngineFault, Limits, UciProcess

ORTHODOX = "chess"
CHESS960 = "fischerandom"
HASH = 4  # MiB; clearing a larger table before each move would cost more than most searches
UNCLEARED = {"antichess", "crazyhouse", "horde"}
"""Variants without kings or with pieces in hand: there Fairy-Stockfish keeps evaluations under too small a key.

A new game does not clear these tables, but each thread has its own, so that a new thread begins without.
"""
_PERFT = re.compile(r"(\S+): (\d+)")


class Variant(Protocol):
    """What an engine must know of a variant."""

    @property
    def name(self) -> str:
        """Fairy-Stockfish's name of it."""

    @property
    def start_fen(self) -> str:
        """The position a game starts from, as the engine writes it."""

    @property
    def ini(self) -> str:
        """Its definition in the syntax of Fairy-Stockfish's `variants.ini`; "" for one that engines know by name."""


class ChessEngine:
    """An engine set to one variant. Its process starts, and is tested, at the first question and after each fault.

    Not to be shared by threads without a lock. All methods raise EngineFault, after which the process is gone.
    """

    def __init__(self, choice: EngineChoice, variant: Variant, limits: Limits | None = None) -> None:
        self.choice, self.variant = choice, variant
        self._process = UciProcess(choice.command, choice.name, limits)
        self._shows_board = False
        new_thread = ("setoption name Threads value 1",) if variant.name in UNCLEARED else ()
        self._clear = (*new_thread, "ucinewgame", "isready")

    @property
    def running(self) -> bool:
        """Whether its process runs and has passed the test."""
        return self._process.running

    def start(self) -> None:
        """Start the process anew, set it to the variant, and test it."""
        offered = set_variant(self._process, self.variant)
        options = {"Threads": "1", "Hash": str(HASH), **dict(self.choice.options)}
        self._process.ask(
            *(f"setoption name {name} value {value}" for name, value in options.items() if name in offered),
            "isready",
            until="readyok",
        )
        self._shows_board = check_board(self._process, self.variant)
        if self._shows_board:
            check_moves(self._process, self.variant)

    def list_moves(self, fen: str, moves: Sequence[str] = ()) -> list[str]:
        """The legal moves in UCI, in alphabetical order, after moves from a position."""
        self._ensure_started()
        if not self._shows_board:
            raise EngineFault(
                f"the engine {self.choice.name} cannot list legal moves (it does not know `d` and `perft`)"
            )
        return sorted(_count_moves(self._process, fen, moves, 1))

    def search(self, fen: str, moves: Sequence[str], nodes: int, legal: Sequence[str]) -> str:
        """The engine's move after a search of so many nodes from cleared tables.

        `moves` lead from the position `fen` to the one searched, and `legal` are the legal ones there, of which the
        answer must be one.
        """
        self._ensure_started()
        lines = self._process.ask(
            *self._clear,
            write_position(fen, moves),
            f"go nodes {nodes}",
            until="bestmove",
            after="readyok",
            seconds=self._process.limits.search,
        )
        words = lines[-1].split()
        move = words[1] if len(words) > 1 else "nothing"
        if move not in legal:
            raise self._process.fail(f"played {move!r}, which is no legal move, at {fen} {' '.join(moves)}".rstrip())
        return move

    def close(self) -> None:
        """End the process."""
        self._process.close()

    def _ensure_started(self) -> None:
        if not self._process.running:
            self.start()


def write_position(fen: str, moves: Sequence[str] = ()) -> str:
    """The UCI command that sets up a position."""
    return " ".join([f"position fen {fen}", *(["moves", *moves] if moves else [])])


def set_variant(process: UciProcess, variant: Variant) -> set[str]:
    """Start a process and set it to a variant; returns the names of its options. Raises EngineFault."""
    options = _read_options(process.start())
    commands = []
    if variant.ini:
        if "VariantPath" not in options:
            raise process.fail("cannot play invented variants (it has no option VariantPath)")
        with tempfile.TemporaryDirectory(prefix="quickstudy-") as folder:
            path = Path(folder, "variants.ini")
            path.write_text(variant.ini, encoding="utf-8")
            process.ask(f"setoption name VariantPath value {path}", "isready", until="readyok")
        options = _read_options(process.ask("uci", until="uciok"))
    name = ORTHODOX if variant.name == CHESS960 else variant.name
    if "UCI_Variant" in options:
        if name not in options["UCI_Variant"].split():
            raise process.fail(f"does not know the variant {variant.name!r}")
        commands.append(f"setoption name UCI_Variant value {name}")
    elif name != ORTHODOX:
        raise process.fail(f"plays orthodox chess only, not {variant.name!r}")
    if "UCI_Chess960" in options:
        commands.append(f"setoption name UCI_Chess960 value {str(variant.name == CHESS960).lower()}")
    elif variant.name == CHESS960:
        raise process.fail("cannot play Chess960 (it has no option UCI_Chess960)")
    process.ask(*commands, "isready", until="readyok")
    return set(options)


def check_board(process: UciProcess, variant: Variant) -> bool:
    """Check that an engine keeps the pieces of a variant's start and of its definition; whether it shows boards at all.

    Engines that do not know a piece's moves drop it without a word. Raises EngineFault, also where a variant has a
    definition and the engine shows no board.
    """
    echo = _echo_board(process, variant.start_fen)
    if echo is None:
        if variant.ini:
            raise process.fail("does not show its board (it does not know `d`), so that its pieces cannot be checked")
        return False
    if echo.split()[:2] != variant.start_fen.split()[:2]:
        raise process.fail(
            f"sets up {echo.split()[0]!r} as the start of {variant.name!r}, not {variant.start_fen.split()[0]!r}: "
            "it does not know all of its pieces"
        )
    board, rest = variant.start_fen.split(maxsplit=1)
    for letter in list_letters(variant.ini):
        if letter.lower() not in board.lower():
            shown = re.sub("[A-JL-Za-jl-z]", letter.upper(), board, count=1)  # in the place of a piece that is no king
            echo = _echo_board(process, f"{shown} {rest}") or ""
            if letter.upper() not in echo.split(" ")[0]:
                raise process.fail(f"does not know the piece {letter!r} of {variant.name!r}: it drops it silently")
    return True


def check_moves(process: UciProcess, variant: Variant) -> None:
    """Check that an engine has the legal moves and replies at a variant's start that python-chess has.

    Of a variant that python-chess does not know only that there are moves. Raises EngineFault.
    """
    found = _count_moves(process, variant.start_fen, (), 2)
    expected = count_replies(variant)
    if not any(found.values()):
        raise process.fail(f"has no moves at the start of {variant.name!r}")
    if expected is not None and found != expected:
        odd = sorted(move for move in {*found, *expected} if found.get(move) != expected.get(move))
        raise process.fail(f"has other legal moves than python-chess at the start of {variant.name!r}: at {odd[0]}")


def count_replies(variant: Variant) -> Mapping[str, int] | None:
    """Each legal move at a variant's start, and the number of replies, by python-chess; None where it is unknown."""
    if variant.ini:
        return None
    kind: type[chess.Board]
    kind = chess.Board if variant.name in (ORTHODOX, CHESS960) else find_variant(variant.name)
    board, found = kind(variant.start_fen, chess960=variant.name == CHESS960), {}
    for move in list(board.legal_moves):
        text = board.uci(move)
        board.push(move)
        found[text] = board.legal_moves.count()
        board.pop()
    return found


def list_letters(ini: str) -> list[str]:
    """The letters of the pieces that a definition describes by their moves."""
    return re.findall(r"^\s*customPiece\d+\s*=\s*(\w)\s*:", ini, re.MULTILINE)


def _echo_board(process: UciProcess, fen: str) -> str | None:
    lines = process.ask(write_position(fen), "d", "isready", until="readyok")
    return next((line.removeprefix("Fen:").strip() for line in lines if line.startswith("Fen:")), None)


def _count_moves(process: UciProcess, fen: str, moves: Sequence[str], depth: int) -> dict[str, int]:
    lines = process.ask(write_position(fen, moves), f"go perft {depth}", until="Nodes searched:")
    found = (_PERFT.fullmatch(line) for line in lines)
    return {match[1]: int(match[2]) for match in found if match}


def _read_options(lines: Sequence[str]) -> dict[str, str]:
    """An engine's options by name, each with the values that a combo offers."""
    found = {}
    for line in lines:
        match = re.fullmatch(r"option name (.+?) type (\w+)(.*)", line)
        if match:
            found[match[1]] = " ".join(re.findall(r" var (\S+)", match[3]))
    return found
