"""Examples from a user's PGN file: read game by game, filtered by rating, each game once."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

import chess.pgn

from quickstudy.tasks.chess_variants.movetext import write_movetext
from quickstudy.tasks.chess_variants.position import RESULTS
from quickstudy.tasks.chess_variants.variant import Variant
from quickstudy.tasks.examples.chess_probes import is_chess_held_out

LEAST_PLIES = 8
PGN = "pgn-"
"""How the names of such sources begin."""
SHIPPED = Path(__file__).parent / "shipped"


@dataclass(frozen=True)
class PgnSource:
    """A PGN file as a source of examples: games whose players both have at least the rating `least` (0: any).

    `digest` (16 hex digits) is of the file's content, so that a changed file is another source.
    """

    path: Path
    digest: str
    least: int = 0

    @property
    def name(self) -> str:
        """What a cell calls the source: not the file's name, which is the user's."""
        return f"{PGN}{self.digest}" + (f"-{self.least}" if self.least else "")


@dataclass
class Refused:
    """How many games of a file were left out, and why."""

    rating: int = 0
    repeated: int = 0
    unusable: int = 0
    tested: int = 0

    def __str__(self) -> str:
        return (
            f"{self.rating} below the rating, {self.repeated} repeated, {self.tested} through a position kept for "
            f"tests, {self.unusable} without a result, too short, broken or of another variant"
        )


def list_shipped() -> list[str]:
    """Names of the sets of games that come with the package."""
    return sorted(path.stem for path in SHIPPED.glob("*.pgn"))


def open_pgn(path: str, least: int = 0) -> PgnSource:
    """The source of a file, or of a set of games that comes with the package, by its name.

    Raises ValueError where it cannot be read.
    """
    if least < 0:
        raise ValueError(f"a rating of at least {least}: give 0 (any) or more")
    digest, place = hashlib.sha256(), SHIPPED / f"{path}.pgn" if path in list_shipped() else Path(path)
    try:
        with place.open("rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
    except OSError as error:
        raise ValueError(
            f"cannot read the PGN file {path}: {error.strerror or error}; give the path of one, or the name of a set "
            f"of games that comes with quickstudy ({', '.join(list_shipped())})"
        ) from error
    return PgnSource(place, digest.hexdigest()[:16], least)


def take_pgn_examples(source: PgnSource, variant: Variant, n: int, sets: int) -> list[list[str]]:
    """The first n games of a file for each of the sets 0..sets-1, which share none, in the order of the file.

    Which set a game belongs to follows from its moves. Reading ends when all sets are full. Raises ValueError, saying
    what was left out, where the file has fewer.
    """
    found: list[list[str]] = [[] for _ in range(sets)]
    refused = Refused()
    for line in _read_games(source, variant, refused):
        chosen = found[zlib.crc32(line.encode()) % sets]
        if len(chosen) < n:
            chosen.append(line)
        if all(len(lines) == n for lines in found):
            return found
    if n:
        least = min(len(lines) for lines in found)
        raise ValueError(
            f"{n} examples for each of {sets} sets asked of {source.path}, which has {least} for one of them "
            f"(left out: {refused}): choose a smaller n, fewer sets, or another file"
        )
    return found


class _Collector(chess.pgn.GameBuilder[chess.pgn.Game]):
    """Builds games and keeps what is wrong with them, which python-chess would also log to standard error."""

    def handle_error(self, error: Exception) -> None:
        """Keep a fault with the game."""
        self.game.errors.append(error)


def _read_next(file: TextIO) -> chess.pgn.Game | None:
    """The next game of a file, None at its end; one that cannot be read at all has an error and no moves."""
    try:
        return chess.pgn.read_game(file, Visitor=_Collector)
    except Exception as error:  # for bytes that are no PGN python-chess raises of all kinds
        for line in file:  # what is left of the game is none of its own
            if line.isspace():
                break
        broken = chess.pgn.Game()
        broken.errors.append(error)
        return broken


def _read_games(source: PgnSource, variant: Variant, refused: Refused) -> Iterator[str]:
    """The usable games of a file as movetext with result, each once."""
    seen = set[bytes]()
    with source.path.open(encoding="utf-8", errors="replace") as file:
        while (game := _read_next(file)) is not None:
            if game.errors:
                refused.unusable += 1
                continue
            if min(_rating(game, "WhiteElo"), _rating(game, "BlackElo")) < source.least:
                refused.rating += 1
                continue
            line = _write(game, variant, refused)
            if line is None:
                continue
            key = hashlib.blake2b(line.encode(), digest_size=8).digest()
            if key in seen:
                refused.repeated += 1
                continue
            seen.add(key)
            yield line


def _rating(game: chess.pgn.Game, header: str) -> int:
    text = game.headers.get(header, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _write(game: chess.pgn.Game, variant: Variant, refused: Refused) -> str | None:
    """A game's main line as an example; None where it cannot be one."""
    result, position, steps = game.headers.get("Result"), variant.start(), list[str]()
    moves = [move.uci() for move in game.mainline_moves()]
    usual = game.board().fen() == position.fen if not variant.shuffled else False
    if not usual or result not in RESULTS or len(moves) < LEAST_PLIES:
        refused.unusable += 1
        return None
    for move in moves:
        if move not in position.list_moves():
            refused.unusable += 1
            return None
        steps.append(position.write_move(move))
        position.push(move)
        if is_chess_held_out(variant, position):
            refused.tested += 1
            return None
    return " ".join([*write_movetext(steps), str(result)])
