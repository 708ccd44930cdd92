"""The house: four packages at the root, imports that point down, and a network that can be switched off."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("benchmarks", "reports", "scorers", "tasks")
VAGUE = {"helpers", "utils", "util", "common", "misc", "manager", "factory"}


def test_no_folder_shadows_the_namespace() -> None:
    assert not (ROOT / "quickstudy").exists()


@pytest.mark.parametrize("package", PACKAGES)
def test_type_checkers_see_each_package_through_a_relative_link(package: str) -> None:
    link = ROOT / "typings/quickstudy" / package
    assert link.is_symlink() and os.readlink(link) == f"../../{package}"


@pytest.mark.parametrize("package", PACKAGES)
def test_each_folder_of_modules_is_a_package(package: str) -> None:
    folders = {path.parent for path in (ROOT / package).rglob("*.py")}
    assert folders and [str(folder) for folder in folders if not (folder / "__init__.py").exists()] == []


def test_modules_are_named_after_what_they_hold() -> None:
    modules = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
    assert [str(path) for path in modules if VAGUE & set(path.stem.split("_"))] == []
    assert [str(path) for path in modules if path.stem in sys.stdlib_module_names | {"chess"}] == []


VIOLATIONS = {
    "upwards": ("scorers/outcome.py", "quickstudy.tasks.seeds"),
    "reports from tasks": ("tasks/seeds.py", "quickstudy.reports"),
    "games from opponents": ("tasks/games/board.py", "quickstudy.tasks.opponents.levels"),
    "games from the match": ("tasks/games/game.py", "quickstudy.tasks.match"),
    "learners from examples": ("tasks/learners/learner.py", "quickstudy.tasks.examples.corpus"),
    "reference from kernel": ("tasks/games/reference.py", "quickstudy.tasks.games.kernel"),
    "kernel from reference": ("tasks/games/kernel.py", "quickstudy.tasks.games.reference"),
    "Inspect in a statistic": ("scorers/rating.py", "inspect_ai"),
    "no place among the layers": ("tasks/newtrack.py", "json"),
}


@pytest.mark.parametrize("violation", VIOLATIONS)
def test_the_import_contracts_catch(violation: str, tmp_path: Path) -> None:
    for package in PACKAGES:
        shutil.copytree(
            ROOT / package,
            tmp_path / "quickstudy" / package,
            ignore=shutil.ignore_patterns("__pycache__", "*.json"),
        )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache", "--no-logo"]
    environment = os.environ | {"PYTHONPATH": str(tmp_path)}
    clean = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert clean.returncode == 0, clean.stdout + clean.stderr
    name, module = VIOLATIONS[violation]
    with open(tmp_path / "quickstudy" / name, "a") as file:
        file.write(f"\nimport {module}\n")
    broken = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert broken.returncode == 1, broken.stdout + broken.stderr
    assert "BROKEN" in broken.stdout


PROBES = {
    "connect": "socket.create_connection(('127.0.0.1', 9))",
    "name look-up": "socket.getaddrinfo('localhost', 80)",
    "datagram": "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', 9))",
    "server": "socket.create_server(('127.0.0.1', 0))",
    "grandchild": "__import__('subprocess').run([sys.executable, '-c', "
    "'import socket; socket.gethostbyname(\"localhost\")'], check=True)",
}


@pytest.mark.parametrize("probe", PROBES)
def test_the_blocked_network_refuses_and_records(probe: str, tmp_path: Path) -> None:
    record = tmp_path / "blocked.txt"
    environment = os.environ | {
        "PYTHONPATH": str(ROOT / "tests/blocked_sockets"),
        "QUICKSTUDY_BLOCKED": str(record),
    }
    command = [sys.executable, "-c", f"import socket, sys; {PROBES[probe]}"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode != 0
    assert "blocked: socket." in done.stderr
    assert record.read_text().count("\n") == 1


def test_the_blocked_network_leaves_local_sockets_to_event_loops() -> None:
    environment = os.environ | {"PYTHONPATH": str(ROOT / "tests/blocked_sockets")}
    code = (
        "import asyncio, socket; a, b = socket.socketpair(); a.send(b'x'); "
        "asyncio.run(asyncio.sleep(0)); print(b.recv(1))"
    )
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True)
    assert done.stdout == "b'x'\n", done.stderr
