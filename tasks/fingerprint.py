"""Fingerprints: what a game's results depend on, as hashes, and the version that stands for them.

A version is `N-L`: results of games with one N can be compared; L counts changes that leave them comparable.
"""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import numpy as np

from quickstudy.tasks.examples.corpus import TEACHER, ExampleSet
from quickstudy.tasks.examples.openings import list_openings, opening_plies, write_opening
from quickstudy.tasks.games.game import Game
from quickstudy.tasks.opponents.ladder import file_beside, ladder_file, replace_text
from quickstudy.tasks.opponents.levels import find_level, workspace
from quickstudy.tasks.seeds import derive_seed

FIRST_VERSION = "1-A"
PLAYERS = ("random", "alphabeta-300-e25", "mcts-30", "greedy")
GAMES = 12
_EXAMPLES = 2
_VERSION = re.compile(r"[1-9]\d*-[A-Z]+")


class VersionError(ValueError):
    """A game that is not what its version stands for, or a version that cannot be given."""


def compute_fingerprint(game: Game) -> dict[str, str]:
    """Hashes (16 hex digits) of what a game's results depend on.

    `rules`: the spec. `text`: the rules in English. `kernel`: states, legal moves and results of `GAMES` games.
    `openings`: the pool of test openings. `examples`: the first examples. `ladder`, `probes`: the files, `none` where
    there is none.
    """
    examples = ExampleSet(game, find_level(TEACHER), 0, 0).take(_EXAMPLES)
    return {
        "rules": game.rules.hash[:16],
        "text": _digest(game.text),
        "kernel": _digest(_play_games(game)),
        "openings": _digest("\n".join(write_opening(game, opening) for opening in list_openings(game))),
        "examples": _digest("\n".join(examples)),
        "ladder": _digest_file(ladder_file(game)),
        "probes": _digest_file(file_beside(game, "probes")),
    }


def _play_games(game: Game) -> bytes:
    """Every state, its legal moves and the move played, of games between levels of all engines."""
    from quickstudy.tasks.games.kernel import apply, legal_moves, play_game

    levels, log, parts = [find_level(name) for name in PLAYERS], np.zeros(game.rules.cap + 2, np.int32), []
    for number in range(GAMES):
        x, o = levels[number % len(levels)], levels[(number + 1 + number // len(levels)) % len(levels)]
        seed = derive_seed("fingerprint", game.rules.hash, number)
        _, plies = play_game(game.tables, *x.setting, *o.setting, opening_plies(game), seed, workspace(), log)
        state = game.start()
        for move in log[:plies]:
            parts += [state.tobytes(), np.sort(legal_moves(game.tables, state)).tobytes(), move.tobytes()]
            apply(game.tables, state, move)
        parts.append(state.tobytes())
    return b"".join(parts)


def _digest(content: str | bytes) -> str:
    return hashlib.sha256(content.encode() if isinstance(content, str) else content).hexdigest()[:16]


def _digest_file(path: Path) -> str:
    return _digest(path.read_bytes()) if path.is_file() else "none"


def fingerprint_file(game: Game) -> Path:
    """Where a game's versions and their fingerprints are kept."""
    return file_beside(game, "fingerprint")


def read_versions(game: Game) -> dict[str, dict[str, str]]:
    """The fingerprints of a game's versions, the newest last; none for a game without the file.

    Raises VersionError for a file that cannot be read.
    """
    return _read(game)[1]


def read_origin(game: Game) -> dict[str, str] | None:
    """What a generated game follows from (`family`, `seed`, `generator`); None for one that was written by hand."""
    return _read(game)[0]


def _read(game: Game) -> tuple[dict[str, str] | None, dict[str, dict[str, str]]]:
    path = fingerprint_file(game)
    if not path.is_file():
        return None, {}
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        origin, versions = content["origin"], {key: dict(parts) for key, parts in content["versions"].items()}
        if not all(_VERSION.fullmatch(version) for version in versions):
            raise ValueError("a version is not written as 1-A")
        return None if origin is None else {key: origin[key] for key in ("family", "seed", "generator")}, versions
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise VersionError(f"cannot read {path}: {error!r}; get it anew from the repository") from error


def find_version(game: Game) -> str | None:
    """The newest version of a game; None where it has none."""
    return next(reversed(read_versions(game)), None)


def find_changes(game: Game) -> list[str]:
    """The parts of a game's fingerprint that are not those of its newest version; all of them where it has none."""
    versions, now = read_versions(game), compute_fingerprint(game)
    kept = next(reversed(versions.values()), {})
    return [part for part in now if now[part] != kept.get(part)]


def write_fingerprint(game: Game, version: str | None = None, origin: dict[str, str] | None = None) -> Path:
    """Write a game's fingerprint under a version: by default the newest, or `1-A` for a game that has none.

    `origin` is what a generated game follows from; without it, what the file says stays.
    Raises VersionError where that version already stands for something else: published results carry it, so that a
    changed game needs a new one.
    """
    (known, versions), now = _read(game), compute_fingerprint(game)
    newest = next(reversed(versions), None)
    chosen = version or newest or FIRST_VERSION
    if not _VERSION.fullmatch(chosen):
        raise VersionError(f"version {chosen!r}: write it as 2-A, the number first (comparability-interface)")
    if chosen in versions and versions[chosen] != now:
        changed = ", ".join(part for part in now if now[part] != versions[chosen].get(part))
        raise VersionError(
            f"{game.name} is no longer what version {chosen} stands for ({changed} changed): give it a new one with "
            f"--version, a greater number where its results cannot be compared with earlier ones, else a later letter"
        )
    if chosen in versions and chosen != newest:
        raise VersionError(f"{game.name} has had version {chosen} before {newest}: choose a new one")
    path = fingerprint_file(game)
    replace_text(path, json.dumps({"origin": origin or known, "versions": {**versions, chosen: now}}, indent=1) + "\n")
    return path
