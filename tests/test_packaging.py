"""The wheel holds the four folders, file by file, and what is installed says what it needs."""

from __future__ import annotations

import ast
import configparser
import importlib.metadata
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from email.parser import HeaderParser
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("benchmarks", "reports", "scorers", "tasks")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def tree_files(root: Path) -> dict[str, bytes]:
    """Every file of the four folders by its name in a wheel; caches and hidden files are left out."""
    return {
        f"quickstudy/{path.relative_to(root).as_posix()}": path.read_bytes()
        for package in PACKAGES
        for path in sorted((root / package).rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts and not path.name.startswith(".")
    }


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the tree with one more game and subpackage; building here would leave a `build/` behind."""
    copy = tmp_path_factory.mktemp("tree")
    for package in PACKAGES:
        shutil.copytree(ROOT / package, copy / package, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    for path in ROOT.iterdir():
        if path.is_file() and not path.name.startswith("."):
            shutil.copy(path, copy)
    for name in (
        "tasks/games/catalogue/newgame/rules.json",
        "tasks/newtrack/__init__.py",
        "tasks/newtrack/one.py",
    ):
        (copy / name).parent.mkdir(exist_ok=True, parents=True)
        (copy / name).write_text("{}")
    return copy


@pytest.fixture(scope="module")
def wheel(tree: Path) -> zipfile.ZipFile:
    """The wheel of that copy, built with the setuptools of this environment: no network is needed."""
    command = [
        sys.executable,
        "-m",
        "build",
        "--wheel",
        "--no-isolation",
        "--outdir",
        str(tree / "dist"),
        str(tree),
    ]
    built = subprocess.run(command, capture_output=True, text=True)
    assert built.returncode == 0, built.stdout + built.stderr
    [path] = (tree / "dist").glob("*.whl")
    return zipfile.ZipFile(path)


def metadata_file(wheel: zipfile.ZipFile, name: str) -> str:
    """The text of a file of the wheel's dist-info folder."""
    return wheel.read(f"quickstudy-{PROJECT['version']}.dist-info/{name}").decode()


def test_the_wheel_is_the_tree_file_by_file(tree: Path, wheel: zipfile.ZipFile) -> None:
    expected = tree_files(tree)
    held = {name: wheel.read(name) for name in wheel.namelist() if ".dist-info/" not in name}
    missing, extra = sorted(expected.keys() - held.keys()), sorted(held.keys() - expected.keys())
    assert not missing, f"add their kind to [tool.setuptools.package-data]: {missing}"
    assert not extra, f"in the wheel but not in the tree: {extra}"
    assert [name for name in expected if held[name] != expected[name]] == []


def test_the_wheel_holds_new_games_and_subpackages_without_being_told(wheel: zipfile.ZipFile) -> None:
    assert "quickstudy/tasks/games/catalogue/newgame/rules.json" in wheel.namelist()
    assert "quickstudy/tasks/newtrack/one.py" in wheel.namelist()


def test_the_wheel_is_typed_and_a_namespace(wheel: zipfile.ZipFile) -> None:
    names = wheel.namelist()
    assert {f"quickstudy/{package}/py.typed" for package in PACKAGES} <= set(names)
    assert "quickstudy/__init__.py" not in names
    assert {name.split("/")[0].split("-")[0] for name in names} == {"quickstudy"}


def test_the_wheel_names_its_command_and_its_entry_point(wheel: zipfile.ZipFile) -> None:
    points = configparser.ConfigParser()
    points.read_string(metadata_file(wheel, "entry_points.txt"))
    assert dict(points["console_scripts"]) == {"quickstudy": "quickstudy.benchmarks.cli:main"}
    assert dict(points["inspect_ai"]) == {"quickstudy": "quickstudy.tasks.registry"}


def test_the_wheel_carries_its_licence(wheel: zipfile.ZipFile) -> None:
    headers = HeaderParser().parsestr(metadata_file(wheel, "METADATA"))
    assert headers["License-Expression"] == "GPL-3.0-or-later"
    assert headers["Requires-Python"] == ">=3.11"
    assert "GNU GENERAL PUBLIC LICENSE" in metadata_file(wheel, "licenses/LICENSE")


def test_inspect_finds_the_registry_by_the_name_quickstudy() -> None:
    points = importlib.metadata.entry_points(group="inspect_ai", name="quickstudy")
    assert {point.value for point in points} == {"quickstudy.tasks.registry"}


def declared(*extras: str) -> set[str]:
    """Canonical names of the declared dependencies, with those of some extras."""
    lines = PROJECT["dependencies"] + [line for extra in extras for line in PROJECT["optional-dependencies"][extra]]
    return {canonicalize_name(Requirement(line).name) for line in lines}


def imported_modules(path: Path) -> set[str]:
    """The top-level modules that a file imports, wherever in the file."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.split(".")[0])
    return names - sys.stdlib_module_names - {"quickstudy", "tests", "__future__"}


@pytest.mark.parametrize("package", [*PACKAGES, "tests"])
def test_every_library_that_is_imported_is_declared(package: str) -> None:
    owners = importlib.metadata.packages_distributions()
    extras = ("dev", "oracle", "ppo") if package == "tests" else ("oracle", "rl", "ppo")
    allowed = declared(*extras) | {"quickstudy"} | ({"packaging"} if package == "tests" else set())
    for path in (ROOT / package).rglob("*.py"):
        for module in imported_modules(path):
            names = {canonicalize_name(name) for name in owners.get(module, [module])}
            assert names & allowed, f"{path.relative_to(ROOT)} imports {module}: declare it in pyproject.toml"


def test_constraints_pin_every_dependency_within_its_range_and_name_no_host() -> None:
    lines = [line for line in (ROOT / "constraints.txt").read_text().splitlines() if not line.startswith("#")]
    assert [line for line in lines if not re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.!+]+", line)] == []
    pins = {canonicalize_name(name): version for name, _, version in (line.partition("==") for line in lines)}
    extras = PROJECT["optional-dependencies"]
    for line in [*PROJECT["dependencies"], *extras["dev"], *extras["oracle"], *extras["rl"]]:
        requirement = Requirement(line)
        assert pins[canonicalize_name(requirement.name)] in requirement.specifier
