"""What a model reads that practises by itself: questions to the rules, and tasks of its own making.

Each sentence has three paraphrases.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from quickstudy.tasks.prompts.titles import ANSWER_TITLE, ANSWERS_TITLE, CLAIMS_TITLE, LANGUAGE_TITLE, TASK_TITLE

ASKED = '{"questions": [{"ask": "line", "position": "%s"}, {"ask": "moves", "position": ""}, {"ask": "claim", "position": "", "claim": "legal", "move": "%s"}]}'
MADE = '{"tasks": [{"position": "", "move": "%s", "claim": "legal", "answer": true}, {"position": "", "claim": "captures", "count": 0, "answer": "%s"}]}'
SOLVED = '{"answer": true}'
FOUND = '{"answer": "%s"}'


@dataclass(frozen=True)
class PracticeWording:
    """One paraphrase of the sentences on practice."""

    practise: str
    tested: str
    position: str
    line: str
    moves: str
    board: str
    claim: str
    claims: str
    legal: str
    wins: str
    draws: str
    ends: str
    captures: str
    loses_in_one: str
    turn: str
    options: str
    can_win: str
    joined: str
    ask: str
    answered: str
    nothing_answered: str
    left: str
    unread: str
    to_act: str
    over: str
    illegal: str
    beyond: str
    legal_moves: str
    true: str
    false: str
    kept_for_tests: str
    found: str
    none_found: str
    self_played: str
    none_finished: str
    passed_on: str
    make: str
    make_answer: str
    make_request: str
    make_unreadable: str
    solve: str
    solve_answer: str
    decide: str
    find: str


PRACTICE_WORDINGS: tuple[PracticeWording, ...] = (
    PracticeWording(
        practise="You practise for a board game for two players. There is no opponent: you can pose positions, write down lines of moves, and play games against yourself. What you ask is answered by the rules alone, never by a judgement of who stands better. What this practice shows is passed on to a player who is to win as often as possible.",
        tested="That player's games begin after %d moves made at random.",
        position='A question is a JSON object. Its "position" holds the moves from the start of a game on, of both sides, with blanks between them; an empty one is the start. What can be asked:',
        line='"line": are these moves legal, and how does the game stand after them? Play a game against yourself by writing it to its end.',
        moves='"moves": which moves are legal there?',
        board='"board": how does the board look? Ranks are listed from the top, with / between them. Pieces are %s; . is an empty cell, # a burnt one and _ a hole.',
        claim='"claim": is a claim true there? The question then has the keys of the claim as well, and "move" where it is about a move.',
        claims='A claim is named by its key "claim" and is decided by the rules. Claims about a move:',
        legal="the move is legal",
        wins="it wins the game at once",
        draws="it ends the game with a draw",
        ends="it ends the game",
        captures='it leaves the opponent with exactly "count" fewer pieces on the board',
        loses_in_one="after it the opponent is to act and has a move that wins at once",
        turn='Claims about the position alone: "turn" (the side to act is "side", %s or %s),',
        options='"options" (there are exactly "count" legal moves),',
        can_win='"can_win" (the side to act has a move that wins at once).',
        joined='Claims can be joined: "not", "all" and "any" have a list "of" claims, as in {"claim": "not", "of": [{"claim": "ends"}]}.',
        ask="Think as you like, then end your reply with your questions as a JSON object, for example\n%s\nA question that cannot be read is spent as well. An empty list ends the practice.",
        answered="The rules have answered so far:",
        nothing_answered="Nothing has been asked yet.",
        left="Questions left: %d, in at most %d replies, this one included. Ask now.",
        unread="This question cannot be read.",
        to_act="The moves are legal. %s is to act.",
        over="The moves are legal and the game is over: %s.",
        illegal="The line is legal up to move %d; the next one, %s, is not.",
        beyond="The game is over with move %d: %s. After it %s cannot be played.",
        legal_moves="Legal moves: %s.",
        true="True.",
        false="False.",
        kept_for_tests="This leads through a position that is kept for tests. It is not answered.",
        found="True of: %s.",
        none_found="True of no legal move.",
        self_played="These are complete games that an earlier player of this game played against itself, one on each line: all moves in order, then the result.",
        none_finished="No game was played to its end.",
        passed_on="Beside complete games these questions were asked, and the rules have answered them:",
        make="You make training tasks on a board game for its players. Each is a question on one position, and the rules decide what the right answer is. Make tasks from which a player learns to win.",
        make_answer='Think as you like, then end your reply with %d tasks as a JSON object, for example\n%s\nA task has a "position" (the moves from the start of a game on, of both sides, with blanks between them) and a claim with its keys. With a "move", or a claim about the position alone, it asks whether the claim is true, and "answer" is true or false. Without one it asks for a legal move of which the claim is true, and "answer" is such a move.',
        make_request="Make your tasks now.",
        make_unreadable="No tasks could be read from your reply. End your reply with one JSON object such as %s and nothing after it.",
        solve="You are asked a question on a position of a board game. The rules decide what the right answer is.",
        solve_answer="Think as you like, then end your reply with your answer as a JSON object: %s or %s.",
        decide="Is this claim true here? Answer true or false.\n%s",
        find="Find a legal move of which this claim is true, and answer with it.\n%s",
    ),
    PracticeWording(
        practise="Here you can train for a two-player board game. Nobody plays against you, but you may set up positions, try out sequences of moves, and play both sides of a game. Everything you ask is settled by the rules; no one will tell you which side has the better chances. Another player, who should win a lot, is going to be handed what comes out of this training.",
        tested="Chance alone chooses the first %d moves of every game of that player.",
        position='Write each question as a JSON object. "position" is a list of all moves of both sides since the game began, parted by blanks, and is empty for the beginning. You may ask for:',
        line='"line": whether all these moves are allowed, and what the state of the game is then. To play against yourself, write a game until it is over.',
        moves='"moves": the moves that are allowed in the position.',
        board='"board": the look of the board, rank by rank, the highest first, with a / to part them. The pieces: %s. Empty cells are ., burnt ones #, holes _.',
        claim='"claim": whether a claim holds in the position. Add the keys of the claim, and a "move" if it speaks of one.',
        claims='The key "claim" names a claim, which the rules settle. About a move one can claim:',
        legal="it is allowed",
        wins="it wins the game immediately",
        draws="the game ends in a draw by it",
        ends="the game is over with it",
        captures='the other side has exactly "count" pieces less on the board afterwards',
        loses_in_one="it is then the other side's turn, which has a move that wins immediately",
        turn='About a position one can claim: "turn" (it is the turn of "side", that is %s or %s),',
        options='"options" (exactly "count" moves are allowed),',
        can_win='"can_win" (whoever has the turn can win immediately).',
        joined='Other claims join some: "not", "all" and "any", whose "of" lists claims, like {"claim": "not", "of": [{"claim": "ends"}]}.',
        ask="You may reason first. The last thing in your reply must be a JSON object with your questions, like\n%s\nQuestions that nobody can read count, too. To stop, send an empty list.",
        answered="What the rules have said until now:",
        nothing_answered="You have not asked anything so far.",
        left="What remains to you: questions %d, replies with this one %d. Pose your questions.",
        unread="Nobody can read this question.",
        to_act="All moves are allowed. It is the turn of %s.",
        over="All moves are allowed, and the game has ended: %s.",
        illegal="Everything is allowed until move %d, but %s after it is not.",
        beyond="The game ends with move %d: %s. There is no %s any more.",
        legal_moves="Allowed moves: %s.",
        true="Yes, it holds.",
        false="No, it does not hold.",
        kept_for_tests="There is a position on the way that tests will use, so there is no answer.",
        found="It holds for: %s.",
        none_found="It holds for no move that is allowed.",
        self_played="Below are whole games in which someone who played this game before you played both sides. Each line lists every move of a game and says how it ended.",
        none_finished="None of the games was played until the end.",
        passed_on="Apart from whole games, this was asked, and settled by the rules:",
        make="Devise exercises for people who want to play a board game well. An exercise asks something about a position, and which answer is right is settled by the rules. Good exercises teach how to win.",
        make_answer='You may reason first. The last thing in your reply must be a JSON object with %d exercises, like\n%s\n"position" lists all moves of both sides since the game began, parted by blanks; a claim with its keys comes beside it. If there is a "move", or if the claim is about a position, the exercise is to say whether it holds, and "answer" is true or false. If there is none, the exercise is to find an allowed move for which it holds, and "answer" is one of them.',
        make_request="Now write your exercises.",
        make_unreadable="Your reply held no exercises that can be read. Finish with a JSON object in the form %s.",
        solve="Below is a question about a position of a board game. Which answer is right is settled by the rules.",
        solve_answer="You may reason first. The last thing in your reply must be a JSON object that holds your answer, like %s or %s.",
        decide="Say whether the following holds in this position, with true or false.\n%s",
        find="Name an allowed move for which the following holds.\n%s",
    ),
    PracticeWording(
        practise="Train yourself at the following board game, which two players play. With no opponent at hand, invent positions, write lines, or be both players at once. Only the rules reply to you: what they do not settle, above all who is ahead, stays open. A player will receive the yield of your training and should then win as many games as it can.",
        tested="The first %d moves in each of that player's games are random.",
        position='Questions are JSON objects in which "position" gives every move played since the start by either side, separated by blanks (nothing for the start itself). These questions exist:',
        line='"line": can these moves be played, and what then? A line that reaches the end of the game is a game against yourself.',
        moves='"moves": what moves can be played?',
        board='"board": what is on the board? Ranks go from the top one to the bottom one, separated by /. On the cells stand the pieces (%s), . where a cell is empty, # where it is burnt, _ where there is none.',
        claim='"claim": does a claim apply? Put in its keys, too, with "move" for a claim on a move.',
        claims='Claims, which the rules settle, are given by the key "claim". Those on a move:',
        legal="the move can be played",
        wins="the game is won by it on the spot",
        draws="the game is drawn by it on the spot",
        ends="the game ends on the spot",
        captures='by it the opponent loses exactly "count" pieces from the board',
        loses_in_one="the opponent comes to act next and can win on the spot",
        turn='Those on a position: "turn" ("side" is to act, %s or %s),',
        options='"options" (exactly "count" moves can be played),',
        can_win='"can_win" (who is to act can win on the spot).',
        joined='And "not", "all", "any" of the claims listed in "of", such as {"claim": "not", "of": [{"claim": "ends"}]}.',
        ask="Close your reply with your questions, written as JSON:\n%s\nWhat cannot be understood is used up all the same. With no question in the list, training is over.",
        answered="Replies of the rules, up to here:",
        nothing_answered="There is no reply of the rules yet.",
        left="Questions that you still have: %d. Replies in which to put them, this one too: %d. Go ahead.",
        unread="This cannot be understood.",
        to_act="These moves can be played. Next to act: %s.",
        over="These moves can be played, and that is the end: %s.",
        illegal="It can be played until move %d; %s, which follows, cannot.",
        beyond="The end comes with move %d: %s. So %s cannot follow.",
        legal_moves="Moves that can be played: %s.",
        true="It applies.",
        false="It does not apply.",
        kept_for_tests="No reply: on this way lies a position reserved for tests.",
        found="It applies to: %s.",
        none_found="It applies to none of the moves that can be played.",
        self_played="For reference, here are games that the one who played before you finished alone, as both sides, a line for each, with all moves and the outcome.",
        none_finished="No game reached its end.",
        passed_on="Other questions than whole games, with the replies of the rules:",
        make="Set tasks on the game below, so that those who work on them come to play it well. A task puts one position and one question, whose right answer the rules settle.",
        make_answer='Close your reply with %d tasks, written as JSON:\n%s\nIn "position" stand the moves played since the start by either side, separated by blanks; a claim stands beside it with its keys. A task with a "move", or with a claim on the position, is whether the claim applies: "answer" is true or false. A task without is to find a move that can be played and to which the claim applies: "answer" is one.',
        make_request="Please set the tasks.",
        make_unreadable="I found no tasks in what you wrote. Please close with JSON like %s.",
        solve="Reply to a question on a position of the following board game; its rules settle what is right.",
        solve_answer="Close your reply with the answer, written as JSON: %s or %s. Anything before it is up to you.",
        decide="Does this apply to the position, true or false?\n%s",
        find="Which move can be played here to which this applies? Give one.\n%s",
    ),
)


@dataclass(frozen=True)
class Form:
    """How a game's moves and positions are written: a `sample` of a move, and the names of both `sides`.

    Where every position begins with the name of a start, `start` is a sample of that. `told` is what there is to say
    of positions beside the rules.
    """

    sample: str
    sides: tuple[str, str]
    start: str = ""
    told: str = ""

    def fill(self, shown: str) -> str:
        """A sample of an answer with the sample of a move in it, and positions from the sample of a start."""
        filled = shown % (self.sample, self.sample)
        if not self.start:
            return filled
        return filled.replace('"position": "', f'"position": "{self.start} ').replace(
            f'{self.start} "', f'{self.start}"'
        )


def write_practice(known: str, opening_plies: int, form: Form, board: str, wording: int = 0) -> str:
    """The constant part of what a practising learner is asked; `known` has the rules and what was passed on so far.

    The player's games begin with `opening_plies` random moves; `board` says how one is shown.
    """
    words = PRACTICE_WORDINGS[wording]
    asked = "\n".join([words.position, *(f"- {text}" for text in (words.line, words.moves, board, words.claim))])
    parts = [
        f"{words.practise} {words.tested % opening_plies}",
        known,
        "\n".join(filter(None, [LANGUAGE_TITLE, asked, form.told])),
        _write_claims(form.sides, wording),
        f"{ANSWER_TITLE}\n{words.ask % form.fill(ASKED)}",
    ]
    return "\n\n".join(parts)


def write_board_note(pieces: str, wording: int = 0) -> str:
    """What is said of the question for the board of a board game; `pieces` names its symbols."""
    return PRACTICE_WORDINGS[wording].board % pieces


def _write_claims(sides: tuple[str, str], wording: int) -> str:
    words = PRACTICE_WORDINGS[wording]
    named = ("legal", "wins", "draws", "ends", "captures", "loses_in_one")
    listed = [f'- "{name}": {getattr(words, name)}' for name in named]
    return "\n".join(
        [
            CLAIMS_TITLE,
            words.claims,
            *listed,
            f"{words.turn % sides} {words.options} {words.can_win}",
            words.joined,
        ]
    )


def write_round(answered: Sequence[str], left: int, replies: int, wording: int = 0) -> str:
    """What a practising learner is asked next: lines of `write_answered`, and what is left to ask."""
    words = PRACTICE_WORDINGS[wording]
    said = [words.answered, *answered] if answered else [words.nothing_answered]
    return "\n".join([ANSWERS_TITLE, *said, "", words.left % (left, replies)])


def write_answered(number: int, question: Mapping[str, Any] | str, answer: str) -> str:
    """One question (its canonical form, or the text that is none) with the answer of the rules."""
    shown = question if isinstance(question, str) else json.dumps(question, ensure_ascii=False)
    return f"{number}. {shown} {answer}"


def write_standing(side: str, result: str, wording: int = 0) -> str:
    """How the game stands after legal moves: who is to act, or the result."""
    words = PRACTICE_WORDINGS[wording]
    return words.over % result if result else words.to_act % side


def write_fault(count: int, move: str, result: str, wording: int = 0) -> str:
    """That after `count` moves a move cannot be played: it is not legal, or the game was over with a result."""
    words = PRACTICE_WORDINGS[wording]
    return words.beyond % (count, result, move) if result else words.illegal % (count, move)


def write_legal(moves: Sequence[str], wording: int = 0) -> str:
    """The legal moves of a position."""
    return PRACTICE_WORDINGS[wording].legal_moves % " ".join(moves)


def write_truth(truth: bool, wording: int = 0) -> str:
    """Whether a claim is true."""
    words = PRACTICE_WORDINGS[wording]
    return words.true if truth else words.false


def write_found(moves: Sequence[str], wording: int = 0) -> str:
    """The moves of which a claim is true."""
    words = PRACTICE_WORDINGS[wording]
    return words.found % " ".join(moves) if moves else words.none_found


def write_unread(wording: int = 0) -> str:
    """The answer to what is no question."""
    return PRACTICE_WORDINGS[wording].unread


def write_kept_for_tests(wording: int = 0) -> str:
    """The answer to a question on a position that is kept for tests."""
    return PRACTICE_WORDINGS[wording].kept_for_tests


def write_self_played(wording: int = 0) -> str:
    """What is said above games of one player against itself."""
    return PRACTICE_WORDINGS[wording].self_played


def write_none_finished(wording: int = 0) -> str:
    """What is said where there are no such games."""
    return PRACTICE_WORDINGS[wording].none_finished


def write_passed_on(answered: Sequence[str], wording: int = 0) -> str:
    """The section of an author's prompt with lines of `write_answered`."""
    return "\n".join([ANSWERS_TITLE, PRACTICE_WORDINGS[wording].passed_on, *answered])


def write_task_maker(known: str, count: int, form: Form, wording: int = 0) -> str:
    """The constant part of what a learner is asked that makes `count` tasks."""
    words = PRACTICE_WORDINGS[wording]
    answer = " ".join(filter(None, [words.make_answer % (count, form.fill(MADE)), form.told]))
    return "\n\n".join([words.make, known, _write_claims(form.sides, wording), f"{ANSWER_TITLE}\n{answer}"])


def write_task_request(wording: int = 0) -> str:
    """The question that asks for tasks."""
    return PRACTICE_WORDINGS[wording].make_request


def write_no_tasks(form: Form, wording: int = 0) -> str:
    """The retry after a reply without readable tasks."""
    return PRACTICE_WORDINGS[wording].make_unreadable % form.fill(MADE)


def write_solver(known: str, form: Form, wording: int = 0) -> str:
    """The constant part of what a fresh instance is asked that tries the tasks."""
    words = PRACTICE_WORDINGS[wording]
    answer = words.solve_answer % (SOLVED, FOUND % form.sample)
    return "\n\n".join([words.solve, known, _write_claims(form.sides, wording), f"{ANSWER_TITLE}\n{answer}"])


def write_task(position: str, task: Mapping[str, Any], *, finds: bool, wording: int = 0) -> str:
    """One task as it is asked: the position as a player sees it, and the claim to decide, or to find a move for."""
    words = PRACTICE_WORDINGS[wording]
    shown = json.dumps({key: value for key, value in task.items() if key != "position"}, ensure_ascii=False)
    return f"{position}\n\n{TASK_TITLE}\n{(words.find if finds else words.decide) % shown}"
