"""The declarative spec of a two-player board game: one frozen object from which all else is derived.

Meaning of the atoms (the English of `wording.py`, the kernel and the reference interpreter all follow this):

- Players X and O alternate; X begins. A turn is one action (with `double`: X's first turn has one action, every
  later turn of either player has two). An action is placing a piece of the first kind or moving a piece.
- Directions are given for X; for O each is the opposite (N-S, E-W, NE-SW, NW-SE). Leaps are the same for both.
- `swap`: instead of the second action of the game, O may swap: all pieces (X's one) and all counts change owner, no
  cell counts as where that action ended, nothing is judged, and the turn is over.
- `rhythm` k: every k-th ply of the game (actions and passes of both players) is a move, never a placement.
- `place`: `any` empty cell; `drop`: an empty cell whose neighbour to the S (SW on hexagons) is not an empty
  cell; `touch`: next to any piece (anywhere while the board is empty); `touch_own`: next to an own piece
  (anywhere while one has none); `apart_own`: not next to an own piece; `flank`: only where a flank results.
- `hand` > 0 limits the placements of each player. A player may move pieces when not able to place by hand
  (`place` none, or hand used up), and at any time if `mixed`.
- `contact`: a piece may not (`ban`) or must (`must`) be placed next to the cell where the previous action ended,
  unless this would leave no placement. Does not apply at the start or after a pass.
- `step`/`slide`/`vault`/`leap` go to an empty cell; `capture`/`slide_capture`/`leap_capture` replace an enemy;
  `jump` goes over an adjacent enemy to the empty cell behind it and removes it; `vault` goes over any adjacent
  piece and removes nothing. A `clone` leaves a copy behind when it steps (not otherwise).
- `must_capture`: if any move captures (replaces or jumps), only such moves are legal and nothing may be placed.
- `promotes`: a piece of the kind that moves to its player's far rank becomes that other kind there, before effects.
- `burn`: the cell that a moved piece leaves (unless a copy stays) is burnt: never empty again.
- `effect` after each action, around the cell where it ended: flanked enemies are removed or change owner
  (`flank_remove`, `flank_flip`; a flank is 1..`flank_length` enemies in a straight line that starts next to that
  cell and is ended by another own piece), all adjacent enemies change owner (`infect`), enemy groups next to it
  without an adjacent empty cell are removed (`surround`, all judged before any is removed).
- Endings are judged for the player who acted, after each action, in the order of `ENDINGS`; the first met counts:
  `royal` (the opponent has no piece of the royal kind), `line`/`shape` (own pieces form it, counted only if a
  cell of it changed to own in this action), `connect` (an own group joins own sides), `far` (an own piece on the
  far rank), `eliminate` (opponent has fewer than that many pieces), `captures` (pieces this player has removed
  by capture, jump or effect since the start), `unify` (all own pieces form one group). `misere` turns
  line, shape, connect and far into a loss for the player who meets them. Those in `only_x` (`only_o`) are judged only
  when X (O) acted. With `points` n, line or shape gives the player a point, and is an ending only for the n-th.
- A player to act who has no legal action: `stalemate` pass (skipped; two passes in a row end the game, which is
  then scored; a pass ends the turn), lose, win, draw, or count (the game is scored).
- After `cap` plies (actions and passes) the game is scored. Scoring: `score` draw, most (more pieces wins, equal
  is a draw), fewest, captures (more pieces removed since the start wins) or points (more points wins).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, cast, get_args, get_type_hints

from quickstudy.tasks.games.board import MAX_CELLS, Board
from quickstudy.tasks.games.rule_checks import RulesError, check_rules
from quickstudy.tasks.strict_json import read_object

Place = Literal["none", "any", "drop", "touch", "touch_own", "apart_own", "flank"]
Effect = Literal["none", "flank_remove", "flank_flip", "infect", "surround"]
Axes = Literal["all", "orthogonal", "diagonal"]
Connect = Literal["none", "own_sides", "same_sides"]
Stalemate = Literal["pass", "lose", "win", "draw", "count"]
Score = Literal["draw", "most", "fewest", "captures", "points"]
Contact = Literal["none", "ban", "must"]
Ending = Literal["royal", "line", "shape", "connect", "far", "eliminate", "captures", "unify"]

ENDINGS: tuple[Ending, ...] = get_args(Ending)
_YOUNGER = {"only_x", "only_o", "points", "swap", "rhythm"}


@dataclass(frozen=True)
class Kind:
    """How one kind of piece moves; each direction set is a tuple of compass names for X."""

    name: str = "stone"
    step: tuple[str, ...] = ()
    capture: tuple[str, ...] = ()
    slide: tuple[str, ...] = ()
    slide_capture: tuple[str, ...] = ()
    jump: tuple[str, ...] = ()
    vault: tuple[str, ...] = ()
    leap: str = ""
    leap_capture: str = ""
    clone: bool = False
    royal: bool = False
    promotes: str = ""

    @property
    def moves(self) -> bool:
        """Whether a piece of this kind can ever move."""
        return bool(
            self.step
            or self.capture
            or self.slide
            or self.slide_capture
            or self.jump
            or self.vault
            or self.leap
            or self.leap_capture
        )

    @property
    def captures(self) -> bool:
        """Whether a piece of this kind can ever capture by a move."""
        return bool(self.capture or self.slide_capture or self.jump or self.leap_capture)


@dataclass(frozen=True)
class Rules:
    """A game: board, kinds of piece, set-up and rule atoms. Immutable, JSON in and out, hashed by content.

    `setup_x` and `setup_o` hold, for each kind in order, the names of the cells where the player's pieces start.
    """

    name: str
    board: Board
    kinds: tuple[Kind, ...] = (Kind(),)
    setup_x: tuple[tuple[str, ...], ...] = ()
    setup_o: tuple[tuple[str, ...], ...] = ()
    place: Place = "none"
    hand: int = 0
    mixed: bool = False
    contact: Contact = "none"
    double: bool = False
    must_capture: bool = False
    burn: bool = False
    effect: Effect = "none"
    flank_length: int = 0
    line: int = 0
    axes: Axes = "all"
    shape: str = ""
    connect: Connect = "none"
    far: bool = False
    eliminate: int = 0
    captures: int = 0
    unify: bool = False
    misere: bool = False
    only_x: tuple[Ending, ...] = ()
    only_o: tuple[Ending, ...] = ()
    points: int = 0
    swap: bool = False
    rhythm: int = 0
    stalemate: Stalemate = "draw"
    score: Score = "draw"
    cap: int = 100

    def __post_init__(self) -> None:
        check_rules(self)

    def to_json(self) -> dict[str, Any]:
        """Plain JSON form: every atom that differs from its default, names, `kinds` and `board` always."""
        kinds = [{atom: value for atom, value in kind.items() if value} for kind in _plain(self.kinds)]
        return {
            "name": self.name,
            **{
                key: kinds if key == "kinds" else value
                for key, value in json.loads(json.dumps(asdict(self))).items()
                if key in ("board", "kinds") or (key != "name" and _plain(getattr(self, key)) != _default(key))
            },
        }

    @cached_property
    def hash(self) -> str:
        """SHA-256 of the canonical JSON of everything except the name (hex, 64 digits).

        Atoms that are younger than the first ladders count only where a game has them, so that those games keep theirs.
        """
        content = {
            key: value for key, value in _plain(self).items() if key != "name" and (value or key not in _YOUNGER)
        }
        for kind in content["kinds"]:
            if not kind["promotes"]:
                del kind["promotes"]
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> Rules:
        """Build rules from their JSON form. Raises `RulesError` naming the atom that is wrong."""
        return cast("Rules", _build(Rules, data, ""))

    @property
    def moving(self) -> bool:
        """Whether any piece can ever move."""
        return any(kind.moves for kind in self.kinds)

    @property
    def endings(self) -> tuple[Ending, ...]:
        """The endings that are judged after an action, in the order of `ENDINGS`."""
        royal = any(kind.royal for kind in self.kinds)
        met = {"royal": royal, **{name: getattr(self, name) not in (0, "", "none") for name in ENDINGS[1:]}}
        return tuple(name for name in ENDINGS if met[name])

    def endings_of(self, player: int) -> tuple[Ending, ...]:
        """The endings that are judged when a player (0 X, 1 O) has acted."""
        return tuple(name for name in self.endings if name not in (self.only_o, self.only_x)[player])


def load_rules(path: Path) -> Rules:
    """Read a spec file (JSON). Raises `RulesError` with the file's name in the message."""
    try:
        return Rules.from_json(read_object(path))
    except (OSError, ValueError) as error:
        raise RulesError(f"cannot read the game spec {path}: {error}") from error


def write_spec(rules: Rules) -> str:
    """The text of a spec file, as all our commands write it; `load_rules` is the inverse."""
    return json.dumps(rules.to_json(), indent=1) + "\n"


def _plain(value: Any) -> Any:
    return json.loads(json.dumps(value, default=asdict))


def _default(key: str) -> Any:
    return _plain(next(f for f in fields(Rules) if f.name == key).default)


def _build(kind: type[Any], data: Any, where: str) -> Any:
    """Build a dataclass from JSON strictly: unknown keys and wrong types are refused with the atom named."""
    if not isinstance(data, Mapping):
        raise RulesError(f"{where or 'the spec'} must be an object, not {type(data).__name__}")
    hints = get_type_hints(kind)
    prefix = f"{where}." if where else ""
    unknown = sorted(set(data) - {f.name for f in fields(kind)})
    if unknown:
        name = unknown[0] if unknown[0].isidentifier() else repr(unknown[0])
        raise RulesError(f"unknown atom {prefix}{_shorten(name)}; known: {', '.join(f.name for f in fields(kind))}")
    missing = [f.name for f in fields(kind) if f.name in ("name", "board") and f.name not in data and kind is Rules]
    if missing:
        raise RulesError(f"atom {prefix}{missing[0]} is missing")
    return kind(**{key: _value(hints[key], value, f"{prefix}{key}") for key, value in data.items()})


def _value(hint: Any, value: Any, where: str) -> Any:
    if hint is Board or hint is Kind:
        return _build(hint, value, where)
    arguments = get_args(hint)
    if getattr(hint, "__origin__", None) is tuple:
        if not isinstance(value, list | tuple):
            raise RulesError(f"{where} must be a list, not {_shorten(repr(value))}")
        if len(value) > MAX_CELLS:
            raise RulesError(f"{where} has {len(value)} entries; at most {MAX_CELLS}")
        return tuple(_value(arguments[0], item, f"{where}[{i}]") for i, item in enumerate(value))
    if arguments:
        if not isinstance(value, str) or value not in arguments:
            raise RulesError(f"{where} is {_shorten(repr(value))}; it must be one of {', '.join(map(str, arguments))}")
        return value
    if type(value) is not hint:
        raise RulesError(f"{where} must be {hint.__name__}, not {_shorten(repr(value))}")
    return value


def _shorten(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:60]}..."
