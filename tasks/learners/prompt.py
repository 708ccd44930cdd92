"""What an embedded learner makes of a prompt: rules, example games and the position, read from the text alone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from quickstudy.tasks.games.rules import Rules
from quickstudy.tasks.learners.chess_prompt import ChessEvidence, read_chess, read_chess_line, read_chess_moves
from quickstudy.tasks.learners.chess_reader import is_chess
from quickstudy.tasks.learners.draft import ReadError
from quickstudy.tasks.learners.evidence import Evidence as Evidence
from quickstudy.tasks.learners.evidence import ExampleGame as ExampleGame
from quickstudy.tasks.learners.evidence import Prospect as Prospect
from quickstudy.tasks.learners.evidence import State as State
from quickstudy.tasks.learners.naming import Naming, Untold, read_form, read_naming
from quickstudy.tasks.learners.note_names import read_note_names
from quickstudy.tasks.learners.reader import read_rules
from quickstudy.tasks.prompts.titles import (
    ANSWER_TITLE,
    EXAMPLES_TITLE,
    NOTES_TITLE,
    POSITION_TITLE,
    POSITIONS_TITLE,
    RULES_TITLE,
    STUDIED_TITLE,
)
from quickstudy.tasks.seeds import derive_seed

_LINE = re.compile(r"^(Game|Position) (\d+)(?: \([a-z]+\)(?: as \S+)?)?: (.*) \| (.*)$")
_CHESS_LINE = re.compile(r"^(?:Game|Position) (\d+)(?: \([a-z]+\)(?: as \S+)?)?: (.*)$")
_CHESS_GAME = re.compile(r"^(?:Game|Position) \d+: (?:\[[A-Z]{8}\] )?1\. ")
_REPLAY = re.compile(r"\bGame (\d+)\b")
_NOTE = re.compile(r"^\d+\. [a-z]+: (.*)$")
_VALUE = re.compile(r"^\((\d{1,3})\)$")
_OPENING = re.compile(r"first (\d+) moves")


@dataclass(frozen=True, eq=False)
class Question:
    """The position of a prompt: the moves so far, how often it was asked already, and the evidence's `salt`.

    `replayed` is the number of the example game whose next move is asked for, where it is not the player's own.
    """

    moves: tuple[str, ...]
    retries: int
    text: str
    salt: int
    replayed: int | None = None


def read_prompt(messages: Sequence[tuple[str, str]]) -> tuple[Evidence, Question]:
    """Read (role, text) messages. Raises ReadError for text that is not a question of this suite."""
    systems = [text for role, text in messages if role == "system"]
    users = [text for role, text in messages if role == "user"]
    positions = [text for text in users if POSITION_TITLE in text]
    if not systems or not positions:
        raise ReadError("the prompt has no system message or no position")
    text = positions[-1]
    evidence = read_evidence(systems[0])
    named = _REPLAY.search(text)
    replayed = int(named.group(1)) if named else None
    moves = _moves_so_far(text, evidence)
    return evidence, Question(moves, len(users) - 1, text, evidence.salt, replayed)


@lru_cache(maxsize=512)
def read_evidence(system: str) -> Evidence:
    """Rules and examples of a system message; an example ends before a word that is no move."""
    titles = (POSITIONS_TITLE, STUDIED_TITLE, EXAMPLES_TITLE)
    title = next((title for title in titles if f"{title}\n" in system), EXAMPLES_TITLE)
    rules_text, examples = _section(system, RULES_TITLE), _section(system, title)
    notes_text = _section(system, NOTES_TITLE)
    told = read_naming(rules_text)
    names, noted = read_note_names(notes_text, told), map(_NOTE.match, notes_text.split("\n"))
    notes = tuple(names.read(match[1]) for match in noted if match is not None)
    if is_chess(rules_text) or any(map(_CHESS_GAME.match, examples.split("\n"))):
        return _read_chess(system, rules_text, examples, notes)
    rules = _rules(rules_text)
    naming = told if rules is not None else read_form(system[system.rfind(ANSWER_TITLE) :])
    opening = _OPENING.search(examples)
    plies = int(opening.group(1)) if opening else 0
    found = (_LINE.match(line) for line in examples.split("\n"))
    games = tuple(_read_line(match, naming, plies) for match in found if match is not None)
    return Evidence(rules, games, plies, derive_seed(system), naming, notes)


def _read_chess(system: str, rules: str, examples: str, notes: tuple[str, ...]) -> ChessEvidence:
    opening = _OPENING.search(examples)
    plies = int(opening.group(1)) if opening else 0
    found = (_CHESS_LINE.match(line) for line in examples.split("\n"))
    games = tuple(read_chess_line(int(match[1]), match[2], plies) for match in found if match is not None)
    return ChessEvidence(None, games, plies, derive_seed(system), notes=notes, subject=read_chess(rules))


def _read_line(line: re.Match[str], naming: Naming | Untold, opening_plies: int) -> ExampleGame:
    """One example: a position with the move chosen in it, a game's last position, or a game with or without values."""
    label, number, body, end = line.groups()
    moves, values = list[str](), list[float]()
    for word in body.split():
        value, move = _VALUE.match(word), naming.read_move(word)
        if value is not None and len(moves) == len(values) + 1:
            values.append(int(value.group(1)) / 100)
        elif move is not None:
            moves.append(move)
        else:
            break
    if label == "Position":
        chosen, whole = naming.read_move(end), len(moves) == len(body.split())
        played = (*moves, chosen) if whole and chosen is not None else ()
        return ExampleGame(tuple(played), None, len(moves), judged=False, number=int(number))
    winner = {f"{side} wins": player for player, side in enumerate(naming.sides)}.get(end)
    last = body if " " not in body and not moves else ""
    judged = winner is not None or end == "draw"
    return ExampleGame(tuple(moves), winner, opening_plies, judged, tuple(values), last, int(number))


@lru_cache(maxsize=64)
def _rules(text: str) -> Rules | None:
    try:
        return read_rules(read_naming(text).translate(text))
    except ReadError:
        return None


def _section(text: str, title: str) -> str:
    """What stands below a title, up to the next one; empty without it."""
    start = text.find(f"{title}\n")
    if start < 0:
        return ""
    stop = text.find("\n## ", start + len(title))
    return text[start + len(title) : stop if stop >= 0 else len(text)].strip()


def _moves_so_far(text: str, evidence: Evidence) -> tuple[str, ...]:
    """The moves on the first line of the position that ends with moves after a colon; none at the start of a game."""
    line = text.split(POSITION_TITLE, 1)[1].strip().split("\n", 1)[0]
    words = line.rpartition(": ")[2]
    if isinstance(evidence, ChessEvidence):
        return read_chess_moves(words) if ": " in line else ()
    moves = [evidence.naming.read_move(word) for word in words.split()]
    read = tuple(move for move in moves if move is not None)
    return read if len(read) == len(moves) else ()
