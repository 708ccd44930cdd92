"""Whether two tables of records are the same, but for how long it took."""

from __future__ import annotations

import pandas as pd

from quickstudy.reports.probes import PROBE_KEY
from quickstudy.reports.replays import REPLAY_KEY
from quickstudy.reports.report_test import CUE_KEY
from quickstudy.reports.tables import KEY

TIMING = ["seconds"]


def same_games(a: pd.DataFrame, b: pd.DataFrame) -> bool:
    """Whether two tables of games are equal after sorting by key and dropping the timing columns."""
    return _same_rows(a, b, KEY)


def same_answers(a: pd.DataFrame, b: pd.DataFrame) -> bool:
    """The same of two tables of answers to probes."""
    return _same_rows(a, b, PROBE_KEY)


def same_replays(a: pd.DataFrame, b: pd.DataFrame) -> bool:
    """The same of two tables of moves asked for in replays."""
    return _same_rows(a, b, REPLAY_KEY)


def same_reports(a: pd.DataFrame, b: pd.DataFrame) -> bool:
    """The same of two tables of cues."""
    return _same_rows(a, b, CUE_KEY)


def _same_rows(a: pd.DataFrame, b: pd.DataFrame, key: list[str]) -> bool:
    tables = [frame.drop(columns=TIMING).sort_values(key).reset_index(drop=True) for frame in (a, b)]
    return tables[0].equals(tables[1])
