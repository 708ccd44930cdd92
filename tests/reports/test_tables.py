"""From logs to a row for each game: nothing counts twice, nothing unfinished counts; and strengths from these rows."""

from __future__ import annotations

import json
import math
import shutil
import tempfile
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from inspect_ai.log import EvalError, EvalLog, EvalSample, EvalSampleLimit, read_eval_log
from inspect_ai.scorer import Score

from quickstudy.reports.tables import (
    COLUMNS,
    KEY,
    TableError,
    load_games,
    name_settings,
    read_games,
    tabulate_strengths,
    write_games,
)
from quickstudy.scorers.rating import estimate_strength
from quickstudy.tasks.cell import YOUNGER
from quickstudy.tasks.opponents.ladder import load_ladder
from quickstudy.tasks.opponents.uci import EngineFault
from quickstudy.tasks.tracks import find_track
from tests.reports.records import TOP, record, rewrite, sets, tabulate, write
from tests.same_tables import same_games

ISSUE_COLUMNS = """
cell_id model skill regime layout n n_requested m slots set match pair task_version ladder_version game opponent
opponent_elo colour result outcome forfeit plies illegal unreadable input_tokens output_tokens seconds moves opening
seed rules_hash
""".split()


def samples_of(log: EvalLog) -> list[EvalSample]:
    assert log.samples
    return log.samples


def test_table_has_a_row_for_each_game_with_the_documented_columns(direct: Path) -> None:
    games = read_games(direct)
    # 2 n x 2 sets x 2 games
    assert len(games) == 8 and not games.duplicated(KEY).any()
    assert list(games.columns) == list(COLUMNS) and set(ISSUE_COLUMNS) <= set(COLUMNS)
    for name, (kind, meaning) in COLUMNS.items():
        assert pd.api.types.is_string_dtype(games[name]) if kind == "str" else games[name].dtype == kind, name
        assert len(meaning) > 5
    assert games.groupby("cell_id")["n"].nunique().eq(1).all()


def test_rows_say_what_the_records_say(direct: Path) -> None:
    lines = (direct / "study.jsonl").read_text().splitlines()
    played = [(json.loads(line), game) for line in lines for game in json.loads(line)["games"]]
    rows = read_games(direct).to_dict("records")
    assert len(rows) == len(played)
    for match, game in played:
        key = (match["cell"]["cell_id"], match["set"], match["match"], game["game"])
        (row,) = [row for row in rows if tuple(row[name] for name in KEY) == key]
        told = {**match["cell"], **game, "study_seed": match["cell"]["seed"], "carried": match["carried"]}
        assert row == {**{name: told.get(name) for name in COLUMNS}, "set": key[1], "match": key[2]}


def test_logs_and_direct_runs_of_a_study_hold_the_same_games(direct: Path, evaluated: Path) -> None:
    # apart from the names of the cells: see the test below
    a, b = (read_games(folder).assign(cell_id="", arguments="") for folder in (direct, evaluated.parent))
    tables = [games.assign(match=games["n"]) for games in (a, b)]
    assert same_games(*tables)
    assert not same_games(tables[0], tables[1].assign(moves="a1"))


def test_logs_and_direct_runs_of_a_study_give_identical_tables(direct: Path, evaluated: Path) -> None:
    assert same_games(read_games(direct), read_games(evaluated.parent))


def test_records_from_before_there_were_skins_and_kinds_are_read(tmp_path: Path) -> None:
    old = sets(["10", "01"])
    whole = tabulate(tmp_path / "new", *old)
    for match in old:
        for name in YOUNGER:
            del match["cell"][name]
    assert same_games(tabulate(tmp_path / "old", *old), whole)
    assert set(whole["kind"]) == {"games"} and set(whole["skin"]) == {0} and not whole["counts"].any()


def test_copies_of_a_log_count_once(evaluated: Path, tmp_path: Path) -> None:
    for name in ("a.eval", "b.eval", "unfinished/job/a.eval"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(evaluated, tmp_path / name)
    assert same_games(read_games(tmp_path), read_games(evaluated.parent))


def test_interrupted_log_beside_the_finished_one_counts_once(evaluated: Path, tmp_path: Path) -> None:
    def interrupt(log: EvalLog) -> None:
        log.status, log.samples = "started", samples_of(log)[:3]

    def resume(log: EvalLog) -> None:
        log.samples = samples_of(log)[2:]

    whole = read_games(evaluated.parent)
    assert len(read_games(rewrite(evaluated, tmp_path / "first" / "a.eval", interrupt))) == 6
    assert len(read_games(rewrite(evaluated, tmp_path / "then" / "b.eval", resume))) == 4
    assert same_games(read_games(tmp_path), whole)
    shutil.copy(evaluated, tmp_path / "first" / "c.eval")
    assert same_games(read_games(tmp_path), whole)


@settings(max_examples=10)
@given(st.data())
def test_order_and_repetition_of_records_change_nothing(data: st.DataObject) -> None:
    records = [*sets(["10", "01"]), *sets(["11", "=="], n=4), record("00", n=4, match=1)]
    order = data.draw(st.permutations(records + records[:2]))
    cut = data.draw(st.integers(0, len(order)))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        expected = tabulate(folder / "a", *records)
        write(folder / "b", *order[:cut], name="z.jsonl")
        games = read_games(write(folder / "b", *order[cut:], name="deeper/a.jsonl"))
        assert games.equals(expected) and len(games) == 10


@pytest.mark.parametrize(("first", "second"), [("10", "1000"), ("1000", "10")])
def test_of_two_copies_of_a_match_the_longer_counts(first: str, second: str, tmp_path: Path) -> None:
    write(tmp_path, record(first), name="a.jsonl")
    assert list(read_games(write(tmp_path, record(second), name="b.jsonl"))["result"]) == [1.0, 0.0, 0.0, 0.0]


def test_matches_with_an_error_or_without_a_record_are_left_out(evaluated: Path, tmp_path: Path) -> None:
    def harm(log: EvalLog) -> None:
        failed, unfinished, limited, good = samples_of(log)
        failed.error = EvalError(message="no network", traceback="", traceback_ansi="")
        unfinished.store, unfinished.scores = {}, None
        limited.limit = EvalSampleLimit(type="token", limit=5)  # its finished games count
        assert good.store

    games = read_games(rewrite(evaluated, tmp_path / "a.eval", harm))
    assert list(zip(games["n"], games["set"], strict=True)) == [(1, 0), (1, 0), (1, 1), (1, 1)]


def test_nothing_but_the_records_inside_a_log_counts(evaluated: Path, tmp_path: Path) -> None:
    def tamper(log: EvalLog) -> None:
        assert log.results
        for score in log.results.scores:
            for metric in score.metrics.values():
                metric.value = 4000.0
        for sample in samples_of(log):
            sample.scores = {"match_score": Score(value={"points": 1.0, "games": 99}, metadata={"games": []})}
            sample.metadata.update(n=64, set=5)
        log.eval.model = "quickstudy/imitator"

    folder = rewrite(evaluated, tmp_path / "a.eval", tamper)
    assert read_eval_log(tmp_path / "a.eval", header_only=True).eval.model == "quickstudy/imitator"
    assert same_games(read_games(folder), read_games(evaluated.parent))


def test_table_survives_parquet(tmp_path: Path) -> None:
    games = tabulate(tmp_path, *sets(["10fe", "=="]), record("1", model="a|b\nc é", n=4))
    write_games(games, tmp_path / "games.parquet")
    again = load_games(tmp_path / "games.parquet")
    assert again.equals(games) and (again.dtypes == games.dtypes).all()


def test_table_that_cannot_be_read_is_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "games.parquet"
    with pytest.raises(TableError, match=r"^cannot read the table .*games\.parquet"):
        load_games(path)
    path.write_bytes(b"PAR1 not a table")
    with pytest.raises(TableError, match=r"^cannot read the table .*games\.parquet"):
        load_games(path)
    tabulate(tmp_path, record("1")).drop(columns="opening").to_parquet(path)
    with pytest.raises(TableError, match="no column 'opening': it is of another version"):
        load_games(path)


@pytest.mark.parametrize("written", [0.0, 1.0, None, math.nan])
def test_games_that_the_infrastructure_ended_have_no_result_and_are_not_scored(
    written: float | None, tmp_path: Path
) -> None:
    broken = record("10e")
    broken["games"][2]["result"] = written
    games = tabulate(tmp_path, broken)
    assert list(games["result"][:2]) == [1.0, 0.0] and math.isnan(games["result"][2])
    (row,) = tabulate_strengths(games).to_dict("records")
    (expected,) = tabulate_strengths(games[:2]).to_dict("records")
    assert row == {**expected, "errors": 1} and row["games"] == 2


def test_strengths_are_those_of_each_cell_on_its_ladder(tmp_path: Path) -> None:
    zero, four = sets(["1000", "=010"], "random mcts-30"), sets(["11f0", "1u01", "1=11"], "mcts-30 mcts-100", n=4)
    games = tabulate(tmp_path, *zero, *four)
    ladder = load_ladder("morvane")
    rows = tabulate_strengths(games).sort_values("n")
    assert list(rows["n"]) == [0, 4] and list(rows["games"]) == [8, 12] and list(rows["sets"]) == [2, 3]
    for _, row in rows.iterrows():
        expected = estimate_strength(
            games[games["cell_id"] == row["cell_id"]],
            ladder_levels=ladder.levels,
            ladder_ratings=ladder.ratings,
            ladder_covariance=ladder.covariance,
        )
        assert expected.elo is not None
        assert (row["elo"], row["low"], row["high"]) == (expected.elo, expected.low, expected.high)
        assert (row["flag"], row["chi2"], row["df"]) == (expected.flag, expected.chi2, expected.df)
    last = rows.iloc[1]
    assert last["forfeit_rate"] == pytest.approx(2 / 12) and last["forfeits_illegal"] == 1
    # 3 faulty answers of each kind among 12 x 4
    assert last["illegal_rate"] == last["unreadable_rate"] == pytest.approx(3 / 48)
    assert (last["plies"], last["input_tokens"], last["output_tokens"], last["errors"]) == (3, 100, 10, 0)


def test_cell_without_a_scored_game_has_no_strength(tmp_path: Path) -> None:
    (row,) = tabulate_strengths(tabulate(tmp_path, record("ee"))).to_dict("records")
    assert (row["games"], row["errors"], row["flag"]) == (0, 2, "")
    assert all(math.isnan(row[name]) for name in ("elo", "low", "high", "forfeit_rate"))


def test_no_games_have_no_strengths(tmp_path: Path) -> None:
    assert tabulate_strengths(tabulate(tmp_path, record("1"))[:0]).empty


@pytest.mark.parametrize("conditions", [{"rules_hash": "other"}, {"skill": "morvane", "ladder_version": "old"}])
def test_top_of_todays_ladder_is_none_for_games_of_another(conditions: dict[str, Any], tmp_path: Path) -> None:
    todays = tabulate(tmp_path / "a", record("11", TOP))
    assert list(tabulate_strengths(todays)["flag"]) == ["above_top"]
    other = record("11", TOP, **conditions)
    if "ladder_version" in conditions:  # made anew, with other ratings
        for game in other["games"]:
            game["opponent_elo"] -= 100.0
    assert list(tabulate_strengths(tabulate(tmp_path / "b", other))["flag"]) == ["one_sided"]


def test_games_of_chess_are_rated_alike_where_there_is_no_engine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    top = find_track("fnipil").read_ladder("fnipil").levels[-1]
    games = tabulate(tmp_path, record("11", top, skill="fnipil"))
    monkeypatch.setenv("QUICKSTUDY_UCI", str(tmp_path / "none"))
    with pytest.raises(EngineFault):
        find_track("fnipil").read_ladder("fnipil")
    assert list(tabulate_strengths(games)["flag"]) == ["above_top"]


OTHER_SETTINGS = [
    ({"wording": 1}, "wording=0", "wording=1"),
    ({"legal_moves": True}, "legal_moves=False", "legal_moves=True"),
    ({"seed": 5}, "seed=0", "seed=5"),
    ({"retries": 0}, "retries=2", "retries=0"),
    ({"reply_tokens": 64}, "reply_tokens=8192", "reply_tokens=64"),
    ({"teacher": "mcts-1000"}, "teacher=alphabeta-1000", "teacher=mcts-1000"),
    ({"opponents": "random,mcts-30"}, "opponents=adaptive", "opponents=random,mcts-30"),
    ({"task_version": "9-A"}, "task_version=3-A", "task_version=9-A"),
    ({"ladder_version": "9"}, f"ladder_version={load_ladder('morvane').version}", "ladder_version=9"),
    ({"rules_hash": "0123456789abcdef"}, "rules_hash=92c7c0d5", "rules_hash=01234567"),
    ({"arguments": '{"config": {"temperature": 0.5}, "model_args": {}}'}, "arguments={}", "temperature=0.5"),
    ({"wording": 2, "seed": 1}, "wording=0, seed=0", "wording=2, seed=1"),
]


@pytest.mark.parametrize(("conditions", "plain", "other"), OTHER_SETTINGS)
def test_cells_under_other_settings_are_apart_and_named(
    conditions: dict[str, Any], plain: str, other: str, tmp_path: Path
) -> None:
    games = tabulate(
        tmp_path,
        *sets(["10", "01"], n=4),
        *sets(["11", "1="], n=4, **conditions),
        # other models and games need no such names
        record("10", n=4, model="quickstudy/random"),
        record("10", n=4, skill="velun"),
    )
    rows = tabulate_strengths(games)
    named = {(row["model"], row["skill"], row["settings"]): row["games"] for _, row in rows.iterrows()}
    assert named == {
        ("quickstudy/imitator", "morvane", plain): 4,
        ("quickstudy/imitator", "morvane", other): 4,
        ("quickstudy/random", "morvane", ""): 2,
        ("quickstudy/imitator", "velun", ""): 2,
    }
    assert list(name_settings(games[games["skill"] == "velun"])) == ["", ""]
