"""Hiding and revealing games on the command line: files, modes, refusals."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from quickstudy.benchmarks.cli import main
from quickstudy.tasks.games.game import load_game


def call(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


@pytest.fixture(scope="module")
def hidden(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one hidden game of two families."""
    folder = tmp_path_factory.mktemp("hidden") / "split"
    result = call("hide", "--family", "line", "--family", "spread", "--games", 1, "--out", folder)
    assert result.exit_code == 0, result.output
    commitment = json.loads((folder / "commitment.json").read_text())["commitment"]
    assert f"Commitment: {commitment}" in result.stdout
    assert (folder / "private/secret.txt").read_text().strip() not in result.output
    return folder


def specs_of(folder: Path) -> list[Path]:
    return sorted((folder / "private").glob("*/rules.json"))


def refused(*words: object) -> str:
    """The one sentence with which a command is refused."""
    result = call(*words)
    assert result.exit_code == 1 and result.stdout == ""
    [line] = [line for line in result.stderr.splitlines() if line.startswith("Error: ")]
    return line


def test_only_the_owner_can_read_secret_and_specs_and_the_public_file_names_neither(hidden: Path) -> None:
    files = [hidden / "private/secret.txt", *specs_of(hidden)]
    assert len(files) == 3
    assert [path.stat().st_mode & 0o777 for path in files] == [0o600] * 3
    assert (hidden / "private").stat().st_mode & 0o777 == 0o700
    public = (hidden / "commitment.json").read_text()
    names = [load_game(str(path)).rules.name for path in specs_of(hidden)]
    assert not any(word in public for word in [files[0].read_text().strip(), *names])
    assert json.loads(public)["games"] == {"line": 1, "spread": 1}


def test_a_secret_is_never_overwritten(hidden: Path) -> None:
    before = {path: path.read_bytes() for path in hidden.rglob("*") if path.is_file()}
    assert "never overwritten" in refused("hide", "--family", "line", "--games", 1, "--out", hidden)
    assert {path: path.read_bytes() for path in hidden.rglob("*") if path.is_file()} == before


def test_the_secret_reveals_all_games_and_checks_named_ones(hidden: Path) -> None:
    files = hidden / "commitment.json", hidden / "private/secret.txt"
    shown = call("reveal", *files)
    assert shown.exit_code == 0 and "Games of this secret: 2" in shown.stdout
    hashes = [load_game(str(path)).rules.hash for path in specs_of(hidden)]
    assert all(digest in shown.stdout for digest in hashes)
    one = call("reveal", *files, specs_of(hidden)[0])
    assert one.exit_code == 0 and "byte for byte: 1" in one.stdout
    assert [digest in one.stdout for digest in hashes] == [True, False]


def test_a_changed_secret_commitment_or_spec_is_refused(hidden: Path, tmp_path: Path) -> None:
    commitment, secret = hidden / "commitment.json", (hidden / "private/secret.txt").read_text()
    other = tmp_path / "secret.txt"
    other.write_text(("1" if secret[0] == "0" else "0") + secret[1:])
    assert "was not made of this secret" in refused("reveal", commitment, other)

    public: dict[str, Any] = json.loads(commitment.read_text())
    forged = tmp_path / "forged.json"
    forged.write_text(json.dumps({**public, "games": {"line": 2, "spread": 1}}))
    assert "was not made of this secret" in refused("reveal", forged, hidden / "private/secret.txt")

    spec = tmp_path / "spec.json"
    spec.write_bytes(specs_of(hidden)[0].read_bytes() + b"\n")
    assert f"{spec} is none of the 2 games" in refused("reveal", commitment, hidden / "private/secret.txt", spec)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"no secret", b"0" * 100_000])
def test_a_file_that_is_no_secret_is_named(content: bytes, hidden: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_bytes(content)
    error = refused("reveal", hidden / "commitment.json", tmp_path / "secret.txt")
    assert str(tmp_path / "secret.txt") in error and "64 lower-case hex digits" in error


@pytest.mark.parametrize(
    ("content", "named"),
    [("{}", "exactly the entries"), ("[]", "one JSON object"), ('{"a": 1, "a": 2}', "occurs twice"), ("", "line 1")],
)
def test_a_file_that_is_no_commitment_is_named(content: str, named: str, hidden: Path, tmp_path: Path) -> None:
    (tmp_path / "public.json").write_text(content)
    error = refused("reveal", tmp_path / "public.json", hidden / "private/secret.txt")
    assert str(tmp_path / "public.json") in error and named in error


def test_an_unknown_family_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    assert "unknown family 'chess'" in refused("hide", "--family", "chess", "--games", 1, "--out", tmp_path / "x")
    assert "0 games of each family" in refused("hide", "--games", 0, "--out", tmp_path / "x")
    assert not (tmp_path / "x").exists()
