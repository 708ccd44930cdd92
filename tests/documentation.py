"""The pages of the documentation, and how tests read them: sections, tables, code spans and commands."""

from __future__ import annotations

import inspect
import re
import shlex
from functools import lru_cache
from pathlib import Path
from typing import Any

import click

from quickstudy.benchmarks import cli

ROOT = Path(__file__).resolve().parents[1]
_NAMES = ("tutorial", "how-to", "reference", "catalogue", "method", "measurements", "validation")
GUIDES = [ROOT / "docs" / f"{name}.md" for name in _NAMES]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *GUIDES]
MAIN = cli.main


def read(path: Path) -> str:
    """A page's text; the page of measured figures is checked like all others."""
    assert path.is_file(), f"{path.relative_to(ROOT)} is linked but missing"
    return path.read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def reference() -> str:
    """The text of the reference."""
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


def all_commands(program: str) -> list[tuple[str, list[str]]]:
    """(page, words) of each documented command of a program, of which there are some."""
    found = [
        (page.name, words) for page in PAGES for words in command_lines(read(page)) if Path(words[0]).name == program
    ]
    assert found, f"no page shows a command of {program}"
    return found


def options_of(command: click.Command) -> set[str]:
    """The options of a command, as they are typed."""
    parameters = [parameter for parameter in command.params if isinstance(parameter, click.Option)]
    return {option for parameter in parameters for option in parameter.opts + parameter.secondary_opts}


def show_default(value: Any) -> str:
    """A task parameter's default as the table writes it."""
    if value is inspect.Parameter.empty:
        return "required"
    return "none" if value in (None, "") else f"`{str(value).lower() if isinstance(value, bool) else value}`"
