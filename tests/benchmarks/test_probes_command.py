"""`quickstudy probes`: writes beside the spec what it wrote before, and says what is lacking in a sentence."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from quickstudy.tasks.games.game import load_game
from tests.benchmarks.commands import run


@pytest.mark.slow
def test_probes_of_the_catalogue_are_made_again_byte_for_byte(tmp_path: Path) -> None:
    source = load_game("tarsk").folder
    for name in ("rules.json", "ladder.json"):
        (tmp_path / "tarsk").mkdir(exist_ok=True)
        shutil.copy(source / name, tmp_path / "tarsk")
    done = run(tmp_path, "quickstudy", "probes", str(tmp_path / "tarsk" / "rules.json"))
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "tarsk" / "probes.json").read_bytes() == (source / "probes.json").read_bytes()
    assert "100 probes in " in done.stdout and "mean difference of a value with another seed 0.0" in done.stdout


def test_a_game_without_a_ladder_has_no_probes(tmp_path: Path) -> None:
    done = run(tmp_path, "quickstudy", "probes", "hex")
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert "hex has no ladder" in done.stderr and "quickstudy calibrate hex" in done.stderr
