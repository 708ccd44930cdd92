"""A skill that is no game goes through the same match, records, rating and curve: problems with one right answer."""

from __future__ import annotations

import asyncio
import json
import re
import string
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from quickstudy.reports.leaderboard import build_rows
from quickstudy.reports.plots import write_learning_curves
from quickstudy.reports.tables import read_games, tabulate_strengths
from quickstudy.tasks.cell import Cell
from quickstudy.tasks.challenge import Compute
from quickstudy.tasks.direct import write_records
from quickstudy.tasks.match import MatchPlan, Question, Reply, play_match
from quickstudy.tasks.opponents.ladder import Ladder
from quickstudy.tasks.seeds import new_generator

LETTERS = string.ascii_lowercase
RULES = "Every letter stands for one digit. A word is spelt in digits, letter by letter."
LADDER = Ladder("1", "letters", ("one", "two", "four"), np.array([0.0, 200.0, 400.0]), np.zeros((3, 3)))
LENGTHS = {"one": 1, "two": 2, "four": 4}


def spell(word: str) -> str:
    """The right answer, by a table that no prompt shows."""
    table = new_generator("letters").integers(10, size=len(LETTERS))
    return "".join(str(table[LETTERS.index(letter)]) for letter in word)


@dataclass
class Item:
    """One word to spell."""

    word: str
    steps: list[str] = field(default_factory=list)

    async def advance(self, compute: Compute) -> bool:
        return not self.steps

    def write_question(self) -> str:
        return f"Spell {self.word}."

    def accept(self, answer: str) -> str | None:
        if not (answer.isascii() and answer.isdigit() and len(answer) == len(self.word)):
            return None
        self.steps.append(answer)
        return answer

    def score(self) -> float:
        return float(self.steps == [spell(self.word)])

    def describe(self) -> dict[str, Any]:
        return {"colour": "", "opening": self.word, "seed": 0}


class Letters:
    """Words of a length that the level gives."""

    sample_answer = "00"

    def begin(self, opponent: str, number: int, stream: tuple[int, int, int]) -> Item:
        rng = new_generator("item", opponent, number, *stream)
        return Item("".join(rng.choice(list(LETTERS), LENGTHS[opponent])))


def examples_of(n: int, number: int) -> list[str]:
    order = new_generator("examples", number).permutation(list(LETTERS))
    return [f"{letter} = {spell(letter)}" for letter in order[:n]]


def plan_of(n: int, number: int) -> MatchPlan:
    conditions: dict[str, Any] = {
        **{"arguments": "{}", "rules_hash": "letters", "layout": "plain", "rules": "full", "evidence": "own"},
        **{"n": n, "n_requested": n, "m": n, "slots": n, "wording": 0, "retries": 1, "reply_tokens": 64},
        **{"seed": 0, "legal_moves": False},
        **{"model": "test/reader", "skill": "letters", "regime": "examples" if n else "rules", "teacher": ""},
    }
    cell = Cell(**conditions, opponents="adaptive", ladder_version=LADDER.version)
    system = "\n".join([RULES, *examples_of(n, number)])
    return MatchPlan(Letters(), LADDER, cell.to_dict(), number, 0, 16, system, 0, retries=1)


async def read_and_spell(question: Question) -> Reply:
    """A player that knows what the prompt says, and answers 0 for the rest."""
    known = dict(re.findall(r"(?m)^([a-z]) = ([0-9])$", question.messages[0][1]))
    word = question.messages[1][1].removeprefix("Spell ").removesuffix(".")
    return Reply(json.dumps({"move": "".join(known.get(letter, "0") for letter in word)}))


@pytest.fixture(scope="module")
def games(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    folder = tmp_path_factory.mktemp("letters")
    plans = [plan_of(n, number) for n in (0, 4, 13, 26) for number in range(8)]
    write_records((asyncio.run(play_match(plan, read_and_spell)) for plan in plans), folder / "letters.jsonl")
    return read_games(folder)


def test_each_item_is_a_row_with_its_answer(games: pd.DataFrame) -> None:
    assert len(games) == 4 * 8 * 16
    assert (games["plies"] == 1).all() and (games["asked"] == 1).all() and (games["forfeit"] == 0).all()
    for result, moves, opening in zip(games["result"], games["moves"], games["opening"], strict=True):
        assert result == float(moves == spell(opening))


def test_strength_rises_with_examples_to_the_top(games: pd.DataFrame) -> None:
    rows = {int(row["n"]): row for _, row in tabulate_strengths(games).iterrows()}
    assert rows[0]["flag"] == "below_floor" and pd.isna(rows[0]["elo"])
    assert 0 < rows[13]["elo"] < rows[26]["low"] and rows[4]["high"] < rows[26]["low"]
    assert rows[26]["games"] == 128
    assert games.loc[games["n"] == 26, "result"].eq(1).all()


def test_harder_items_meet_the_stronger_player(games: pd.DataFrame) -> None:
    met: Sequence[float] = [float(games.loc[games["n"] == n, "opponent_elo"].mean()) for n in (0, 13, 26)]
    assert list(met) == sorted(set(met))


def test_leaderboard_and_curve_show_it(games: pd.DataFrame, tmp_path: Path) -> None:
    (row,) = build_rows(games)
    assert (row["game"], sorted(map(int, row["strength_by_n"]))) == ("letters", [0, 4, 13, 26])
    assert row["strength_by_n"]["26"]["elo"] is None and row["strength_by_n"]["26"]["flag"] == "one_sided"
    assert all(path.stat().st_size > 0 for path in write_learning_curves(games, tmp_path))


def test_answers_of_the_wrong_form_are_forfeits_apart_from_skill() -> None:
    async def wordy(question: Question) -> Reply:
        return Reply('{"move": "seven"}')

    record = asyncio.run(play_match(plan_of(4, 0), wordy))
    assert {(g["outcome"], g["illegal"], g["moves"]) for g in record["games"]} == {("forfeit_illegal", 2, "")}
