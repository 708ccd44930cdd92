"""Families of invented games: for each a draft of a spec, drawn from a generator.

A draft may contradict itself, and then it is drawn again (`generate.py`). What a family draws from was chosen for games
that take 8 to 80 plies, that both sides can win, and in which deeper search wins; `screen.py` measures each.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from quickstudy.tasks.games.board import Board, Edges, Shape
from quickstudy.tasks.games.names import invent_pieces

Draft = dict[str, Any]
Kinds = tuple[dict[str, Any], ...]
ORTHOGONAL, DIAGONAL = ("N", "E", "S", "W"), ("NE", "SE", "SW", "NW")


class _Drawing:
    """Choices from one generator."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.rng = rng

    def pick(self, *options: Any) -> Any:
        return options[int(self.rng.integers(len(options)))]

    def chance(self, probability: float) -> bool:
        return bool(self.rng.random() < probability)

    def number(self, low: int, high: int) -> int:
        return int(self.rng.integers(low, high + 1))

    def square(self, low: int = 5, high: int = 7, *edges: Edges) -> Board:
        """A square board, one time in four a rank longer or with a few holes in symmetric places."""
        joined: Edges = self.pick(*edges) if edges else "plain"
        width = max(self.number(low, high), 5 if joined != "plain" else 3)
        height = min(8, width + self.pick(0, 0, 0, 1))
        board = Board("square", width, height, joined)
        return self._pierce(board) if self.chance(0.15) else board

    def hexes(self, *shapes: Shape) -> Board:
        """A board of hexagons."""
        if self.pick(*(shapes or ("rhombus", "hexagon"))) == "hexagon":
            return Board("hexagon", 4, 4)
        size = self.number(6, 8)
        return Board("rhombus", size, size)

    def any_board(self) -> Board:
        """A board of squares or hexagons."""
        return self.hexes() if self.chance(0.35) else self.square(5, 7, "plain", "plain", "cylinder", "torus")

    def directions(self, board: Board, manner: str) -> tuple[str, ...]:
        """Directions by what they have in common: forward, sideways too, orthogonal, diagonal, all."""
        names = tuple(board.steps)
        chosen = {
            "all": names,
            "forward": tuple(name for name in names if "N" in name),
            "sideways": tuple(name for name in names if "S" not in name),
            "straight": ("N",) if board.shape == "square" else ("NE",),
            "oblique": ("NE", "NW"),
            "orthogonal": ORTHOGONAL if board.shape == "square" else ("E", "W", "NE", "SW"),
            "diagonal": DIAGONAL if board.shape == "square" else ("NE", "SE", "SW", "NW"),
        }[manner]
        return tuple(name for name in names if name in chosen)

    def _pierce(self, board: Board) -> Board:
        file, rank = self.number(1, board.width - 2), self.number(1, board.height - 2)
        holes = {(file, rank), (board.width - 1 - file, board.height - 1 - rank)}
        names = sorted(f"{chr(97 + x)}{y + 1}" for x, y in holes)
        return Board(board.shape, board.width, board.height, board.edges, tuple(names))


def set_up(board: Board, kinds: list[list[int]]) -> tuple[tuple[tuple[str, ...], ...], tuple[tuple[str, ...], ...]]:
    """The set-ups of X and of O from X's cell indices for each kind; O's are turned by 180 degrees."""
    sides = []
    for turned in (False, True):
        side = []
        for cells in kinds:
            places = [board.cells[cell] for cell in cells]
            if turned:
                places = [(board.files - 1 - file, board.ranks - 1 - rank) for file, rank in places]
            side.append(tuple(board.names[i] for i in sorted(board.places[place] for place in places)))
        sides.append(tuple(side))
    return sides[0], sides[1]


def _rows(board: Board, count: int) -> list[int]:
    return [cell for rank in range(count) for cell in board.rank_cells(rank)]


def _placing(draw: _Drawing, board: Board, *places: str) -> Draft:
    """Atoms that all games of placing stones draw."""
    effect = draw.pick("none", "none", "flank_remove", "flank_flip", "infect", "surround")
    atoms: Draft = {
        "board": board,
        "kinds": ({"name": "stone"},),
        "place": draw.pick(*places),
        "effect": effect,
        "contact": draw.pick("none", "none", "ban", "must"),
        "double": draw.chance(0.25),
        "stalemate": draw.pick("draw", "count"),
        "score": draw.pick("draw", "most", "most"),
        "cap": min(80, 2 * len(board.cells)),
    }
    if effect.startswith("flank"):
        atoms["flank_length"] = draw.pick(1, 2, 2, 16)
    if not atoms["double"]:
        atoms["swap"] = draw.chance(0.25)
    return atoms


def _line(draw: _Drawing) -> Draft:
    board = draw.square(6, 8, "plain", "plain", "cylinder", "torus") if draw.chance(0.7) else draw.hexes()
    atoms = _placing(draw, board, "any", "drop", "touch", "any")
    atoms["line"] = draw.pick(4, 4, 5) if board.shape == "square" else 5
    if board.shape == "square":
        atoms["axes"] = draw.pick("all", "orthogonal", "diagonal") if atoms["line"] == 4 else "all"
    if atoms["effect"] == "flank_remove":
        atoms["captures"] = draw.pick(0, 6, 8, 10)
    return atoms


def _shape(draw: _Drawing) -> Draft:
    board = draw.any_board()
    atoms = _placing(draw, board, "any", "touch", "touch_own", "drop")
    atoms["shape"] = draw.pick("square", "ell", "tee", "cross") if board.shape == "square" else "propeller"
    if board.shape != "square" and atoms["effect"] not in ("none", "surround"):
        atoms["shape"] = draw.pick("rhombus", "propeller")
    if atoms["effect"] == "flank_remove":
        atoms["captures"] = draw.pick(0, 6, 8)
    atoms["misere"] = atoms["effect"] == "none" and draw.chance(0.3)
    return atoms


def _connect(draw: _Drawing) -> Draft:
    board = draw.hexes() if draw.chance(0.7) else draw.square(5, 7)
    atoms = _placing(draw, board, "any", "any", "touch")
    atoms["connect"] = "own_sides" if board.shape != "hexagon" else draw.pick("own_sides", "same_sides")
    atoms |= {"stalemate": draw.pick("pass", "count"), "score": "most"}
    return atoms


def _count(draw: _Drawing) -> Draft:
    board = draw.any_board()
    atoms = _placing(draw, board, "touch", "any", "touch_own", "apart_own")
    atoms["effect"] = draw.pick("flank_flip", "flank_flip", "infect", "surround", "flank_remove")
    atoms["flank_length"] = draw.pick(1, 2, 16) if atoms["effect"].startswith("flank") else 0
    atoms |= {"stalemate": draw.pick("pass", "count"), "score": draw.pick("most", "most", "most", "fewest")}
    return atoms


def _points(draw: _Drawing) -> Draft:
    """Games with score counters: points for lines and shapes, or captures."""
    board = draw.any_board()
    atoms = _placing(draw, board, "any", "touch", "drop", "any")
    if draw.chance(0.3):
        atoms["effect"] = draw.pick("flank_remove", "surround")
        atoms["flank_length"] = draw.pick(1, 2) if atoms["effect"] == "flank_remove" else 0
        return atoms | {"stalemate": "count", "score": "captures"}
    atoms |= {"stalemate": "count", "score": "points", "points": draw.number(3, 6)}
    if draw.chance(0.5):
        return atoms | {"line": 3 if board.shape == "square" else 4, "axes": "all"}
    return atoms | {"shape": draw.pick("square", "ell", "tee") if board.shape == "square" else "rhombus"}


def _mixed(draw: _Drawing) -> Draft:
    """Games of placing and then, or also, or in a fixed rhythm, moving."""
    board = draw.any_board()
    kind = {"name": "stone", "step": draw.directions(board, draw.pick("all", "orthogonal", "diagonal"))}
    if draw.chance(0.3):
        kind["vault"] = draw.directions(board, "all")
    elif draw.chance(0.3):
        kind["jump"] = draw.directions(board, "all")
    atoms = _placing(draw, board, "any", "touch", "any")
    atoms |= {"kinds": (kind,), "cap": 100}
    manner = draw.pick("hand", "mixed", "rhythm", "rhythm")
    if manner == "hand":
        atoms["hand"] = draw.number(5, 9)
    else:
        atoms |= {"mixed": True} if manner == "mixed" else {"rhythm": draw.pick(3, 3, 5)}
    if draw.chance(0.5):
        atoms["line"] = 4 if board.shape == "square" else 5
    else:
        atoms["shape"] = draw.pick("square", "ell", "tee", "cross") if board.shape == "square" else "propeller"
    return atoms | {"stalemate": draw.pick("lose", "draw")}


def _army(draw: _Drawing, board: Board, rows: int, second: bool, royal: bool) -> Draft:
    """Men in the first ranks and, with `second`, a piece of another kind in the middle of the first."""
    names = invent_pieces(draw.rng, 2) if second else ["man"]
    step = draw.pick("forward", "oblique", "straight", "sideways")
    man = {"name": names[0], "step": draw.directions(board, step)}
    man["capture"] = draw.directions(board, draw.pick("oblique", "forward", "all", "diagonal", "orthogonal"))
    if draw.chance(0.25):
        man["jump"] = draw.directions(board, draw.pick("forward", "all"))
    cells, kinds = _rows(board, rows), [man]
    chief: dict[str, Any] = {}
    if second:
        chief = {"name": names[1], "royal": royal}
        manner = draw.pick("step", "slide", "leap")
        reach = draw.directions(board, draw.pick("all", "orthogonal", "diagonal"))
        if manner == "step":
            chief |= {"step": draw.directions(board, "all"), "capture": reach}
        elif manner == "slide":
            chief |= {"slide": reach, "slide_capture": reach}
        else:
            leap = draw.pick("knight", "ring") if board.shape == "square" else "ring"
            chief |= {"leap": leap, "leap_capture": leap}
        kinds.append(chief)
    middle = board.rank_cells(0)[len(board.rank_cells(0)) // 2]
    split = [[cell for cell in cells if cell != middle], [middle]] if second else [cells]
    setup_x, setup_o = set_up(board, split)
    return {"board": board, "kinds": tuple(kinds), "setup_x": setup_x, "setup_o": setup_o, "cap": 120}


def _field(draw: _Drawing) -> Board:
    """A board on which two armies face each other."""
    return draw.hexes() if draw.chance(0.3) else draw.square(5, 7, "plain", "plain", "cylinder")


def _race(draw: _Drawing) -> Draft:
    atoms = _army(draw, _field(draw), draw.pick(1, 2, 2), draw.chance(0.4), royal=False)
    atoms |= {"far": True, "eliminate": 1, "stalemate": "lose", "burn": draw.chance(0.15)}
    return atoms | {"must_capture": draw.chance(0.15)}


def _war(draw: _Drawing) -> Draft:
    royal = draw.chance(0.6)
    atoms = _army(draw, _field(draw), draw.pick(1, 2), True, royal)
    atoms |= {"stalemate": draw.pick("lose", "lose", "count"), "score": draw.pick("most", "captures")}
    atoms["must_capture"] = draw.chance(0.25)
    return atoms if royal else atoms | {"eliminate": draw.number(2, 4)}


def _promotion(draw: _Drawing) -> Draft:
    """Men that become something stronger on the far rank."""
    board = draw.square(5, 7) if draw.chance(0.7) else draw.hexes()
    atoms = _army(draw, board, draw.pick(1, 2), True, royal=False)
    man, chief = atoms["kinds"]
    man["promotes"] = chief["name"]
    if draw.chance(0.6):  # no strong piece before the first promotion
        whole = [sorted(cell for cells in atoms["setup_x"] for cell in cells)]
        index = [[board.index[cell] for cell in whole[0]], []]
        atoms["setup_x"], atoms["setup_o"] = set_up(board, index)
    atoms |= {"stalemate": "lose", "score": draw.pick("most", "captures"), "eliminate": draw.number(1, 3)}
    return atoms | {"must_capture": draw.chance(0.3), "cap": 100}


def _jumpers(draw: _Drawing) -> Draft:
    board = _field(draw)
    man = {
        "name": "man",
        "step": draw.directions(board, draw.pick("forward", "oblique", "sideways", "straight")),
        "jump": draw.directions(board, draw.pick("all", "forward", "sideways")),
    }
    if draw.chance(0.2):
        man["vault"] = draw.directions(board, "forward")
    setup_x, setup_o = set_up(board, [_rows(board, draw.pick(1, 2, 2))])
    atoms = {"board": board, "kinds": (man,), "setup_x": setup_x, "setup_o": setup_o, "cap": 120}
    atoms |= {"must_capture": draw.chance(0.6), "burn": draw.chance(0.2), "eliminate": draw.number(1, 3)}
    return atoms | {"stalemate": draw.pick("lose", "lose", "count"), "score": draw.pick("most", "captures")}


def _spread(draw: _Drawing) -> Draft:
    board = draw.square(5, 7, "plain", "plain", "cylinder") if draw.chance(0.6) else draw.hexes()
    leap = draw.pick("ring", "knight", "") if board.shape == "square" else draw.pick("ring", "")
    blob = {"name": "blob", "step": draw.directions(board, draw.pick("all", "all", "orthogonal")), "clone": True}
    first = board.rank_cells(0)
    corners = [first[0], board.rank_cells(board.ranks - 1)[0]] if draw.chance(0.5) else [first[0]]
    setup_x, setup_o = set_up(board, [corners])
    effect = draw.pick("infect", "infect", "flank_flip", "flank_remove")
    atoms: Draft = {"board": board, "kinds": ({**blob, "leap": leap},), "setup_x": setup_x, "setup_o": setup_o}
    atoms |= {"effect": effect, "flank_length": 16 if effect.startswith("flank") else 0, "eliminate": 1}
    atoms |= {"stalemate": draw.pick("pass", "count", "lose"), "score": "most", "burn": bool(leap) and draw.chance(0.2)}
    return atoms | {"cap": 100}


def _gather(draw: _Drawing) -> Draft:
    board = draw.square(5, 7) if draw.chance(0.6) else draw.hexes()
    reach = draw.directions(board, draw.pick("all", "orthogonal", "diagonal"))
    man: dict[str, Any] = {"name": "man", "step": draw.directions(board, "all")}
    man["capture"] = reach
    if draw.chance(0.5):
        man["slide"] = reach
    width = len(board.rank_cells(0))
    cells = [cell for i, cell in enumerate(board.rank_cells(0)) if i % 2 == 0 and 0 < i < width]
    cells += [cell for i, cell in enumerate(board.rank_cells(board.ranks // 2)) if i in (0, 1)][:1]
    try:
        setup_x, setup_o = set_up(board, [cells])
    except KeyError:
        setup_x, setup_o = set_up(board, [list(board.rank_cells(0)[::2])])
    atoms: Draft = {"board": board, "kinds": (man,), "setup_x": setup_x, "setup_o": setup_o, "unify": True}
    return atoms | {"stalemate": "lose", "score": "most", "eliminate": 1, "cap": 80, "burn": draw.chance(0.2)}


def _hunt(draw: _Drawing) -> Draft:
    """The sides differ: X runs to the far rank, O takes pieces or bars the way."""
    board = draw.square(5, 7, "plain", "plain", "cylinder") if draw.chance(0.7) else draw.hexes()
    names = invent_pieces(draw.rng, 2)
    runner = {"name": names[0], "step": draw.directions(board, draw.pick("sideways", "all", "forward"))}
    runner["capture" if draw.chance(0.5) else "jump"] = draw.directions(board, draw.pick("forward", "all"))
    guard = {"name": names[1], "step": draw.directions(board, draw.pick("all", "sideways", "forward"))}
    guard["capture"] = draw.directions(board, draw.pick("oblique", "forward", "all"))
    few = draw.number(3, len(board.rank_cells(0)))
    mine, theirs = _rows(board, 2)[:few], _rows(board, draw.pick(1, 2))
    x = set_up(board, [mine])[0][0]
    o = set_up(board, [theirs[: draw.number(few, len(theirs))]])[1][0]
    return {
        "board": board,
        "kinds": (runner, guard),
        "setup_x": (x, ()),
        "setup_o": ((), o),
        "far": True,
        "captures": draw.number(2, max(2, few - 1)),
        "only_x": ("far",),
        "only_o": ("captures",),
        "stalemate": "lose",
        "cap": 100,
    }


FAMILIES: dict[str, Callable[[_Drawing], Draft]] = {
    "connect": _connect,
    "count": _count,
    "gather": _gather,
    "hunt": _hunt,
    "jumpers": _jumpers,
    "line": _line,
    "mixed": _mixed,
    "points": _points,
    "promotion": _promotion,
    "race": _race,
    "shape": _shape,
    "spread": _spread,
    "war": _war,
}


def draft_atoms(family: str, rng: np.random.Generator) -> Draft:
    """The atoms of a spec of a family (all but its name), which may contradict each other; `kinds` are dictionaries."""
    return FAMILIES[family](_Drawing(rng))
