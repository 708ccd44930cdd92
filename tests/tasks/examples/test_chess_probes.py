"""Probes of chess: different positions, valued the same each time, kept from examples, read only where they belong."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.stats import spearmanr

from quickstudy.tasks.chess_variants.movetext import read_movetext
from quickstudy.tasks.chess_variants.position import DRAW
from quickstudy.tasks.chess_variants.variant import Variant, list_variants, load_variant
from quickstudy.tasks.examples import chess_probes
from quickstudy.tasks.examples.chess_corpus import ChessExampleSet, find_chess_teacher
from quickstudy.tasks.examples.chess_openings import held_out_keys, list_chess_openings, reach
from quickstudy.tasks.examples.chess_pgn import LEAST_PLIES, open_pgn, take_pgn_examples
from quickstudy.tasks.examples.chess_probes import (
    LEAST_LEFT,
    NODES,
    ChessSource,
    chess_probe_keys,
    find_probe_file,
    is_chess_held_out,
    load_chess_probes,
    make_chess_probes,
    measure_depth,
    reach_probe,
)
from quickstudy.tasks.examples.chess_values import Spot, value_chess_moves
from quickstudy.tasks.examples.probe_sets import MIN_SPREAD, PHASES, Probe, ProbeError
from quickstudy.tasks.opponents.chess_ladder import read_chess_ladder
from quickstudy.tasks.opponents.engine_choice import choose_engine
from quickstudy.tasks.opponents.uci import EngineFault
from tests.tasks.opponents.engines import fake

MEASURED = [name for name in list_variants() if find_probe_file(load_variant(name)).path.is_file()]
COUNT = 6


def spot_after(variant: Variant, *moves: str, start: int = 0) -> Spot:
    return reach_probe(variant, Probe((*variant.name_start(start), *moves), {}, frozenset(), "early", "random"))


def probe_after(*moves: str) -> Probe:
    return Probe(moves, {"a": 0.0, "b": 1.0}, frozenset(), "early", "random")


LEVELS = ("random", "nodes-1-e70", "nodes-1-e40", "nodes-100")


def make_home(target: Path, data: dict[str, Any] | None = None) -> Variant:
    """A user's copy of fnipil with four levels of its ladder, and with these probes."""
    source = load_variant("fnipil").folder
    shutil.copy(source / "variant.json", target / "mine.json")
    ladder = json.loads((source / "ladder.json").read_text())
    rungs = [ladder["levels"].index(name) for name in LEVELS]
    ladder["ratings"] = [ladder["ratings"][i] for i in rungs]
    ladder["covariance"] = [[ladder["covariance"][i][j] for j in rungs] for i in rungs]
    (target / "mine.ladder.json").write_text(json.dumps({**ladder, "levels": LEVELS}))
    variant = load_variant(str(target / "mine.json"))
    if data is not None:
        find_probe_file(variant).write(data)
    return variant


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A few probes of the copy, valued by short searches."""
    with pytest.MonkeyPatch.context() as patch:
        shorten(patch)
        return make_chess_probes(make_home(tmp_path_factory.mktemp("mine")), count=COUNT, nodes=20_000)


def shorten(patch: pytest.MonkeyPatch) -> None:
    """Fit the scale to few games."""
    patch.setattr("quickstudy.tasks.examples.win_odds.GAMES", 4)


def test_orthodox_chess_and_seven_invented_variants_have_probes() -> None:
    invented = {"bzamarem", "dzelkal", "fnipil", "mlostut", "tvotondod", "vrarkuvit", "zmemiz"}
    assert {"orthodox", *invented} <= set(MEASURED)


@pytest.mark.parametrize("name", MEASURED)
def test_committed_probes_are_a_hundred_different_positions_with_a_choice(name: str) -> None:
    variant = load_variant(name)
    probes = load_chess_probes(variant).probes
    spots = [reach_probe(variant, probe) for probe in probes]
    assert len(probes) == 100 == len({spot.position.key for spot in spots})
    assert not held_out_keys(variant) & {spot.position.key for spot in spots}
    for probe, (_, steps, position) in zip(probes, spots, strict=True):
        legal = position.list_moves()
        assert list(probe.values) == [position.write_move(move) for move in legal] and len(legal) > 1
        assert probe.best - min(probe.values.values()) > MIN_SPREAD and len(steps) <= 300 - LEAST_LEFT
        assert all(probe.values[move] in (0.0, 0.5, 1.0) for move in probe.exact)
        for name_, move in zip(probe.values, legal, strict=True):
            after = position.copy()
            after.push(move)
            if after.result is not None:
                won = 0.5 if after.result == DRAW else float(after.result == position.turn)
                assert probe.values[name_] == won and name_ in probe.exact


@pytest.mark.parametrize("name", MEASURED)
def test_committed_probes_hold_like_shares_of_phases_and_strengths(name: str) -> None:
    probes, levels = load_chess_probes(load_variant(name)).probes, read_chess_ladder(load_variant(name)).levels
    assert {probe.level for probe in probes} == set(levels)
    for block in (probes, probes[:25], probes[75:]):
        counts = [sum(probe.phase == phase for probe in block) for phase in PHASES]
        assert max(counts) - min(counts) <= 1
    counts = [sum(probe.level == level for probe in probes) for level in levels]
    assert max(counts) - min(counts) <= 3


@pytest.mark.parametrize("name", MEASURED)
def test_mean_regret_falls_from_the_random_mover_to_the_top_level(name: str) -> None:
    levels, ladder = load_chess_probes(load_variant(name)).levels, read_chess_ladder(load_variant(name))
    assert tuple(level.level for level in levels) == ladder.levels
    regrets = [level.regret for level in levels]
    # the best two levels may lose alike, within the error of values
    assert regrets[0] == max(regrets) and regrets[-1] <= min(regrets) + 0.005
    assert spearmanr(regrets, ladder.ratings).statistic < -0.95


@pytest.mark.parametrize("name", [*MEASURED[-1:], *(pytest.param(n, marks=pytest.mark.slow) for n in MEASURED[:-1])])
def test_a_committed_value_is_found_again_to_its_last_digit(name: str) -> None:
    variant, found = load_variant(name), load_chess_probes(load_variant(name))
    assert found.scale is not None and NODES == json.loads(find_probe_file(variant).path.read_text())["nodes"]
    for probe in found.probes[:: len(found.probes) - 1]:
        again = value_chess_moves(variant, reach_probe(variant, probe), found.scale, choose_engine(), NODES)
        assert again == (probe.values, probe.exact)


def test_values_are_wins_draws_losses_and_what_the_scale_makes_of_scores() -> None:
    chess = load_variant("orthodox")
    values, exact = value_chess_moves(chess, spot_after(chess, "f3", "e5", "g4"), 250.0, choose_engine(), 4000)
    assert values["Qh4#"] == 1.0 and "Qh4#" in exact and "a6" not in exact and 0.0 < values["a6"] < 1.0
    values, exact = value_chess_moves(chess, spot_after(chess, "f3", "e5"), 250.0, choose_engine(), 4000)
    assert values["g4"] == 0.0 and "g4" in exact and values["e4"] > 0.3 and "e4" not in exact
    knights = ("Nf3", "Nf6", "Ng1", "Ng8") * 2
    spot = spot_after(chess, *knights[:-1])
    values, exact = value_chess_moves(chess, spot, 250.0, choose_engine(), 4000)
    assert values["Ng8"] == 0.5 and exact == {"Ng8"}, "the third time is a draw"
    steep, _ = value_chess_moves(chess, spot, 25.0, choose_engine(), 4000)
    assert max(steep.values()) - min(steep.values()) > max(values.values()) - min(values.values())


def test_a_position_without_a_choice_has_no_values() -> None:
    chess = load_variant("orthodox")
    spot = spot_after(chess, "e4", "e5", "Qh5", "Ke7", "Qxe5#"[:-1])  # mate
    assert spot.position.list_moves() == [] and value_chess_moves(chess, spot, 250.0, choose_engine(), 4000) == (
        {},
        frozenset(),
    )


def test_the_same_call_makes_the_same_probes_and_another_seed_others(
    data: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shorten(monkeypatch)
    variant = make_home(tmp_path)
    assert make_chess_probes(variant, count=COUNT, nodes=20_000) == data
    assert make_chess_probes(variant, 1, count=2, nodes=20_000)["probes"] != data["probes"][:2]


def test_probes_read_back_as_they_were_made(data: dict[str, Any], tmp_path: Path) -> None:
    variant = make_home(tmp_path, data)
    found = load_chess_probes(variant)
    assert [probe.to_json() for probe in found.probes] == data["probes"] and found.scale == data["scale"] > 0.0
    assert [vars(level) for level in found.levels] == data["levels"] and found.version.startswith("chess-1-")
    assert data["engine"] == choose_engine().describe() and data["rules_hash"] == variant.hash
    assert measure_depth(variant, found, 20_000)[0] == 0.0 < measure_depth(variant, found, 5000)[0]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"rules_hash": "0"}, "made for other rules: run `quickstudy probes-chess .*mine.json`"),
        ({"ladder_version": "0"}, "made for another ladder: run `quickstudy probes-chess .*mine.json`"),
        ({"probes": []}, "cannot read the probes"),
        ({"levels": [{"level": "random"}]}, "cannot read the probes"),
    ],
)
def test_probes_that_do_not_belong_are_refused_in_a_sentence(
    change: dict[str, Any], message: str, data: dict[str, Any], tmp_path: Path
) -> None:
    with pytest.raises(ProbeError, match=message) as caught:
        load_chess_probes(make_home(tmp_path, {**data, **change}))
    assert "\n" not in str(caught.value)


def test_missing_and_damaged_probes_are_refused_in_a_sentence(data: dict[str, Any], tmp_path: Path) -> None:
    missing = r"mine has no probes \(mine.probes.json\): make them with `quickstudy probes-chess .*mine.json`"
    with pytest.raises(ProbeError, match=missing):
        load_chess_probes(make_home(tmp_path))
    variant = make_home(tmp_path, data)
    path = find_probe_file(variant).path
    path.write_text(path.read_text()[:-100])
    with pytest.raises(ProbeError, match="cannot read the probes"):
        load_chess_probes(variant)
    find_probe_file(variant).write({**data, "probes": [{**data["probes"][0], "moves": "Zz9"}]})
    with pytest.raises(ProbeError, match="Zz9 is no legal move of mine"):
        chess_probe_keys(variant)


def test_a_variant_without_a_ladder_has_no_probes() -> None:
    command = "quickstudy calibrate-chess vrarkuvit-sibling"
    with pytest.raises(ValueError, match=rf"vrarkuvit-sibling has no ladder .*: make one with `{command}"):
        make_chess_probes(load_variant("vrarkuvit-sibling"))


def test_too_few_positions_are_reported_in_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chess_probes, "fit_chess_scale", lambda *_: 300.0)
    monkeypatch.setattr("quickstudy.tasks.examples.probe_sets.MIN_SPREAD", 1.0)  # no two values differ by more
    monkeypatch.setattr("quickstudy.tasks.examples.probe_sets._GAMES", 1)
    with pytest.raises(ProbeError, match="only 0 of 1 probes of mine were found"):
        make_chess_probes(make_home(tmp_path), count=1, nodes=20_000)


def test_scores_that_say_nothing_about_results_make_no_probes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chess_probes, "fit_chess_scale", lambda *_: None)
    with pytest.raises(ProbeError, match=r"the scores of Fairy-Stockfish .* say nothing about who wins at mine"):
        make_chess_probes(make_home(tmp_path), count=1)


def test_a_fault_of_the_engine_makes_no_probes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    variant, ladder = load_variant("orthodox"), read_chess_ladder(load_variant("orthodox"))
    monkeypatch.setattr(chess_probes, "read_chess_ladder", lambda variant, choice: ladder)
    with pytest.raises(EngineFault, match=r"^the engine fake "):
        make_chess_probes(variant, choice=fake("crash", tmp_path))


def test_a_probe_of_chess960_tells_its_start_position() -> None:
    variant = load_variant("chess960")
    spot = spot_after(variant, "e4", start=17)
    ladder = read_chess_ladder(load_variant("orthodox"))
    moves = ChessSource(variant, ladder, 250.0, choose_engine()).write_moves(spot)
    assert moves == (*variant.name_start(17), "e4")
    again = reach_probe(variant, probe_after(*moves))
    assert (again.start, again.position.fen) == (17, spot.position.fen) and again.steps == ("e4",)
    with pytest.raises(ProbeError, match=r"there is no start position \[KKKKKKKK\]"):
        reach_probe(variant, probe_after("[KKKKKKKK]", "e4"))


def test_no_probe_is_from_a_position_that_is_kept_or_near_the_cap() -> None:
    variant = load_variant("orthodox")
    source = ChessSource(variant, read_chess_ladder(variant), 250.0, choose_engine())
    spot = spot_after(variant, "e4", "e5", "Nf3")
    assert source.name_spot(spot) == spot.position.key
    assert source.name_spot(spot._replace(steps=("e4",) * 201)) is None
    opening = list_chess_openings(variant)[0]
    assert source.name_spot(Spot(opening.start, opening.moves, reach(variant, opening))) is None


def test_examples_keep_away_from_probes(data: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUICKSTUDY_CACHE", str(tmp_path / "cache"))
    for name in ("free", "kept"):
        (tmp_path / name).mkdir()
    free, teacher = make_home(tmp_path / "free"), find_chess_teacher("weak")
    assert chess_probe_keys(free) == frozenset()
    before = ChessExampleSet(free, teacher, 0, 0).take(3)
    # the seventh position of the second example becomes a probe
    steps = read_movetext(before[1])[1][:6]
    held = {**data["probes"][0], "moves": " ".join(steps)}
    kept = make_home(tmp_path / "kept", {**data, "probes": [held]})
    assert is_chess_held_out(kept, spot_after(kept, *steps).position)
    assert ChessExampleSet(kept, teacher, 0, 0).conditions != ChessExampleSet(free, teacher, 0, 0).conditions
    after = ChessExampleSet(kept, teacher, 0, 0).take(3)
    assert after[0] == before[0] and before[1] not in after
    for line in after:
        moves = read_movetext(line)[1]
        assert not any(is_chess_held_out(kept, spot_after(kept, *moves[:ply]).position) for ply in range(len(moves)))


def test_games_of_a_file_keep_away_from_probes(tmp_path: Path) -> None:
    variant = load_variant("orthodox")
    probe = next(probe for probe in load_chess_probes(variant).probes if len(probe.moves) >= LEAST_PLIES)
    words = (*probe.moves, next(iter(probe.values)))
    other = ("e4", "e5", "Nf3", "Nc6", "Bb5", "a6", "Ba4", "Nf6", "O-O")
    games = [f'[Result "1-0"]\n\n{" ".join(moves)} 1-0\n' for moves in (words, other)]
    (tmp_path / "games.pgn").write_text("\n".join(games))
    (found,) = take_pgn_examples(open_pgn(str(tmp_path / "games.pgn")), variant, 1, 1)
    assert len(found) == 1 and "Bb5" in found[0]
    with pytest.raises(ValueError, match="1 through a position kept for tests"):
        take_pgn_examples(open_pgn(str(tmp_path / "games.pgn")), variant, 2, 1)


def test_regrets_of_levels_are_measured_on_the_probes(data: dict[str, Any]) -> None:
    levels = {level["level"]: level for level in data["levels"]}
    assert tuple(levels) == LEVELS
    assert levels["nodes-100"]["within"] == 0.0 < levels["random"]["within"], "one search answers the same each time"
    values = [list(probe["values"].values()) for probe in data["probes"]]
    expected = np.mean([max(row) - np.mean(row) for row in values])
    assert levels["random"]["regret"] == pytest.approx(expected, abs=4 * levels["random"]["sd"] + 1e-9)
