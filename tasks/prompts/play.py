"""What a player reads: the system message of a match, the question for a move, and what follows a faulty answer.

A prompt has one system message (constant within a match: task, rules, examples, notes, answer format) and one user message
for each move (position, moves so far, side to move). The section titles are the same in all wordings; the sentences
have three paraphrases, so that the variance due to wording can be estimated as a random effect.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from quickstudy.tasks.prompts.notes import write_notes
from quickstudy.tasks.prompts.titles import (
    ANSWER_TITLE,
    EXAMPLES_TITLE,
    POSITION_TITLE,
    POSITIONS_TITLE,
    RULES_TITLE,
)

MAX_QUOTED = 2000


@dataclass(frozen=True)
class Wording:
    """One paraphrase of the fixed sentences of a prompt."""

    task: str
    no_rules: str
    examples: str
    unequal: str
    values: str
    outcomes: str
    unequal_outcomes: str
    cells: str
    positions: str
    no_examples: str
    filler: str
    answer: str
    so_far: str
    no_moves: str
    removed: str
    points: str
    turn: str
    second_action: str
    legal: str
    replay: str
    illegal: str
    unreadable: str


WORDINGS: tuple[Wording, ...] = (
    Wording(
        task="You are playing a board game for two players against an opponent. Play to win.",
        no_rules="The rules of this game are not given.",
        examples="These are complete games between two equally strong players, one on each line: all moves in order, then the result. "
        "The first %d moves of each game were made at random.",
        unequal="These are complete games between a strong and a weak player, one on each line: all moves in order, then the result. "
        "The first %d moves of each game were made at random. The two changed sides after each game.",
        values="After each move, its player's chance to win from there stands in brackets, in percent (a draw counts half).",
        outcomes="Each line shows how a game between two equally strong players ended: the last position, then the result. ",
        unequal_outcomes="Each line shows how a game between a strong and a weak player ended: the last position, then the result. "
        "The two changed sides after each game. ",
        cells="The ranks of a position are listed from the top, with / between them. Pieces are %s; . is an empty cell, # a burnt one and _ a hole.",
        positions="Each line is one position and the move that a certain player, the same on all lines, chose in it: the moves that led to the position, then the choice. "
        "The moves before the choice are those of others.",
        no_examples="There are no example games.",
        filler='Lines that begin with "Other" are of another game, which has other rules.',
        answer='Think as you like, then end your reply with your move as a JSON object, for example {"move": "%s"}.',
        so_far="Moves so far: %s",
        no_moves="No move has been played yet.",
        removed="Enemy pieces removed so far: %d by you, %d by your opponent.",
        points="Points so far: you %d, your opponent %d.",
        turn="You play %s (%s on the board) and it is your turn.",
        second_action="This is the second action of your turn.",
        legal="Your legal moves: %s",
        replay="Do not choose a move of your own this time. The moves so far are the beginning of Game %d among the example games: reproduce that game, and answer with the move that was played next in it.",
        illegal='The move "%s" is not legal in this position. Choose a legal move and end your reply with it as a JSON object.',
        unreadable="No move could be read from your reply. End your reply with one JSON object such as %s and nothing after it.",
    ),
    Wording(
        task="A two-player board game is in progress and you are one of the players. Try to win it.",
        no_rules="You are not told how this game is played.",
        examples="Below are whole games of two players of equal strength. Each line lists every move of a game and says how it ended. "
        "Chance alone chose the first %d moves of every game.",
        unequal="Below are whole games of a strong player against a weak one. Each line lists every move of a game and says how it ended. "
        "Chance alone chose the first %d moves of every game. From game to game the players swapped sides.",
        values="The number in brackets behind a move is how likely, in percent, its player was to win after it; half of a draw is included.",
        outcomes="Below is how whole games of two players of equal strength ended, one on each line: with which position and with which result. ",
        unequal_outcomes="Below is how whole games of a strong player against a weak one ended, one on each line: with which position and with which result. "
        "From game to game the players swapped sides. ",
        cells="A position is written rank by rank, the highest first, and a / parts the ranks. The pieces: %s. Empty cells are ., burnt ones #, holes _.",
        positions="Below are single positions, one on each line. Each is given by the moves that led to it; behind the bar is what one player, always the same, did there. "
        "No other move in the line is that player's.",
        no_examples="No games are shown.",
        filler='Where a line begins with "Other", it is about some other game with rules of its own.',
        answer='You may reason first. The last thing in your reply must be a JSON object that holds your move, like {"move": "%s"}.',
        so_far="The moves of this game until now: %s",
        no_moves="This game has just begun and no move has been made.",
        removed="You have removed %d enemy pieces so far, the other side %d.",
        points="You have %d points so far and the other side has %d.",
        turn="Your side is %s (drawn as %s); you have to move now.",
        second_action="You have made the first action of this turn; this is the second.",
        legal="You can choose among these moves: %s",
        replay="For this question your own choice does not count. Game %d of those shown begins with exactly these moves; answer with the move by which it went on.",
        illegal='You cannot play "%s" here: it is against the rules. Pick another move and give it as a JSON object at the end.',
        unreadable="Your reply held no move that can be read. Finish with a JSON object in the form %s.",
    ),
    Wording(
        task="Take part in the following game as one of its two players, and aim for victory.",
        no_rules="How the game works is left for you to find out.",
        examples="For reference, here are games that two equals finished, a line for each, with all moves and the outcome. "
        "The first %d moves in each of them are random.",
        unequal="For reference, here are games that a strong and a weak player finished, a line for each, with all moves and the outcome. "
        "The first %d moves in each of them are random. After every game the two exchanged their sides.",
        values="Each move is followed, in brackets, by the percentage with which the one who made it goes on to win, draws counting half.",
        outcomes="For reference, here is how games of two equals came out, a line for each: the position at the end and the outcome. ",
        unequal_outcomes="For reference, here is how games of a strong and a weak player came out, a line for each: the position at the end and the outcome. "
        "After every game the two exchanged their sides. ",
        cells="Positions go from the top rank to the bottom one, separated by /. On the cells stand the pieces (%s), . where a cell is empty, # where it is burnt, _ where there is none.",
        positions="For reference, here are positions with the choice of one and the same player, a line for each: first how the position came about, move by move, and last what was chosen. "
        "The choice is all in a line that this player made.",
        no_examples="There is no game for reference.",
        filler='A line with "Other" at its beginning belongs to a different game, played by different rules.',
        answer='Close your reply with the move you choose, written as JSON: {"move": "%s"}. Anything before it is up to you.',
        so_far="So far these moves were made: %s",
        no_moves="Nothing has been played so far.",
        removed="So far %d enemy pieces were removed by you and %d by your opponent.",
        points="The points are %d for you and %d for your opponent so far.",
        turn="You are %s, shown as %s, and the next move is yours.",
        second_action="Your turn goes on with its second action.",
        legal="Moves allowed to you: %s",
        replay="Leave aside here what you would play. What you see is how Game %d from above began, and wanted is the move that followed in that game, whatever its worth.",
        illegal='"%s" is no legal move at this point. Please give a legal one, again as JSON at the end of your reply.',
        unreadable="I found no move in what you wrote. Please close with JSON like %s.",
    ),
)


def write_system(
    rules: str | None,
    examples: Sequence[str],
    opening_plies: int,
    sample_move: str,
    wording: int = 0,
    kind: str = "games",
    *,
    unequal: bool = False,
    pieces: str = "",
    drawn: str = "",
    before: Sequence[str] = (),
    after: Sequence[str] = (),
    notes: Sequence[str] | None = None,
    origin: Sequence[str] = (),
    lead: str = "",
) -> str:
    """The constant part of a prompt: the task, the rules (or that they are withheld), examples and answer format.

    `notes` are the lines of an earlier player's notes, shown behind the examples; None where there are none to tell of.
    `origin` are lines of `write_names` or `write_sibling` that say what they are, where the usual sentence would not.
    A `lead` stands above examples that are of other origin than a teacher's games.

    `examples` are lines of `write_example` or `write_choice`, numbered from 1 here; lines of another game may stand
    `before` and `after` them. Of games the first `opening_plies` moves are random; `unequal` says that a strong and a
    weak player played them, and `pieces` names the symbols of `outcomes`, or
    `drawn` says how their positions are written where that is not a grid. `sample_move` shows the form of an answer.
    """
    words = WORDINGS[wording]
    said, title = words.no_examples, EXAMPLES_TITLE
    if examples and kind == "moves":
        said, title = words.positions, POSITIONS_TITLE
    elif examples and kind == "outcomes":
        said = (words.unequal_outcomes if unequal else words.outcomes) + (drawn or words.cells % pieces)
    elif examples:
        said = (words.unequal if unequal else words.examples) % opening_plies
        said += f" {words.values}" if kind == "annotated" else ""
    said = lead if lead and examples else said
    said += f" {words.filler}" if before or after else ""
    lines = [
        *number_lines(before, kind, other=True),
        *number_lines(examples, kind),
        *number_lines(after, kind, len(before) + 1, other=True),
    ]
    parts = [
        words.task,
        f"{RULES_TITLE}\n{rules if rules is not None else words.no_rules}",
        "\n".join([title, said, *lines]),
        *([] if notes is None else [write_notes(notes, wording, origin)]),
        f"{ANSWER_TITLE}\n{words.answer % sample_move}",
    ]
    return "\n\n".join(parts)


def number_lines(lines: Sequence[str], kind: str = "games", first: int = 1, *, other: bool = False) -> list[str]:
    """Examples as they stand in a prompt, each behind what it is and its number; `other` ones are of another game."""
    label = "Position" if kind == "moves" else "Game"
    label = f"Other {label.lower()}" if other else label
    return [f"{label} {number}: {line}" for number, line in enumerate(lines, first)]


def write_example(moves: Sequence[str], result: str) -> str:
    """One example game as a line: its moves (or its last position), then its result after a bar."""
    return f"{' '.join(moves)} | {result}"


def write_value(move: str, value: float) -> str:
    """A move with the win probability of its player after it."""
    return f"{move} ({100 * value:.0f})"


def write_choice(moves: Sequence[str], choice: str) -> str:
    """One example position as a line: the moves that lead to it, then the move that was chosen after a bar."""
    return f"{' '.join(moves)} | {choice}"


def write_pieces(sides: Sequence[str], symbols: Sequence[str]) -> str:
    """The pieces of both sides by their symbols."""
    return "; ".join(f"{side}: {shown}" for side, shown in zip(sides, symbols, strict=True))


def write_position(
    board: str,
    moves: Sequence[str],
    player: str,
    symbols: str,
    *,
    second_action: bool = False,
    legal: Sequence[str] | None = None,
    removed: tuple[int, int] | None = None,
    points: tuple[int, int] | None = None,
    wording: int = 0,
) -> str:
    """The question for one move: moves so far, board, side to move and, if given, counts and the legal moves.

    `removed` (enemy pieces) and `points` are the player's own and the opponent's.

    The board is fenced, since readers of Markdown (people, in the log's viewer) would else lose its columns.
    """
    words = WORDINGS[wording]
    lines = [POSITION_TITLE, words.so_far % " ".join(moves) if moves else words.no_moves, f"```\n{board}\n```"]
    lines += [
        text % counts for text, counts in ((words.removed, removed), (words.points, points)) if counts is not None
    ]
    lines.append(words.turn % (player, symbols) + (f" {words.second_action}" if second_action else ""))
    if legal is not None:
        lines.append(words.legal % " ".join(legal))
    return "\n".join(lines)


def write_replay(question: str, number: int, wording: int = 0) -> str:
    """A question of `write_position` that asks for the next move of example game `number` instead of the player's own."""
    return f"{question}\n{WORDINGS[wording].replay % number}"


def write_illegal(move: str, wording: int = 0) -> str:
    """The retry after an illegal move."""
    return WORDINGS[wording].illegal % move[:80]


def write_unreadable(sample_move: str, wording: int = 0) -> str:
    """The retry after a reply without a readable move."""
    return WORDINGS[wording].unreadable % f'{{"move": "{sample_move}"}}'


def quote_reply(reply: str) -> str:
    """The end of a model's reply as it is shown back to it in a retry."""
    return reply if len(reply) <= MAX_QUOTED else f"…{reply[-MAX_QUOTED:]}"
