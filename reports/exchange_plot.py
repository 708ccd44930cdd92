"""The figure of an exchange of notes: a heat map of what each author's notes add to each reader."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from quickstudy.reports.plots import open_figure, shorten, write_figure
from quickstudy.scorers.exchange import Split

_BRIGHT = 0.6
"""Share of the scale's end from which numbers are written in white."""


class Matrix(NamedTuple):
    """A panel: its title, authors and readers by name, and gains split into the effects of writing and of reading."""

    title: str
    authors: Sequence[str]
    readers: Sequence[str]
    split: Split


def write_matrices(whole: Sequence[Matrix], table: pd.DataFrame, report: Path) -> list[Path]:
    """Write exchange.png and .svg: a panel for each matrix, with the effects of writing and of reading at its edges.

    Nothing is drawn where there is none.
    """
    if not whole:
        return []
    widest, tallest = (
        max(len(names) for names in lists) for lists in zip(*((o.readers, o.authors) for o in whole), strict=True)
    )
    size = (3.0 + 1.7 * (widest + 1), len(whole) * (1.6 + 0.75 * (tallest + 1)))
    with open_figure(*size) as figure:
        axes = figure.subplots(len(whole), 1, squeeze=False)[:, 0]
        for axis, one in zip(axes, whole, strict=True):
            split, authors, readers = one.split, len(one.authors), len(one.readers)
            shown = np.full((authors + 1, readers + 1), np.nan)
            shown[:-1, :-1] = split.gain.mean
            shown[:-1, -1], shown[-1, :-1], shown[-1, -1] = split.writing.mean, split.reading.mean, split.total.mean
            low, high = shown.copy(), shown.copy()
            for edge, name in ((low, "low"), (high, "high")):
                edge[:-1, :-1] = getattr(split.gain, name)
                edge[:-1, -1], edge[-1, :-1] = getattr(split.writing, name), getattr(split.reading, name)
                edge[-1, -1] = getattr(split.total, name)
            end = float(np.abs(shown).max()) or 1.0
            image = axis.imshow(shown, cmap="PuOr", vmin=-end, vmax=end, aspect="auto")
            for i in range(authors + 1):
                for j in range(readers + 1):
                    colour = "white" if abs(shown[i, j]) > _BRIGHT * end else "black"
                    text = f"{shown[i, j]:+.0f}\n[{low[i, j]:+.0f}, {high[i, j]:+.0f}]"
                    axis.text(j, i, text, ha="center", va="center", fontsize=7, color=colour)
            axis.axhline(authors - 0.5, color="black", lw=1.5)
            axis.axvline(readers - 0.5, color="black", lw=1.5)
            axis.set_xticks(
                range(readers + 1), [*map(shorten, one.readers), "writing"], fontsize=7, rotation=15, ha="right"
            )
            axis.set_yticks(range(authors + 1), [*map(shorten, one.authors), "reading"], fontsize=7)
            axis.set(xlabel="reader", ylabel="author")
            axis.set_title(one.title, fontsize=8)
            axis.grid(visible=False)
            figure.colorbar(image, ax=axis, label="Elo over empty notes")
    return write_figure(figure, table, report / "exchange")
