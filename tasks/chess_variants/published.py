"""Published variants: how the engine calls them, and their rules in English."""

from __future__ import annotations

from dataclasses import dataclass

from quickstudy.tasks.chess_variants.spec import MAX_PLIES, MOVES_WITHOUT_PROGRESS


@dataclass(frozen=True)
class Published:
    """A variant that python-chess knows: its title, its name in Fairy-Stockfish, what wins, and its rules."""

    title: str
    engine: str
    goal: str
    rules: str


_PIECES = """\
The board has 8 files, a to h, and 8 ranks, 1 to 8. Two players, White and Black, move in turn; White moves first.
The pieces are king (K), queen (Q), rook (R), bishop (B), knight (N) and pawn (P).
A king moves one square in any direction. A rook moves any number of squares along its file or rank, a bishop diagonally, \
and a queen in all these directions; none of them passes over a piece. A knight leaps two squares along its file or rank \
and one across.
These pieces capture by moving to a square that an enemy piece stands on, which is removed.
A pawn moves one square straight forwards to an empty square, from its player's second rank also two if both are empty. \
It captures one square diagonally forwards. A pawn that has just moved two squares may be captured by an enemy pawn as if \
it had moved only one (en passant), in the very next move only.
"""
_SETUP = """\
White begins with rook, knight, bishop, queen, king, bishop, knight, rook on a1 to h1 and pawns on the second rank; Black \
mirrors this on ranks 8 and 7.
"""
_PROMOTION = "A pawn that reaches the last rank must promote to queen, rook, bishop or knight.\n"
_CASTLING = """\
Castling: a king that has not moved goes two squares towards a rook that has not moved, and that rook to the square that \
the king passed over. All squares between them must be empty, and the king may not be in check, pass over an attacked \
square or reach one. It is written O-O towards the h-file and O-O-O towards the a-file.
"""
_CHECK = """\
A king that an enemy piece could capture is in check. No move may leave the mover's own king in check. A player who is in \
check and has no legal move is checkmated and loses. A player who is not in check and has no legal move is stalemated: a draw.
"""
_MATERIAL = "The game is a draw when neither player has the pieces to give checkmate by any moves.\n"
_DRAWS = f"""\
The game is a draw when the same position occurs for the third time, after {MOVES_WITHOUT_PROGRESS} moves of each player in \
a row without a capture and without a pawn's move, and after {MAX_PLIES} moves of both players together."""
_CHESS = _PIECES + _SETUP + _PROMOTION + _CASTLING + _CHECK

TEXTS: dict[str, Published] = {
    "orthodox": Published("Chess", "chess", "checkmate", _CHESS + _MATERIAL + _DRAWS),
    "chess960": Published(
        "Chess960",
        "fischerandom",
        "checkmate",
        _PIECES
        + """\
White begins with eight pieces (king, queen, two each of the others) on the first rank in an order drawn by chance, with \
the king between the rooks and the bishops on squares of different colours, and with pawns on the second rank; Black \
mirrors this. Each game tells the order, from a to h, in brackets.
"""
        + _PROMOTION
        + """\
Castling: a king and a rook that have not moved go, whatever squares they began on, to the squares on which castling ends \
in usual chess: king g and rook f towards the h-file (O-O), king c and rook d towards the a-file (O-O-O). All squares \
that either passes over or reaches must be empty but for these two, and the king may not be in check, pass over an attacked \
square or reach one.
"""
        + _CHECK
        + _MATERIAL
        + _DRAWS,
    ),
    "three-check": Published(
        "Three-check chess",
        "3check",
        "checkmate or 3 checks",
        _CHESS
        + "A player who gives check for the third time in the game wins at once.\n"
        + "The game is also a draw when only the two kings are left.\n"
        + _DRAWS,
    ),
    "king-of-the-hill": Published(
        "King of the Hill",
        "kingofthehill",
        "checkmate or the centre",
        _CHESS + "A player whose king reaches one of the squares d4, e4, d5 and e5 wins at once.\n" + _DRAWS,
    ),
    "horde": Published(
        "Horde chess",
        "horde",
        "checkmate; the last white piece",
        _PIECES
        + """\
White has no king and begins with 36 pawns: on all squares of ranks 1 to 4 and on b5, c5, f5 and g5. A white pawn on the \
first rank may also move two squares if both are empty, but cannot be captured en passant after that. Black begins as in \
usual chess, with its pieces on rank 8 and pawns on rank 7.
"""
        + _PROMOTION
        + _CASTLING
        + """\
White wins by checkmate. Black wins by capturing every white piece. Black may not leave its own king in check. A player \
without a legal move (Black while not in check) is stalemated: a draw.
"""
        + _DRAWS,
    ),
    "racing-kings": Published(
        "Racing Kings",
        "racingkings",
        "the king on rank 8",
        """\
The board has 8 files, a to h, and 8 ranks, 1 to 8. Two players, White and Black, move in turn; White moves first.
The pieces are king (K), queen (Q), rook (R), bishop (B) and knight (N); there are no pawns.
A king moves one square in any direction. A rook moves any number of squares along its file or rank, a bishop diagonally, \
and a queen in all these directions; none of them passes over a piece. A knight leaps two squares along its file or rank \
and one across. A piece captures by moving to a square that an enemy piece stands on, which is removed.
White begins with knight, bishop, rook, queen on e1 to h1 and knight, bishop, rook, king on e2 to h2; Black with the same, \
mirrored, on d1 to a1 and d2 to a2. All pieces race in the same direction.
No move may leave the own king in check, and no move may give check either.
The first player whose king reaches rank 8 wins; but if White's king does and Black's can follow with the very next move, \
Black may do so and the game is a draw. A player without a legal move: a draw.
"""
        + _DRAWS,
    ),
    "atomic": Published(
        "Atomic chess",
        "atomic",
        "checkmate or an exploded king",
        _PIECES
        + _SETUP
        + _PROMOTION
        + _CASTLING
        + """\
Every capture is an explosion: the captured piece, the capturing piece and all pieces except pawns on the eight squares \
around the square of the capture are removed (in a capture en passant, around the square that the pawn moves to). A \
player whose king explodes loses at once, and no player may explode the own king; so kings cannot capture.
A king is in check when an enemy piece could capture it, but never while the two kings stand on neighbouring squares. No \
move may leave the own king in check, unless it explodes the enemy king. A player who is in check and has no legal move is \
checkmated and loses. A player who is not in check and has no legal move is stalemated: a draw.
"""
        + "The game is a draw when neither player has the pieces to win by any moves.\n"
        + _DRAWS,
    ),
    "antichess": Published(
        "Antichess",
        "antichess",
        "no piece or no move left",
        _PIECES
        + _SETUP
        + """\
A player who can capture must capture, with a free choice among captures. The king is a piece like others: there is no \
check, no checkmate and no castling. A pawn that reaches the last rank must promote to queen, rook, bishop, knight or king.
A player who has lost all pieces, or has no legal move, wins.
"""
        + "The game is a draw when only bishops are left that can never meet.\n"
        + _DRAWS,
    ),
    "crazyhouse": Published(
        "Crazyhouse",
        "crazyhouse",
        "checkmate",
        _CHESS
        + """\
A captured piece changes sides and goes into the hand of the player who captured it; one that was promoted goes there as a \
pawn. Instead of moving, a player may drop a piece from the hand on any empty square, a pawn not on the first or last rank. \
A drop is written with the piece's letter, @ and the square, as in N@f3 or P@e5. Drops may give check and checkmate.
"""
        + _DRAWS,
    ),
}
