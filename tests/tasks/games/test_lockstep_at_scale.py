"""Wording fidelity at scale: 10,000 random specs on kernel and reference, 10,000 games on kernel and OpenSpiel.

`make test-slow` runs it; `.venv/bin/python -m pytest -s -m slow` with this file prints the figures of
docs/measurements.md. Quick samples of the same are in test_lockstep.py and test_kernel_openspiel.py.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from multiprocessing import get_context
from typing import NamedTuple, TypeVar

import numpy as np
import pytest

from quickstudy.tasks.games.families import FAMILIES
from quickstudy.tasks.games.game_checks import check_prospects
from quickstudy.tasks.games.generate import draft_rules
from quickstudy.tasks.games.rule_checks import RulesError
from quickstudy.tasks.games.rules import Rules
from quickstudy.tasks.seeds import new_generator
from tests.lock_step import play_in_step
from tests.openspiel_games import SHARED, play_with_openspiel
from tests.random_rules import random_rules

CHUNKS, CHUNK = 100, 100  # 10,000 random specs
DRAFTS = 200  # of each family, beside those
OPENSPIEL_GAMES = 10_000


Part = TypeVar("Part")


class Played(NamedTuple):
    """What was played in lock-step, and the differences that were found."""

    games: int
    plies: int
    differences: list[str]


def random_game(rng: np.random.Generator) -> Rules:
    """A random spec that can be used: others are drawn again."""
    while True:
        rules = random_rules(rng)
        with suppress(RulesError):
            check_prospects(rules)
            return rules


def play_random_specs(chunk: int) -> Played:
    """Two random games of each of 100 specs over every atom and topology."""
    plies, differences = 0, []
    for number in range(CHUNK):
        rng = new_generator("lockstep at scale", chunk, number)
        rules = random_game(rng)
        try:
            plies += sum(len(play_in_step(rules, rng)) for _ in range(2))
        except AssertionError as error:
            differences.append(f"{json.dumps(rules.to_json())}: {error}")
    return Played(2 * CHUNK, plies, differences)


def play_drafts(family: str) -> Played:
    """A random game of each of the first drafts of a family of the generator."""
    plies, differences = 0, []
    for number in range(DRAFTS):
        rng = new_generator("lockstep of drafts", family, number)
        rules = draft_rules(family, "Draft", rng)
        try:
            plies += len(play_in_step(rules, rng))
        except AssertionError as error:
            differences.append(f"{json.dumps(rules.to_json())}: {error}")
    return Played(DRAFTS, plies, differences)


def play_shared(part: int) -> Played:
    """Every hundredth of the games with OpenSpiel, the shared games in turn."""
    plies, differences = 0, []
    for number in range(part, OPENSPIEL_GAMES, 100):
        try:
            plies += play_with_openspiel(SHARED[number % len(SHARED)], new_generator("OpenSpiel at scale", number))
        except AssertionError as error:
            differences.append(str(error))
    return Played(OPENSPIEL_GAMES // 100, plies, differences)


def play_all(title: str, play: Callable[[Part], Played], parts: Iterable[Part]) -> Played:
    """Play all parts on two processes and print the figures."""
    started = time.monotonic()
    with ProcessPoolExecutor(2, get_context("spawn")) as workers:
        played = list(workers.map(play, parts))
    total = Played(
        sum(part.games for part in played),
        sum(part.plies for part in played),
        [difference for part in played for difference in part.differences],
    )
    minutes = (time.monotonic() - started) / 60
    print(
        f"\n{title}: {total.games} games, {total.plies} plies, {len(total.differences)} differences, {minutes:.0f} min"
    )
    return total


@pytest.mark.slow
@pytest.mark.timeout(4 * 3600)
def test_ten_thousand_random_specs_play_alike_on_kernel_and_reference() -> None:
    total = play_all(f"{CHUNKS * CHUNK} random specs", play_random_specs, range(CHUNKS))
    assert total.differences == []
    assert total.games == 20_000 and total.plies > 200_000


@pytest.mark.slow
@pytest.mark.timeout(4 * 3600)
def test_drafts_of_every_family_play_alike_on_kernel_and_reference() -> None:
    total = play_all(f"{DRAFTS * len(FAMILIES)} drafts of {len(FAMILIES)} families", play_drafts, FAMILIES)
    assert total.differences == []
    assert total.games == DRAFTS * len(FAMILIES) and total.plies > 20_000


@pytest.mark.slow
@pytest.mark.timeout(4 * 3600)
def test_ten_thousand_games_of_shared_games_agree_with_openspiel() -> None:
    pytest.importorskip("pyspiel")
    total = play_all(f"{len(SHARED)} games shared with OpenSpiel", play_shared, range(100))
    assert total.differences == []
    assert total.games == 10_000 and total.plies > 200_000
