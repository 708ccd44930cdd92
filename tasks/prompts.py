"""Every word that a model reads, apart from the rules of a game (`games/wording.py`).

A prompt has one system message (constant within a match: task, rules, examples, answer format) and one user message
for each move (position, moves so far, side to move). The section titles are the same in all wordings; the sentences
have three paraphrases, so that the variance due to wording can be estimated as a random effect.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

RULES_TITLE = "## Rules"
EXAMPLES_TITLE = "## Example games"
ANSWER_TITLE = "## Answer format"
POSITION_TITLE = "## Position"
MAX_QUOTED = 2000


@dataclass(frozen=True)
class Wording:
    """One paraphrase of the fixed sentences of a prompt."""

    task: str
    no_rules: str
    examples: str
    no_examples: str
    answer: str
    so_far: str
    no_moves: str
    turn: str
    second_action: str
    legal: str
    illegal: str
    unreadable: str


WORDINGS: tuple[Wording, ...] = (
    Wording(
        task="You are playing a board game for two players against an opponent. Play to win.",
        no_rules="The rules of this game are not given.",
        examples="These are complete games between two equally strong players, one on each line: all moves in order, then the result. "
        "The first %d moves of each game were made at random.",
        no_examples="There are no example games.",
        answer='Think as you like, then end your reply with your move as a JSON object, for example {"move": "%s"}.',
        so_far="Moves so far: %s",
        no_moves="No move has been played yet.",
        turn="You play %s (%s on the board) and it is your turn.",
        second_action="This is the second action of your turn.",
        legal="Your legal moves: %s",
        illegal='The move "%s" is not legal in this position. Choose a legal move and end your reply with it as a JSON object.',
        unreadable="No move could be read from your reply. End your reply with one JSON object such as %s and nothing after it.",
    ),
    Wording(
        task="A two-player board game is in progress and you are one of the players. Try to win it.",
        no_rules="You are not told how this game is played.",
        examples="Below are whole games of two players of equal strength. Each line lists every move of a game and says how it ended. "
        "Chance alone chose the first %d moves of every game.",
        no_examples="No games are shown.",
        answer='You may reason first. The last thing in your reply must be a JSON object that holds your move, like {"move": "%s"}.',
        so_far="The moves of this game until now: %s",
        no_moves="This game has just begun and no move has been made.",
        turn="Your side is %s (drawn as %s); you have to move now.",
        second_action="You have made the first action of this turn; this is the second.",
        legal="You can choose among these moves: %s",
        illegal='You cannot play "%s" here: it is against the rules. Pick another move and give it as a JSON object at the end.',
        unreadable="Your reply held no move that can be read. Finish with a JSON object in the form %s.",
    ),
    Wording(
        task="Take part in the following game as one of its two players, and aim for victory.",
        no_rules="How the game works is left for you to find out.",
        examples="For reference, here are games that two equals finished, a line for each, with all moves and the outcome. "
        "The first %d moves in each of them are random.",
        no_examples="There is no game for reference.",
        answer='Close your reply with the move you choose, written as JSON: {"move": "%s"}. Anything before it is up to you.',
        so_far="So far these moves were made: %s",
        no_moves="Nothing has been played so far.",
        turn="You are %s, shown as %s, and the next move is yours.",
        second_action="Your turn goes on with its second action.",
        legal="Moves allowed to you: %s",
        illegal='"%s" is no legal move at this point. Please give a legal one, again as JSON at the end of your reply.',
        unreadable="I found no move in what you wrote. Please close with JSON like %s.",
    ),
)


def write_system(
    rules: str | None, examples: Sequence[str], opening_plies: int, sample_move: str, wording: int = 0
) -> str:
    """The constant part of a prompt: the task, the rules (or that they are withheld), examples and answer format.

    `examples` are lines of `write_example`, numbered from 1 here, whose first `opening_plies` moves are random. `sample_move` shows the form of an answer.
    """
    words = WORDINGS[wording]
    listed = [f"Game {i}: {line}" for i, line in enumerate(examples, 1)]
    parts = [
        words.task,
        f"{RULES_TITLE}\n{rules if rules is not None else words.no_rules}",
        f"{EXAMPLES_TITLE}\n" + "\n".join([words.examples % opening_plies, *listed] if listed else [words.no_examples]),
        f"{ANSWER_TITLE}\n{words.answer % sample_move}",
    ]
    return "\n\n".join(parts)


def write_example(moves: Sequence[str], result: str) -> str:
    """One example game as a line: its moves, then its result after a bar."""
    return f"{' '.join(moves)} | {result}"


def write_position(
    board: str,
    moves: Sequence[str],
    player: str,
    symbols: str,
    *,
    second_action: bool = False,
    legal: Sequence[str] | None = None,
    wording: int = 0,
) -> str:
    """The question for one move: moves so far, board, side to move and, if given, the legal moves.

    The board is fenced, since readers of Markdown (people, in the log's viewer) would else lose its columns.
    """
    words = WORDINGS[wording]
    lines = [POSITION_TITLE, words.so_far % " ".join(moves) if moves else words.no_moves, f"```\n{board}\n```"]
    lines.append(words.turn % (player, symbols) + (f" {words.second_action}" if second_action else ""))
    if legal is not None:
        lines.append(words.legal % " ".join(legal))
    return "\n".join(lines)


def write_illegal(move: str, wording: int = 0) -> str:
    """The retry after an illegal move."""
    return WORDINGS[wording].illegal % move[:80]


def write_unreadable(sample_move: str, wording: int = 0) -> str:
    """The retry after a reply without a readable move."""
    return WORDINGS[wording].unreadable % f'{{"move": "{sample_move}"}}'


def quote_reply(reply: str) -> str:
    """The end of a model's reply as it is shown back to it in a retry."""
    return reply if len(reply) <= MAX_QUOTED else f"…{reply[-MAX_QUOTED:]}"
