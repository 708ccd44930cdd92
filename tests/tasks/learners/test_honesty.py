"""Tests that learners have nothing but their prompt, and of the honest floor in real matches.

The floor: without examples, without rules, or with another game's examples no learner is stronger than the rules
alone make it. Seeds are fixed, so that a failure is the change's and not chance's.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from quickstudy.scorers.rating import Strength, estimate_strength
from quickstudy.scorers.recall import View
from quickstudy.tasks.direct import play_study
from quickstudy.tasks.learners.directory import LEARNERS, find_learner
from quickstudy.tasks.learners.fitting import list_decisions
from quickstudy.tasks.learners.prompt import read_evidence
from quickstudy.tasks.match import Question, Reply, play_match
from quickstudy.tasks.study import Study

TRAINED = ("copycat", "imitator", "scorer")
CHEAP = ("random", "alphabeta-300-e75")
RUNGS = {"tarsk": ("random", "alphabeta-300-e40")}  # the other is no rung of its ladder
TEACHER = "mcts-100"
Messages = tuple[tuple[str, str], ...]


@pytest.fixture(autouse=True, scope="module")
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep examples of these tests out of the user's cache."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("QUICKSTUDY_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


ALONE = """
import json, sys
from quickstudy.tasks.learners.directory import find_learner
asked = json.load(sys.stdin)
replies = {name: [find_learner(name).answer(messages) for messages in reversed(prompts)][::-1]
           for name, prompts in asked.items()}
print(json.dumps({"replies": replies, "modules": sorted(sys.modules)}))
"""
PRIVATE = ("answers", "board_games", "cell", "direct", "examples", "match", "opponents", "registry", "study")


def collect_prompts(name: str, count: int, **conditions: Any) -> tuple[list[Messages], list[str]]:
    """The first prompts of a real match with a learner, and its replies."""
    study = Study("velun", examples=(4,), sets=1, games_per_match=4, opponents=CHEAP[:1], teacher=TEACHER, **conditions)
    prompts: list[Messages] = []
    replies: list[str] = []

    async def ask(question: Question) -> Reply:
        prompts.append(question.messages)
        replies.append(find_learner(name).answer(question.messages))
        return Reply(replies[-1])

    asyncio.run(play_match(study.plan(name, "{}", View.plain(4), 0), ask))
    assert len(prompts) >= count
    return prompts[:count], replies[:count]


@pytest.mark.parametrize("conditions", [{}, {"wording": 2}, {"rules": "none"}], ids=["plain", "wording 2", "no rules"])
def test_a_process_with_nothing_but_the_prompts_gives_the_same_answers(
    conditions: dict[str, Any], tmp_path: Path
) -> None:
    asked = {name: collect_prompts(name, 6, **conditions) for name in LEARNERS}
    done = subprocess.run(
        [sys.executable, "-c", ALONE],
        input=json.dumps({name: prompts for name, (prompts, _) in asked.items()}),
        cwd=tmp_path,
        env={},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    answered = json.loads(done.stdout)
    assert answered["replies"] == {name: replies for name, (_, replies) in asked.items()}
    private = tuple(f"quickstudy.tasks.{module}" for module in PRIVATE)
    loaded = [module for module in answered["modules"] if module.startswith(private)]
    assert loaded == [], "learners import what they must not know"
    assert "inspect_ai" not in answered["modules"]
    assert "quickstudy.tasks.games.kernel" in answered["modules"], "the list is of modules that were loaded"
    assert list(tmp_path.iterdir()) == []


@dataclass(frozen=True)
class Cell:
    """A strength and the counts of answers behind it."""

    strength: Strength
    asked: int
    illegal: int
    outcomes: tuple[str, ...]

    @property
    def elo(self) -> float:
        assert self.strength.elo is not None
        return self.strength.elo


@lru_cache(maxsize=256)
def measure(name: str, game: str, n: int, sets: int, games: int, **conditions: str | int) -> Cell:
    """Play the matches of one cell against cheap fixed opponents and estimate its strength."""
    shown: dict[str, Any] = {"teacher": TEACHER, **conditions}
    study = Study(game, (n,), sets, games, opponents=RUNGS.get(game, CHEAP), **shown)
    columns: dict[str, list[Any]] = {key: [] for key in ("opponent_elo", "result", "forfeit", "set")}
    asked, illegal, outcomes = 0, 0, []
    for record in play_study(study, f"quickstudy/{name}"):
        for played in record["games"]:
            for key in ("opponent_elo", "result", "forfeit"):
                columns[key].append(played[key])
            columns["set"].append(record["set"])
            asked += played["asked"]
            illegal += played["illegal"] + played["unreadable"]
            outcomes.append(played["outcome"])
    strength = estimate_strength(columns, ladder_ratings=study.ladder.ratings)
    return Cell(strength, asked, illegal, tuple(outcomes))


def difference(first: Cell, second: Cell) -> tuple[float, float]:
    """The difference of two strengths in Elo, and its standard error."""
    assert first.strength.se and second.strength.se
    return first.elo - second.elo, (first.strength.se**2 + second.strength.se**2) ** 0.5


@pytest.mark.parametrize("game", ["morvane", "velun"])
@pytest.mark.parametrize("name", TRAINED)
def test_without_examples_a_learner_is_as_strong_as_greedy(name: str, game: str) -> None:
    gap, error = difference(measure(name, game, 0, 40, 8), measure("greedy", game, 0, 40, 8))
    assert error < 40
    assert abs(gap) < 3 * error


@pytest.mark.slow
@pytest.mark.parametrize("game", ["morvane", "tarsk"])
def test_without_examples_every_learner_is_within_50_elo_of_greedy(game: str) -> None:
    floor = measure("greedy", game, 0, 200, 8)
    gaps = {name: difference(measure(name, game, 0, 200, 8), floor) for name in TRAINED}
    assert max(error for _, error in gaps.values()) < 20
    assert {name: gap for name, (gap, _) in gaps.items() if abs(gap) >= 50} == {}


def test_greedy_is_stronger_than_random_and_forfeits_nothing() -> None:
    greedy, chance = measure("greedy", "morvane", 0, 40, 8), measure("random", "morvane", 0, 40, 8)
    gap, error = difference(greedy, chance)
    assert gap > 4 * error
    assert abs(chance.elo) < 4 * (chance.strength.se or 0) + 40, "the random learner is the ladder's zero"
    assert greedy.strength.forfeits == chance.strength.forfeits == 0


@pytest.mark.parametrize("name", ["imitator", "scorer", "greedy"])
@pytest.mark.parametrize("n", [0, 16])
def test_without_rules_a_learner_that_needs_them_forfeits_everything(name: str, n: int) -> None:
    cell = measure(name, "morvane", n, 4, 4, rules="none")
    assert set(cell.outcomes) == {"forfeit_unreadable"}
    assert cell.strength.flag == "below_floor" and cell.strength.elo is None
    assert cell.illegal == cell.asked == 3 * 16, "each game ends when three answers could not be read"


def test_without_rules_the_copycat_makes_legal_moves_from_notation_alone() -> None:
    cell = measure("copycat", "morvane", 64, 4, 4, rules="none")
    assert 0.2 < 1 - cell.illegal / cell.asked < 1
    finished = sum(not outcome.startswith("forfeit") for outcome in cell.outcomes)
    assert 0 < finished < len(cell.outcomes)
    assert cell.strength.forfeit_rate == pytest.approx(1 - finished / len(cell.outcomes))
    none = measure("copycat", "morvane", 0, 4, 4, rules="none")
    assert none.strength.flag == "below_floor" and none.illegal == none.asked


def test_examples_of_the_game_itself_make_the_imitator_stronger() -> None:
    learned, floor = measure("imitator", "morvane", 64, 8, 8), measure("imitator", "morvane", 0, 40, 8)
    gap, error = difference(learned, floor)
    assert gap > 100 and gap > 2 * error, "what the next tests compare with must be able to differ"


@pytest.mark.parametrize("name", TRAINED)
@pytest.mark.parametrize(("game", "other"), [("morvane", "lattic"), ("velun", "breakthrough")])
def test_examples_of_another_game_do_not_help(name: str, game: str, other: str) -> None:
    shown = measure(name, game, 16, 8, 8, evidence=other).strength
    floor = measure(name, game, 0, 40, 8).strength
    assert shown.low is not None and floor.high is not None
    assert shown.low <= floor.high


@pytest.mark.parametrize("name", ["imitator", "scorer", "greedy"])
def test_wrong_rules_cost_the_game_of_whoever_believes_them(name: str) -> None:
    cell = measure(name, "morvane", 4, 2, 4, rules="wrong")
    assert cell.strength.flag == "below_floor" and cell.illegal > 0
    assert sum(outcome.startswith("forfeit") for outcome in cell.outcomes) > 0.8 * len(cell.outcomes)


@pytest.mark.parametrize("name", LEARNERS)
def test_prior_only_leaves_nobody_a_move(name: str) -> None:
    cell = measure(name, "morvane", 0, 2, 4, rules="none", skin=1)
    assert set(cell.outcomes) == {"forfeit_unreadable"} and cell.strength.flag == "below_floor"


@pytest.mark.parametrize("skin", [1, 2])
def test_a_skin_leaves_the_imitator_as_strong_as_it_was(skin: int) -> None:
    plain, worn = measure("imitator", "morvane", 32, 4, 8), measure("imitator", "morvane", 32, 4, 8, skin=skin)
    gap, error = difference(plain, worn)
    assert abs(gap) < 2.5 * error and worn.illegal == 0
    floor = measure("imitator", "morvane", 0, 40, 8)
    gap, error = difference(worn, floor)
    assert gap > 2 * error, "and so stronger than without examples"


def test_a_siblings_games_are_legal_in_the_game_less_far_than_its_own() -> None:
    def read(evidence: str) -> tuple[int, int]:
        study = Study("morvane", examples=(16,), sets=1, teacher=TEACHER, evidence=evidence)
        shown = read_evidence(study.write_system(View.plain(16), 0))
        return len(list_decisions(shown)), sum(len(game.moves) - game.first for game in shown.games)

    own, sibling, other = (read(evidence) for evidence in ("own", "sibling", "lattic"))
    assert own[0] == own[1]
    assert 0.3 * sibling[1] < sibling[0] < sibling[1], "its examples still teach most of what they show"
    assert other[0] < 0.3 * other[1]


def test_outcomes_teach_the_imitator_nothing_and_single_moves_less_than_whole_games() -> None:
    def count(kind: str) -> int:
        study = Study("morvane", examples=(16,), sets=1, teacher=TEACHER, kind=kind)
        return len(list_decisions(read_evidence(study.write_system(View.plain(16), 0))))

    assert count("outcomes") == 0 and count("moves") == 16
    assert count("annotated") == count("games") > 100


def test_a_weak_teacher_makes_a_weaker_imitator() -> None:
    strong = measure("imitator", "morvane", 64, 8, 8)
    weak = measure("imitator", "morvane", 64, 8, 8, teacher="random")
    gap, error = difference(strong, weak)
    assert gap > 100 and gap > 2 * error


@pytest.mark.slow
@pytest.mark.parametrize("name", TRAINED)
@pytest.mark.parametrize("n", [16, 64])
def test_examples_of_another_game_help_in_no_long_run(name: str, n: int) -> None:
    gap, error = difference(
        measure(name, "morvane", n, 25, 16, evidence="lattic"), measure(name, "morvane", 0, 100, 16)
    )
    assert error < 35
    assert gap < 2.5 * error
