"""The `quickstudy` command. Only click is imported at the top, so that `--help` answers at once."""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import click

EXIT_PARTIAL = 3
EXIT_IO = 74
EXIT_INTERRUPTED = 130


class Commands(click.Group):
    """Turns faults of the user's input into one sentence, and ^C into a note on how to go on."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; ValueError (and its kinds) and RunError are messages, not tracebacks."""
        try:
            return super().invoke(ctx)
        except ValueError as error:
            raise click.ClickException(str(error)) from None
        except KeyboardInterrupt:
            _complain("Interrupted.")
            sys.exit(EXIT_INTERRUPTED)
        except OSError as error:
            _complain(f"Error: {error.strerror or error}: {error.filename or ''}".rstrip(": "))
            sys.exit(EXIT_IO)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="quickstudy")
def main() -> None:
    """How strong can a language model become at a new skill by learning it in its context window?"""


@main.command("list")
def list_command() -> None:
    """List the games, the embedded learners and the suites."""
    from quickstudy.benchmarks.suite import list_suites, load_suite
    from quickstudy.tasks.games.game import list_games, load_game
    from quickstudy.tasks.learners.directory import LEARNERS
    from quickstudy.tasks.opponents.ladder import LadderError, read_ladder

    click.echo("Games:")
    for name in list_games():
        game = load_game(name)
        board = game.rules.board
        try:
            ladder = read_ladder(game)
            rated = f"ladder of {len(ladder.levels)} levels up to {ladder.ratings[-1]:.0f} Elo"
        except LadderError:
            rated = "no ladder"
        kind = "invented" if game.invented else "reference"
        shape = f"{board.shape} {board.width}x{board.height}" + ("" if board.edges == "plain" else f" {board.edges}")
        click.echo(f"  {name:14} {kind:10} {shape:22} {rated}")
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
    from quickstudy.benchmarks.show import show_game
    from quickstudy.tasks.games.game import load_game

    click.echo(show_game(load_game(game)))


@main.command()
@click.argument("suite")
@click.option("--model", "models", multiple=True, help="A model as Inspect names it; repeatable.")
@click.option("--game", "games", multiple=True, help="Only this game; repeatable.")
@click.option("--n", "examples", default="", help="Numbers of examples instead of the suite's, as in 0,1,4,16.")
@click.option("--sets", type=click.IntRange(min=1), help="Number of example sets instead of the suite's.")
@click.option("--out", type=click.Path(path_type=Path), help="Folder of the run (default: runs/SUITE).")
@click.option("--workers", type=click.IntRange(min=1), help="Worker processes (default: one for each core).")
def run(
    suite: str,
    models: tuple[str, ...],
    games: tuple[str, ...],
    examples: str,
    sets: int | None,
    out: Path | None,
    workers: int | None,
) -> None:
    """Run a suite, write its logs, table and report, and print the leaderboard.

    Run the same command again to go on after an interruption, or with other n and sets to widen the run: finished
    matches are never played twice.
    """
    from quickstudy.benchmarks.run import RunError, run_suite
    from quickstudy.benchmarks.suite import load_suite

    chosen = load_suite(suite).narrow(games, models, _numbers(examples), sets)
    folder = out or Path("runs") / chosen.name
    progress = Progress()
    try:
        paths = run_suite(chosen, folder, workers=workers, progress=progress)
    except RunError as error:
        progress.close()
        _complain(f"Error: {error}")
        sys.exit(EXIT_PARTIAL)
    except KeyboardInterrupt:
        progress.close()
        _complain("Interrupted. Finished matches are kept: run the same command again to go on.")
        sys.exit(EXIT_INTERRUPTED)
    finally:
        progress.close()
    from quickstudy.reports.report import format_tables

    click.echo(format_tables(folder))
    click.echo("\nWritten:")
    for path in paths:
        click.echo(f"  {path}")


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
@click.argument("game")
@click.option(
    "--sd",
    default=15.0,
    show_default=True,
    type=click.FloatRange(min=1),
    help="Largest sd of a rating, in Elo.",
)
@click.option("--seed", type=int, default=0, show_default=True, help="Seed of the games.")
def calibrate(game: str, sd: float, seed: int) -> None:
    """Fit the ladder of a game by a tournament between its levels, and write it beside the game's spec.

    Finished batches of games are kept in the cache folder: an interrupted calibration goes on there.
    """
    from quickstudy.tasks.games.game import load_game
    from quickstudy.tasks.opponents.calibration import calibrate as fit
    from quickstudy.tasks.opponents.calibration import find_checkpoint
    from quickstudy.tasks.opponents.ladder import write_ladder
    from quickstudy.tasks.opponents.levels import LEVELS

    loaded = load_game(game)
    progress = Progress()
    levels = list(LEVELS.values())
    kept = find_checkpoint(loaded, levels, seed)
    data = fit(loaded, levels, seed=seed, target_sd=sd, checkpoint=kept, report=progress)
    progress.close()
    for name, rating, deviation in zip(data["levels"], data["ratings"], data["sd"], strict=True):
        click.echo(f"  {name:20} {rating:8.1f} Elo  sd {deviation:.1f}")
    click.echo(f"{data['games']} games, chi2 {data['chi2']} on {data['df']} degrees of freedom")
    click.echo(f"Written: {write_ladder(loaded, data)}")


@main.command()
@click.argument("game")
@click.option("--seed", type=int, default=0, show_default=True, help="Seed of games and searches.")
def probes(game: str, seed: int) -> None:
    """Make the probes of a game (positions whose every move is valued), and write them beside its ladder."""
    import time

    from quickstudy.scorers.probes import exchange_rate, fit_mapping, leave_one_out
    from quickstudy.tasks.examples.probes import load_probes, make_probes, measure_repeat, write_probes
    from quickstudy.tasks.games.game import load_game
    from quickstudy.tasks.opponents.ladder import read_ladder

    loaded, started = load_game(game), time.monotonic()
    progress = Progress()
    data = make_probes(loaded, seed, report=progress)
    progress.close()
    path = write_probes(loaded, data)
    made = load_probes(loaded)
    seconds, again = time.monotonic() - started, time.monotonic()
    error, exact = measure_repeat(loaded, made.probes, seed)
    ratings, regrets = read_ladder(loaded).ratings, [level.regret for level in made.levels]
    mapping, off = fit_mapping(regrets, ratings), ["", *(f"{gap:+.0f}" for gap in leave_one_out(regrets, ratings)), ""]
    click.echo("  level                     Elo  mean regret      sd  mapped by the others  probes a game (fresh ones)")
    for level, rating, gap in zip(made.levels, ratings, off, strict=True):
        fixed, fresh = (exchange_rate(mapping.slope(level.regret), spread) for spread in (level.within, level.total))
        figures = f"{rating:8.1f} {level.regret:12.4f} {level.sd:7.4f} {gap:>21} {fixed:16.1f} ({fresh:.1f})"
        click.echo(f"  {level.level:20}{figures}")
    click.echo(f"{len(made.probes)} probes in {seconds:.0f} s; error of the mapping {mapping.sigma:.0f} Elo")
    click.echo(f"{exact:.0%} of the values proven; valued again in {time.monotonic() - again:.1f} s")
    click.echo(f"mean difference of a value with another seed {error:.4f}")
    click.echo(f"Written: {path}")


@main.command()
@click.option("--family", required=True, help="The family of the game, as `line` or `race`.")
@click.option("--seed", required=True, help="The seed that the game follows from.")
@click.option("--out", type=click.Path(path_type=Path), default=Path("games"), show_default=True)
def generate(family: str, seed: str, out: Path) -> None:
    """Make a new game from a family and a seed, write its spec below a folder, and print its rules."""
    import json

    from quickstudy.tasks.games.generate import generate_rules
    from quickstudy.tasks.games.wording import write_rules

    rules = generate_rules(family, seed)
    folder = out / rules.name.lower()
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "rules.json"
    path.write_text(json.dumps(rules.to_json(), indent=1) + "\n", encoding="utf-8")
    click.echo(write_rules(rules))
    click.echo(f"\nWritten: {path}")


@main.command()
@click.argument("game")
@click.option("--cheap", is_flag=True, help="Only the cheap step: self-play, without rungs and learning.")
@click.option("--out", type=click.Path(path_type=Path), help="Folder of the report (default: screening/GAME).")
def screen(game: str, cheap: bool, out: Path | None) -> None:
    """Measure whether a game is fit for the catalogue: length, balance, draws, dead atoms, rungs and learnability.

    Steps that an interrupted or earlier run of the same game has finished are not repeated.
    """
    import json

    from quickstudy.tasks.games.game import list_games, load_game
    from quickstudy.tasks.screening.screen import REPORT, screen_game

    loaded = load_game(game)
    folder = out or Path("screening") / loaded.name
    others = [load_game(name) for name in list_games() if name != loaded.name]
    report = screen_game(loaded, folder, others=others, deep=not cheap)
    click.echo(json.dumps(report["steps"], indent=1))
    verdict = {True: "accepted", False: "rejected", None: "passes the cheap step"}[report["accepted"]]
    click.echo("; ".join([f"{loaded.name}: {verdict}", *report["reasons"]]))
    click.echo(f"Written: {folder / REPORT}")


@main.command()
@click.option("--family", "families", multiple=True, help="Only this family; repeatable.")
@click.option("--seeds", required=True, help="Seeds, one game of each family for each, as in 1000-1008.")
@click.option("--cheap", is_flag=True, help="Only the cheap step: self-play, without rungs and learning.")
@click.option("--out", type=click.Path(path_type=Path), default=Path("survey"), show_default=True)
@click.option("--workers", type=click.IntRange(min=1), help="Worker processes (default: one for each core).")
def survey(families: tuple[str, ...], seeds: str, cheap: bool, out: Path, workers: int | None) -> None:
    """Make and screen many games, and print how many of each family were rejected for what.

    Run the same command again to go on after an interruption, or with more seeds to widen the survey.
    """
    import os

    from quickstudy.benchmarks.survey import SURVEY, format_survey, read_seeds
    from quickstudy.benchmarks.survey import survey as take_survey
    from quickstudy.tasks.games.families import FAMILIES

    chosen, processes = families or tuple(FAMILIES), workers or os.cpu_count() or 1
    progress = Progress()
    try:
        rows = take_survey(chosen, read_seeds(seeds), out, deep=not cheap, workers=processes, report=progress)
    finally:
        progress.close()
    click.echo(format_survey(rows))
    click.echo(f"Written: {out / SURVEY}")


@main.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
def report(folder: Path) -> None:
    """Write table, plots and leaderboard of a run anew from its logs."""
    from quickstudy.reports.report import format_tables, write_report

    paths = write_report(folder)
    click.echo(format_tables(folder))
    for path in paths:
        click.echo(f"  {path}")


def _complain(text: str, end: bool = True) -> None:
    """Write to standard error, which may be closed by now: then the exit code alone tells."""
    with suppress(OSError, ValueError):
        click.echo(text, err=True, nl=end)


def _numbers(text: str) -> list[int]:
    words = [word.strip() for word in text.split(",") if word.strip()]
    for word in words:
        if not (word.isascii() and word.isdigit()):
            raise ValueError(f"--n: {word!r} is not a whole number; write for instance --n 0,1,4,16")
    return [int(word) for word in words]


class Progress:
    """Progress on standard error: one line that is overwritten on a terminal, a line every 5 s elsewhere.

    It never raises: a run goes on when its terminal is gone.
    """

    def __init__(self) -> None:
        self._terminal = sys.stderr is not None and sys.stderr.isatty()
        self._shown = 0.0
        self._length = 0

    def __call__(self, line: str) -> None:
        """Show the state."""
        import time

        if self._terminal:
            _complain("\r" + line.ljust(self._length), end=False)
            self._length = len(line)
        elif time.monotonic() - self._shown >= 5:
            self._shown = time.monotonic()
            _complain(line)

    def close(self) -> None:
        """End the line, so that what follows starts a new one."""
        if self._length:
            _complain("")
            self._length = 0
