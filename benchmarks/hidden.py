"""The files of a hidden split: what is published before, what is kept, and the check when it is revealed."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable
from pathlib import Path

from quickstudy.tasks.games import hidden
from quickstudy.tasks.games.hidden import HiddenError, Split
from quickstudy.tasks.games.rules import Rules, write_spec
from quickstudy.tasks.strict_json import read_object

COMMITMENT, PRIVATE, SECRET = "commitment.json", "private", "secret.txt"


def hide_games(split: Split, folder: Path, report: Callable[[str], None]) -> str:
    """Draw a secret, write its commitment, itself and its games into a folder; returns the commitment.

    `commitment.json` is for everybody. `private/secret.txt` and the specs, `private/GAME/rules.json`, can be read only
    by the user who runs this. Raises `HiddenError`, before anything is written, where the folder has a split already.
    """
    private = folder / PRIVATE
    for path in (private, folder / COMMITMENT):
        if path.exists():
            raise HiddenError(f"{path} is there already, and a secret is never overwritten: choose another folder")
    secret = hidden.draw_secret()
    data = hidden.write_commitment(secret, split)
    games = []
    for family, number, rules in hidden.generate_split(secret, split):
        report(f"{family} {number} of {dict(split.games)[family]}")
        games.append((family, number, rules))
    folder.mkdir(parents=True, exist_ok=True)
    private.mkdir(mode=0o700)
    _write_new(private / SECRET, f"{secret}\n")
    names: set[str] = set()
    for family, number, rules in games:
        name = rules.name.lower()
        name = f"{name}-{family}-{number}" if name in names else name
        names.add(name)
        (private / name).mkdir()
        _write_new(private / name / "rules.json", write_spec(rules))
    (folder / COMMITMENT).write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")
    return str(data["commitment"])


def reveal_games(
    commitment: Path, secret: Path, specs: Iterable[Path], report: Callable[[str], None]
) -> list[tuple[str, int, Rules]]:
    """Family, number and rules of the games of a split, all of which if no specs are named, else those of the specs.

    Raises `HiddenError` where the secret is not the one that was committed to, the installed generator is another one,
    or a spec is not, byte for byte, one of the split's games.
    """
    try:
        split, published = hidden.read_commitment(read_object(commitment))
    except ValueError as error:
        raise HiddenError(f"cannot read the commitment {commitment}: {error}") from error
    try:
        drawn = hidden.read_secret(secret.read_bytes()[:1000].decode("ascii"))
    except ValueError as error:
        raise HiddenError(f"cannot read the secret {secret}: a secret is 64 lower-case hex digits") from error
    hidden.check_secret(drawn, split, published)
    games = {}
    for family, number, rules in hidden.generate_split(drawn, split):
        report(f"{family} {number} of {dict(split.games)[family]}")
        games[write_spec(rules).encode()] = (family, number, rules)
    named = [(path, path.read_bytes()) for path in specs]
    for path, content in named:
        if content not in games:
            raise HiddenError(f"{path} is none of the {len(games)} games of this secret, byte for byte")
    return [games[content] for _, content in named] if named else list(games.values())


def _write_new(path: Path, text: str) -> None:
    """Write a file that only its owner can read; an existing one is not touched. Raises OSError."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
