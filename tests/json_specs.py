"""Sound specs in JSON, and parts of them, which tests of rules spoil or change."""

from __future__ import annotations

from typing import Any

MAN: dict[str, Any] = {"name": "man", "step": ["N", "E"], "capture": ["N"]}
PLACING: dict[str, Any] = {"name": "Game", "board": {"width": 5, "height": 5}, "place": "any", "line": 4}
MOVING: dict[str, Any] = {
    "name": "Game",
    "board": {"width": 5, "height": 5},
    "kinds": [MAN],
    "setup_x": [["a1", "b1"]],
    "setup_o": [["a5", "b5"]],
    "eliminate": 1,
}
SLANTED = {"shape": "rhombus", "width": 5, "height": 5}
WALLED = {"width": 5, "height": 5, "holes": ["a3", "b3", "c3", "d3", "e3"]}
FREE = ("any", "drop", "touch", "touch_own", "apart_own")
ALL = ["N", "NE", "E", "SE", "S", "SW", "W", "NW"]
ALONE: dict[str, Any] = {"setup_x": [["a1"]], "setup_o": [["a5"]], "eliminate": 0}
