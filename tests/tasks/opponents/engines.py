"""Engines and variants that several tests share."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from quickstudy.tasks.opponents.chess_engine import ChessEngine
from quickstudy.tasks.opponents.engine_choice import EngineChoice
from quickstudy.tasks.opponents.uci import Limits
from tests.tasks.opponents.fake_engine import START

FAKE = Path(__file__).with_name("fake_engine.py")
SHORT = Limits(start=20.0, answer=20.0, search=20.0, output=1 << 20)


@dataclass(frozen=True)
class Named:
    name: str = "chess"
    start_fen: str = START
    ini: str = ""


# walkers step diagonally and take like knights; horses the other way round; a king wins on the far rank
QUILL = Named(
    "quill",
    "rwhkwr/pppppp/6/6/PPPPPP/RWHKWR w - - 0 1",
    """[quill:chess]
maxRank = 6
maxFile = f
pieceToCharTable = -
bishop = -
queen = -
customPiece1 = w:mFcN
customPiece2 = h:NmW
startFen = rwhkwr/pppppp/6/6/PPPPPP/RWHKWR w - - 0 1
castling = false
doubleStep = false
promotionRank = 6
promotionPieceTypes = wr
flagPiece = k
flagRegionWhite = *6
flagRegionBlack = *1
""",
)


def fake(mode: str, folder: Path) -> EngineChoice:
    return EngineChoice("fake", (sys.executable, str(FAKE), mode, str(folder)), "0" * 64, published=False)


def fake_engine(mode: str, folder: Path, limits: Limits = SHORT) -> ChessEngine:
    return ChessEngine(fake(mode, folder), Named(), limits)
