"""The reference says what the code does: parameters, columns, fields and names are compared."""

from __future__ import annotations

import json
import re
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest
import yaml

from quickstudy.benchmarks import cli
from quickstudy.benchmarks.catalogue import format_catalogue, list_catalogue
from quickstudy.benchmarks.chess_catalogue import format_chess_catalogue, list_chess_catalogue
from quickstudy.benchmarks.suite import check_suite, list_suites, load_suite
from quickstudy.reports.ceilings import FIGURES, judge_curves
from quickstudy.reports.leaderboard import build_rows
from quickstudy.reports.probes import PROBE_COLUMNS, read_answers, tabulate_regrets
from quickstudy.reports.replays import PARTS, REPLAY_COLUMNS, read_replays, tabulate_recall
from quickstudy.reports.report_test import CUE_COLUMNS, compare_cues, read_reports, tabulate_report_test
from quickstudy.reports.results import REQUIRED, read_results
from quickstudy.reports.tables import COLUMNS, read_games, tabulate_strengths
from quickstudy.scorers.outcome import Outcome, Reading
from quickstudy.scorers.rating import Flag
from quickstudy.tasks.answers import MAX_READ
from quickstudy.tasks.board_games import board_game
from quickstudy.tasks.board_probes import board_probe
from quickstudy.tasks.board_replay import board_replay
from quickstudy.tasks.board_report import board_report
from quickstudy.tasks.checked_task import read_signature
from quickstudy.tasks.chess_games import chess_game
from quickstudy.tasks.chess_memory import chess_memory
from quickstudy.tasks.chess_probes import chess_probe
from quickstudy.tasks.chess_replay import chess_replay
from quickstudy.tasks.chess_variants.variant import load_variant
from quickstudy.tasks.direct import play_study, probe_study, replay_study, report_study, write_records
from quickstudy.tasks.examples.chess_probes import LEAST_LEFT, find_probe_file
from quickstudy.tasks.examples.corpus import MAX_EXAMPLES, TEACHER
from quickstudy.tasks.examples.openings import PLIES
from quickstudy.tasks.examples.probes import MIN_SPREAD, PROBES, probe_file
from quickstudy.tasks.games.board import HEX_STEPS, SQUARE_STEPS, Board
from quickstudy.tasks.games.game import list_games, load_game
from quickstudy.tasks.games.patterns import HEX_SHAPES, LEAPS, SQUARE_SHAPES
from quickstudy.tasks.games.rules import ENDINGS, Kind, Rules
from quickstudy.tasks.learners.cues import CUES, KIND
from quickstudy.tasks.learners.directory import LEARNERS
from quickstudy.tasks.memory import memory
from quickstudy.tasks.opponents.ladder import ladder_file
from quickstudy.tasks.opponents.levels import LEVELS
from quickstudy.tasks.opponents.multi_pv import DEPTH
from quickstudy.tasks.prompts.play import MAX_QUOTED, WORDINGS
from quickstudy.tasks.reading import reading
from quickstudy.tasks.study import Study
from tests.documentation import (
    PAGES,
    ROOT,
    names,
    read,
    section,
    show_default,
    tables,
)


def test_the_table_of_task_parameters_is_the_signature() -> None:
    rows = {row[0].strip("`"): row[2] for row in tables(section("Task parameters"))[0]}
    signature = {name: show_default(value.default) for name, value in read_signature(board_game).items()}
    assert rows == signature and list(rows) == list(signature)
    text = section("Task parameters")
    assert str(MAX_EXAMPLES) in text and f"first {PLIES[0]} moves" in text and f"{PLIES[1]} or {PLIES[2]}" in text
    wordings = next(row[1] for row in tables(text)[0] if row[0] == "`wording`")
    assert wordings == ", ".join(map(str, range(len(WORDINGS))))


def test_the_parameters_of_probes_are_those_of_games_but_for_what_is_said() -> None:
    games, probes = (read_signature(task) for task in (board_game, board_probe))
    text = section("The task on probes")
    (row,) = tables(text)[0]
    assert (row[0], row[2]) == ("`probes`", show_default(probes.pop("probes").default))
    left_out = set(games) - set(probes)
    assert left_out == {"games_per_match", "opponents", "phase_0"} and left_out <= set(names(text))
    assert {name: show_default(games[name].default) for name in probes} == {
        name: show_default(parameter.default) for name, parameter in probes.items()
    }
    assert f"number of probes ({PROBES})" in text
    games, probes = (read_signature(task) for task in (chess_game, chess_probe))
    assert set(games) - set(probes) == left_out and set(probes) - set(games) == {"probes"}
    assert all(games[name].default == parameter.default for name, parameter in probes.items() if name in games)


def test_the_parameters_of_replays_are_those_of_games_but_for_what_is_said() -> None:
    games, replays = (read_signature(task) for task in (board_game, board_replay))
    text = section("The task on replays")
    rows = {row[0].strip("`"): row[2] for row in tables(text)[0]}
    own = ("places", "moves", "examples")
    assert rows == {name: show_default(replays.pop(name).default) for name in own}
    left_out = set(games) - set(replays) - set(own)
    assert left_out == {"games_per_match", "opponents", "phase_0", "evidence", "kind"} and left_out <= set(names(text))
    assert {name: show_default(games[name].default) for name in replays} == {
        name: show_default(parameter.default) for name, parameter in replays.items()
    }


def test_the_parameters_of_the_report_test_are_those_of_games_but_for_what_is_said() -> None:
    games, reports = (read_signature(task) for task in (board_game, board_report))
    text = section("The report test")
    parameters, cues = tables(text)
    ((name, _, default, _),) = parameters
    assert (name, default) == ("`most`", show_default(reports.pop("most").default))
    left_out = set(games) - set(reports)
    assert left_out == {"games_per_match", "opponents", "phase_0"} and left_out <= set(names(text))
    assert {name: show_default(games[name].default) for name in reports} == {
        name: show_default(parameter.default) for name, parameter in reports.items()
    }
    assert [name for row in cues for name in names(row[0])] == [*CUES, f"{KIND} NAME"]


def test_the_columns_and_the_record_of_the_report_test_are_those_of_the_code(tmp_path: Path) -> None:
    rows = {row[0].strip("`"): (row[1], row[2]) for row in tables(section("cues.parquet"))[0]}
    assert rows == CUE_COLUMNS and list(rows) == list(CUE_COLUMNS)
    (told,) = report_study(Study("velun", examples=(0,), sets=1), "quickstudy/weigher")
    write_records([told], tmp_path / "logs.jsonl")
    columns = {
        name.removesuffix("_low").removesuffix("_high")
        for name in tabulate_report_test(compare_cues(read_reports(tmp_path), None)).columns
    }
    assert columns <= set(names(section("Other files of a report")))
    record, cue = (
        {name for row in table for name in names(row[0])} for table in tables(section("The record of a report"))
    )
    assert record == set(told) and cue == set(told["cues"][0])


def test_the_parameters_of_reading_are_those_of_the_code() -> None:
    rows = {row[0].strip("`"): row[2] for row in tables(section("The task of reading"))[0]}
    given = read_signature(reading).items()
    assert rows == {name: show_default(parameter.default) for name, parameter in given}


def test_the_columns_and_the_record_of_replays_are_those_of_the_code(replay: dict[str, Any], tmp_path: Path) -> None:
    rows = {row[0].strip("`"): (row[1], row[2]) for row in tables(section("replays.parquet"))[0]}
    assert rows == REPLAY_COLUMNS and list(rows) == list(REPLAY_COLUMNS)
    write_records([replay], tmp_path / "logs.jsonl")
    documented = set(names(section("Other files of a report")))
    assert {*tabulate_recall(read_replays(tmp_path)).columns, *PARTS} <= documented
    record, move = (
        {name for row in table for name in names(row[0])} for table in tables(section("The record of a replay"))
    )
    assert record == set(replay) and move == set(replay["replays"][0])


def test_the_columns_of_probes_are_those_of_the_code(sitting: dict[str, Any], tmp_path: Path) -> None:
    rows = {row[0].strip("`"): (row[1], row[2]) for row in tables(section("probes.parquet"))[0]}
    assert rows == PROBE_COLUMNS and list(rows) == list(PROBE_COLUMNS)
    write_records([sitting], tmp_path / "logs.jsonl")
    documented = set(names(section("Other files of a report")))
    assert set(tabulate_regrets(read_answers(tmp_path)).columns) <= documented


def test_the_fields_of_a_sitting_are_documented(sitting: dict[str, Any]) -> None:
    record, probe = (
        {name for row in table for name in names(row[0])} for table in tables(section("The record of a sitting"))
    )
    assert record == set(sitting) and probe == set(sitting["probes"][0])
    levels = next(row[1] for row in tables(section("The record of a sitting"))[0] if row[0] == "`levels`")
    assert set(sitting["levels"][0]) == set(names(levels))


def test_the_table_of_columns_is_that_of_the_code() -> None:
    rows = {row[0].strip("`"): (row[1], row[2].replace("\\|", "|")) for row in tables(section("games.parquet"))[0]}
    assert rows == COLUMNS and list(rows) == list(COLUMNS)


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A real match record of the cheapest kind."""
    study = Study("velun", examples=(0,), sets=1, games_per_match=2, opponents=("random",))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("QUICKSTUDY_CACHE", str(tmp_path_factory.mktemp("cache")))
        return next(iter(play_study(study, "quickstudy/random")))


@pytest.fixture(scope="module")
def sitting() -> dict[str, Any]:
    """A real record of a sitting."""
    return next(probe_study(Study("morvane", examples=(0,), sets=1), "quickstudy/random", 2))


@pytest.fixture(scope="module")
def replay() -> dict[str, Any]:
    """A real record of a replay."""
    study = Study("morvane", examples=(1,), sets=1, teacher="random")
    return next(replay_study(study, "quickstudy/random", 1, 2))


def test_the_fields_of_a_record_are_documented(record: dict[str, Any]) -> None:
    match, cell, game, answer = (
        {name for row in table for name in names(row[0])} for table in tables(section("The match record"))
    )
    assert match == {*record, "prior"}  # absent against fixed opponents
    assert cell == set(record["cell"])
    assert game == set(record["games"][0])
    assert answer == set(record["games"][0]["answers"][0])
    assert f"last {MAX_QUOTED} characters" in section("The match record")


def test_the_keys_of_the_leaderboard_and_the_strengths_are_documented(record: dict[str, Any], tmp_path: Path) -> None:
    write_records([record], tmp_path / "logs.jsonl")
    games = read_games(tmp_path)
    row = build_rows(games)[0]
    text = section("leaderboard.json")
    assert {entry[0].strip("`") for entry in tables(text)[0]} == set(row)
    assert {key for entry in row["strength_by_n"].values() for key in entry} <= set(names(text))
    assert set(tabulate_strengths(games).columns) <= set(names(section("Other files of a report")))


def test_outcomes_readings_and_flags_are_documented() -> None:
    readings, outcomes = tables(section("Answers"))
    assert [row[0].strip("`") for row in readings] == [reading.value for reading in Reading]
    assert [row[0].strip("`") for row in outcomes] == [outcome.value for outcome in Outcome]
    assert f"last {MAX_READ} characters" in section("Answers")
    flags = {row[0].strip("`") for row in tables(section("Strength and flags"))[0]}
    assert flags == {flag or "none" for flag in get_args(Flag)}


@pytest.mark.parametrize(
    ("kind", "title"),
    [(Board, "Atoms of `board`"), (Kind, "Atoms of each entry of `kinds`"), (Rules, "Atoms of the game")],
    ids=["board", "kind", "game"],
)
def test_every_atom_is_documented_with_its_values_and_default(kind: type[Any], title: str) -> None:
    rows = {row[0].strip("`"): row for row in tables(section(title))[0]}
    atoms = {field.name: field for field in fields(kind)}
    assert list(rows) == list(atoms)
    hints = get_type_hints(kind)
    for name, field in atoms.items():
        values, default = rows[name][1], rows[name][2]
        if hints[name] is bool:
            assert names(values) == ["true", "false"], name
        elif get_args(hints[name]) and all(isinstance(value, str) for value in get_args(hints[name])):
            assert names(values) == list(get_args(hints[name])), name
        if field.default is MISSING:
            assert default == "required", name
        elif name != "kinds":
            assert default == f"`{json.dumps(field.default)}`".replace('`"', "`").replace('"`', "`") or (
                default == '`""`' and field.default == ""
            ), name


def test_every_name_in_a_spec_is_documented() -> None:
    text = "".join(section(title) for title in ("Atoms of each entry of `kinds`", "Atoms of the game"))
    for known in (SQUARE_STEPS, HEX_STEPS, LEAPS, SQUARE_SHAPES, HEX_SHAPES):
        assert set(known) <= set(names(text))
    assert f"first that is met counts: {', '.join(ENDINGS)}" in " ".join(text.split())


def test_levels_learners_games_and_suites_are_named() -> None:
    levels = [name for row in tables(section("Levels and the teacher"))[0] for name in names(row[0])]
    assert set(levels) == set(LEVELS)
    assert f"`{TEACHER}` unless" in section("Levels and the teacher")
    learners = [name for row in tables(section("Embedded learners"))[0] for name in names(row[0])]
    assert learners == [f"quickstudy/{name}" for name in LEARNERS]
    suites, keys = tables(section("Suites"))
    assert {row[0].strip("`"): row[1].split(", ") for row in suites} == {
        name: list(load_suite(name).games) for name in list_suites()
    }
    with pytest.raises(ValueError, match="exactly the keys") as error:
        check_suite("x", {}, "x")
    assert all(row[0].strip("`") in str(error.value) for row in keys)
    everything = " ".join(read(page) for page in PAGES)
    invented = [name for name in list_games() if load_game(name).invented]
    assert all(name in everything for name in invented)


def test_the_page_of_the_catalogue_is_what_the_commands_print() -> None:
    rows = list_catalogue()
    page = read(ROOT / "docs/catalogue.md")
    assert format_catalogue(rows) in page
    assert format_chess_catalogue(list_chess_catalogue()) in page
    counts = {row[0]: int(row[1]) for row in tables(page)[1]}
    families = [row["family"] for row in rows if row["family"] not in ("by hand", "reference")]
    assert counts == {family: families.count(family) for family in families}


def test_the_table_that_analyse_reads_and_its_verdict_are_documented() -> None:
    required = {name for row in tables(section("Tables of results"))[0] for name in names(row[0])}
    assert required == {*REQUIRED, "opponent_sd", "tokens", "order", "regime"}
    (verdict,) = judge_curves(read_results(ROOT / "docs/results.csv"))
    keys = {name for row in tables(section("Verdicts"))[0] for name in names(row[0])}
    assert keys | {f"{figure}_interval" for figure in FIGURES} == {
        *verdict,
        "next",
        "deal",
    }  # of an undecided one
    points = tables(section("Verdicts"))[0][-2][1]
    assert set(verdict["points"][0]) == set(names(points))


def test_the_suite_and_the_spec_of_the_how_to_are_valid() -> None:
    text = read(ROOT / "docs/how-to.md")
    suites = re.findall(r"^```yaml\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    assert [check_suite("mine", yaml.safe_load(suite), "docs/how-to.md").games for suite in suites]
    specs = re.findall(r"^```json\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    assert [Rules.from_json(json.loads(spec)) for spec in specs]


def test_the_keys_of_a_ladder_file_are_documented() -> None:
    ladder = json.loads(ladder_file(load_game("velun")).read_text())
    rows = tables(section("The ladder file"))[0]
    assert [row[0].strip("`") for row in rows] == list(ladder)
    assert set(ladder["pairs"][0]) <= set(names(rows[-1][1]))


def test_the_keys_of_a_file_of_probes_are_documented() -> None:
    content = json.loads(probe_file(load_game("velun")).read_text())
    rows = {row[0].strip("`"): row[1] for row in tables(section("The file of probes"))[0]}
    assert list(rows) == list(content)
    for key in ("levels", "probes"):
        assert set(content[key][0]) <= set(names(rows[key]))
    assert f"Probes are {PROBES} positions" in section("The file of probes")
    assert f"more\nthan {MIN_SPREAD} between" in section("The file of probes")
    of_chess = json.loads(find_probe_file(load_variant("fnipil")).path.read_text())
    other = {row[0].strip("`") for row in tables(section("The file of probes"))[1]}
    assert set(of_chess) - set(content) == {"engine"} and set(content) - set(of_chess) == {"simulations"}
    assert other <= {*of_chess, *of_chess["probes"][0]}
    assert f"fewer than {LEAST_LEFT} plies" in section("The file of probes")
    assert f"at most {DEPTH} plies deep" in section("The file of probes")


def test_exit_codes_are_documented() -> None:
    codes = {int(row[0]) for row in tables(section("Exit codes"))[0]}
    assert codes == {0, 1, 2, cli.EXIT_PARTIAL, cli.EXIT_IO, cli.EXIT_INTERRUPTED}


def test_the_parameters_of_notes_on_chess_are_those_of_the_code() -> None:
    noted, board, games = (read_signature(task) for task in (chess_memory, memory, chess_game))
    text = section("Notes on chess")
    rows = {row[0].strip("`"): row[2] for row in tables(text)[0]}
    assert rows == {name: show_default(noted[name].default) for name in rows}
    lines = text.split("\n\n")[2].split("\n")
    like_notes, like_games, missing = (set(names(line)) & {*noted, *board} for line in lines)
    assert set(noted) == {*rows, *like_notes, *like_games}
    assert all(noted[name].default == board[name].default for name in {*rows, *like_notes})
    assert all(noted[name].default == games[name].default for name in like_games)
    assert missing == set(board) - set(noted) - {"game"}


def test_the_parameters_of_chess_are_those_of_the_code() -> None:
    games, replays = (read_signature(task) for task in (chess_game, chess_replay))
    text = section("The task on chess")
    rows = {row[0].strip("`"): row[2] for row in tables(text)[0]}
    assert rows == {name: show_default(games[name].default) for name in rows}
    usual = read_signature(board_game)
    assert {name: p.default for name, p in games.items() if name not in rows} == {
        name: usual[name].default for name in games if name not in rows
    }
    assert set(games) - set(rows) <= set(names(text))
    own = {"places", "moves", "examples"}
    assert set(games) - set(replays) == {"games_per_match", "opponents", "phase_0", "evidence", "kind"}
    assert set(replays) - set(games) == own - {"examples"} and own <= set(names(text))
    like = read_signature(board_replay)
    assert all(replays[name].default == (like if name in own else games)[name].default for name in replays)
