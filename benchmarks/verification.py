"""The command that verifies a run by playing it again. Only click is imported at the top, as in the other commands."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from quickstudy.benchmarks.console import Progress


@click.command("verify")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--workers", type=click.IntRange(min=1), help="Worker processes (default: one for each core).")
@click.option("--json", "as_json", is_flag=True, help="As JSON, an object for each record.")
def verify(folder: Path, workers: int | None, as_json: bool) -> None:
    """Do what a run's logs hold again with the recorded answers; exit 1 where it does not come out as recorded.

    Openings, the opponents' moves, readings, results, ratings and regrets are computed anew, and so are the examples of
    replays and the notes of study stages. What was played against a chess engine of the user's own is refused.
    """
    import json
    from dataclasses import asdict

    from quickstudy.benchmarks.processes import map_processes
    from quickstudy.reports.verification.findings import REPLAYED, format_findings, verify_logs

    progress = Progress()
    try:
        findings = verify_logs(folder, progress, lambda work, jobs: map_processes(work, jobs, workers))
    finally:
        progress.close()
    click.echo(json.dumps([asdict(found) for found in findings], indent=1) if as_json else format_findings(findings))
    if any(found.state != REPLAYED for found in findings):
        sys.exit(1)
