"""Making a game of the catalogue: spec, screening, ladder, probes, playthrough, fingerprint; no step is taken twice."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from quickstudy.tasks.examples.probes import ProbeError, load_probes, make_probes, write_probes
from quickstudy.tasks.fingerprint import find_changes, read_origin, read_versions, write_fingerprint
from quickstudy.tasks.games.game import Game, UnknownGame, list_games, load_game
from quickstudy.tasks.games.generate import GENERATOR_VERSION, generate_rules
from quickstudy.tasks.games.rules import Rules, write_spec
from quickstudy.tasks.opponents.calibration import TARGET_SD, VERSION, calibrate, find_checkpoint
from quickstudy.tasks.opponents.contest import BoardContest
from quickstudy.tasks.opponents.ladder import LadderError, ladder_file, read_ladder, replace_text, write_ladder
from quickstudy.tasks.opponents.levels import CANDIDATES
from quickstudy.tasks.playthrough import playthrough_file, write_playthrough
from quickstudy.tasks.screening.depth import LEAST_RUNGS, RUNG, count_rungs
from quickstudy.tasks.screening.screen import screen_game

Report = Callable[[str], None]
MOST_MISFIT = 10.0
FILES = ("rules.json", "screening.json", "ladder.json", "probes.json", "playthrough.txt")


@dataclass(frozen=True)
class Made:
    """A game that was made, and why it is not fit for the catalogue (nothing: it is)."""

    game: Game
    reasons: list[str]


def make_game(rules: Rules, out: Path, origin: dict[str, str] | None, report: Report = lambda line: None) -> Made:
    """Make all files of a game in a folder of its name below `out`; it ends early where screening rejects the game.

    Steps whose files are there already are not repeated, so that an interrupted command goes on where it stopped.
    """
    folder = out / rules.name.lower()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "rules.json").write_text(write_spec(rules), encoding="utf-8")
    game = Game(folder.name, rules, folder)
    report(f"{game.name}: screening")
    others = [load_game(name) for name in list_games() if name != game.name]
    screened = screen_game(game, folder, others=others)
    if not screened["accepted"]:
        return Made(game, screened["reasons"])
    _ensure_ladder(game, report)
    reasons = judge_ladder(json.loads(ladder_file(game).read_text(encoding="utf-8")))
    if reasons:
        return Made(game, reasons)
    _ensure_probes(game, report)
    replace_text(playthrough_file(game), write_playthrough(game))
    write_fingerprint(game, origin=origin)
    return Made(game, [])


def judge_ladder(data: dict[str, Any]) -> list[str]:
    """Why the content of a ladder's file is not fit for the catalogue: too few rungs, or no common scale.

    Where the misfit is large, who beats whom depends on the kind of engine, and one number does not tell strength: in
    a game with a chi2 of 8 per degree of freedom pairs miss their ratings by 50 Elo (root mean square beyond chance).
    """
    rungs, misfit = count_rungs(data["ratings"]), data["chi2"] / max(data["df"], 1)
    reasons = []
    if rungs < LEAST_RUNGS:
        reasons.append(f"rungs: {rungs} levels of its ladder with {RUNG:.0f} Elo between them")
    if misfit > MOST_MISFIT:
        reasons.append(f"misfit: chi2 of its ladder is {misfit:.1f} per degree of freedom")
    return reasons


def _ensure_ladder(game: Game, report: Report) -> None:
    try:
        if read_ladder(game).version.startswith(f"{VERSION}-"):
            return
    except LadderError:
        pass
    calibrate_game(game, report=report)


def calibrate_game(
    game: Game, target_sd: float = TARGET_SD, seed: int = 0, report: Report = lambda line: None
) -> dict[str, Any]:
    """Fit a game's ladder from all known levels, going on from its checkpoint, and write it beside the spec."""
    levels = list(CANDIDATES)
    contest = BoardContest(game)
    kept = find_checkpoint(contest, levels, seed)
    data = calibrate(contest, levels, seed=seed, target_sd=target_sd, checkpoint=kept, report=report)
    write_ladder(game, data)
    return data


def calibrate_timed(game: Game, target_sd: float, seed: int, report: Report | None) -> tuple[dict[str, Any], float]:
    """`calibrate_game`, and the processor time it took in this process in seconds."""
    started = time.process_time()
    data = calibrate_game(game, target_sd, seed, report or (lambda line: None))
    return data, time.process_time() - started


def _ensure_probes(game: Game, report: Report) -> None:
    try:
        load_probes(game)
    except ProbeError:
        write_probes(game, make_probes(game, report=report))


def make_anew(name: str, out: Path, report: Report = lambda line: None) -> tuple[Made, dict[str, bool]]:
    """Make a game of the catalogue anew below `out`; also returns for each file whether it is the catalogue's.

    A generated game is made from its family and seed, one that was written by hand from its spec. Raises UnknownGame
    for any other game, ValueError where the installed generator is not the one that made it.
    """
    if name not in list_games():
        raise UnknownGame(f"unknown game {name!r}: choose one of the catalogue: {', '.join(list_games())}")
    game = load_game(name)
    origin = read_origin(game)
    if origin is not None and origin["generator"] != GENERATOR_VERSION:
        raise ValueError(
            f"{name} was made by version {origin['generator']} of the generator, and this is version "
            f"{GENERATOR_VERSION}: install the release that added the game"
        )
    made = make_game(generate_rules(origin["family"], origin["seed"]) if origin else game.rules, out, origin, report)
    same = {file: _read(made.game.folder / file) == _read(game.folder / file) for file in FILES}
    return made, same | {"fingerprint": find_changes(made.game) == [] and _newest(made.game) == _newest(game)}


def _read(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def _newest(game: Game) -> dict[str, str] | None:
    return next(reversed(read_versions(game).values()), None)
