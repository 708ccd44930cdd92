"""Probes: different positions, valued truly, kept from examples and openings, read only where they belong."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.stats import spearmanr

from quickstudy.tasks.examples.corpus import ExampleSet
from quickstudy.tasks.examples.openings import held_out_positions, position_key, symmetric_keys
from quickstudy.tasks.examples.probes import (
    MIN_SPREAD,
    PHASES,
    ProbeError,
    load_probes,
    make_probes,
    measure_repeat,
    probe_file,
    probe_positions,
    reach,
    write_probes,
)
from quickstudy.tasks.games.game import Game, load_game
from quickstudy.tasks.games.notation import format_move, parse_move
from quickstudy.tasks.opponents.ladder import load_ladder
from quickstudy.tasks.opponents.levels import find_level

MEASURED = ["lattic", "morvane", "tarsk", "velun"]
COUNT = 12


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A user's copy of tarsk with its ladder, without probes."""
    home, source = tmp_path_factory.mktemp("mine"), load_game("tarsk").folder
    shutil.copy(source / "rules.json", home / "mine.json")
    shutil.copy(source / "ladder.json", home / "mine.ladder.json")
    return home


@pytest.fixture(scope="module")
def data(folder: Path) -> dict[str, Any]:
    return make_probes(load_game(str(folder / "mine.json")), count=COUNT)


def copy_with(data: dict[str, Any], source: Path, target: Path) -> Game:
    """A game in a folder of its own with these probes."""
    for name in ("mine.json", "mine.ladder.json"):
        shutil.copy(source / name, target)
    game = load_game(str(target / "mine.json"))
    write_probes(game, data)
    return game


@pytest.mark.parametrize("name", MEASURED)
def test_committed_probes_are_a_hundred_different_positions_with_a_choice(name: str) -> None:
    game = load_game(name)
    probes = load_probes(game).probes
    states = np.array([reach(game, probe) for probe in probes])
    assert len(probes) == 100 and len(set(symmetric_keys(game, states))) == 100
    assert not held_out_positions(game) & {position_key(state) for state in states}
    for probe, state in zip(probes, states, strict=True):
        from quickstudy.tasks.games.kernel import legal_moves

        legal = [format_move(game.rules, int(move)) for move in legal_moves(game.tables, state)]
        assert list(probe.values) == legal and len(legal) > 1
        assert probe.best - min(probe.values.values()) > MIN_SPREAD
        assert all(probe.values[move] in (0.0, 0.5, 1.0) for move in probe.exact)


@pytest.mark.parametrize("name", MEASURED)
def test_committed_probes_hold_like_shares_of_phases_and_strengths(name: str) -> None:
    probes, levels = load_probes(load_game(name)).probes, load_ladder(name).levels
    assert {probe.level for probe in probes} == set(levels)
    for block in (probes, probes[:25], probes[75:]):
        counts = [sum(probe.phase == phase for probe in block) for phase in PHASES]
        assert max(counts) - min(counts) <= 1
    counts = [sum(probe.level == level for probe in probes) for level in levels]
    assert max(counts) - min(counts) <= 3
    assert probe_file(load_game(name)).stat().st_size < 60_000


@pytest.mark.parametrize("name", MEASURED)
def test_mean_regret_falls_from_the_random_mover_to_the_top_level(name: str) -> None:
    levels, ladder = load_probes(load_game(name)).levels, load_ladder(name)
    assert tuple(level.level for level in levels) == ladder.levels
    regrets = [level.regret for level in levels]
    assert regrets[0] == max(regrets) and regrets[-1] == min(regrets)
    assert spearmanr(regrets, ladder.ratings).statistic < -0.95  # a few neighbours of other engines may change places


@pytest.mark.parametrize("name", MEASURED)
def test_values_are_the_same_with_another_seed_to_two_hundredths(name: str) -> None:
    game = load_game(name)
    probes = load_probes(game).probes[::5]
    error, exact = measure_repeat(game, probes, 7, load_probes(game).scale)
    assert 0.0 < error <= 0.02 and 0.0 < exact < 1.0


def test_a_proven_loss_and_win_are_valued_as_such(folder: Path) -> None:
    # whoever wins at once has regret 0, and no move is better than a win
    game = load_game("velun")
    for probe in load_probes(game).probes:
        state = reach(game, probe)
        from quickstudy.tasks.games.kernel import apply, legal_moves

        for text in probe.values:
            after = state.copy()
            move = parse_move(game.rules, text, legal_moves(game.tables, state).tolist())
            assert move is not None
            apply(game.tables, after, move)
            if after[7]:
                won = 0.5 if after[7] == 3 else float(after[7] - 1 == state[5])
                assert probe.values[text] == won and text in probe.exact


def test_the_same_command_makes_the_same_bytes(folder: Path, data: dict[str, Any], tmp_path: Path) -> None:
    game = copy_with(data, folder, tmp_path)
    before = probe_file(game).read_bytes()
    write_probes(game, make_probes(game, count=COUNT))
    assert probe_file(game).read_bytes() == before
    assert make_probes(game, 1, count=COUNT)["probes"] != data["probes"]


def test_probes_read_back_as_they_were_made(folder: Path, data: dict[str, Any], tmp_path: Path) -> None:
    found = load_probes(copy_with(data, folder, tmp_path))
    assert [probe.to_json() for probe in found.probes] == data["probes"]
    assert [vars(level) for level in found.levels] == data["levels"] and found.scale == data["scale"]
    assert found.probes[0].regret(max(found.probes[0].values, key=found.probes[0].values.__getitem__)) == 0.0


def test_too_few_positions_are_reported_in_a_sentence(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("quickstudy.tasks.examples.probe_sets.MIN_SPREAD", 1.0)  # no two values differ by more
    monkeypatch.setattr("quickstudy.tasks.examples.probe_sets._GAMES", 1)
    with pytest.raises(ProbeError, match="only 0 of 3 probes of mine were found"):
        make_probes(load_game(str(folder / "mine.json")), count=3)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"rules_hash": "0"}, "made for other rules: run `quickstudy probes"),
        ({"ladder_version": "0"}, "made for another ladder: run `quickstudy probes"),
        ({"probes": []}, "cannot read the probes"),
        ({"levels": [{"level": "random"}]}, "cannot read the probes"),
    ],
)
def test_probes_that_do_not_belong_are_refused_in_a_sentence(
    change: dict[str, Any], message: str, folder: Path, data: dict[str, Any], tmp_path: Path
) -> None:
    game = copy_with({**data, **change}, folder, tmp_path)
    with pytest.raises(ProbeError, match=message) as caught:
        load_probes(game)
    assert "\n" not in str(caught.value)


def test_probes_of_the_method_before_are_refused_but_stay_held_out(
    folder: Path, data: dict[str, Any], tmp_path: Path
) -> None:
    game = copy_with({key: value for key, value in data.items() if key != "scale"}, folder, tmp_path)
    with pytest.raises(ProbeError, match="valued by an older method: run `quickstudy probes "):
        load_probes(game)
    assert len(probe_positions(game)) == COUNT


def test_missing_and_damaged_probes_are_refused_in_a_sentence(
    folder: Path, data: dict[str, Any], tmp_path: Path
) -> None:
    with pytest.raises(
        ProbeError, match=r"mine has no probes \(mine.probes.json\): make them with `quickstudy probes "
    ):
        load_probes(load_game(str(folder / "mine.json")))
    game = copy_with(data, folder, tmp_path)
    probe_file(game).write_text(probe_file(game).read_text()[:-100])
    with pytest.raises(ProbeError, match="cannot read the probes"):
        load_probes(game)
    broken = json.loads(json.dumps(data))
    broken["probes"][0]["moves"] = "z9"
    write_probes(game, broken)
    with pytest.raises(ProbeError, match="z9 is no legal move"):
        probe_positions(game)


def test_examples_keep_away_from_probes(
    folder: Path, data: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QUICKSTUDY_CACHE", str(tmp_path / "cache"))
    free = load_game(str(folder / "mine.json"))
    assert probe_positions(free) == frozenset()
    teacher = find_level("alphabeta-1000")
    before = ExampleSet(free, teacher, 0, 0).take(4)
    # the sixth position of the second example becomes a probe
    held = {**data["probes"][0], "moves": " ".join(before[1].split(" | ")[0].split()[:6])}
    game = copy_with({**data, "probes": [held]}, folder, tmp_path)
    assert ExampleSet(game, teacher, 0, 0).conditions != ExampleSet(free, teacher, 0, 0).conditions
    after = ExampleSet(game, teacher, 0, 0).take(4)
    assert after[0] == before[0] and before[1] not in after
    for line in after:
        moves = tuple(line.split(" | ")[0].split())
        probe = load_probes(game).probes[0]
        for ply in range(len(moves)):
            assert position_key(reach(game, replace(probe, moves=moves[:ply]))) not in probe_positions(game)
