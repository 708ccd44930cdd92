"""The draft of a spec: what the sentences of a rules text have said so far, and the rules that they add up to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from quickstudy.tasks.games.board import Board
from quickstudy.tasks.games.rule_checks import RulesError
from quickstudy.tasks.games.rules import Kind, Rules

Groups = Mapping[str, str]
Claim = Callable[[Rules, Groups], bool]


class ReadError(ValueError):
    """A text that is not understood; the message quotes the sentence or names what is missing."""


@dataclass
class Draft:
    """What the sentences read so far have said."""

    game: dict[str, Any] = field(default_factory=dict)  # name, set-ups, and which kinds are placed and royal
    board: dict[str, Any] = field(default_factory=dict)
    kinds: dict[str, dict[str, Any]] = field(default_factory=dict)  # in the order of the sentences on moves
    atoms: dict[str, Any] = field(default_factory=dict)
    endings: list[str] = field(default_factory=list)
    claims: list[tuple[str, Claim, Groups]] = field(default_factory=list)
    sentence: str = ""

    def put(self, said: dict[str, Any], /, **values: Any) -> None:
        """Note values; saying something else about the same thing later is an error."""
        for name, value in values.items():
            if said.setdefault(name, value) != value:
                raise ReadError(f"this sentence contradicts an earlier one on {name}: {self.sentence!r}")

    def build(self) -> Rules:
        """The rules that all sentences together describe."""
        placed = [self.game["placed"]] if "placed" in self.game else []
        needed = ["name", "width", "setup_x", "setup_o", "double", "mixed", "stalemate", "score", "cap"]
        for name in needed + ["place", "hand"] * len(placed):
            if not any(name in said for said in (self.game, self.board, self.atoms)):
                raise ReadError(f"the text has no sentence on {name}")
        setups = [self.game["setup_x"], self.game["setup_o"]]
        names = _merge([placed, *map(list, (self.kinds, *setups))])
        if self.game.get("royal", names[0]) not in names:
            raise ReadError(f"the text names a kind that the game does not have: {self.game['royal']}")
        kinds = tuple(Kind(n, **self.kinds.get(n, {}), royal=n == self.game.get("royal")) for n in names)
        setup_x, setup_o = (tuple(cells.get(n, ()) for n in names) if cells else () for cells in setups)
        try:
            rules = Rules(self.game["name"], Board(**self.board), kinds, setup_x, setup_o, **self.atoms)
        except RulesError as error:
            raise ReadError(f"the text describes a game that cannot be: {error}") from error
        for sentence, claim, groups in self.claims:
            if not claim(rules, groups):
                raise ReadError(f"this sentence contradicts the rest of the text: {sentence!r}")
        return rules


def _merge(orders: Sequence[Sequence[str]]) -> list[str]:
    """One order of all names that keeps every given order, earlier lists first where that leaves a choice."""
    merged: list[str] = []
    while rest := [left for order in orders if (left := [name for name in order if name not in merged])]:
        heads = [order[0] for order in rest if not any(order[0] in other[1:] for other in rest)]
        if not heads:
            raise ReadError(f"the text lists the kinds of piece in different orders: {rest}")
        merged.append(heads[0])
    if not merged:
        raise ReadError("the text names no kind of piece")
    return merged
