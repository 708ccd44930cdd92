"""The leaderboard: undefined strengths have flags, settings have rows of their own, and names break nothing."""

from __future__ import annotations

import math
import re
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quickstudy.reports.differences import tabulate_differences
from quickstudy.reports.leaderboard import build_conditions, build_rows, write_leaderboard, write_markdown, write_text
from tests.reports.records import TOP, load_strictly, sets, tabulate


def split(line: str) -> list[str]:
    """The cells of a line of a Markdown table, as its reader separates them."""
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]


def table_of(page: str) -> list[list[str]]:
    return [split(line) for line in page.splitlines() if line.startswith("|")]


def write_json(folder: Path, *records: dict[str, Any]) -> dict[str, Any]:
    content: dict[str, Any] = load_strictly(write_leaderboard(tabulate(folder, *records), folder)[0])
    return content


def test_json_has_a_strength_for_each_n(tmp_path: Path) -> None:
    (row,) = write_json(tmp_path, *sets(["10", "=0"]), *sets(["11", "1="], "mcts-30", n=16))["rows"]
    assert (row["model"], row["game"], row["settings"]) == ("quickstudy/imitator", "morvane", "")
    assert set(row["strength_by_n"]) == {"0", "16"}
    for value in row["strength_by_n"].values():
        assert set(value) == {"elo", "low", "high", "games", "flag"}
        assert value["low"] < value["elo"] < value["high"]
        assert (value["games"], value["flag"]) == (4, "")
    assert row["best"] == {"n": 16, **row["strength_by_n"]["16"]}
    assert row["start"] == row["strength_by_n"]["0"]
    assert (row["games"], row["errors"], row["forfeit_rate"]) == (8, 0, 0.0)


UNDEFINED = [
    ("below_floor", "00", "random", (False, True)),
    ("below_floor", "1ff1", "random", (False, False)),
    ("above_top", "11", TOP, (True, False)),
    ("one_sided", "11", "mcts-30", (True, False)),
    ("one_sided", "00", "mcts-30", (False, True)),
    ("", "ee", "random", (False, False)),
]


def test_rows_against_an_engine_of_the_users_own_are_marked(tmp_path: Path) -> None:
    own = "uci-0123abcd-chess-1-89abcdef"
    games = tabulate(tmp_path, *sets(["10", "=0"]), *sets(["11", "1="], "mcts-30", model="a/b", ladder_version=own))
    rows = build_rows(games)
    assert {row["model"]: row["submittable"] for row in rows} == {"quickstudy/imitator": True, "a/b": False}
    assert all(row["rank"] is None for row in rows), "two ladders are no board"
    page, shown = write_markdown(rows, []), write_text(rows)
    assert "morvane* " in shown and "| morvane\\* | a/b |" in page and "| morvane | quickstudy/imitator |" in page
    for text in (page, shown):
        assert text.count("cannot be submitted") == 1
    known = [row for row in rows if row["submittable"]]
    assert "cannot be submitted" not in write_markdown(known, []) + write_text(known)
    (other,) = build_conditions(tabulate(tmp_path, *sets(["10"], rules="none", ladder_version=own)))
    assert other["submittable"] is False and "cannot be submitted" in write_markdown([], [other])


def test_what_is_shown_otherwise_has_no_place_among_the_plain_rows(tmp_path: Path) -> None:
    shown: list[dict[str, Any]] = [{"skin": 3}, {"kind": "outcomes"}, {"rules": "wrong"}, {"evidence": "sibling"}]
    records = [match for conditions in shown for match in sets(["10", "=0"], n=4, **conditions)]
    content = write_json(tmp_path, *sets(["10", "11"], n=4), *records)
    assert len(content["rows"]) == 1 and content["rows"][0]["games"] == 4
    found = {(row["rules"], row["evidence"], row["kind"], row["skin"]) for row in content["conditions"]}
    assert found == {
        ("full", "own", "games", 3),
        ("full", "own", "outcomes", 0),
        ("wrong", "own", "games", 0),
        ("full", "sibling", "games", 0),
    }


@pytest.mark.parametrize(("flag", "results", "level", "bounds"), UNDEFINED)
@pytest.mark.parametrize("rules", ["full", "none"])
def test_undefined_strength_is_null_with_its_flag_and_bound(
    rules: str, flag: str, results: str, level: str, bounds: tuple[bool, bool], tmp_path: Path
) -> None:
    content = write_json(tmp_path, *sets([results, results], level, n=16, rules=rules))
    value = content["rows"][0]["strength_by_n"]["16"] if rules == "full" else content["conditions"][0]
    assert value["elo"] is None and value["flag"] == flag
    assert (value["low"] is not None, value["high"] is not None) == bounds
    page = (tmp_path / "leaderboard.md").read_text()
    assert "nan" not in page.lower() and "None" not in page


def test_best_strength_may_be_known_only_from_below(tmp_path: Path) -> None:
    (row,) = write_json(tmp_path, *sets(["10"] * 8), *sets(["11"] * 8, TOP, n=4), *sets(["00"] * 8, n=16))["rows"]
    assert (row["best"]["n"], row["best"]["elo"], row["best"]["flag"]) == (4, None, "above_top")
    assert row["best"]["low"] > 1000
    assert row["gain"] == {
        "elo": None,
        "low": pytest.approx(row["best"]["low"] - row["start"]["high"], abs=40),  # the ladder's own error is left out
        "high": None,
        "flag": "one_sided",
    }
    (_, _, line) = table_of((tmp_path / "leaderboard.md").read_text())
    assert line[3] == f"above top (\\> {row['best']['low']:.0f})" and line[4] == "4"
    assert line[5] == f"one sided (\\> {row['gain']['low']:.0f})"


def test_gain_is_that_of_the_page_of_differences_paired_by_example_set(tmp_path: Path) -> None:
    zero = ["1000", "1100", "=100", "1110", "0001"]
    four = ["1100", "1110", "1=10", "11=1", "0011"]
    games = tabulate(tmp_path, *sets(zero), *sets(four, "mcts-30", n=4))
    (row,) = build_rows(games)
    (told,) = tabulate_differences(games).to_dict("records")
    assert row["best"]["n"] == 4 and told["comparison"] == "n = 0" and told["shared_sets"] == 5
    assert [row["gain"][key] for key in ("elo", "low", "high")] == [
        round(told[key], 1) for key in ("elo", "low", "high")
    ]
    assert row["gain"]["elo"] == pytest.approx(row["best"]["elo"] - row["start"]["elo"], abs=0.11)
    # sets that vary together say more of the gain than of each strength
    width = [value["high"] - value["low"] for value in (row["start"], row["best"])]
    assert row["gain"]["high"] - row["gain"]["low"] < math.hypot(*width)


def test_a_gain_over_one_example_set_has_no_interval(tmp_path: Path) -> None:
    (single,) = build_rows(tabulate(tmp_path, *sets(["10", "01", "=="]), *sets(["1=", "11"], "mcts-30", n=4)[:1]))
    assert single["gain"]["flag"] == "one_set" and single["gain"]["elo"] is not None
    assert single["gain"]["low"] is single["gain"]["high"] is None


def test_markdown_shows_strengths_gain_faults_and_games(tmp_path: Path) -> None:
    games = tabulate(tmp_path, *sets(["1f00", "10u0"]), *sets(["1110", "11=1"], "mcts-30", n=4))
    (row,) = build_rows(games)
    head, _, line = table_of(write_markdown([row], []))
    start, best, gain = (row[key] for key in ("start", "best", "gain"))
    assert dict(zip(head, line, strict=True)) == {
        "Game": "morvane",
        "Model": "quickstudy/imitator",
        "n = 0": f"{start['elo']:.0f} [{start['low']:.0f}, {start['high']:.0f}]",
        "Best strength": f"{best['elo']:.0f} [{best['low']:.0f}, {best['high']:.0f}]",
        "at n": "4",
        "Gain": f"{gain['elo']:.0f} [{gain['low']:.0f}, {gain['high']:.0f}]",
        "Rank (marginal 95 %)": "-",
        "Tier": "-",
        # 2 of 16 games; 3 of 16 x 4 answers
        "Forfeits": "12%",
        "Illegal": "4.7%",
        "Unreadable": "4.7%",
        "Games": "16",
    }


HOSTILE = [
    "a|b",
    "a\nb\r\n| c | d |",
    "`x`|*y*<script>alert(1)</script>",
    "[a](http://b)",
    "\\",
    "\\|",
    "$x$",
    "\x1b[31m",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_model_name_breaks_no_table(name: str, tmp_path: Path) -> None:
    games = tabulate(tmp_path, *sets(["10"], model=name), *sets(["10"], n=4, model=name, rules="none"))
    rows, conditions = build_rows(games), build_conditions(games)
    assert [row["model"] for row in (*rows, *conditions)] == [name, name]
    page = write_markdown(rows, conditions)
    assert [len(line) for line in table_of(page)] == [12, 12, 12, 10, 10, 10]
    assert "<script" not in page.replace("\\<", "") and "](" not in page and "\x1b" not in page + write_text(rows)
    assert len(write_text(rows).splitlines()) == 3


@settings(max_examples=20)
@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_any_model_name_keeps_the_shape_of_the_tables(name: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        rows = build_rows(tabulate(Path(folder), *sets(["10"], model=name)))
    lines = write_markdown(rows, []).split("\n")
    assert len(lines) == 8 and len(write_text(rows).split("\n")) == 3
    # an even number of backslashes before a bar would leave it a bar
    assert [len(split(re.sub(r"\\\\", "", line))) for line in lines[4:7]] == [12, 12, 12]


def test_rows_are_sorted_by_game_then_by_best_strength(tmp_path: Path) -> None:
    games = tabulate(
        tmp_path,
        *sets(["10"] * 2, model="weak", skill="velun"),
        *sets(["00"] * 2, model="lost"),
        *sets(["10"] * 2, model="b"),
        *sets(["10"] * 2, model="a"),
        *sets(["10"] * 2, "mcts-100", model="z"),
        *sets(["11"] * 8, TOP, model="top"),
    )
    rows = build_rows(games)
    assert [row["game"] for row in rows] == ["morvane"] * 5 + ["velun"]
    assert [row["model"] for row in rows] == ["top", "z", "a", "b", "lost", "weak"]
    assert rows[4]["best"] is None


@pytest.mark.parametrize("other", [{"rules": "none"}, {"evidence": "velun"}])
def test_other_conditions_are_apart_from_the_plain_rows(other: dict[str, str], tmp_path: Path) -> None:
    plain = sets(["10", "=0"], n=16)
    alone = write_json(tmp_path / "a", *plain)
    both = write_json(tmp_path / "b", *plain, *sets(["11", "11"], TOP, n=16, **other))
    assert alone["conditions"] == []
    assert both["rows"] == alone["rows"]
    (row,) = both["conditions"]
    assert (row["n"], row["games"], row["flag"]) == (16, 4, "above_top")
    assert (row["rules"], row["evidence"]) == (other.get("rules", "full"), other.get("evidence", "own"))
    padded = write_json(tmp_path / "c", *plain, *sets(["11", "11"], TOP, n=16, layout="middle"))
    assert padded["conditions"] == [] and padded["rows"] == alone["rows"], "padded layouts have a report of their own"


@pytest.mark.parametrize(
    ("other", "names"),
    [
        ({"wording": 1}, ("wording=0", "wording=1")),
        ({"legal_moves": True}, ("legal_moves=False", "legal_moves=True")),
        ({"seed": 3}, ("seed=0", "seed=3")),
        ({"task_version": "9-A"}, ("task_version=3-A", "task_version=9-A")),
    ],
)
def test_each_setting_of_a_model_has_a_row_of_its_own(
    other: dict[str, Any], names: tuple[str, str], tmp_path: Path
) -> None:
    first = [*sets(["10", "=0"]), *sets(["11", "1="], "mcts-30", n=4)]
    second = [*sets(["11", "10"], **other), *sets(["00", "=0"], "mcts-30", n=4, **other)]
    rows = build_rows(tabulate(tmp_path / "all", *first, *second))
    alone = [build_rows(tabulate(tmp_path / name, *part))[0] for name, part in zip("ab", (first, second), strict=True)]
    expected = [{**row, "settings": name} for row, name in zip(alone, names, strict=True)]
    assert sorted(rows, key=lambda row: str(row["settings"])) == expected
    shown = {line[1] for line in table_of(write_markdown(rows, []))[2:]}
    assert shown == {f"quickstudy/imitator ({name})".replace("_", "\\_") for name in names}
