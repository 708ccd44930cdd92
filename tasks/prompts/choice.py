"""What an author of examples reads, who chooses which of many games a player is shown, in three paraphrases."""

from __future__ import annotations

from dataclasses import dataclass

from quickstudy.tasks.prompts.titles import ANSWER_TITLE

KEPT = '{"keep": [2, 5]}'


@dataclass(frozen=True)
class ChoiceWording:
    """The fixed sentences of one paraphrase; `%s` and `%d` stand for what differs."""

    choose: str
    answer: str
    request: str
    unreadable: str
    too_much: str


CHOICE_WORDINGS: tuple[ChoiceWording, ...] = (
    ChoiceWording(
        choose="You choose example games for a player of a board game. That player will be told the rules and will see the games that you keep, and nothing else. Keep those from which it learns most about how to win.",
        answer="Think as you like, then end your reply with the numbers of the games to keep as a JSON object, for example %s\nYou can keep %d of them, and together they may take %d bytes. All others are lost for good.",
        request="Choose the games to keep now.",
        unreadable="No choice could be read from your reply. End your reply with one JSON object such as %s and nothing after it.",
        too_much="These are %d games of %d bytes, and %d games of %d bytes can be kept. Choose once more.",
    ),
    ChoiceWording(
        choose="A player of a board game needs example games, and you select them. The rules and your selection are all that this player gets to see. Select what teaches most about winning.",
        answer="You may reason first. The last thing in your reply must be a JSON object with the numbers of your selection, like %s\nThere is room for %d games and for %d bytes. What you leave out is gone.",
        request="Now select the games.",
        unreadable="Your reply held no selection that can be read. Finish with a JSON object in the form %s.",
        too_much="You selected %d games of %d bytes, but there is room for %d games and %d bytes. Please select again.",
    ),
    ChoiceWording(
        choose="Pick games as examples for a player of a board game, who reads the rules and these games and has nothing more to go by. The better the player does, the better you picked.",
        answer="Close your reply with the numbers of the games you pick, written as JSON: %s\nUp to %d games of up to %d bytes in all can be picked. The rest is thrown away.",
        request="Please pick the games.",
        unreadable="I found no pick in what you wrote. Please close with JSON like %s.",
        too_much="Your pick has %d games of %d bytes, beyond the %d games or the %d bytes allowed. Please pick anew.",
    ),
)


def write_chooser(known: str, keep: int, budget: int, wording: int = 0) -> str:
    """The constant part of what an author is asked that chooses examples: `keep` games of `budget` bytes at most."""
    words = CHOICE_WORDINGS[wording]
    answer = words.answer % (KEPT, keep, budget)
    return "\n\n".join([words.choose, known, f"{ANSWER_TITLE}\n{answer}"])


def write_choice_request(wording: int = 0) -> str:
    """The question that asks for a choice."""
    return CHOICE_WORDINGS[wording].request


def write_no_choice(wording: int = 0) -> str:
    """The retry after a reply without a readable choice."""
    return CHOICE_WORDINGS[wording].unreadable % KEPT


def write_too_much(count: int, size: int, keep: int, budget: int, wording: int = 0) -> str:
    """The retry after a choice beyond the budget: games and bytes that were chosen, and that can be."""
    return CHOICE_WORDINGS[wording].too_much % (count, size, keep, budget)
