"""The commands that measure chess variants. Only click is imported at the top, so that `--help` answers at once."""

from __future__ import annotations

import click

from quickstudy.benchmarks.console import Progress


@click.command("calibrate-chess")
@click.argument("variant")
@click.option("--engine", help="Command of another UCI engine (default: $QUICKSTUDY_UCI, else the published one).")
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
    from quickstudy.tasks.opponents.chess_ladder import calibrate_chess, chess_ladder_file
    from quickstudy.tasks.opponents.engine_choice import choose_engine
    from quickstudy.tasks.opponents.uci import EngineFault

    progress, started = Progress(), time.monotonic()
    try:
        chosen, loaded = choose_engine(engine), load_variant(variant)
        data = calibrate_chess(loaded, target_sd=sd, seed=seed, choice=chosen, report=progress)
    except EngineFault as fault:
        raise click.ClickException(str(fault)) from None
    finally:
        progress.close()
    click.echo(f"{variant}, played by {chosen.name}:")
    for name, rating, deviation in zip(data["levels"], data["ratings"], data["sd"], strict=True):
        click.echo(f"  {name:20} {rating:8.1f} Elo  sd {deviation:.1f}")
    click.echo(
        f"{data['games']} games in {time.monotonic() - started:.0f} s, "
        f"misfit (intransitivity) chi2 {data['chi2']} on {data['df']} degrees of freedom"
    )
    if not chosen.published:
        click.echo("Another engine than the published one: results on this ladder cannot be submitted.")
    click.echo(f"Written: {chess_ladder_file(loaded, chosen)}")


CHESS_COMMANDS = (calibrate_chess,)
