"""The rules of an invented variant in English, from its spec: one sentence on a line for everything that it says."""

from __future__ import annotations

from quickstudy.tasks.chess_variants.piece_wording import write_moves
from quickstudy.tasks.chess_variants.spec import (
    FILES,
    MAX_PLIES,
    MOVES_WITHOUT_PROGRESS,
    VariantSpec,
)

COUNTED = {1: "first", 2: "second", 3: "third"}
LEAPING = (
    "A leap passes over whatever stands between, but touches down between equal leaps on empty squares only. Other moves "
    "pass over empty squares only."
)
CAPTURING = "A piece captures by moving to a square that an enemy piece stands on, which is removed."
DOUBLE = "A pawn on its second rank may also move two squares straight forwards, if both are empty."
PASSING = (
    "A pawn that has just moved two squares may be captured by an enemy pawn as if it had moved only one (en passant), "
    "but only in the very next move."
)
CHECK = (
    "A king that an enemy piece could capture is in check. No move may leave the mover's own king in check. A player who "
    "is in check and has no legal move is checkmated and loses."
)
STALEMATE = {
    "draw": "A player who is not in check and has no legal move is stalemated: the game is a draw.",
    "loss": "A player who is not in check and has no legal move is stalemated and loses.",
}
BARE = "The game is a draw when only the two kings are left."
RACE = "A player whose king reaches the last rank, seen from that player, wins at once."
REPEATED = "The game is a draw when the same position, with the same player to move, occurs for the third time."
QUIET = f"It is a draw after {MOVES_WITHOUT_PROGRESS} moves of each player in a row without a capture and without a pawn's move."
LONG = f"It is a draw after {MAX_PLIES} moves of both players together."

NOTATION = (
    "Moves are written in standard algebraic notation: the letter of the piece (none for a pawn), where needed the file, the rank or both that it leaves, x for a capture, the square that it reaches, = and a letter for a promotion, + for check and # for checkmate. "
    "A move may also be written as the two squares in lower case, with the letter of a promotion behind them."
)
OUTCOMES = "A game ends with 1-0 where White has won, 0-1 where Black has won, and 1/2-1/2 where it is a draw."


def write_notation() -> str:
    """How moves and results are written, of every variant."""
    return f"{NOTATION}\n{OUTCOMES}"


def write_rules(spec: VariantSpec) -> str:
    """The rules in English."""
    lines = [
        f"{spec.name} is a game like chess for two players, White and Black, who move in turn. White moves first.",
        f"The board has {spec.files} files, a to {FILES[spec.files - 1]}, and {spec.ranks} ranks, 1 to {spec.ranks}. "
        "White's first rank is rank 1 and Black's is the highest; forwards is towards the enemy's first rank.",
        "",
        "Set-up of White, rank by rank:",
        *(f"Rank {rank}: {' '.join(row)}" for rank, row in enumerate(spec.rows, 1)),
        "Black's pieces stand on the same files, on the ranks counted from Black's side.",
        "",
        "Pieces, with their letters:",
        *(f"The {piece.name} ({piece.letter}) {write_moves(piece.betza)}." for piece in spec.pieces),
        LEAPING,
        CAPTURING,
    ]
    if spec.double_step:
        lines += [DOUBLE, PASSING]
    named = [f"{spec.kinds[letter].name}" for letter in spec.promotions]
    lines += [
        f"A pawn that reaches the last rank must promote to one of: {', '.join(named)}.",
        "",
        "How the game ends:",
        CHECK,
        STALEMATE[spec.stalemate],
    ]
    if spec.race:
        lines.append(RACE)
    else:
        lines.append(BARE)
    if spec.checks:
        lines.append(f"A player who gives check for the {write_ordinal(spec.checks)} time in the game wins at once.")
    return "\n".join([*lines, REPEATED, QUIET, LONG])


def write_ordinal(number: int) -> str:
    """1 as first, 4 as 4th."""
    return COUNTED.get(number, f"{number}th")
