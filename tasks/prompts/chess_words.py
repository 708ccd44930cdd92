"""What models read about chess beside the rules of a variant, in three wordings."""

from __future__ import annotations

CHESS_PIECES = ("upper-case letters", "lower-case letters")
"""How the pieces of White and Black are shown on boards."""

_LIBRARY_LEADS = (
    "These are complete games between two players of some strength, one on each line: all moves in order, then the result.",
    "Below are whole games of two players of some strength. Each line lists every move of a game and says how it ended.",
    "For reference, here are games that two players of some strength finished, a line for each, with all moves and the outcome.",
)


_POSITIONS = (
    "The pieces of a position are given in Forsyth-Edwards notation (FEN): rank by rank from the top, with / between ranks and numbers for runs of empty squares, White's pieces in upper case.",
    "A position's pieces are written as in FEN, the highest rank first: a / parts the ranks, a number counts empty squares in a row, and upper case is White.",
    "Positions are shown by the first part of a FEN, that is from the top rank down, separated by /, with digits for empty squares; White has the upper-case letters.",
)


def write_fen_note(wording: int = 0) -> str:
    """What is said of positions in examples that show these alone."""
    return _POSITIONS[wording]


def write_library_lead(wording: int = 0) -> str:
    """What is said above games from a user's file, whose first moves are not random."""
    return _LIBRARY_LEADS[wording]
