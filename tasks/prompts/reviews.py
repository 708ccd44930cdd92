"""The words of reviews: how a player is asked to look back at its games, and how an author reads what it named.

Each sentence has three paraphrases.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from quickstudy.tasks.prompts.notes import write_notes
from quickstudy.tasks.prompts.play import WORDINGS
from quickstudy.tasks.prompts.titles import ANSWER_TITLE, RULES_TITLE, STUDIED_TITLE

MARK = '"worst"'
"""What tells the form of a review from other answers."""
FORM = '{"worst": [{"number": 0, "better": "%s", "why": "..."}]}'


@dataclass(frozen=True)
class ReviewWording:
    """One paraphrase of the sentences on reviews."""

    reviewer: str
    game: str
    own: str
    answer: str
    request: str
    unreadable: str
    illegal: str
    reviews: str
    nothing: str


REVIEW_WORDINGS: tuple[ReviewWording, ...] = (
    ReviewWording(
        reviewer="Look back at a board game that you have played, and find out by which of your moves you lost most.",
        game="This is the game, which you played with the notes above: its name, your side, all moves in order, then the result. "
        "The first %d moves were made at random.",
        own="Your own moves by their numbers in the game: %s",
        answer="Think as you like, then end your reply with your worst moves as a JSON object in the form\n%s\n"
        "Name at most %d of your moves by their numbers, the worst one first, each with a move that would have been better at that "
        "point and, in a few words, why. Where you find no mistake, give an empty list.",
        request="Name your worst moves now.",
        unreadable="No worst moves could be read from your reply: name only moves of your own by their numbers, each once and at most %d "
        "of them. End your reply with one JSON object such as %s and nothing after it.",
        illegal='At number %d the move "%s" was not legal. Name your worst moves once more, each with a legal move that would have '
        "been better.",
        reviews="After these games their player named these moves as its worst, and what would have been better:",
        nothing="no mistake was found",
    ),
    ReviewWording(
        reviewer="You have finished a board game. Go through it again and work out which of your moves harmed you most.",
        game="Below is the game as it went while you had the notes above. The line gives its name, tells which side was yours, lists "
        "every move and says how it ended. Chance alone chose the first %d moves.",
        own="These were your moves, with their numbers: %s",
        answer="You may reason first. The last thing in your reply must be a JSON object that lists your worst moves, like\n%s\n"
        "List no more than %d of your moves, by number and with the most harmful one in front. Say for each which move would have done "
        "better there, and briefly why. If nothing went wrong, leave the list empty.",
        request="Now list your worst moves.",
        unreadable="Your reply held no list of worst moves that can be read. Only your own moves count, by number, none twice, and no more "
        "than %d. Finish with a JSON object in the form %s.",
        illegal='You could not have played "%s" at number %d. Please list your worst moves again, and for each a move that the rules '
        "allowed.",
        reviews="The player of these games went through them again. These were its worst moves in its own view, with better ones:",
        nothing="nothing went wrong",
    ),
    ReviewWording(
        reviewer="The following board game is over, and you were one of its players. Judge your own moves in it: which were the weakest?",
        game="For reference, here is the game, in which you relied on these notes: its name, your side, all moves and the outcome. "
        "The first %d moves in it are random.",
        own="The moves that were yours, by number: %s",
        answer="Close your reply with your weakest moves, written as JSON:\n%s\nThere may be up to %d of your own moves in it, given by "
        "number and weakest first, each along with the move that should have been made instead and a short reason. The list stays "
        "empty where no move was weak.",
        request="Please give your weakest moves.",
        unreadable="I found no weakest moves in what you wrote. They must be your own, named by number, all different, and %d at the most. "
        "Please close with JSON like %s.",
        illegal='The move at number %d could not have been "%s", which is no legal move there. Give your weakest moves again, with legal '
        "ones instead.",
        reviews="Having seen these games again, their player thinks these moves the weakest, and others better:",
        nothing="no weak move was seen",
    ),
)


def write_numbered(moves: dict[int, str]) -> str:
    """A player's own moves behind their numbers in the game."""
    return ", ".join(f"{number} {move}" for number, move in moves.items())


def write_review_form(sample_move: str) -> str:
    """The form of a review's answer, in which no number is one of a move."""
    return FORM % sample_move


def write_review_request(wording: int = 0) -> str:
    """The question that asks for a review."""
    return REVIEW_WORDINGS[wording].request


def write_no_review(most: int, sample_move: str, wording: int = 0) -> str:
    """The retry after a reply without a readable review."""
    return REVIEW_WORDINGS[wording].unreadable % (most, write_review_form(sample_move))


def write_not_better(number: int, move: str, wording: int = 0) -> str:
    """The retry after a review that calls a move better which was not legal."""
    text, shown = REVIEW_WORDINGS[wording].illegal, move[:80]
    return text % ((shown, number) if text.index("%s") < text.index("%d") else (number, shown))


def write_named(game: int, name: str, number: int, played: str, better: str | None, why: str) -> str:
    """A move that a review named, as an author reads it."""
    instead = "" if better is None else f", better {better}"
    return f"Game {game} ({name}), move {number} {played}{instead}" + (f": {why}" if why else "")


def write_none_named(game: int, name: str, wording: int = 0) -> str:
    """A review that named no move, as an author reads it."""
    return f"Game {game} ({name}): {REVIEW_WORDINGS[wording].nothing}"


def write_reviewer(
    rules: str | None,
    notes: Sequence[str],
    game: str,
    own: str,
    opening_plies: int,
    most: int,
    sample_move: str,
    wording: int = 0,
) -> str:
    """The constant part of what a reviewer is asked: the task, the rules, the notes, its game, and the answer format.

    `game` is a line of `write_studied` and `own` what `write_numbered` says of it; at most so many moves may be named.
    """
    words = REVIEW_WORDINGS[wording]
    parts = [
        words.reviewer,
        f"{RULES_TITLE}\n{rules if rules is not None else WORDINGS[wording].no_rules}",
        write_notes(notes, wording),
        "\n".join([STUDIED_TITLE, words.game % opening_plies, game, words.own % own]),
        f"{ANSWER_TITLE}\n{words.answer % (write_review_form(sample_move), most)}",
    ]
    return "\n\n".join(parts)
