"""The figures over models show the verdicts' numbers, and only those that there are."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from quickstudy.reports.ceiling_chart import (
    draw_ceiling_chart,
    draw_recall_map,
    tabulate_ceilings,
    tabulate_recall,
    write_ceiling_chart,
)


def verdict(model: str, **changes: Any) -> dict[str, Any]:
    return {
        "skill": "velun",
        "model": model,
        "settings": "",
        "decision": "saturation",
        "start": 200.0,
        "start_interval": [100.0, 300.0],
        "ceiling": 900.0,
        "ceiling_interval": [800.0, 1000.0],
        "recall_efficiency": {"early": 0.1, "late": 1.2},
        "recall_efficiency_interval": {"early": [None, 0.3], "late": [0.9, 1.5]},
        **changes,
    }


def test_each_verdict_with_a_ceiling_is_a_line_in_the_colour_of_its_cause() -> None:
    table = tabulate_ceilings([verdict("a"), verdict("b", decision="undecided"), verdict("c", ceiling=None)])
    assert list(table["name"]) == ["velun, a", "velun, b"]
    assert table["ceiling_high"].tolist() == [1000.0, 1000.0]
    axis = draw_ceiling_chart(table).axes[0]
    ends = [(line, np.asarray(line.get_xdata(), dtype=float).tolist()) for line in axis.lines]
    lines = [line for line, places in ends if places == [200.0, 900.0]]
    assert len(lines) == 2
    assert lines[0].get_color() != lines[1].get_color()


def test_the_recall_map_names_values_and_leaves_unknown_places_empty() -> None:
    table = tabulate_recall([verdict("a"), verdict("b", recall_efficiency={}, recall_efficiency_interval={})])
    assert table[["place", "recall"]].to_numpy().tolist() == [["early", 0.1], ["late", 1.2]]
    texts = {text.get_text() for text in draw_recall_map(table).axes[0].texts}
    assert texts == {"0.10", "1.20\n[0.90, 1.50]"}


def test_nothing_is_drawn_of_verdicts_without_figures(tmp_path: Any) -> None:
    bare = verdict("a", ceiling=None, recall_efficiency={}, recall_efficiency_interval={})
    assert write_ceiling_chart([bare], tmp_path) == [] and not list(tmp_path.iterdir())


@pytest.mark.parametrize("bound", [None, 700.0])
def test_a_ceiling_without_a_bound_is_drawn(bound: float | None) -> None:
    draw_ceiling_chart(tabulate_ceilings([verdict("a", ceiling_interval=[bound, None])]))
