"""What is said of notes, to those who write them and to those who read them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from quickstudy.tasks.prompts.titles import NOTES_TITLE


@dataclass(frozen=True)
class MemoryWording:
    """One paraphrase of the sentences on notes: how a player reads them, and how an author is asked for them."""

    notes: str
    no_notes: str
    author: str
    own_games: str
    answer: str
    mistake: str
    reason: str
    advice: str
    request: str
    forfeited: str
    unreadable: str
    too_long: str


EDITS = (
    '{"edits": [{"action": "add", "kind": "%s", "text": "..."}, {"action": "edit", "item": 2, "text": "..."}, '
    '{"action": "delete", "item": 1}, {"action": "keep", "item": 3}]}'
)
MEMORY_WORDINGS: tuple[MemoryWording, ...] = (
    MemoryWording(
        notes="An earlier player of this game left these notes for you:",
        no_notes="An earlier player of this game left no notes for you.",
        author="You prepare another player for a board game. That player will be told the rules and the notes that you keep, and "
        "nothing else of what you see here. Change the notes so that the player wins more often.",
        own_games="These are complete games of a player who had the notes above, one on each line: the game's name, that player's "
        "side, all moves in order, then the result. The first %d moves of each game were made at random.",
        answer="Think as you like, then end your reply with the changes to the notes as a JSON object, for example\n%s\n"
        "Each note is one line of a kind: %s. Notes that you do not name stay as they are. All notes together, with their numbers "
        "and kinds, may take %d bytes; now they take %d.",
        mistake="mistake (something that went wrong)",
        reason="reason (why it went wrong)",
        advice="advice (what to do instead)",
        request="Give your changes to the notes now.",
        forfeited="%s gave no legal move",
        unreadable="No changes could be read from your reply. End your reply with one JSON object such as %s and nothing after it.",
        too_long="With your changes the notes would take %d bytes, and they may take %d. Give all changes once more, with fewer or "
        "shorter notes.",
    ),
    MemoryWording(
        notes="Someone who played this game before you wrote down the following:",
        no_notes="Someone who played this game before you wrote nothing down.",
        author="Someone else is going to play a board game and will be given two things: the rules, and the notes that you maintain. "
        "Nothing more of this conversation will reach them. Revise the notes in such a way that they win more.",
        own_games="Below are whole games of a player with these notes. Each line names a game, tells which side that player had, lists "
        "every move and says how it ended. Chance alone chose the first %d moves of every game.",
        answer="You may reason first. The last thing in your reply must be a JSON object with your changes, like\n%s\n"
        "A note takes one line and is of one kind: %s. What you do not mention is left unchanged. There is room for %d bytes of notes, "
        "numbers and kinds included, of which %d are in use.",
        mistake="mistake (what was done wrong)",
        reason="reason (what made it wrong)",
        advice="advice (how to do better)",
        request="Now write your changes to the notes.",
        forfeited="%s failed to give a legal move",
        unreadable="Your reply held no changes that can be read. Finish with a JSON object in the form %s.",
        too_long="Your changes would bring the notes to %d bytes; the limit is %d. Please repeat all changes in a shorter form.",
    ),
    MemoryWording(
        notes="The one who played before you passed on these notes:",
        no_notes="The one who played before you passed on no notes.",
        author="Keep the notes for a player of a board game. The player reads the rules and your notes and has no other knowledge of "
        "what is shown to you. Improve the notes: the better the player does, the better they are.",
        own_games="For reference, here are games of a player who relied on these notes, a line for each: its name, the player's side, "
        "all moves and the outcome. The first %d moves in each of them are random.",
        answer="Close your reply with the changes, written as JSON:\n%s\nThe kinds of notes, each of them one line, are: %s. Notes "
        "that you leave out of the changes remain. The notes may be %d bytes long in all with numbers and kinds, and are %d now.",
        mistake="mistake (what should not have been done)",
        reason="reason (why it should not)",
        advice="advice (what should be done)",
        request="Please give the changes to the notes.",
        forfeited="%s had no legal move to offer",
        unreadable="I found no changes in what you wrote. Please close with JSON like %s.",
        too_long="The notes would then be %d bytes long, more than the %d that they may be. Give the changes again, and shorter ones.",
    ),
)


def write_notes(notes: Sequence[str], wording: int, origin: Sequence[str] = ()) -> str:
    """The section of notes, or that there are none."""
    words = MEMORY_WORDINGS[wording]
    said = (origin or [words.notes]) if notes else [words.no_notes]
    return "\n".join([NOTES_TITLE, *said, *notes])
