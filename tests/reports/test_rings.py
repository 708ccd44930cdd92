"""The report of rings: gaps and gains paired by chain, planted and from real games."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from quickstudy.reports import rings
from quickstudy.reports.memory import judge_arms
from quickstudy.reports.report import format_tables, write_report
from quickstudy.reports.rings import has_rings, tabulate_rings, write_page, write_rings
from quickstudy.reports.tables import load_games
from quickstudy.tasks.chains.course import Course
from quickstudy.tasks.direct import play_chains, write_records
from quickstudy.tasks.study import Study
from tests.documentation import names, section

GAME = "tvafindil"
SMALL: dict[str, Any] = {"generations": 1, "games": 2, "budget": 200, "chains": 2, "play_games": 4}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two chains whose notes were read in two rings, as direct records, and their report."""
    path = tmp_path_factory.mktemp("rings")
    course = Course(Study(GAME, examples=(0,), sets=2), **SMALL, rings=("skin", "sibling"), ring_generations=("0", "1"))
    write_records(play_chains(course, "quickstudy/notebook"), path / "rings.jsonl")
    write_report(path)
    return path


def test_each_ring_of_a_generation_has_a_row_and_the_sibling_stands_beside_its_game(folder: Path) -> None:
    table = tabulate_rings(load_games(folder / "games.parquet"))
    assert table["ring"].tolist() == ["openings", "skin", "sibling"] * 2 and set(table["skill"]) == {GAME}
    assert table["generation"].tolist() == [0, 0, 0, 1, 1, 1] and set(table["chains"]) == {2}
    page = (folder / "report" / "rings.md").read_text()
    assert page.count(f"\n| {GAME} |") == 3 and "| 4 sibling |" in page
    assert "3 skin" in format_tables(folder)
    assert {path.suffix for path in (folder / "report").glob("rings.*")} == {".md", ".csv", ".png", ".svg", ".json"}


def test_every_column_and_file_of_the_rings_is_documented(folder: Path) -> None:
    documented = set(names(section("Other files of a report")))
    assert (
        set(tabulate_rings(load_games(folder / "games.parquet")).columns)
        - {f"{name}_{end}" for name in ("gap", "gain", "lost", "kept") for end in ("low", "high")}
        <= documented
    )
    assert {"rings.md", "rings.csv", "rings.png"} <= documented


def test_rings_are_no_part_of_the_slopes_over_generations(folder: Path) -> None:
    games = load_games(folder / "games.parquet")
    (arm,) = judge_arms(games)
    assert arm["skill"] == GAME and arm["generations"] == 1 and arm["chains"] == 2
    assert len(games[games["ring"] == ""]) == 16


def test_without_rings_nothing_is_written(folder: Path, tmp_path: Path) -> None:
    games = load_games(folder / "games.parquet")
    usual = games[games["ring"] == ""]
    assert not has_rings(usual) and write_rings(usual, tmp_path) == [] and not list(tmp_path.iterdir())


ELO = {("", 0): 100.0, ("", 4): 600.0, ("family", 0): 150.0, ("family", 4): 400.0, ("skin", 4): 600.0}


def plant(folder: Path, chains: int = 8, seed: int = 1) -> pd.DataFrame:
    """A table of chains with these strengths by ring and generation; each chain is luckier than others in all of it."""
    games = load_games(folder / "games.parquet")
    row: dict[str, Any] = {str(k): v for k, v in games[games["ring"] == ""].iloc[0].items()}
    rng, rows = np.random.default_rng(seed), list[dict[str, Any]]()
    for chain in range(chains):
        luck = rng.normal(0.0, 150.0)
        for (ring, generation), strength in ELO.items():
            for game, level in enumerate(np.repeat([0.0, 216.05, 538.89, 779.26], 16)):
                won = float(rng.random() < 1.0 / (1.0 + 10.0 ** ((level - strength - luck) / 400.0)))
                new: dict[str, Any] = {"set": chain, "generation": generation, "ring": ring, "game": game}
                new |= {"opponent_elo": level, "opponent": f"level {level}", "result": won, "forfeit": 0}
                new |= {"outcome": "win" if won else "loss", "cell_id": f"{ring}{generation}"}
                rows.append({**row, **new})
    return pd.DataFrame(rows)[list(games.columns)]


def pick(table: pd.DataFrame, ring: str, generation: int = 4) -> dict[str, float]:
    (row,) = table[table["ring"].eq(ring) & table["generation"].eq(generation)].to_dict("records")
    return {str(name): value for name, value in row.items()}


def test_planted_gaps_gains_and_shares_are_found_within_their_intervals(folder: Path) -> None:
    table = tabulate_rings(plant(folder))
    family, usual = pick(table, "family"), pick(table, "openings")
    assert family["gap_low"] < -200.0 < family["gap_high"] < 0.0
    assert usual["gain_low"] < 500.0 < usual["gain_high"] and family["gain_low"] < 250.0 < family["gain_high"]
    assert family["lost_low"] < -250.0 < family["lost_high"] < 0.0
    assert family["kept_low"] < 0.5 < family["kept_high"] < 1.0
    skin = pick(table, "skin")
    assert skin["gap_low"] < 0.0 < skin["gap_high"], "where nothing is lost none is found"
    assert np.isnan(skin["gain"]) and np.isnan(skin["kept"]), "there is no ring skin without notes"


def test_what_the_chains_share_is_no_part_of_a_gaps_error(folder: Path) -> None:
    family = pick(tabulate_rings(plant(folder)), "family")
    apart = np.hypot(family["high"] - family["low"], family["high"] - family["low"])
    assert family["gap_high"] - family["gap_low"] < 0.8 * apart


def test_one_chain_has_gaps_without_intervals(folder: Path) -> None:
    family = pick(tabulate_rings(plant(folder, chains=1)), "family")
    assert np.isfinite(family["gap"]) and np.isnan(family["gap_low"]) and np.isnan(family["kept"])


def test_a_ring_that_won_every_game_has_a_bound_and_no_gap(folder: Path) -> None:
    games = plant(folder)
    won = games["ring"].eq("skin")
    games.loc[won, "result"] = 1.0
    games.loc[won, "outcome"] = "win"
    table = tabulate_rings(games)
    skin = pick(table, "skin")
    assert np.isnan(skin["elo"]) and np.isnan(skin["gap"]) and "one sided (" in write_page(table)


def test_the_error_of_both_ladders_is_in_a_gap_to_another_game(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    games = load_games(folder / "games.parquet")
    wide = pick(tabulate_rings(games), "sibling", 1)
    monkeypatch.setattr(rings, "_ladder_se", lambda cells, place: 0.0)
    narrow = pick(tabulate_rings(games), "sibling", 1)
    assert wide["gap"] == narrow["gap"]
    assert wide["gap_high"] - wide["gap_low"] > narrow["gap_high"] - narrow["gap_low"] > 0.0
