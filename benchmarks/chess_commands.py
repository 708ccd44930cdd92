"""The commands that measure chess variants. Only click is imported at the top, so that `--help` answers at once."""

from __future__ import annotations

from pathlib import Path

import click

from quickstudy.benchmarks.console import Progress
from quickstudy.benchmarks.options import refuse_empty


@click.command("calibrate-chess")
@click.argument("variant")
@click.option(
    "--engine",
    callback=refuse_empty,
    help="Command of another UCI engine (default: $QUICKSTUDY_UCI, else the published one).",
)
@click.option(
    "--sd", default=25.0, show_default=True, type=click.FloatRange(min=1), help="Largest sd of a rating, in Elo."
)
@click.option("--seed", type=int, default=0, show_default=True, help="Seed of the games.")
def calibrate_chess(variant: str, engine: str | None, sd: float, seed: int) -> None:
    """Fit the ladder of a chess variant by a tournament between levels, and write it.

    It is written beside the variant or, for another engine than the published one, in the cache folder. Finished
    batches of games are kept in the cache folder: an interrupted calibration goes on there.
    """
    import time

    from quickstudy.tasks.chess_variants.variant import load_variant
    from quickstudy.tasks.opponents.chess_ladder import calibrate_chess, chess_ladder_file, read_anchor
    from quickstudy.tasks.opponents.engine_choice import choose_engine

    progress, started = Progress(), time.monotonic()
    try:
        chosen, loaded = choose_engine(engine), load_variant(variant)
        data = calibrate_chess(loaded, target_sd=sd, seed=seed, choice=chosen, report=progress)
    finally:
        progress.close()
    click.echo(f"{variant}, played by {chosen.name}:")
    for name, rating, deviation in zip(data["levels"], data["ratings"], data["sd"], strict=True):
        click.echo(f"  {name:20} {rating:8.1f} Elo  sd {deviation:.1f}")
    click.echo(
        f"{data['games']} games in {time.monotonic() - started:.0f} s, "
        f"misfit (intransitivity) chi2 {data['chi2']} on {data['df']} degrees of freedom"
    )
    anchor = read_anchor(loaded)
    if chosen.published and anchor is not None and anchor.level in data["levels"]:
        click.echo(f"{anchor.level} has about {anchor.rating:.0f} (sd {anchor.sd:.0f}) on {anchor.scale}.")
    if not chosen.published:
        click.echo("Another engine than the published one: results on this ladder cannot be submitted.")
    click.echo(f"Written: {chess_ladder_file(loaded, chosen)}")


@click.command("probes-chess")
@click.argument("variant")
@click.option(
    "--engine",
    callback=refuse_empty,
    help="Command of another UCI engine (default: $QUICKSTUDY_UCI, else the published one).",
)
@click.option("--seed", type=int, default=0, show_default=True, help="Seed of the games.")
def probes_chess(variant: str, engine: str | None, seed: int) -> None:
    """Make the probes of a chess variant (positions whose every move is valued), and write them beside its ladder."""
    import time

    from quickstudy.benchmarks.probe_table import describe_levels
    from quickstudy.tasks.chess_variants.variant import load_variant
    from quickstudy.tasks.examples.chess_probes import (
        find_probe_file,
        load_chess_probes,
        make_chess_probes,
        measure_depth,
    )
    from quickstudy.tasks.opponents.chess_ladder import read_chess_ladder
    from quickstudy.tasks.opponents.engine_choice import choose_engine

    progress, started = Progress(), time.monotonic()
    try:
        chosen, loaded = choose_engine(engine), load_variant(variant)
        data = make_chess_probes(loaded, seed, choice=chosen, report=progress)
        path = find_probe_file(loaded, chosen).write(data)
        made, seconds = load_chess_probes(loaded, chosen), time.monotonic() - started
        progress(f"{loaded.name}: values with a quarter of the nodes")
        error, exact = measure_depth(loaded, made, data["nodes"] // 4, chosen)
    finally:
        progress.close()
    for line in describe_levels(made, read_chess_ladder(loaded, chosen)):
        click.echo(line)
    click.echo(f"{len(made.probes)} probes in {seconds:.0f} s, valued by {chosen.name}")
    click.echo(f"a score of {made.scale:.0f} hundredths of a pawn is worth one nat of log odds")
    click.echo(f"{exact:.0%} of the values proven")
    click.echo(f"mean difference of a value with a quarter of the nodes {error:.4f}")
    click.echo(f"Written: {path}")


@click.command("games-chess")
@click.argument("variant")
@click.option("--games", default=64, show_default=True, type=click.IntRange(min=1), help="Number of games.")
@click.option(
    "--levels", callback=refuse_empty, help="Levels of the ladder, weakest first.  [default: six of orthodox chess]"
)
@click.option("--seed", type=int, default=0, show_default=True, help="Seed of the games.")
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False), help="The PGN file to write.")
def games_chess(variant: str, games: int, levels: str | None, seed: int, out: Path) -> None:
    """Write a PGN file of games between levels of chess or a published variant, with their ratings."""
    from quickstudy.tasks.chess_variants.variant import load_variant
    from quickstudy.tasks.examples.engine_games import LEVELS, write_games

    progress, chosen = Progress(), LEVELS if levels is None else tuple(levels.split(","))
    named = f" --levels {levels}" if levels else ""
    command = f"quickstudy games-chess {variant} --games {games}{named} --seed {seed}"
    new = not out.exists()
    with out.open("a", encoding="utf-8"):  # a file that cannot be written is found out before the games are played
        pass
    if new:
        out.unlink()
    try:
        text = write_games(load_variant(variant), games, chosen, seed, command, progress)
    finally:
        progress.close()
    out.write_text(text, encoding="utf-8")
    click.echo(f"Written: {out}")


@click.command("list-chess")
@click.option("--json", "as_json", is_flag=True, help="As JSON, an object for each variant.")
def list_chess(as_json: bool) -> None:
    """List chess and its variants with what was measured of each."""
    import json

    from quickstudy.benchmarks.chess_catalogue import format_chess_catalogue, list_chess_catalogue

    rows = list_chess_catalogue()
    click.echo(json.dumps(rows, indent=1) if as_json else format_chess_catalogue(rows))


@click.command("show-chess")
@click.argument("variant")
def show_chess(variant: str) -> None:
    """Show a chess variant: its rules as a model reads them, and its first position."""
    from quickstudy.tasks.chess_variants.variant import load_variant

    loaded = load_variant(variant)
    start = loaded.start()
    click.echo(f"{loaded.text}\n\n{start.draw_board()}\nFEN: {start.fen}")


@click.command("generate-chess")
@click.option("--seed", required=True, type=int, help="The seed that the variant follows from.")
@click.option("--out", type=click.Path(path_type=Path), default=Path("variants"), show_default=True)
def generate_chess(seed: int, out: Path) -> None:
    """Invent a chess variant from a seed, write its spec below a folder, and print its rules."""
    from quickstudy.tasks.chess_variants.generate import generate_variant
    from quickstudy.tasks.chess_variants.spec import write_spec
    from quickstudy.tasks.chess_variants.wording import write_rules

    spec = generate_variant(seed)
    path = out / spec.name.lower() / "variant.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(write_spec(spec), encoding="utf-8")
    click.echo(write_rules(spec))
    click.echo(f"\nWritten: {path}")


@click.command("screen-chess")
@click.argument("variant")
@click.option("--seed", type=int, default=0, show_default=True, help="Seed of the games.")
@click.option("--out", type=click.Path(path_type=Path), help="Folder of the report (default: screening/VARIANT).")
def screen_chess(variant: str, seed: int, out: Path | None) -> None:
    """Measure whether a chess variant is fit for the catalogue: balance, draws, length and rungs of the engine."""
    import json

    from quickstudy.tasks.chess_variants.variant import load_variant
    from quickstudy.tasks.screening.chess_screen import screen_variant

    loaded = load_variant(variant)
    report = screen_variant(loaded, seed)
    path = (out or Path("screening") / loaded.name) / "screening.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    click.echo(f"{loaded.name}: {'; '.join(report['reasons']) or 'accepted'}")
    click.echo(f"Written: {path}")


CHESS_COMMANDS = (calibrate_chess, games_chess, generate_chess, list_chess, probes_chess, screen_chess, show_chess)
