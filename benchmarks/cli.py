"""The `quickstudy` command. Only click is imported at the top, so that `--help` answers at once."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from quickstudy.benchmarks.chess_commands import CHESS_COMMANDS
from quickstudy.benchmarks.console import Progress, complain
from quickstudy.benchmarks.game_commands import COMMANDS
from quickstudy.benchmarks.options import read_numbers, refuse_empty
from quickstudy.benchmarks.verification import verify

if TYPE_CHECKING:
    from quickstudy.benchmarks.suite import Suite

EXIT_PARTIAL = 3
EXIT_IO = 74
EXIT_INTERRUPTED = 130


class Commands(click.Group):
    """Turns faults of the user's input into one sentence, and ^C into a note on how to go on."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; ValueError (and its kinds), OSError and EngineFault are messages, not tracebacks."""
        try:
            return super().invoke(ctx)
        except ValueError as error:
            raise click.ClickException(str(error)) from None
        except RuntimeError as error:
            from quickstudy.tasks.opponents.uci import EngineFault

            if not isinstance(error, EngineFault):
                raise
            raise click.ClickException(str(error)) from None
        except KeyboardInterrupt:
            complain("Interrupted.")
            sys.exit(EXIT_INTERRUPTED)
        except OSError as error:
            complain(f"Error: {error.strerror or error}: {error.filename or ''}".rstrip(": "))
            sys.exit(EXIT_IO)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="quickstudy")
def main() -> None:
    """How strong can a language model become at a new skill by learning it in its context window?"""


for _command in (*COMMANDS, *CHESS_COMMANDS, verify):
    main.add_command(_command)


@main.command("list")
def list_command() -> None:
    """List the games, the embedded learners and the suites."""
    from quickstudy.benchmarks.catalogue import describe_board
    from quickstudy.benchmarks.suite import list_suites, load_suite
    from quickstudy.tasks.games.game import list_games, load_game
    from quickstudy.tasks.learners.directory import LEARNERS
    from quickstudy.tasks.opponents.ladder import LadderError, read_ladder

    click.echo("Games:")
    for name in list_games():
        game = load_game(name)
        try:
            ladder = read_ladder(game)
            rated = f"ladder of {len(ladder.levels)} levels up to {ladder.ratings[-1]:.0f} Elo"
        except LadderError:
            rated = "no ladder"
        kind = "invented" if game.invented else "reference"
        click.echo(f"  {name:14} {kind:10} {describe_board(game):22} {rated}")
    click.echo("Learners:")
    for name, learner in LEARNERS.items():
        click.echo(f"  quickstudy/{name:10} {(learner.__doc__ or '').split(chr(10))[0]}")
    click.echo("Suites:")
    for name in list_suites():
        suite = load_suite(name)
        click.echo(f"  {name:14} {suite.title}: {', '.join(suite.games)}")


@main.command()
@click.argument("game")
def show(game: str) -> None:
    """Show a game: its rules as a model reads them, the board, the ladder and one example game."""
    from quickstudy.tasks.games.game import load_game

    loaded = load_game(game)  # a bad spec is refused before more is imported
    from quickstudy.benchmarks.show import show_game

    click.echo(show_game(loaded))


@main.command()
@click.argument("suite")
@click.option("--model", "models", multiple=True, help="A model as Inspect names it; repeatable.")
@click.option("--game", "games", multiple=True, help="Only this game; repeatable.")
@click.option(
    "--n", "examples", callback=refuse_empty, help="Numbers of examples instead of the suite's, as in 0,1,4,16."
)
@click.option("--sets", type=click.IntRange(min=1), help="Number of example sets instead of the suite's.")
@click.option("--out", type=click.Path(path_type=Path), help="Folder of the run (default: runs/SUITE).")
@click.option("--workers", type=click.IntRange(min=1), help="Worker processes (default: one for each core).")
@click.option(
    "--budget", callback=refuse_empty, help="What a suite with a plan may spend on a curve: 2600 calls, $5, or 20%."
)
@click.option("--price", callback=refuse_empty, help="Dollars per million tokens read and written, as in 3,15.")
@click.option(
    "--author", callback=refuse_empty, help="The model that writes notes in chains, where it is not the player."
)
def run(
    suite: str,
    models: tuple[str, ...],
    games: tuple[str, ...],
    examples: str | None,
    sets: int | None,
    out: Path | None,
    workers: int | None,
    budget: str | None,
    price: str | None,
    author: str | None,
) -> None:
    """Run a suite, write its logs, table and report, and print the leaderboard.

    Run the same command again to go on after an interruption, or with other n and sets to widen the run: finished
    matches are never played twice.
    """
    from quickstudy.benchmarks.suite import load_suite

    chosen = load_suite(suite).narrow(games, models, read_numbers(examples), sets, budget or "", author or "")
    folder = out or Path("runs") / chosen.name
    paths = _run(chosen, folder, workers, price)
    from quickstudy.reports.report import format_tables

    click.echo(format_tables(folder))
    click.echo("\nWritten:")
    for path in paths:
        click.echo(f"  {path}")


@main.command()
@click.option("--out", type=click.Path(path_type=Path), help="Folder (default: runs/instruments, or -lite).")
@click.option("--workers", type=click.IntRange(min=1), help="Worker processes (default: one for each core).")
@click.option("--lite", is_flag=True, help="By the plan of ceiling-lite, at a fifth of the calls.")
@click.option("--game", "games", multiple=True, help="Only this game; repeatable.")
@click.option("--json", "as_json", is_flag=True, help="The verdicts as JSON.")
def instruments(out: Path | None, workers: int | None, lite: bool, games: tuple[str, ...], as_json: bool) -> None:
    """Run the learners with planted limits, and print which causes the verdicts find."""
    import json

    from quickstudy.benchmarks.instruments import format_instruments, list_planted
    from quickstudy.benchmarks.suite import load_suite

    suite = load_suite("instruments").narrow(games)
    if lite:
        suite = load_suite("ceiling-lite").narrow(suite.games, suite.models)
    out = out or Path("runs") / ("instruments-lite" if lite else "instruments")
    _run(suite, out, workers)
    from quickstudy.reports.ceiling_report import read_verdicts

    planted = list_planted(read_verdicts(out))
    if as_json:
        click.echo(json.dumps([{"planted": cause, **verdict} for cause, verdict in planted], indent=1))
    else:
        click.echo(format_instruments(planted))


@main.command()
@click.option("--only", callback=refuse_empty, help="Only these checks, as in 4,10-13.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File of the table, in which --only changes its rows alone (default: docs/validation.md, for all checks).",
)
def validate(only: str | None, out: Path | None) -> None:
    """Measure by simulation whether the statistics reach their marks; exit 1 where one is missed."""
    from quickstudy.benchmarks.validation.check import format_checks, format_page, read_page
    from quickstudy.benchmarks.validation.table import parse_numbers, run_checks

    numbers = parse_numbers(only or "")
    if out is None and not only and Path("docs/method.md").is_file() and Path("benchmarks/validation").is_dir():
        out = Path("docs/validation.md")
    checks = []
    for check in run_checks(numbers):
        click.echo(f"{check.number}: {check.what}: {check.measured}", err=True)
        checks.append(check)
    click.echo(format_checks(checks))
    if out is not None:
        out.parent.mkdir(parents=True, exist_ok=True)
        earlier = read_page(out.read_text(encoding="utf-8")) if only and out.is_file() else []
        kept = [check for check in earlier if check.number not in numbers]
        out.write_text(format_page([*kept, *checks]), encoding="utf-8")
    if any(check.passed is False for check in checks):
        sys.exit(1)


def _run(suite: Suite, folder: Path, workers: int | None, price: str | None = None) -> list[Path]:
    """Run a suite and return what was written; faults and ^C end the command with a sentence."""
    from quickstudy.benchmarks.plan import read_price
    from quickstudy.benchmarks.run import RunError, run_suite

    paid = None if price is None else read_price(price)
    progress = Progress()
    try:
        return run_suite(suite, folder, workers=workers, price=paid, progress=progress)
    except RunError as error:
        progress.close()
        complain(f"Error: {error}")
        sys.exit(EXIT_PARTIAL)
    except KeyboardInterrupt:
        progress.close()
        complain("Interrupted. Finished matches are kept: run the same command again to go on.")
        sys.exit(EXIT_INTERRUPTED)
    finally:
        progress.close()


@main.command()
@click.argument("game")
@click.option("--level", required=True, help="The opponent's level, as `quickstudy show GAME` lists them.")
@click.option("--colour", type=click.Choice(["x", "o"]), default="x", show_default=True, help="Your side; X begins.")
@click.option("--seed", type=int, default=0, show_default=True, help="Seed of the opening and the opponent.")
@click.option("--out", type=click.Path(path_type=Path), default=Path("runs/play"), show_default=True)
def play(game: str, level: str, colour: str, seed: int, out: Path) -> None:
    """Play against a level in the terminal; the game is recorded like any other."""
    from quickstudy.benchmarks.play import GivenUp, play_person

    try:
        path = play_person(game, level, colour, seed, out)
    except GivenUp:
        click.echo("You gave the game up; nothing is recorded.")
    else:
        click.echo(f"Recorded in {path}")


@main.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
def report(folder: Path) -> None:
    """Write table, plots and leaderboard of a run anew from its logs."""
    from quickstudy.reports.report import format_tables, write_report

    paths = write_report(folder)
    click.echo(format_tables(folder))
    for path in paths:
        click.echo(f"  {path}")


@main.command()
@click.argument("log", type=click.Path(path_type=Path, exists=True))
@click.option("--chain", type=click.IntRange(min=0), default=0, show_default=True)
@click.option("--generation", type=click.IntRange(min=1), help="Which generation's notes.  [default: the last]")
def notes(log: Path, chain: int, generation: int | None) -> None:
    """Print the notes of a chain after a generation, and what changed, from a log or a run's folder."""
    from quickstudy.reports.memory import find_stages
    from quickstudy.tasks.chains.stage import describe_stage
    from quickstudy.tasks.regimes.notes import Notes

    for name, record in find_stages(log, chain, generation):
        click.echo(f"{name}\n\n{Notes.from_list(record['notes']).text}\n\n{describe_stage(record)}\n")


@main.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--n-max", type=click.IntRange(min=2), help="The most examples that the model's window holds.")
@click.option(
    "--window",
    type=click.IntRange(min=1, max=1_000_000_000),
    help="The model's window in tokens; n_max then follows from them.",
)
@click.option(
    "--probes",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A table of the same players' answers to probes, which count as games where they agree with the games.",
)
@click.option(
    "--more",
    type=click.IntRange(min=1, max=100_000),  # each portion is searched for: more would take minutes
    help="Also say how to spread so many more games, where a verdict is undecided.",
)
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def analyse(
    file: Path, probes: Path | None, n_max: int | None, window: int | None, more: int | None, as_json: bool
) -> None:
    """Find the ceiling of each learning curve in a table of games (CSV or Parquet), and its cause."""
    import json

    from quickstudy.reports.ceilings import format_verdict, judge_table
    from quickstudy.reports.probe_curves import read_probes
    from quickstudy.reports.results import read_results

    if n_max is not None and window is not None:
        raise ValueError("give --n-max or --window, not both")
    answers = None if probes is None else read_probes(probes)
    verdicts = judge_table(read_results(file), answers, n_max=n_max, window=window, more=more)
    if as_json:
        click.echo(json.dumps({"curves": verdicts}, indent=1, allow_nan=False))
    else:
        click.echo("\n".join(map(format_verdict, verdicts)))
