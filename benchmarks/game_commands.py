"""The commands that make and measure games. Only click is imported at the top, so that `--help` answers at once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from quickstudy.benchmarks.console import Progress
from quickstudy.benchmarks.options import refuse_empty

if TYPE_CHECKING:
    from quickstudy.tasks.games.game import Game


@click.command()
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def catalogue(as_json: bool) -> None:
    """List the games with family, board, branching, length, draws, seat balance, depth and version."""
    import json

    from quickstudy.benchmarks.catalogue import format_catalogue, list_catalogue

    rows = list_catalogue()
    click.echo(json.dumps(rows, indent=1) if as_json else format_catalogue(rows))


@click.command()
@click.argument("games", nargs=-1)
@click.option("--all", "every", is_flag=True, help="All invented games of the catalogue.")
@click.option(
    "--sd",
    default=15.0,
    show_default=True,
    type=click.FloatRange(min=1),
    help="Largest sd of a rating, in Elo.",
)
@click.option("--seed", type=int, default=0, show_default=True, help="Seed of the games.")
@click.option("--workers", type=click.IntRange(min=1), help="Worker processes (default: one for each core).")
def calibrate(games: tuple[str, ...], every: bool, sd: float, seed: int, workers: int | None) -> None:
    """Fit the ladder of each game by a tournament between levels, and write it beside the game's spec.

    Finished batches of games are kept in the cache folder: an interrupted calibration goes on there.
    """
    from quickstudy.benchmarks.making import calibrate_timed
    from quickstudy.benchmarks.processes import map_processes
    from quickstudy.tasks.opponents.ladder import ladder_file

    chosen = choose_games(games, every)
    progress, total = Progress(), 0.0
    report = progress if len(chosen) == 1 else None  # worker processes report nothing
    jobs = [(game, sd, seed, report) for game in chosen]
    for game, (data, seconds) in zip(chosen, map_processes(calibrate_timed, jobs, workers), strict=True):
        progress.close()
        click.echo(f"{game.name}:")
        for name, rating, deviation in zip(data["levels"], data["ratings"], data["sd"], strict=True):
            click.echo(f"  {name:20} {rating:8.1f} Elo  sd {deviation:.1f}")
        total += seconds
        click.echo(
            f"{data['games']} games in {seconds:.0f} s of processor time, "
            f"misfit (intransitivity) chi2 {data['chi2']} on {data['df']} degrees of freedom"
        )
        click.echo(f"Written: {ladder_file(game)}")
    if len(chosen) > 1:
        click.echo(f"{len(chosen)} ladders in {total / 3600:.2f} hours of processor time")


def choose_games(names: tuple[str, ...], every: bool) -> list[Game]:
    """The games of that name or spec file, or all invented ones of the catalogue. Raises ValueError for neither."""
    from quickstudy.tasks.games.game import list_games, load_game

    if bool(names) == every:
        raise ValueError("name at least one game, or give --all for all invented games of the catalogue")
    return [game for game in map(load_game, names or list_games()) if names or game.invented]


@click.command()
@click.argument("game", required=False)
@click.option("--family", help="The family of a new game.")
@click.option("--seed", help="The seed of a new game.")
@click.option("--out", type=click.Path(path_type=Path), default=Path("made"), show_default=True)
def make(game: str | None, family: str | None, seed: str | None, out: Path) -> None:
    """Make all files of a game: spec, screening report, ladder, probes and fingerprint.

    A GAME of the catalogue is made anew and compared with what the catalogue holds. Run the same command again to go
    on after an interruption.
    """
    from quickstudy.benchmarks.making import make_anew, make_game
    from quickstudy.tasks.games.generate import GENERATOR_VERSION, generate_rules

    progress, same = Progress(), dict[str, bool]()
    if game is not None and family is None and seed is None:
        made, same = make_anew(game, out, progress)
    elif game is None and family is not None and seed is not None:
        origin = {"family": family, "seed": seed, "generator": GENERATOR_VERSION}
        made = make_game(generate_rules(family, seed), out, origin, progress)
    else:
        raise ValueError("name a game of the catalogue, or give --family and --seed for a new one")
    progress.close()
    for name, equal in same.items():
        click.echo(f"  {name:16} {'the same' if equal else 'DIFFERENT'}")
    verdict = f"rejected: {'; '.join(made.reasons)}" if made.reasons else "fit for the catalogue"
    click.echo(f"{made.game.name}: {verdict}")
    click.echo(f"Written: {made.game.folder}")
    if not all(same.values()):
        raise ValueError(f"{game} could not be made anew as the catalogue holds it")


@click.command()
@click.argument("games", nargs=-1)
@click.option("--all", "every", is_flag=True, help="All invented games of the catalogue.")
@click.option("--version", callback=refuse_empty, help="A new version, as 2-A (comparability-interface).")
def fingerprint(games: tuple[str, ...], every: bool, version: str | None) -> None:
    """Write the fingerprint of each game's text, engine, openings, examples, ladder and probes under its version.

    A game that has changed is refused until it is given a new version.
    """
    from quickstudy.tasks.fingerprint import find_version, write_fingerprint

    for game in choose_games(games, every):
        write_fingerprint(game, version)
        click.echo(f"  {game.name:20} {find_version(game)}")


@click.command()
@click.argument("game")
@click.option("--seed", type=int, default=0, show_default=True, help="Seed of games and searches.")
def probes(game: str, seed: int) -> None:
    """Make the probes of a game (positions whose every move is valued), and write them beside its ladder."""
    import time

    from quickstudy.benchmarks.probe_table import describe_levels
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
    error, exact = measure_repeat(loaded, made.probes, seed, made.scale)
    for line in describe_levels(made, read_ladder(loaded)):
        click.echo(line)
    click.echo(f"{len(made.probes)} probes in {seconds:.0f} s")
    click.echo(f"{exact:.0%} of the values proven; valued again in {time.monotonic() - again:.1f} s")
    click.echo(f"mean difference of a value with another seed {error:.4f}")
    click.echo(f"Written: {path}")


@click.command()
@click.option("--family", required=True, help="The family of the game, as `line` or `race`.")
@click.option("--seed", required=True, help="The seed that the game follows from.")
@click.option("--out", type=click.Path(path_type=Path), default=Path("games"), show_default=True)
def generate(family: str, seed: str, out: Path) -> None:
    """Make a new game from a family and a seed, write its spec below a folder, and print its rules."""
    from quickstudy.tasks.games.generate import generate_rules
    from quickstudy.tasks.games.rules import write_spec
    from quickstudy.tasks.games.wording import write_rules

    rules = generate_rules(family, seed)
    folder = out / rules.name.lower()
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "rules.json"
    path.write_text(write_spec(rules), encoding="utf-8")
    click.echo(write_rules(rules))
    click.echo(f"\nWritten: {path}")


@click.command()
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


@click.command()
@click.option("--family", "families", multiple=True, help="Only this family; repeatable.")
@click.option("--seeds", required=True, help="Seeds, one game of each family for each, as in 1000-1008.")
@click.option("--cheap", is_flag=True, help="Only the cheap step: self-play, without rungs and learning.")
@click.option("--out", type=click.Path(path_type=Path), default=Path("survey"), show_default=True)
@click.option("--workers", type=click.IntRange(min=1), help="Worker processes (default: one for each core).")
def survey(families: tuple[str, ...], seeds: str, cheap: bool, out: Path, workers: int | None) -> None:
    """Make and screen many games, and print how many of each family were rejected for what.

    Run the same command again to go on after an interruption, or with more seeds to widen the survey.
    """
    from quickstudy.benchmarks.survey import SURVEY, format_survey, read_seeds
    from quickstudy.benchmarks.survey import survey as take_survey
    from quickstudy.tasks.games.families import FAMILIES

    chosen, progress = families or tuple(FAMILIES), Progress()
    try:
        rows = take_survey(chosen, read_seeds(seeds), out, deep=not cheap, workers=workers, report=progress)
    finally:
        progress.close()
    click.echo(format_survey(rows))
    click.echo(f"Written: {out / SURVEY}")


@click.command()
@click.option("--family", "families", multiple=True, help="A family of games; repeatable (default: all).")
@click.option("--games", required=True, type=int, help="Number of games of each family.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder of the split.")
def hide(families: tuple[str, ...], games: int, out: Path) -> None:
    """Make hidden games from a random secret, and a commitment to publish before anyone plays them.

    The secret and the specs are in the folder `private`, which only you can read. A secret is never overwritten.
    """
    from quickstudy.benchmarks.hidden import COMMITMENT, PRIVATE, SECRET, hide_games
    from quickstudy.tasks.games.families import FAMILIES
    from quickstudy.tasks.games.hidden import plan_split

    progress = Progress()
    try:
        commitment = hide_games(plan_split(families or tuple(FAMILIES), games), out, progress)
    finally:
        progress.close()
    click.echo(f"Commitment: {commitment}")
    click.echo(f"Publish now: {out / COMMITMENT}")
    click.echo(f"Keep to yourself until the games are retired: {out / PRIVATE}")
    click.echo(f"Without {out / PRIVATE / SECRET} nothing can be revealed: back it up.")


@click.command()
@click.argument("commitment", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.argument("secret_file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.argument("game_specs", type=click.Path(path_type=Path, exists=True, dir_okay=False), nargs=-1)
def reveal(commitment: Path, secret_file: Path, game_specs: tuple[Path, ...]) -> None:
    """Check a revealed secret against its commitment, and spec files against the games that follow from the secret.

    Lists all games of the secret where no spec is named.
    """
    from quickstudy.benchmarks.hidden import reveal_games

    progress = Progress()
    try:
        found = reveal_games(commitment, secret_file, game_specs, progress)
    finally:
        progress.close()
    click.echo("The commitment was made of this secret, this generator and these numbers of games.")
    for family, number, rules in found:
        click.echo(f"  {family:10} {number:4}  {rules.name:16} {rules.hash}")
    what = "Specs that are games of this secret, byte for byte" if game_specs else "Games of this secret"
    click.echo(f"{what}: {len(found)}")


COMMANDS = (calibrate, catalogue, fingerprint, generate, hide, make, probes, reveal, screen, survey)
