"""The documentation says what the code does: links, commands, parameters, columns, fields and names are compared."""

from __future__ import annotations

import inspect
import itertools
import json
import re
import shlex
from collections.abc import Iterator
from dataclasses import MISSING, fields
from functools import lru_cache
from pathlib import Path
from typing import Any, get_args, get_type_hints

import click
import pytest
import yaml
from inspect_ai._cli.main import inspect as inspect_command

from quickstudy.benchmarks import cli
from quickstudy.benchmarks.catalogue import format_catalogue, list_catalogue
from quickstudy.benchmarks.suite import check_suite, list_suites, load_suite
from quickstudy.reports.ceilings import FIGURES, judge_curves
from quickstudy.reports.leaderboard import build_rows
from quickstudy.reports.probes import PROBE_COLUMNS, read_answers, tabulate_regrets
from quickstudy.reports.results import REQUIRED, read_results
from quickstudy.reports.tables import COLUMNS, read_games, tabulate_strengths
from quickstudy.scorers.outcome import Outcome, Reading
from quickstudy.scorers.rating import Flag
from quickstudy.tasks.answers import MAX_READ
from quickstudy.tasks.board_games import board_game
from quickstudy.tasks.board_probes import board_probe
from quickstudy.tasks.direct import play_study, probe_study, write_records
from quickstudy.tasks.examples.corpus import MAX_EXAMPLES, TEACHER
from quickstudy.tasks.examples.openings import PLIES
from quickstudy.tasks.examples.probes import MIN_SPREAD, PROBES, probe_file
from quickstudy.tasks.games.board import HEX_STEPS, SQUARE_STEPS, Board
from quickstudy.tasks.games.game import list_games, load_game
from quickstudy.tasks.games.patterns import HEX_SHAPES, LEAPS, SQUARE_SHAPES
from quickstudy.tasks.games.rules import ENDINGS, Kind, Rules
from quickstudy.tasks.learners.directory import LEARNERS
from quickstudy.tasks.opponents.ladder import ladder_file
from quickstudy.tasks.opponents.levels import LEVELS
from quickstudy.tasks.prompts import MAX_QUOTED, WORDINGS
from quickstudy.tasks.study import Study

ROOT = Path(__file__).resolve().parents[1]
GUIDES = [
    ROOT / "docs" / f"{name}.md" for name in ("tutorial", "how-to", "reference", "catalogue", "method", "measurements")
]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *GUIDES]
MAIN = cli.main


def read(path: Path) -> str:
    """A page's text; the page of measured figures is checked like all others."""
    assert path.is_file(), f"{path.relative_to(ROOT)} is linked but missing"
    return path.read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def reference() -> str:
    return read(ROOT / "docs/reference.md")


def section(title: str) -> str:
    """A section of the reference, without those below another heading of any level."""
    found = re.search(rf"^#+ {re.escape(title)}\n(.*?)(?=^#+ |\Z)", reference(), re.MULTILINE | re.DOTALL)
    assert found, f"docs/reference.md has no section {title!r}"
    return found.group(1)


def tables(text: str) -> list[list[list[str]]]:
    """The tables of a text as rows of cells, without head and rule."""
    found: list[list[list[str]]] = []
    previous = ""
    for line in text.split("\n"):
        if line.startswith("|"):
            if not previous.startswith("|"):
                found.append([])
            found[-1].append([cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]])
        previous = line
    return [table[2:] for table in found]


def names(text: str) -> list[str]:
    """What stands in code spans."""
    return re.findall(r"`([^`]+)`", text)


def anchors(text: str) -> set[str]:
    """The names under which GitHub links a page's headings."""
    titles = re.findall(r"^#+ (.+)$", re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def command_lines(text: str) -> list[list[str]]:
    """The words of each command in code blocks and code spans."""
    blocks = re.findall(r"^```\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    lines = [line for block in blocks for line in block.replace("\\\n", " ").split("\n")]
    spans = re.findall(r"(?<!`)`([^`]+)`(?!`)", re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL))
    starts = ("quickstudy ", "inspect ", "make ", ".venv/bin/quickstudy ", ".venv/bin/inspect ")
    return [shlex.split(line, comments=True) for line in [*lines, *spans] if line.startswith(starts)]


def all_commands(program: str) -> Iterator[tuple[str, list[str]]]:
    """(page, words) of each documented command of a program."""
    for page in PAGES:
        for words in command_lines(read(page)):
            if Path(words[0]).name == program:
                yield page.name, words


def options_of(command: click.Command) -> set[str]:
    parameters = [parameter for parameter in command.params if isinstance(parameter, click.Option)]
    return {option for parameter in parameters for option in parameter.opts + parameter.secondary_opts}


def show_default(value: Any) -> str:
    """A task parameter's default as the table writes it."""
    if value is inspect.Parameter.empty:
        return "required"
    return "none" if value is None else f"`{str(value).lower() if isinstance(value, bool) else value}`"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_relative_links_resolve(page: Path) -> None:
    text = read(page)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"https?://", target):
            continue
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        assert file.is_file(), f"{page.name} links to {target}"
        assert not anchor or anchor in anchors(read(file)), f"{page.name} links to {target}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_pages_name_no_folder_of_a_machine(page: Path) -> None:
    assert not re.search(r"/(?:tmp|root|home|Users|work)/", read(page))


def test_every_guide_is_linked_from_the_readme() -> None:
    assert all(f"(docs/{guide.name})" in read(ROOT / "README.md") for guide in GUIDES)
    assert {path.name for path in (ROOT / "docs").glob("*.md")} == {guide.name for guide in GUIDES}


def test_documented_commands_exist_with_their_options() -> None:
    found = list(all_commands("quickstudy"))
    assert len(found) > 20
    for page, words in found:
        command: click.Command = MAIN
        rest = words[1:]
        if rest and re.fullmatch(r"[a-z]+", rest[0]):
            assert rest[0] in MAIN.commands, f"{page}: {' '.join(words)}"
            command = MAIN.commands[rest[0]]
        known = options_of(command) | {"-h", "--help"}
        given = {word.partition("=")[0] for word in rest if word.startswith("-")}
        assert given <= known, f"{page}: {' '.join(words)}"


def test_every_command_and_option_is_in_the_reference() -> None:
    documented: dict[str, set[str]] = {}
    name = ""
    for row in tables(section("Command line"))[0]:
        name = row[0].strip("`") or name
        documented.setdefault(name, set()).update(word for word in names(row[1]) if word.startswith("-"))
    assert documented.pop("quickstudy") == options_of(MAIN) | {"-h", "--help"}
    assert documented == {
        f"quickstudy {name}": options_of(command) - {"-h", "--help"} for name, command in MAIN.commands.items()
    }
    readme = read(ROOT / "README.md")
    assert all(f"`quickstudy {name}" in readme for name in MAIN.commands)


def test_documented_defaults_of_options_are_those_of_the_commands() -> None:
    name = ""
    for row in tables(section("Command line"))[0]:
        name = row[0].strip("`") or name
        option = row[1].strip("`")
        default = re.fullmatch(r"`([^`]+)`", row[2])
        if not option.startswith("--") or option == "--version" or not default or default.group(1) == "runs/SUITE":
            continue
        command = MAIN.commands[name.removeprefix("quickstudy ")]
        parameter = next(parameter for parameter in command.params if option in parameter.opts)
        assert str(parameter.default) == default.group(1), (name, option)


def test_bare_options_belong_to_quickstudy_or_to_inspect() -> None:
    known = {"-h", "--help", "--comments"}.union(*map(options_of, [MAIN, *MAIN.commands.values()]))
    known |= options_of(inspect_command.commands["eval"]) | options_of(inspect_command.commands["view"])
    for page in PAGES:
        bare = {span.split()[0] for span in names(read(page)) if span.startswith("--")}
        assert bare <= known, page.name


def test_documented_inspect_commands_exist_and_use_known_parameters() -> None:
    parameters = set(inspect.signature(board_game).parameters) | set(inspect.signature(board_probe).parameters)
    for page, words in all_commands("inspect"):
        command = inspect_command.commands[words[1]]
        given = {word.partition("=")[0] for word in words[2:] if word.startswith("--")}
        assert given <= options_of(command), f"{page}: {' '.join(words)}"
        named = {value.partition("=")[0] for flag, value in itertools.pairwise(words) if flag == "-T"}
        assert named <= parameters, f"{page}: {' '.join(words)}"
        if words[1] == "eval" and len(words) > 2:
            tasks: dict[str, Any] = {
                **dict.fromkeys(("tasks/board_games.py", "quickstudy/board_game"), board_game),
                **dict.fromkeys(("tasks/board_probes.py", "quickstudy/board_probe"), board_probe),
            }
            assert words[2] in tasks, f"{page}: {' '.join(words)}"
            assert named <= set(inspect.signature(tasks[words[2]]).parameters), f"{page}: {' '.join(words)}"
    for page_path in PAGES:
        named = set(re.findall(r"-T ([a-z_]+)=", read(page_path)))
        assert named <= parameters, page_path.name


def test_documented_make_targets_exist() -> None:
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    for page, words in all_commands("make"):
        assert {word for word in words[1:] if "=" not in word} <= targets, f"{page}: {' '.join(words)}"


def test_the_how_to_shows_every_task_parameter_at_work() -> None:
    text = read(ROOT / "docs/how-to.md")
    missing = [name for name in inspect.signature(board_game).parameters if f"-T {name}=" not in text]
    assert missing == []


def test_the_table_of_task_parameters_is_the_signature() -> None:
    rows = {row[0].strip("`"): row[2] for row in tables(section("Task parameters"))[0]}
    signature = {name: show_default(value.default) for name, value in inspect.signature(board_game).parameters.items()}
    assert rows == signature and list(rows) == list(signature)
    text = section("Task parameters")
    assert str(MAX_EXAMPLES) in text and f"first {PLIES[0]} moves" in text and f"{PLIES[1]} or {PLIES[2]}" in text
    wordings = next(row[1] for row in tables(text)[0] if row[0] == "`wording`")
    assert wordings == ", ".join(map(str, range(len(WORDINGS))))


def test_the_parameters_of_probes_are_those_of_games_but_for_what_is_said() -> None:
    games, probes = (dict(inspect.signature(task).parameters) for task in (board_game, board_probe))
    text = section("The task on probes")
    (row,) = tables(text)[0]
    assert (row[0], row[2]) == ("`probes`", show_default(probes.pop("probes").default))
    left_out = set(games) - set(probes)
    assert left_out == {"games_per_match", "opponents"} and left_out <= set(names(text))
    assert {name: show_default(games[name].default) for name in probes} == {
        name: show_default(parameter.default) for name, parameter in probes.items()
    }
    assert f"number of probes ({PROBES})" in text


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


def test_the_fields_of_a_record_are_documented(record: dict[str, Any]) -> None:
    match, cell, game, answer = (
        {name for row in table for name in names(row[0])} for table in tables(section("The match record"))
    )
    assert match == set(record)
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
    learners = [row[0].strip("`") for row in tables(section("Embedded learners"))[0]]
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


def test_the_page_of_the_catalogue_is_what_the_command_prints() -> None:
    rows = list_catalogue()
    page = read(ROOT / "docs/catalogue.md")
    assert format_catalogue(rows) in page
    counts = {row[0]: int(row[1]) for row in tables(page)[1]}
    families = [row["family"] for row in rows if row["family"] not in ("by hand", "reference")]
    assert counts == {family: families.count(family) for family in families}


def test_the_table_that_analyse_reads_and_its_verdict_are_documented() -> None:
    required = {name for row in tables(section("Tables of results"))[0] for name in names(row[0])}
    assert required == {*REQUIRED, "opponent_sd", "tokens"}
    (verdict,) = judge_curves(read_results(ROOT / "docs/results.csv"))
    keys = {name for row in tables(section("Verdicts"))[0] for name in names(row[0])}
    assert keys | {f"{figure}_interval" for figure in FIGURES} == set(verdict)
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


def test_exit_codes_are_documented() -> None:
    codes = {int(row[0]) for row in tables(section("Exit codes"))[0]}
    assert codes == {0, 1, 2, cli.EXIT_PARTIAL, cli.EXIT_IO, cli.EXIT_INTERRUPTED}
