"""Ladders of chess variants: beside the variant for the published engine, in the cache folder for the user's own."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from quickstudy.tasks.chess_variants.variant import SIBLING, SIBLING_FOLDER
from quickstudy.tasks.examples.corpus import cache_folder
from quickstudy.tasks.opponents.calibration import calibrate, find_checkpoint
from quickstudy.tasks.opponents.chess_contest import ChessContest, ChessVariant, hash_rules
from quickstudy.tasks.opponents.chess_levels import CHESS_CANDIDATES
from quickstudy.tasks.opponents.engine_choice import EngineChoice, choose_engine
from quickstudy.tasks.opponents.ladder import Ladder, LadderError, is_submittable, read_ladder_file, replace_text
from quickstudy.tasks.strict_json import read_object

CHESS_SD = 25.0
"""Largest sd of a rating of a published ladder, in Elo."""


class FiledVariant(ChessVariant, Protocol):
    """A variant with a folder for what is measured of it."""

    @property
    def folder(self) -> Path:
        """The folder."""


@dataclass(frozen=True)
class Anchor:
    """The rating of a level on a public list, by which a ladder is read in known terms; `sd` is in Elo.

    It holds for the published engine, and near its level: far below, the two scales drift apart (docs/method.md).
    """

    level: str
    rating: float
    sd: float
    scale: str
    source: str

    def translate(self, ladder: Ladder, elo: float) -> float:
        """A rating of the ladder on the public list. Raises LadderError where the level is no rung."""
        return self.rating + elo - ladder.rating_of(self.level)


def read_anchor(variant: FiledVariant) -> Anchor | None:
    """The anchor of a variant's ladder, `anchor.json` in its folder; None where no public list is known."""
    path = variant.folder / "anchor.json"
    return Anchor(**read_object(path)) if path.is_file() else None


def chess_file(variant: FiledVariant, content: str, choice: EngineChoice | None = None) -> Path:
    """Where a measured file of a variant lies, its ladder say.

    It is `<content>.json` in a folder of the variant's name, `<name>.<content>.json` beside a user's spec, and a file
    of the cache folder for another engine than the published one. Raises EngineFault where there is no engine.
    """
    chosen = choice or choose_engine()
    return _published_file(variant, content) if chosen.published else _own_file(variant, content, chosen.digest[:16])


def _published_file(variant: FiledVariant, content: str) -> Path:
    own = variant.folder.resolve().name == variant.name
    return variant.folder / (f"{content}.json" if own else f"{variant.name}.{content}.json")


def _own_file(variant: FiledVariant, content: str, engine: str) -> Path:
    stem = f"{variant.name}-{hash_rules(variant.for_engine)[:8]}-{engine}"
    return cache_folder() / f"{content.removesuffix('s')}s" / f"{stem}.json"


def chess_ladder_file(variant: FiledVariant, choice: EngineChoice | None = None) -> Path:
    """Where a variant's ladder lies. Raises EngineFault where there is no engine."""
    return chess_file(variant, "ladder", choice)


def name_command(command: str, variant: FiledVariant) -> str:
    """How a user makes a measured file of a variant: the command with the variant's name, or the path of its spec.

    A sibling is named by the variant that it is one of.
    """
    folder, name, suffix = variant.folder, variant.name, ""
    if name.endswith(SIBLING) and folder.name == SIBLING_FOLDER:
        folder, name, suffix = folder.parent, name.removesuffix(SIBLING), SIBLING
    own = folder.resolve().name == name
    return f"quickstudy {command} {name if own else folder / f'{name}.json'}{suffix}"


def read_chess_ladder(variant: FiledVariant, choice: EngineChoice | None = None) -> Ladder:
    """The ladder of a variant for an engine.

    Raises LadderError if it is missing, unreadable or of other rules, EngineFault where there is no engine.
    """
    return _read(variant, chess_ladder_file(variant, choice))


def _read(variant: FiledVariant, path: Path) -> Ladder:
    made_by = name_command("calibrate-chess", variant)
    return read_ladder_file(path, variant.name, hash_rules(variant.for_engine), made_by)


def find_chess_ladder(variant: FiledVariant, version: str) -> Ladder:
    """The ladder of a variant by which games of a ladder's version are rated; the engine itself is not needed.

    Of the published engine it is the one beside the variant, of the user's own that very version from the cache folder.
    Raises LadderError where there is none.
    """
    if is_submittable(version):
        return _read(variant, _published_file(variant, "ladder"))
    pattern = _own_file(variant, "ladder", "*")
    for path in sorted(pattern.parent.glob(pattern.name)):
        ladder = _read(variant, path)
        if ladder.version == version:
            return ladder
    raise LadderError(f"the ladder {version} of {variant.name} is not in this machine's cache folder")


def calibrate_chess(
    variant: FiledVariant,
    *,
    target_sd: float = CHESS_SD,
    seed: int = 0,
    choice: EngineChoice | None = None,
    report: Callable[[str], None] = lambda line: None,
) -> dict[str, Any]:
    """Fit the ladder of a variant from all levels that a ladder can have, going on from its checkpoint, and write it.

    Returns the content of its file. Raises EngineFault; what was finished by then is kept.
    """
    contest, levels = ChessContest(variant, choice), list(CHESS_CANDIDATES)
    kept = find_checkpoint(contest, levels, seed)
    data = calibrate(contest, levels, seed=seed, target_sd=target_sd, checkpoint=kept, report=report)
    path = chess_ladder_file(variant, contest.choice)
    path.parent.mkdir(parents=True, exist_ok=True)
    replace_text(path, json.dumps(data, indent=1) + "\n")
    return data
