"""Tables of games as people write them: odd ones are read as they are meant, or refused by row and column."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from quickstudy.reports.ceilings import judge_table
from quickstudy.reports.probe_curves import read_probes
from quickstudy.reports.records import TableError
from quickstudy.reports.results import EVIDENCE, read_results
from quickstudy.reports.tables import COLUMNS
from quickstudy.tasks.chains.course import REGIMES

GAME = {
    **{"model": "a", "skill": "b", "n": "0", "layout": "plain", "m": "0", "slots": "0"},
    **{"set": "0", "opponent_elo": "0", "result": "1", "forfeit": "0"},
}
PADDED = {"n": "2", "layout": "early", "m": "2", "slots": "4"}


def write(folder: Path, *rows: dict[str, str], separator: str = ",", end: str = "") -> Path:
    """A CSV file of the game `GAME` with the changes of each row."""
    games = [GAME | row for row in rows]
    lines = [separator.join(games[0]), *(separator.join(game.values()) + end for game in games)]
    path = folder / "games.csv"
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ({"order": "x"}, "row 2: order is 'x', and must be a number"),
        ({"order": ""}, "row 2: order is empty"),
        ({"order": "-1"}, "row 2: order is a whole number from 0"),
        ({"order": "0.5"}, "row 2: order is a whole number from 0"),
        ({"regime": "example"}, "row 2: regime is one of rules, examples, notes,"),
        ({"regime": ""}, "row 2: regime is one of"),
        (PADDED | {"n": "3"}, "row 2: n of a padded layout is its number of informative examples"),
        ({"n": "1" + 19 * "0"}, "row 2: n is a whole number from 0 to 10,000,000"),
        ({"slots": "1e300"}, "row 2: slots is a whole number from 0 to 10,000,000"),
        ({"opponent_elo": "1e9"}, "row 2: opponent_elo is from -10,000 to 10,000"),
        ({"opponent_elo": "-1e300"}, "row 2: opponent_elo is from -10,000 to 10,000"),
        ({"opponent_sd": "1e9"}, "row 2: opponent_sd is from 0 to 10,000"),
        ({"tokens": "-5"}, "row 2: tokens is from 0 to"),
        ({"n": ""}, "row 2: n is empty, and must be a number"),
    ],
)
def test_a_cell_that_cannot_be_is_named_by_row_and_column(row: dict[str, str], told: str, tmp_path: Path) -> None:
    usual = {"order": "0", "regime": "rules", "opponent_sd": "0", "tokens": "9"}
    first = {name: usual[name] for name in row if name in usual}
    with pytest.raises(TableError) as error:
        read_results(write(tmp_path, first, row))
    assert told in str(error.value) and "games.csv" in str(error.value)


def test_regimes_and_orders_of_runs_are_known_and_counted_where_left_out(tmp_path: Path) -> None:
    named = COLUMNS["regime"][1].split(": ")[1].replace(" or ", ", ").split(", ")
    assert sorted(named) == sorted((*EVIDENCE, *REGIMES))
    rows = [{"order": "0", "regime": name} for name in named]
    path = write(tmp_path, *rows, {"order": "1", "regime": "rules"}, {"order": "2.0", "regime": "examples"})
    (verdict,) = judge_table(read_results(path))
    (told,) = [text for text in verdict["warnings"] if "left out" in text]
    assert told.startswith("7 of 9 games of this model and skill are left out: 5 of another regime than rules and")
    assert told.endswith("2 with examples in another order (order above 0)")
    (point,) = verdict["points"]
    assert point["games"] == 2


def test_names_are_text(tmp_path: Path) -> None:
    rows = [{"model": name, "skill": "01", "set": "07"} for name in ("001", "1", "1.0")]
    table = read_results(write(tmp_path, *rows))
    assert table[["model", "skill", "set"]].to_numpy().tolist() == [[name, "01", "07"] for name in ("001", "1", "1.0")]


@pytest.mark.parametrize("name", ["NA", "null", "nan", "None", "N/A"])
def test_names_that_look_like_nothing_are_names(name: str, tmp_path: Path) -> None:
    table = read_results(write(tmp_path, {"model": name, "skill": name, "set": name}))
    assert table[["model", "skill", "set"]].to_numpy().tolist() == [[name] * 3]
    with pytest.raises(TableError, match="model, skill and set must not be empty"):
        read_results(write(tmp_path, {}, {"model": ""}))


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("a,b,0,plain,0,0,0,0,1", "line 5 has 9 of the 10 cells that its header names"),
        ("a,b,0,plain,0,0,0,0,1,0,9", "line 5 has more cells than its header has names, 11 and 10: name them"),
        ('a,"b,0,plain,0,0,0,0,1,0', "the quotes of line 5 do not close"),
        ('a,"b"c,0,plain,0,0,0,0,1,0', "the quotes of line 5 do not close"),
    ],
)
def test_a_row_of_another_length_or_with_an_open_quote_is_named_by_its_line(
    line: str, told: str, tmp_path: Path
) -> None:
    path = write(tmp_path, {}, {"model": '"two\nlines"'})  # the row of lines 3 and 4
    whole = path.read_text()
    path.write_text(whole + line + "\n" + whole.splitlines()[1] + "\n")
    with pytest.raises(TableError) as error:
        read_results(path)
    assert told in str(error.value) and "\n" not in str(error.value)


def test_blank_lines_of_a_table_are_passed_over(tmp_path: Path) -> None:
    path = write(tmp_path, {}, {})
    path.write_text(path.read_text().replace("\n", "\n\n  \n"))
    assert len(read_results(path)) == 2


def test_a_column_that_occurs_twice_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, {"again": "7"})
    path.write_text(path.read_text().replace("again", "n"))
    with pytest.raises(TableError, match="the column n occurs twice"):
        read_results(path)


def test_a_comma_at_the_end_of_each_row_shifts_nothing(tmp_path: Path) -> None:
    table = read_results(write(tmp_path, {}, {}, end=","))
    assert table[["model", "n", "forfeit"]].to_numpy().tolist() == [["a", 0, 0]] * 2
    with pytest.raises(TableError, match="more cells than its header has names"):
        read_results(write(tmp_path, {}, {}, end=",5"))


@pytest.mark.parametrize(("separator", "told"), [(";", "semicolons separate its columns"), ("\t", "tabs separate")])
def test_another_separator_is_named(separator: str, told: str, tmp_path: Path) -> None:
    with pytest.raises(TableError, match=told):
        read_results(write(tmp_path, {}, separator=separator))


def test_parquet_under_the_name_of_csv_is_told(tmp_path: Path) -> None:
    (tmp_path / "games.csv").write_bytes(b"PAR1\x15\x04")
    with pytest.raises(TableError, match=r"it is a Parquet file: give it a name that ends in \.parquet"):
        read_results(tmp_path / "games.csv")


@pytest.mark.parametrize(
    ("tokens", "options", "told"),
    [
        (
            ("100", "200"),
            {"window": 150},
            "n = 2 is beyond n_max = 1, which a window of 150 tokens holds: give a greater --w",
        ),
        (("200", "100"), {"window": 150}, r"tokens does not grow with n \(-50 for each example\)"),
        (("100", "100"), {"window": 150}, "tokens does not grow with n"),
        (("0", "1"), {"window": 10**8}, "n_max = 200000000 is more than 10,000,000 examples: give a smaller --window"),
        (("0", "1"), {"n_max": 10**26}, "more than 10,000,000 examples: give a smaller --n-max"),
    ],
)
def test_a_window_that_cannot_be_is_told_by_its_own_option(
    tokens: tuple[str, str], options: dict[str, Any], told: str, tmp_path: Path
) -> None:
    rows = [{"n": n, "tokens": count} for n, count in zip(("0", "2"), tokens, strict=True)]
    with pytest.raises(TableError, match=told):
        judge_table(read_results(write(tmp_path, *rows)), **options)


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ("c,b,0,plain,0,0,0,0.2,0", "none of the 1 answers is of this model and skill"),
        ("a,b,9,plain,0,0,0,0.2,0", "the 1 answers of this model and skill are of other cells"),
        ("a,b,0,plain,0,0,0,,1", "all 1 answers of this model and skill are forfeits"),
    ],
)
def test_probes_of_which_none_counts_are_told(answer: str, told: str, tmp_path: Path) -> None:
    levels = '"[{""elo"":0,""regret"":0.4,""sd"":0.01},{""elo"":500,""regret"":0.1,""sd"":0.01}]"'
    path = tmp_path / "probes.csv"
    path.write_text(f"model,skill,n,layout,m,slots,set,regret,forfeit,levels\n{answer},{levels}\n")
    (verdict,) = judge_table(read_results(write(tmp_path, {}, {"set": "1", "result": "0"})), read_probes(path))
    assert any(told in text for text in verdict["warnings"])
