"""`python -m quickstudy.benchmarks.speed`: engine speeds, ours and OpenSpiel's, and the harness's cost, in one run."""

from __future__ import annotations

import argparse
import statistics

from quickstudy.benchmarks.speed.analysis import EACH, NUMBERS, SETS, analysis_seconds, peak_memory
from quickstudy.benchmarks.speed.catalogue import (
    compile_seconds,
    list_measured,
    probe_seconds,
    teacher_seconds,
    top_level_seconds,
)
from quickstudy.benchmarks.speed.engines import (
    OPENSPIEL,
    cold_seconds,
    compare_speed,
    has_openspiel,
    warm_seconds,
)
from quickstudy.benchmarks.speed.harness import measure_overhead
from quickstudy.benchmarks.speed.learners import answer_seconds
from quickstudy.tasks.examples.corpus import TEACHER


def main() -> None:
    """Measure and print a table; never fails because a machine is slow."""
    parser = argparse.ArgumentParser(prog="python -m quickstudy.benchmarks.speed", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="short rounds, about a minute in all")
    quick = parser.parse_args().quick
    if not has_openspiel():
        print("OpenSpiel is not installed (pip install quickstudy[oracle]); measuring our engine only.")
    print(f"{'game':14} {'task':12} {'ours':>11} {'OpenSpiel C++':>14} {'ratio':>7}")
    for game in OPENSPIEL:
        for speed in compare_speed(game, rounds=3 if quick else 9, seconds=0.1 if quick else 0.5):
            other = "-" if speed.openspiel != speed.openspiel else f"{speed.openspiel:,.0f}"
            ratio = "-" if speed.ratio != speed.ratio else f"{speed.ratio:.1f}"
            print(f"{speed.game:14} {speed.task:12} {speed.ours:>11,.0f} {other:>14} {ratio:>7}", flush=True)
    measured = list_measured(quick)
    for task, scale, unit, seconds in (
        ("compiling a spec, one core", 1000, "ms", [compile_seconds(game) for game in measured]),
        ("a move of the top level, one core", 1000, "ms", [top_level_seconds(game) for game in measured]),
        (
            f"1,000 example games of {TEACHER}, one core",
            1,
            "s",
            [teacher_seconds(game, 50 if quick else 500) for game in measured],
        ),
        ("100 probes valued, all cores", 1, "s", [probe_seconds(game, 5 if quick else 100) for game in measured]),
    ):
        print(
            f"{task}: median {scale * statistics.median(seconds):.1f} {unit}, at most {scale * max(seconds):.1f} {unit}"
            f" ({len(measured)} games)",
            flush=True,
        )
    for learner in ("copycat", "imitator", "scorer"):
        velun, lattic = (1000 * answer_seconds(game, learner, 64, 2 if quick else 8) for game in ("velun", "lattic"))
        print(f"{learner} answers in {velun:.2f} ms (velun) and {lattic:.2f} ms (lattic) after its fit", flush=True)
    models, games = (2, 10) if quick else (50, 20)
    processor, wall = analysis_seconds(models, games)
    print(
        f"analysis: verdicts on {models * games} curves of {len(NUMBERS)} cells of {SETS * EACH} games in"
        f" {processor:.1f} s of processor time, {wall:.1f} s of wall time"
        f" ({1000 * processor / models / games:.0f} ms a curve); peak memory {peak_memory() / 1e9:.2f} GB",
        flush=True,
    )
    imported, used = warm_seconds()
    print(f"warm start: import {imported:.2f} s, every part used once {used:.2f} s")
    cold, processor = cold_seconds()
    print(f"cold start (empty compile cache): {cold:.1f} s, of them {processor:.1f} s processor time")
    cost = measure_overhead(sets=2 if quick else 8, rounds=3 if quick else 9)
    for clock, ours, bare, times in (
        ("processor", cost.ours, cost.bare, cost.ratio),
        ("wall", cost.ours_wall, cost.bare_wall, cost.ratio_wall),
    ):
        print(
            f"harness outside model and engine, {clock} time: {ours:.2f} ms a call, a bare loop of Inspect's"
            f" {bare:.2f} ms, ratio {times:.2f} ({cost.calls} calls)"
        )
    print(
        f"log: {cost.bytes_per_game:,.0f} bytes a game, {cost.bytes_per_call:,.0f} a call ({cost.games} games, examples"
        " and answers included)"
    )


if __name__ == "__main__":
    main()
