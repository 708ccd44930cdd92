"""Players of known slope, and how often a rise is found in their chains."""

from __future__ import annotations

import json

import numpy as np
import pytest

from quickstudy.benchmarks.validation.graded import START, Graded, read_share
from quickstudy.benchmarks.validation.played import POOLS, check_played, deal, find_share, play_pool
from quickstudy.scorers.generations import fit_slopes
from quickstudy.tasks.chains.course import Course
from quickstudy.tasks.direct import play_chains
from quickstudy.tasks.learners.prompt import read_evidence
from quickstudy.tasks.prompts.author import write_author, write_request
from quickstudy.tasks.study import Study


def write(player: Graded, notes: list[str], games: list[str]) -> str:
    """The text of the note that the player writes."""
    system = write_author("Rules", notes, games, 2, ("advice",), 400)
    (edit,) = json.loads(player.answer([("system", system), ("user", write_request())]))["edits"]
    assert edit["action"] == ("edit" if notes else "add")
    return str(edit["text"])


def test_an_author_of_known_slope_adds_its_step_to_the_number_in_the_notes() -> None:
    still = Graded(27.0, 0.0)
    assert write(still, [], []) == f"search {START + 27} of 1000 moves"
    assert write(still, ["1. advice: search 400 of 1000 moves"], []) == "search 427 of 1000 moves"
    assert write(still, ["1. advice: search 999 of 1000 moves"], []) == "search 1000 of 1000 moves"


def test_its_error_follows_from_what_it_read() -> None:
    wandering = Graded(0.0, 33.0)
    texts = [write(wandering, [], [f"Game 1 (x): a{i} | X wins"]) for i in range(200)]
    added = np.array([int(text.split()[1]) for text in texts]) - START
    assert texts[0] == write(wandering, [], ["Game 1 (x): a0 | X wins"])
    assert abs(added.mean()) < 3 * 33 / 200**0.5 and added.std() == pytest.approx(33, rel=0.2)


def test_a_player_reads_the_number_and_nothing_else() -> None:
    prompt = "## Rules\nnone\n\n## Notes\nnotes\n{}\n\n## Answer format\n"
    assert read_share(read_evidence(prompt.format("1. advice: search 400 of 1000 moves"))) == 400
    assert read_share(read_evidence(prompt.format("1. advice: do search 400 of 1000 moves"))) == START


def test_more_searched_moves_win_more_games() -> None:
    study = Study("zlerkim", examples=(0,), sets=1, opponents=("alphabeta-300-e75",))
    points = []
    for step in (-250.0, 750.0):
        course = Course(study, "distil", 1, 2, 64, 1, 12)
        played = [
            r for r in play_chains(course, Graded(step, 0.0)) if r["cell"]["generation"] == 1 and "notes" not in r
        ]
        points.append(sum(game["result"] for game in played[0]["games"]))
    assert points[0] < 6 < points[1]


def test_a_share_is_that_of_the_slope_test_over_deals() -> None:
    rng = np.random.default_rng(5)
    strengths = rng.normal(0, 60, (8, 6)) + 12.0 * np.arange(6)
    slopes = np.array([fit_slopes([chain, chain]).slope for chain in strengths])
    assert deal(slopes, rng) == float(fit_slopes(strengths).p < 0.05) == 1.0, "one experiment, however it is dealt"
    assert deal(slopes - slopes.mean(), rng) == 0.0
    twice = np.concatenate([strengths, strengths])
    assert find_share(twice, rng).slope == pytest.approx(fit_slopes(strengths).slope)


def test_shares_of_normal_chains_are_the_level_of_the_test() -> None:
    rng = np.random.default_rng(6)
    null, rising = rng.normal(0, 60, (800, 6)), rng.normal(0, 60, (160, 6)) + 40.0 * np.arange(6)
    found = find_share(null - null.mean(axis=0), rng)
    assert abs(found.found - 0.05) < 4 * found.error and 0.0 < found.error < 0.02
    assert find_share(rising, rng).found > 0.99


def test_a_chain_is_the_same_whatever_is_played_beside_it() -> None:
    (one,), (first, second) = play_pool("rising", [1]), play_pool("rising", [0, 1])
    assert one == second != first and len(one) == 6
    assert set(POOLS) == {"deaf", "wandering", "rising"}


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_tenth_of_the_chains_gives_a_row_of_the_table() -> None:
    check = check_played(np.random.default_rng(7), 0.05)
    assert check.number == 31 and check.measured.count("slope") == 3
