"""The table of answers to probes and what follows from it: regret, mapped Elo, z, and forfeits apart."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from quickstudy.reports.probes import (
    HEADER,
    PROBE_COLUMNS,
    PROBE_KEY,
    load_answers,
    read_answers,
    tabulate_regrets,
    write_probes_page,
    write_probes_text,
)
from quickstudy.reports.report import format_tables, write_report
from quickstudy.reports.tables import TableError, rate_games, read_games
from quickstudy.scorers.probe_metrics import read_mapping
from quickstudy.scorers.probes import estimate_probe_strength
from quickstudy.tasks.direct import probe_study, write_records
from quickstudy.tasks.study import Study
from tests.reports.records import record, sets, write
from tests.same_tables import same_answers

LEVELS = [
    {"level": "random", "elo": 0.0, "regret": 0.3},
    {"level": "greedy", "elo": 300.0, "regret": 0.15},
    {"level": "mcts-100", "elo": 600.0, "regret": 0.08},
    {"level": "mcts-4000", "elo": 900.0, "regret": 0.03},
]


def sitting(*regrets: float | None, number: int = 0, first: int = 0, version: str = "v", **cell: Any) -> dict[str, Any]:
    """A sitting's record; None is a forfeit."""
    probes = []
    for k, regret in enumerate(regrets):
        answered = regret is not None
        probes.append(
            {
                "probe": first + k, "phase": "early", "level": "random", "ply": 4, "colour": "x", "moves": "a1 b2",
                "move": "e5" if answered else None, "value": 1.0 - regret if regret is not None else None, "best": 1.0,
                "regret": regret, "outcome": "answered" if answered else "forfeit_illegal",
                "forfeit": int(not answered), "illegal": 0 if answered else 3, "unreadable": 0,
                "asked": 1 if answered else 3, "input_tokens": 9, "output_tokens": 1, "seconds": 0.1, "answers": [],
            }
        )  # fmt: skip
    shared = {key: value for key, value in record("", column=number, **cell).items() if key != "games"}
    return {**shared, "probe_version": version, "levels": LEVELS, "probes": probes}


def tabulate(folder: Path, *records: dict[str, Any]) -> pd.DataFrame:
    return read_answers(write(folder, *records))


def test_table_has_a_row_for_each_answer_of_a_real_run(tmp_path: Path) -> None:
    study = Study("morvane", examples=(0, 2), sets=2)
    records = list(probe_study(study, "quickstudy/greedy", 3))
    write_records(records, tmp_path / "a.jsonl")
    answers = read_answers(tmp_path)
    assert list(answers.columns) == list(PROBE_COLUMNS) and not answers.duplicated(PROBE_KEY).any()
    told = [(sit, probe) for sit in records for probe in sit["probes"]]
    rows = answers.to_dict("records")
    assert len(rows) == len(told) == 12
    for sit, probe in told:
        key = (sit["cell"]["cell_id"], sit["probe_version"], sit["set"], sit["match"], probe["probe"])
        (row,) = [row for row in rows if tuple(row[name] for name in PROBE_KEY) == key]
        said = {**sit["cell"], "study_seed": sit["cell"]["seed"], **sit, **probe, "levels": json.dumps(sit["levels"])}
        assert row == {name: said[name] for name in PROBE_COLUMNS}


def test_regret_is_mapped_by_the_levels_and_forfeits_are_apart(tmp_path: Path) -> None:
    answers = tabulate(tmp_path, *(sitting(0.1, 0.2, None, 0.05 * k, number=k) for k in range(4)))
    (row,) = tabulate_regrets(answers).to_dict("records")
    regrets = [r for k in range(4) for r in (0.1, 0.2, 0.05 * k)]
    found = estimate_probe_strength(regrets, [k for k in range(4) for _ in range(3)], read_mapping(LEVELS))
    assert (row["regret"], row["elo"], row["low"], row["high"]) == pytest.approx(
        (found.regret, found.elo, found.low, found.high)
    )
    assert (row["forfeit_rate"], row["probes"], row["sets"], row["flag"]) == (0.25, 16, 4, "")
    assert row["illegal_rate"] == pytest.approx(12 / 24)
    assert found.per_game is not None and row["effective_games"] == pytest.approx(12 / found.per_game)
    assert math.isnan(row["games_elo"]) and math.isnan(row["z"])


def test_cells_of_games_and_probes_meet_by_their_name(tmp_path: Path) -> None:
    matches = sets(["1010", "1100", "0110", "1001"], levels="random mcts-30", n=4)
    sittings = [sitting(0.3, 0.25, 0.28, number=k, n=4) for k in range(4)]
    write(tmp_path / "a", *matches)
    write(tmp_path / "b", *sittings, sitting(0.1, 0.1, n=16))
    games, answers = read_games(tmp_path), read_answers(tmp_path)
    assert len(games) == 16 and len(answers) == 14
    four, sixteen = tabulate_regrets(answers, games).to_dict("records")
    strength = rate_games(games, "morvane")
    assert four["games_elo"] == pytest.approx(strength.elo)
    assert strength.elo is not None and (four["z"] < 0) == (four["elo"] < strength.elo)
    assert math.isnan(sixteen["games_elo"]) and math.isnan(sixteen["z"])


def test_a_cell_of_forfeits_alone_has_no_regret(tmp_path: Path) -> None:
    table = tabulate_regrets(tabulate(tmp_path, sitting(None, None), sitting(None, number=1)))
    (row,) = table.to_dict("records")
    assert row["forfeit_rate"] == 1.0 and all(math.isnan(row[name]) for name in ("regret", "elo", "low", "high"))
    assert "100%" in write_probes_text(table)


def test_an_answer_counts_once_from_the_sitting_with_the_most(tmp_path: Path) -> None:
    short, whole = sitting(0.1, 0.2), sitting(0.3, 0.3, 0.3)
    for order in ([short, whole], [whole, short]):
        answers = tabulate(tmp_path / str(order.index(short)), *order)
        assert list(answers["regret"]) == [0.3, 0.3, 0.3]
    # other versions of the probes are other probes
    answers = tabulate(tmp_path / "v", short, sitting(0.4, version="w"))
    assert len(answers) == 3 and len(tabulate_regrets(answers)) == 2


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"regret": None}, "contradicts its outcome"),
        ({"move": None}, "contradicts its outcome"),
        ({"forfeit": 1}, "contradicts its outcome"),
        ({"outcome": "forfeit_illegal"}, "contradicts its outcome"),
        ({"outcome": "win"}, "contradicts its outcome"),
        ({"outcome": "error"}, "contradicts its outcome"),
        ({"outcome": "guessed"}, "unknown outcome 'guessed'"),
    ],
)
def test_a_contradictory_answer_is_a_sentence(change: dict[str, Any], named: str, tmp_path: Path) -> None:
    broken = sitting(0.1, 0.2)
    broken["probes"][1] |= change
    with pytest.raises(TableError, match=named) as caught:
        tabulate(tmp_path, broken)
    assert "line 1" in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.parametrize("lacking", ["cell", "set", "probe_version", "levels"])
def test_a_record_that_lacks_a_part_is_a_sentence(lacking: str, tmp_path: Path) -> None:
    broken = sitting(0.1)
    del broken[lacking]
    with pytest.raises(TableError, match=f"not a record of probes|no field .{lacking}"):
        tabulate(tmp_path, broken)
    whole = sitting(0.1)
    del whole["probes"][0]["phase"]
    with pytest.raises(TableError, match="no field 'phase'"):
        tabulate(tmp_path / "b", whole)


def test_logs_without_probes_are_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="no answers to probes"):
        tabulate(tmp_path, record("10"))


def test_report_of_probes_alone_has_no_games(tmp_path: Path) -> None:
    write(tmp_path / "logs", *(sitting(0.1, 0.2, number=k) for k in range(2)))
    (tmp_path / "games.parquet").write_bytes(b"of an earlier run")
    names = [path.name for path in write_report(tmp_path)]
    assert names == ["logs", "probes.parquet", "probes.md", "probes.csv"]
    assert not (tmp_path / "games.parquet").exists()
    answers = read_answers(tmp_path / "logs")
    assert same_answers(load_answers(tmp_path / "probes.parquet"), answers)
    assert format_tables(tmp_path) == write_probes_text(tabulate_regrets(answers))
    assert len(pd.read_csv(tmp_path / "report" / "probes.csv")) == 1


def test_report_of_both_shows_both(tmp_path: Path) -> None:
    write(tmp_path / "logs", *sets(["10", "01"]), *(sitting(0.1, 0.2, number=k) for k in range(2)))
    assert {"games.parquet", "probes.parquet", "leaderboard.md", "probes.md"} <= {
        p.name for p in write_report(tmp_path)
    }
    text = format_tables(tmp_path)
    assert text.index("Best strength") < text.index("Elo from probes")
    before = (tmp_path / "probes.parquet").read_bytes(), (tmp_path / "report" / "probes.md").read_bytes()
    write_report(tmp_path)
    assert ((tmp_path / "probes.parquet").read_bytes(), (tmp_path / "report" / "probes.md").read_bytes()) == before


def test_page_names_the_conditions_that_are_not_plain(tmp_path: Path) -> None:
    answers = tabulate(tmp_path, sitting(0.1, 0.2), sitting(0.2, 0.2, rules="none"))
    page = write_probes_page(tabulate_regrets(answers))
    assert page.startswith("# Probes") and "| " + " | ".join(HEADER) in page
    assert "quickstudy/imitator (rules=none)" in page and "| quickstudy/imitator | 0 |" in page
