"""The words of the report test: a player is asked which cues it goes by when it chooses a move.

The system message is that of a game, with its rules and examples; the question gives a list of cues, each behind a
letter. Sentences have three paraphrases; what a cue is has one, like the rules.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from quickstudy.tasks.prompts.titles import CUES_TITLE

MARK = '"cues"'
"""What tells the form of a report from other answers."""
FORM = '{"cues": [{"cue": "...", "want": "more"}, {"cue": "...", "want": "less"}]}'

CUE_WORDS: Mapping[str, str] = {
    "pieces": "how many more pieces than your opponent you have on the board",
    "inner": "how many of your pieces stand on cells that have a neighbour in every direction",
    "advance": "how far your pieces stand in all from the side of the board where your own pieces begin, counted in ranks",
    "height": "how high the ranks are in all on which your pieces stand",
    "joined": "how many pairs of your pieces stand next to each other",
    "contact": "how many pairs of one of your pieces and one of your opponent's stand next to each other",
    "rows": "how many straight rows of three adjacent cells are filled with your pieces",
    "enemies": "how many pairs of your opponent's pieces stand next to each other",
    "replies": "how many moves are possible in the position that your move leads to",
    "left": "how many of your pieces stand on the left half of the board",
    "colour": "how many of your pieces stand on cells whose file and rank, both counted from 1, add up to an even number",
    "files": "how many of your pieces stand on the first file from the left, the third, the fifth and so on",
}
KIND_WORDS = "how many more pieces of the kind %s than your opponent you have on the board"


@dataclass(frozen=True)
class ReportWording:
    """One paraphrase of the sentences of the report test."""

    lead: str
    answer: str
    unreadable: str


REPORT_WORDINGS: tuple[ReportWording, ...] = (
    ReportWording(
        lead="Do not choose a move this time. When it is your turn in this game you choose among positions that your move can lead to. "
        "Which of these things about such a position make a difference to your choice?",
        answer="Think as you like, then end your reply with a JSON object in the form\n%s\n"
        "Name at most %d of these things by their letters, the one that makes the largest difference first, and say of each whether you want it "
        "to be more or less. Leave out what makes no difference to your choice. Where nothing does, give an empty list.",
        unreadable="No list could be read from your reply: name only letters of the list, each once and at most %d of them, and "
        "with each that you want more or less of it. End your reply with one JSON object such as %s and nothing after it.",
    ),
    ReportWording(
        lead="For this question no move is wanted. Whenever you have to move in this game, you prefer some of the positions that can come about "
        "to others. Look at the following list of what such a position can be like. By what on it do you go when you decide?",
        answer="You may reason first. The last thing in your reply must be a JSON object like\n%s\n"
        "List no more than %d entries, each with the letter of what you go by and with more or less, whichever you prefer; what counts most stands in "
        "front. What plays no part in your decisions is not to be listed, and if nothing on the list does, leave yours empty.",
        unreadable="Your reply held no list that can be read. Only letters from the list above count, none twice and no more than %d, "
        "each together with more or less. Finish with a JSON object in the form %s.",
    ),
    ReportWording(
        lead="Leave aside for now which move you would make. Below are properties of the positions in which your moves in this game can end. Tell "
        "which of them guide your moves.",
        answer="Close your reply with the properties that guide you, written as JSON:\n%s\nThere may be up to %d of them in it, given by "
        "letter, the strongest guide first, each along with more or less, depending on what you aim for. Properties without any influence on your "
        "moves are to be omitted; the list stays empty if none has any.",
        unreadable="I found no list of properties in what you wrote. They must be letters of the list, all different, %d at the most, "
        "and each needs more or less beside it. Please close with JSON like %s.",
    ),
)


def describe_cue(cue: str, *, turned: bool = True) -> str:
    """What a cue is, in words; `turned` says whether the players sit at opposite sides of the board.

    A cue of a kind of piece is `kind NAME`, with the name that the player knows.
    """
    if cue == "advance" and not turned:
        return CUE_WORDS["height"]
    return KIND_WORDS % cue.partition(" ")[2] if " " in cue else CUE_WORDS[cue]


def write_cues(described: Mapping[str, str], most: int, wording: int = 0) -> str:
    """The question of the report test: words of cues by their letters, of which at most so many may be named."""
    words = REPORT_WORDINGS[wording]
    lines = [f"{letter}: {text}" for letter, text in described.items()]
    return "\n".join([CUES_TITLE, words.lead, *lines, words.answer % (FORM, most)])


def write_no_cues(most: int, wording: int = 0) -> str:
    """The retry after a reply without a readable list."""
    return REPORT_WORDINGS[wording].unreadable % (most, FORM)
