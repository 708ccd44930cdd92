"""The ceilings of a run as files: verdicts, a page and a figure, of what has padded layouts only."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd

from quickstudy.reports.ceiling_report import draw_ceilings, read_verdicts, tabulate_points, write_ceilings
from tests.planted import FORGETFUL, SATURATED, list_views, play

KINDS = ("png", "svg", "data.json")
PADDED = play(FORGETFUL, list_views(8), np.random.default_rng(1)).assign(model="quickstudy/forgetful")
PLAIN = play(SATURATED, list_views(None), np.random.default_rng(2)).assign(model="plain/model")


def test_only_what_has_padded_layouts_is_judged(tmp_path: Path) -> None:
    assert write_ceilings(PLAIN, tmp_path) == [] and read_verdicts(tmp_path) == []
    report = tmp_path / "report"
    report.mkdir()
    written = write_ceilings(pd.concat([PADDED, PLAIN]), report)
    figures = {f"{stem}.{kind}" for stem in ("ceilings", "ceiling_chart", "recall_map") for kind in KINDS}
    assert {path.name for path in written} == figures | {"ceilings.json", "ceilings.md"}
    assert all(path.stat().st_size > 200 for path in written)
    (verdict,) = read_verdicts(tmp_path)
    assert (verdict["model"], verdict["decision"]) == ("quickstudy/forgetful", "recall_failure")
    page = (report / "ceilings.md").read_text()
    assert "| game | quickstudy/forgetful |" in page and "recall_failure" in page and "plain/model" not in page


def test_the_figure_holds_every_point_and_the_fitted_curve(tmp_path: Path) -> None:
    write_ceilings(PADDED, tmp_path)
    verdicts = json.loads((tmp_path / "ceilings.json").read_text())["curves"]
    table = tabulate_points(verdicts)
    assert table["kind"].value_counts().to_dict() == {
        "plain": 10,
        **dict.fromkeys(("early", "middle", "late", "filler"), 1),
        "curve": len(verdicts[0]["curve"]),
    }
    figure = draw_ceilings(verdicts * 5)
    assert len([axis for axis in figure.axes if axis.get_visible()]) == 5
    assert "recall_failure" in figure.axes[0].get_title(loc="left") + figure.axes[0].get_title()


def test_the_files_are_the_same_on_every_run(tmp_path: Path) -> None:
    once, again = ([path.read_bytes() for path in write_ceilings(PADDED, _folder(tmp_path, name))] for name in "ab")
    assert once == again


def _folder(home: Path, name: str) -> Path:
    (home / name).mkdir()
    return home / name
