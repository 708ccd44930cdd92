"""The documentation can be followed: links, commands, options and parameters exist."""

from __future__ import annotations

import itertools
import re
from pathlib import Path
from typing import Any

import click
import pytest
from inspect_ai._cli.main import inspect as inspect_command

from quickstudy.tasks.board_games import board_game
from quickstudy.tasks.board_probes import board_probe
from quickstudy.tasks.board_replay import board_replay
from quickstudy.tasks.board_report import board_report
from quickstudy.tasks.checked_task import read_signature
from quickstudy.tasks.chess_games import chess_game
from quickstudy.tasks.chess_memory import chess_memory
from quickstudy.tasks.chess_probes import chess_probe
from quickstudy.tasks.chess_replay import chess_replay
from quickstudy.tasks.memory import memory
from quickstudy.tasks.reading import reading
from tests.documentation import (
    GUIDES,
    MAIN,
    PAGES,
    ROOT,
    all_commands,
    anchors,
    names,
    options_of,
    read,
    section,
    tables,
)


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
        if rest and re.fullmatch(r"[a-z][a-z-]*", rest[0]):
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
    shown = {(page.name, span.split()[0]) for page in PAGES for span in names(read(page)) if span.startswith("--")}
    assert len(shown) > 10 and not {(page, option) for page, option in shown if option not in known}


def test_documented_inspect_commands_exist_and_use_known_parameters() -> None:
    parameters = {
        name
        for task in (
            board_game,
            board_probe,
            board_replay,
            board_report,
            chess_game,
            chess_probe,
            chess_replay,
            chess_memory,
            memory,
            reading,
        )
        for name in read_signature(task)
    }
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
                **dict.fromkeys(("tasks/board_replay.py", "quickstudy/board_replay"), board_replay),
                **dict.fromkeys(("tasks/board_report.py", "quickstudy/board_report"), board_report),
                **dict.fromkeys(("tasks/chess_games.py", "quickstudy/chess_game"), chess_game),
                **dict.fromkeys(("tasks/chess_probes.py", "quickstudy/chess_probe"), chess_probe),
                **dict.fromkeys(("tasks/chess_replay.py", "quickstudy/chess_replay"), chess_replay),
                **dict.fromkeys(("tasks/chess_memory.py", "quickstudy/chess_memory"), chess_memory),
                **dict.fromkeys(("tasks/memory.py", "quickstudy/memory"), memory),
                **dict.fromkeys(("tasks/reading.py", "quickstudy/reading"), reading),
            }
            assert words[2] in tasks, f"{page}: {' '.join(words)}"
            assert named <= set(read_signature(tasks[words[2]])), f"{page}: {' '.join(words)}"
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
    missing = [name for name in read_signature(board_game) if f"-T {name}=" not in text]
    assert missing == []
