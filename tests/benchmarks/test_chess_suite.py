"""A suite of chess: games and probes of the same cells, reported together, and gone on with where they stopped."""

from __future__ import annotations

from pathlib import Path

import pytest

from quickstudy.benchmarks.suite import list_jobs, load_suite
from quickstudy.reports.probes import read_answers
from quickstudy.reports.tables import load_games
from quickstudy.tasks.chess_study import ChessStudy
from tests.benchmarks.commands import list_matches, run

SHARED = "examples: [0, 2], sets: 2, teacher: weak"


@pytest.mark.slow
def test_games_and_probes_of_chess_are_reported_together_and_played_once(tmp_path: Path) -> None:
    (tmp_path / "both.yaml").write_text(
        "version: 1-A\ntitle: Both\ngames: [fnipil]\nmodels: [quickstudy/imitator]\nconditions:\n"
        f"  - {{task: chess_game, {SHARED}, games_per_match: 2}}\n  - {{task: chess_probe, {SHARED}, probes: 4}}\n"
    )
    done = run(tmp_path, "quickstudy", "run", "both.yaml", "--out", "out")
    assert done.returncode == 0, done.stderr
    assert "Best strength" in done.stdout and "Elo from probes" in done.stdout and "probes.parquet" in done.stdout
    answers, games = read_answers(tmp_path / "out" / "logs"), load_games(tmp_path / "out" / "games.parquet")
    assert len(answers) == 2 * 2 * 4 and len(games) == 2 * 2 * 2
    assert set(answers["cell_id"]) == set(games["cell_id"])
    logs = {path.name: path.read_bytes() for path in tmp_path.rglob("*.eval")}
    again = run(tmp_path, "quickstudy", "run", "both.yaml", "--out", "out", "--sets", "3")
    assert again.returncode == 0, again.stderr
    assert logs.items() <= {path.name: path.read_bytes() for path in tmp_path.rglob("*.eval")}.items()
    assert len(read_answers(tmp_path / "out" / "logs")) == 2 * 3 * 4
    assert len(list_matches(tmp_path / "out")) == 2 * 2 * 3, "2 tasks x 2 n x 3 sets, each in one log"


def test_the_suite_of_chess_asks_probes_of_the_cells_that_it_plays() -> None:
    jobs = list_jobs(load_suite("chess"))
    played = {(job.model, job.arguments["game"]): set(job.views) for job in jobs if job.task == "chess_game"}
    probed = {(job.model, job.arguments["game"]): set(job.views) for job in jobs if job.task == "chess_probe"}
    assert set(played) == set(probed) and all(probed[where] <= played[where] for where in played)
    for _, name in probed:
        assert len(ChessStudy(name, examples=(0,)).probe_set.probes) == 100
