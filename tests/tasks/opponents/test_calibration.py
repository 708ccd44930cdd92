"""Calibration: a small tournament is reproducible, adds up, and thins levels that are too close."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from quickstudy.tasks.games.game import Game
from quickstudy.tasks.opponents.calibration import (
    MIN_GAP,
    Tournament,
    calibrate,
    check_seats,
    choose_rungs,
    describe_ladder,
    find_checkpoint,
    screen_levels,
)
from quickstudy.tasks.opponents.contest import BoardContest
from quickstudy.tasks.opponents.ladder import LadderError, read_ladder, write_ladder
from quickstudy.tasks.opponents.levels import Level, find_level
from tests.known_games import breakthrough, tic_tac_toe

LEVELS = [find_level(name) for name in ("random", "greedy", "mcts-30")]
TWIN = Level("random-twin", "random")


def game(folder: Path = Path()) -> Game:
    return Game("noughts", tic_tac_toe(), folder)


def noughts() -> BoardContest:
    return BoardContest(game())


def race() -> BoardContest:
    return BoardContest(Game("race", breakthrough(5), Path()))


def calibrated(**options: Any) -> dict[str, Any]:
    return calibrate(race(), LEVELS, **{"target_sd": 150.0, **options})


def test_a_calibration_is_the_same_each_time_and_another_with_another_seed() -> None:
    first = calibrated()
    assert calibrated() == first
    assert calibrated(seed=1)["pairs"] != first["pairs"]


def test_a_calibration_rates_levels_from_the_random_mover_upwards() -> None:
    data = calibrated()
    assert data["levels"][0] == data["anchor"] == "random" and data["ratings"][0] == 0.0
    assert set(data["levels"]) <= {level.name for level in LEVELS} and len(data["levels"]) > 1
    assert np.diff(data["ratings"]).min() >= MIN_GAP
    assert max(data["sd"]) <= 150.0 and data["sd"][0] == 0.0
    assert np.allclose(np.sqrt(np.diag(data["covariance"])), data["sd"], atol=0.01)
    assert data["rules_hash"] == race().rules_hash


def test_pairs_add_up() -> None:
    data = calibrate(noughts(), LEVELS, target_sd=150.0)
    assert all(pair["draws"] > 0 for pair in data["pairs"])
    counts = [pair["wins_a"] + pair["draws"] + pair["wins_b"] for pair in data["pairs"]]
    assert sum(counts) == data["games"] and min(counts) >= 20
    assert all(pair["plies"] >= 2 * count for pair, count in zip(data["pairs"], counts, strict=True))
    names = [*data["levels"], *data["others"]]
    order = [(names.index(pair["a"]), names.index(pair["b"])) for pair in data["pairs"]]
    assert order == sorted(set(order)) and all(a < b for a, b in order)


def test_a_smaller_target_takes_more_games() -> None:
    rough, fine = calibrated(), calibrated(target_sd=15.0)
    assert max(fine["sd"]) <= 15.0 < max(rough["sd"])
    assert fine["games"] > rough["games"]


def test_a_calibration_is_json_that_reads_back_as_a_ladder(tmp_path: Path) -> None:
    data = calibrate(BoardContest(game(tmp_path)), LEVELS[:2], target_sd=150.0)
    assert json.loads(json.dumps(data)) == data
    write_ladder(game(tmp_path), data)
    assert list(read_ladder(game(tmp_path)).ratings) == data["ratings"]


def test_a_level_no_better_than_the_random_mover_is_dropped() -> None:
    lines: list[str] = []
    data = calibrate(race(), [LEVELS[0], TWIN, LEVELS[1]], target_sd=150.0, report=lines.append)
    assert data["levels"] == ["random", "greedy"] and list(data["others"]) == [TWIN.name]
    assert lines[0].startswith("race: screened, 2 levels stay: random 0, greedy ")


@pytest.mark.parametrize("levels", [[], LEVELS[1:], LEVELS[::-1]])
def test_a_ladder_must_start_with_the_random_mover(levels: list[Level]) -> None:
    with pytest.raises(ValueError, match="starts with the random mover"):
        calibrate(noughts(), levels)


def levels_of(engines: str, *works: float) -> list[Level]:
    """Levels of engines named by a letter; all as cheap, but for the budgets given."""
    budgets = dict(enumerate(works))
    return [Level(f"{engine}{i}", engine, int(budgets.get(i, 10))) for i, engine in enumerate(engines)]


@pytest.mark.parametrize(
    ("ratings", "kept"),
    [
        ([0.0], [0]),
        ([0.0, 80.0, 160.0], [0, 1, 2]),
        ([0.0, 79.9, 160.0], [0, 2]),
        ([0.0, 90.0, 160.0, 170.0, 260.0], [0, 1, 3, 4]),  # the gap is to the level that was kept, not to its neighbour
        ([0.0, 90.0, 180.0, 250.0], [0, 1, 3]),  # of two that are close the top stays
        ([0.0, 90.0, 180.0, 220.0], [0, 1, 2]),  # a top that is not clearly stronger than another as cheap
        ([0.0, 79.0, 70.0], [0]),
        ([0.0, 300.0, 100.0, 200.0], [0, 2, 3, 1]),
        ([0.0, -180.0, 90.0], [0, 2]),  # the random mover is the floor
        ([0.0, 400.0], [0, 1]),
    ],
)
def test_rungs_are_levels_that_are_not_close_above_a_kept_one(ratings: list[float], kept: list[int]) -> None:
    assert choose_rungs(ratings, levels_of("r" + "a" * (len(ratings) - 1))) == kept


@pytest.mark.parametrize(
    ("ratings", "engines", "kept"),
    [
        ([0, 100, 200, 300, 330, 500], "raaaba", [0, 1, 2, 4, 5]),  # b has no level yet
        ([0, 100, 200, 300, 341, 500], "raaaba", [0, 1, 2, 3, 5]),  # b is not near enough, and then too close
        ([0, 100, 200, 300, 330, 500], "rababa", [0, 1, 2, 3, 5]),  # neither engine has two, so the lower one
        ([0, 100, 200, 300, 400, 500, 530, 700], "rababaab", [0, 1, 2, 3, 4, 5, 7]),  # both have two
    ],
)
def test_rungs_are_of_both_engines_where_they_are_near(ratings: list[float], engines: str, kept: list[int]) -> None:
    assert choose_rungs(ratings, levels_of(engines)) == kept


def test_a_dear_level_yields_to_a_cheap_one_in_reach_and_is_taken_where_there_is_none() -> None:
    cheap, dear = 10, 1000
    ratings = [0.0, 90.0, 140.0, 300.0]
    assert choose_rungs(ratings, levels_of("raaa", cheap, dear, cheap, cheap)) == [0, 2, 3]
    assert choose_rungs(ratings, levels_of("raaa", cheap, dear, dear, cheap)) == [0, 1, 3]
    assert choose_rungs([0.0, 90.0, 160.0, 300.0], levels_of("raaa", cheap, dear, cheap, cheap)) == [0, 1, 3]
    assert choose_rungs([0.0, 200.0, 230.0], levels_of("raa", cheap, cheap, dear)) == [0, 1]
    assert choose_rungs([0.0, 200.0, 250.0], levels_of("raa", cheap, cheap, dear)) == [0, 2]


def test_a_tournament_counts_both_sides_of_a_game() -> None:
    tournament = Tournament(noughts(), [LEVELS[0], TWIN])
    tournament.play([(0, 1)], 40)
    assert tournament.games.tolist() == [[0, 40], [40, 0]]
    assert (tournament.points + tournament.points.T == tournament.games).all()
    assert 0 < tournament.draws[0, 1] == tournament.draws[1, 0] < 40
    assert 5 * 40 < tournament.plies[0, 1] == tournament.plies[1, 0] <= 9 * 40


def test_the_side_that_moves_first_is_given_to_each_level_in_turn() -> None:
    # Within five plies only X can complete a line, so each level wins only where it moves first.
    rules = replace(tic_tac_toe(), cap=5)
    tournament = Tournament(BoardContest(Game("five", rules, Path())), [find_level("random"), find_level("greedy")])
    tournament.play([(0, 1)], 200)
    lost = float(tournament.points[0, 1] - tournament.draws[0, 1] / 2)
    won = float(tournament.points[1, 0] - tournament.draws[0, 1] / 2)
    assert 0 < lost <= 100 and 0 < won <= 100


def test_batches_continue_and_do_not_repeat() -> None:
    whole, parts, round_ = (Tournament(race(), LEVELS[:2]) for _ in range(3))
    whole.play([(0, 1)], 40)
    parts.play([(0, 1)], 20)
    parts.play([(0, 1)], 20)
    round_.play([(0, 1), (0, 1)], 20)
    for other in (parts, round_):
        assert (other.points == whole.points).all() and (other.plies == whole.plies).all()


def test_levels_that_are_no_rungs_play_no_more_but_their_games_count() -> None:
    tournament = Tournament(race(), LEVELS)
    tournament.play([(0, 1), (0, 2), (1, 2)], 40)
    tournament.rungs = [0, 2]
    costs = tournament.costs(tournament.fit().ratings)
    assert np.isfinite(costs[0, 2]) and np.isinf(costs[1]).all() and np.isinf(costs[:, 1]).all()
    direct = Tournament(race(), [LEVELS[0], LEVELS[2]])
    direct.play([(0, 1)], 40)
    assert np.sqrt(tournament.fit().covariance[2, 2]) < np.sqrt(direct.fit().covariance[1, 1])
    ladder = describe_ladder(tournament)
    assert ladder["levels"] == ["random", "mcts-30"] and list(ladder["others"]) == ["greedy"]
    assert [(pair["a"], pair["b"]) for pair in ladder["pairs"]] == [
        ("random", "mcts-30"),
        ("random", "greedy"),
        ("mcts-30", "greedy"),
    ]


def test_games_outside_the_band_are_never_played() -> None:
    tournament = Tournament(race(), [LEVELS[0]] * 5)
    tournament.play([(0, 1)], 2)
    costs = tournament.costs([0.0, 400.0, 800.0, 1200.0, 1400.0])
    assert np.isfinite(costs[0]).tolist() == [True, True, True, False, False]
    assert np.isfinite(tournament.costs([0.0, 70.0, 140.0, 210.0, 280.0])).all()


def test_an_interrupted_calibration_goes_on_from_its_checkpoint(tmp_path: Path) -> None:
    whole, half, stopped = tmp_path / "whole.jsonl", tmp_path / "half.jsonl", Stopped()
    expected = calibrated(checkpoint=whole, target_sd=30.0)
    with pytest.raises(KeyboardInterrupt):
        calibrated(checkpoint=half, target_sd=30.0, report=stopped)
    before = half.read_text().splitlines()
    assert 0 < len(before) < len(whole.read_text().splitlines())

    assert calibrated(checkpoint=half, target_sd=30.0) == expected

    after = half.read_text().splitlines()
    assert after[: len(before)] == before and sorted(after) == sorted(whole.read_text().splitlines())


class Stopped:
    """Stops a calibration after its screening, as ^C does."""

    def __call__(self, line: str) -> None:
        raise KeyboardInterrupt


def test_an_engine_scores_one_half_against_itself() -> None:
    for level in LEVELS:
        check_seats(race(), level)


def test_screening_orders_all_levels_by_rating_and_its_games_are_found_again(tmp_path: Path) -> None:
    kept = tmp_path / "batches.jsonl"
    tournament = screen_levels(race(), [LEVELS[0], LEVELS[2], TWIN, LEVELS[1]], checkpoint=kept)
    ratings = tournament.fit().ratings[tournament.rungs]
    assert sorted(tournament.rungs) == [0, 1, 2, 3]
    assert tournament.rungs[0] == 0 and (np.diff(ratings[1:]) >= 0).all()
    before = kept.read_text().splitlines()
    calibrate(race(), [LEVELS[0], LEVELS[2], TWIN, LEVELS[1]], target_sd=np.inf, checkpoint=kept)
    again = kept.read_text().splitlines()
    assert again[: len(before)] == before and len(again) <= len(before) + 2  # at most neighbours that had not met


def test_an_engine_whose_games_depend_on_earlier_ones_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    results = itertools.cycle((1, 2))  # the first level wins both games of each pair
    monkeypatch.setattr("quickstudy.tasks.games.kernel.play_game", lambda *_: (next(results), 10))
    with pytest.raises(LadderError, match=r"has no ladder: random scores 8\.0 of 8 against itself"):
        check_seats(race(), LEVELS[0], LEVELS[1])


def test_a_checkpoint_belongs_to_all_that_decides_its_games(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from quickstudy.tasks.games import kernel

    monkeypatch.setenv("QUICKSTUDY_CACHE", str(tmp_path))
    first = find_checkpoint(race(), LEVELS, 0)
    assert find_checkpoint(race(), LEVELS, 0) == first and first.is_relative_to(tmp_path)
    stronger = [*LEVELS[:2], replace(LEVELS[2], budget=31)]  # of the same name
    cases = [(race(), LEVELS, 1), (noughts(), LEVELS, 0), (race(), stronger, 0)]
    other = [find_checkpoint(*case) for case in cases]
    changed = tmp_path / "kernel.py"
    changed.write_text("# another engine")
    monkeypatch.setattr(kernel, "__file__", str(changed))
    assert len({first, *other, find_checkpoint(race(), LEVELS, 0)}) == 5
