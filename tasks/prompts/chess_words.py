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


_FEN_ANSWERS = (
    '"board": how does the board look? The answer is the position in Forsyth-Edwards notation (FEN).',
    '"board": the look of the board, given as a FEN.',
    '"board": what is on the board? The rules reply in Forsyth-Edwards notation (FEN).',
)
_FORMS = (
    "Moves are written as in a game, in algebraic notation or by their squares; their numbers can be left out.",
    "Write moves the way you would in a game, algebraically or as squares, with their numbers or without.",
    "A move is named by algebraic notation or by its squares, just as in play, and needs no number before it.",
)
_STARTS = (
    "Games begin from many positions here, so that no position is empty: its first word is the order of White's pieces from a to h in brackets, such as %s.",
    "As there are many starts, a position is never empty. First comes the order of White's pieces, from a to h and in brackets, for example %s.",
    "There is more than one start. Every position therefore opens with White's pieces from a to h in brackets, like %s, and none is empty.",
)


def write_fen_answer(wording: int = 0) -> str:
    """What is said of the question for the board in practice."""
    return _FEN_ANSWERS[wording]


def write_practice_form(start: str = "", wording: int = 0) -> str:
    """How moves of a position are written in practice; `start` is a sample of a start's name where there are many."""
    return f"{_FORMS[wording]} {_STARTS[wording] % start}" if start else _FORMS[wording]
