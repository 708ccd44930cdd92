"""The table of chess variants: every variant, and just what its files say was measured."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from click.testing import CliRunner

from quickstudy.benchmarks.chess_catalogue import COLUMNS, describe_variant, list_chess_catalogue
from quickstudy.benchmarks.cli import main
from quickstudy.tasks.chess_variants.variant import list_variants, load_variant


def test_every_variant_is_listed_with_what_was_measured() -> None:
    shown = CliRunner().invoke(main, ["list-chess", "--json"])
    rows = {row["variant"]: row for row in json.loads(shown.stdout)}
    assert list(rows) == list_variants() and list(rows["fnipil"]) == list(COLUMNS)
    assert None not in rows["fnipil"].values()
    screened = ("plies", "draws", "share_white")
    assert [rows["orthodox"][key] for key in screened] == [None] * 3 and rows["orthodox"]["levels"] == 15
    for name, row in rows.items():
        assert (row["draws"] is not None) == (load_variant(name).spec is not None)


def test_the_table_has_a_line_for_each_variant_with_shares_in_per_cent() -> None:
    lines = CliRunner().invoke(main, ["list-chess"]).stdout.splitlines()
    assert len(lines) == 1 + len(list_variants()) and lines[0].split("  ")[0] == "Variant"
    (fnipil,) = (line for line in lines if line.startswith("fnipil "))
    assert "checkmate or 3 checks" in fnipil and "40%" in fnipil and fnipil.split()[-1] == "100"


def test_a_variant_without_files_is_described_by_its_rules_alone(tmp_path: Path) -> None:
    row = describe_variant(replace(load_variant("fnipil"), folder=tmp_path / "fnipil"))
    assert {key: value for key, value in row.items() if value is not None} == {
        "variant": "fnipil",
        "board": "5x6",
        "goal": "checkmate or 3 checks",
    }
    assert row.keys() == list_chess_catalogue()[0].keys()
