"""What models read about chess beside the rules of a variant, in three wordings."""

from __future__ import annotations

CHESS_PIECES = ("upper-case letters", "lower-case letters")
"""How the pieces of White and Black are shown on boards."""

_LIBRARY_LEADS = (
    "These are complete games between two players of some strength, one on each line: all moves in order, then the result.",
    "Below are whole games of two players of some strength. Each line lists every move of a game and says how it ended.",
    "For reference, here are games that two players of some strength finished, a line for each, with all moves and the outcome.",
)


def write_library_lead(wording: int = 0) -> str:
    """What is said above games from a user's file, whose first moves are not random."""
    return _LIBRARY_LEADS[wording]
