"""Games whose texts the reader is tried on."""

from __future__ import annotations

from dataclasses import replace

from quickstudy.tasks.games.board import Board
from quickstudy.tasks.games.rules import Kind, Rules
from quickstudy.tasks.games.wording import write_rules

SQUARE = Board("square", 5, 6)
RHOMBUS = Board("rhombus", 6, 5)
HEXAGON = Board("hexagon", 3, 3)
STONES = Rules("Stones", SQUARE, place="any", line=4)
FEW = Rules("Few", SQUARE, place="any", hand=2, score="most")
HEX_STONES = Rules("Hex stones", RHOMBUS, place="any", line=4)
MAN = Kind("man", step=("N", "E"), capture=("N",))
KING = Kind("king", step=("N", "S"))
ARMY = Rules("Army", SQUARE, (MAN, KING), (("a1", "b1"), ("c1",)), (("a6", "b6"), ("c6",)), line=3)
HEX_MAN = Kind("man", step=("NE", "E"), capture=("NE",))
HEX_ARMY = Rules("Hex army", HEXAGON, (HEX_MAN,), (("c1", "d1"),), (("b5", "c5"),), eliminate=1)
HAND = replace(ARMY, name="Hand", place="any", hand=3)
RHYTHM = replace(HAND, name="Rhythm", rhythm=3)
PLACED = Rules("Placed", SQUARE, place="any", score="most", cap=20)
REMOVING = replace(STONES, name="Removing", effect="surround")
HOLED = replace(ARMY, name="Holed", board=replace(SQUARE, holes=("d4",)))
FLANKS = replace(ARMY, name="Flanks", place="flank", hand=3, effect="flank_flip", flank_length=2)
HOLDS = "The first that holds ends the game."
MEANT = write_rules(replace(ARMY, line=3, far=True, board=replace(SQUARE, edges="cylinder", holes=("d4",))))


def lines(text: str) -> list[str]:
    """The sentences of a text."""
    return [line for line in text.split("\n") if line]
