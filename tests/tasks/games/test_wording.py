"""Rules in English: every atom is said, no absent atom is, every ending is stated, and nothing advises."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from typing import Any

import pytest

from quickstudy.tasks.games.board import Board
from quickstudy.tasks.games.game import list_games, load_game
from quickstudy.tasks.games.rules import Kind, Rules
from quickstudy.tasks.games.wording import write_rules
from tests.known_games import connect_four, hex_game, othello

MAN = Kind("man", step=("N", "E"), capture=("N",))
KING = Kind("king", step=("N",))
STONES = Rules("Stones", Board("square", 5, 6), place="any", line=4)
ARMY = Rules("Army", Board("square", 5, 6), (MAN, KING), (("a1", "b1"), ("c1",)), (("a6", "b6"), ("c6",)), eliminate=1)
HAND = replace(ARMY, place="any", hand=3)
FLANKS = replace(ARMY, place="flank", hand=3, effect="flank_flip", flank_length=2)
MOVERS = Rules("Movers", Board("square", 5, 6), (MAN,), place="any", hand=3, line=3)
SLANTED = Rules("Slanted", Board("rhombus", 5, 5), place="any", line=4)


def man(**atoms: Any) -> dict[str, Any]:
    return {"kinds": (replace(MAN, **atoms), KING)}


# A game, a change of one atom, and words that only one of the two texts may hold: `+` the changed, `-` the other.
CHANGES: tuple[tuple[Rules, dict[str, Any], str], ...] = (
    (STONES, {"name": "Stern"}, "+Stern is a game"),
    (STONES, {"board": Board("square", 6, 6)}, "+files a to f"),
    (STONES, {"board": Board("square", 5, 7)}, "+ranks 1 to 7"),
    (STONES, {"board": Board("rhombus", 5, 6)}, "+rhombus of hexagonal cells"),
    (STONES, {"board": Board("hexagon", 3, 3)}, "+c1 to e1, b2 to e2, a3 to e3, a4 to d4, a5 to c5"),
    (STONES, {"board": Board("square", 5, 6, "cylinder")}, "+The left and right edges are joined"),
    (STONES, {"board": Board("square", 5, 6, "torus")}, "+Opposite edges are joined"),
    (STONES, {"board": Board("square", 5, 6, holes=("b2", "c3"))}, "+no cell at b2 or c3"),
    (STONES, {"board": Board("square", 5, 6, holes=("c3",))}, "+no cell at c3: the board has a hole there."),
    (STONES, {"setup_x": (("a1", "c1"),)}, "+X starts with: stone a1 c1."),
    (STONES, {"setup_o": (("a1",),)}, "+O starts with: stone a1."),
    (STONES, {"place": "drop"}, "+neighbour to the S is not an empty cell"),
    (SLANTED, {"place": "drop"}, "+neighbour to the SW is not an empty cell"),
    (STONES, {"place": "touch"}, "+adjacent to a piece of either player"),
    (STONES, {"place": "touch_own"}, "+adjacent to a piece of your own; while"),
    (STONES, {"place": "apart_own"}, "+not adjacent to a piece of your own"),
    (FLANKS, {"place": "any"}, "-flanks at least one enemy piece"),
    (STONES, {"hand": 9}, "+Each player has 9 pieces to place"),
    (HAND, {"hand": 1}, "+Each player has 1 piece to place in"),
    (HAND, {"mixed": True}, "+either to place a man or to move one of your pieces"),
    (STONES, {"contact": "ban"}, "+may not be placed adjacent to the cell where the previous action"),
    (STONES, {"contact": "must"}, "+must be placed adjacent to the cell where the previous action"),
    (STONES, {"double": True}, "+every turn is two actions"),
    (ARMY, {"must_capture": True}, "+you must make a capturing move"),
    (ARMY, {"burn": True}, "+is burnt"),
    (FLANKS, {"effect": "flank_remove"}, "+all flanked pieces are removed"),
    (FLANKS, {"flank_length": 3}, "+1 to 3 of them"),
    (FLANKS, {"flank_length": 1}, "+An enemy piece on the next cell is flanked if the cell after it holds another"),
    (FLANKS, {"flank_length": 1}, "-of them"),
    (STONES, {"effect": "infect"}, "+change owner"),
    (STONES, {"effect": "surround"}, "+if no empty cell is adjacent to the group"),
    (STONES, {"line": 5}, "+5 of your pieces stand on successive cells"),
    (STONES, {"axes": "orthogonal"}, "+(N-S or E-W)"),
    (STONES, {"axes": "diagonal"}, "+(NE-SW or NW-SE)"),
    (HAND, {"shape": "ell"}, "+cover an ell"),
    (STONES, {"connect": "own_sides"}, "+O's sides are a1 a2"),
    (STONES, {"connect": "same_sides"}, "+For both players the sides are"),
    (ARMY, {"far": True}, "+far rank"),
    (ARMY, {"eliminate": 2}, "+fewer than 2 pieces"),
    (ARMY, {"captures": 2}, "+removed 2 or more enemy pieces"),
    (ARMY, {"unify": True}, "+All your pieces form one group"),
    (STONES, {"misere": True}, "+you lose"),
    (STONES, {"stalemate": "pass"}, "+Two passes in a row end the game"),
    (STONES, {"stalemate": "lose"}, "+no legal action loses"),
    (STONES, {"stalemate": "win"}, "+no legal action wins"),
    (STONES, {"stalemate": "count"}, "+the game ends and is scored."),
    (STONES, {"score": "most"}, "+more pieces on the board wins"),
    (STONES, {"score": "fewest"}, "+fewer pieces on the board wins"),
    (STONES, {"cap": 60}, "+After 60 plies"),
    (ARMY, man(name="bear"), "+A bear may step"),
    (ARMY, man(name="archer"), "+An archer may step"),
    (ARMY, man(name="archer"), "+An archer that captures"),
    (HAND, man(name="archer"), "+An action is to place an archer; once"),
    (HAND, man(name="archer"), "+An archer may be placed on"),
    (ARMY, man(step=("N",)), "-empty cell: N, E."),
    (ARMY, man(capture=("N", "E")), "+enemy piece on an adjacent cell: N, E."),
    (ARMY, man(slide=("N",)), "+slide any distance"),
    (ARMY, man(slide_capture=("N",)), "+capture the first piece in a straight line"),
    (ARMY, man(jump=("N",)), "+jump over an adjacent enemy piece"),
    (ARMY, man(vault=("N",)), "+vault over an adjacent piece"),
    (ARMY, man(leap="knight"), "+two cells N, E, S or W and then one"),
    (ARMY, man(leap="camel"), "+three cells N, E, S or W and then one"),
    (ARMY, man(leap="ring"), "+exactly two steps away"),
    (ARMY, man(leap_capture="knight"), "+leap, over anything, and capture"),
    (ARMY, man(clone=True), "+also stays where it was"),
    (ARMY, {"kinds": (MAN, replace(KING, royal=True))}, "+Your opponent has no king left"),
    (ARMY, man(promotes="king"), "+whose move ends on its far rank (rank 6 for X, rank 1 for O), wherever it started,"),
    (ARMY, man(promotes="king"), "+becomes a king there, before the effects of the action."),
    (replace(STONES, score="most"), {"only_x": ("line",)}, "+1. Only for X: 4 of your pieces"),
    (replace(STONES, score="most"), {"only_o": ("line",)}, "+1. Only for O: 4 of your pieces"),
    (STONES, {"points": 3}, "+you score one point, however many there are, and with 3 points you win."),
    (STONES, {"points": 3}, "+a point alone does not end it."),
    (STONES, {"points": 3}, "-The first that holds ends the game."),
    (replace(STONES, line=0, shape="ell"), {"points": 3}, "+in this action: you score one point"),
    (replace(STONES, points=3), {"score": "points"}, "+the player with more points wins"),
    (replace(STONES, effect="surround"), {"score": "captures"}, "+the player who has removed more enemy pieces since"),
    (STONES, {"swap": True}, "+O's first action may be a swap instead: the piece that X has placed becomes O's, where"),
    (STONES, {"swap": True}, "+A swap is written as swap."),
    (replace(STONES, hand=9), {"swap": True}, "+becomes O's and counts as placed by O, where"),
    (replace(STONES, contact="ban"), {"swap": True}, "+right after a pass or a swap."),
    (MOVERS, {"rhythm": 3}, "+the action at every 3rd ply of the game is to move one of your pieces; once"),
    (replace(MOVERS, rhythm=3), {"hand": 0}, "+at every 3rd ply of the game is to move one of your pieces. Plies are"),
    (replace(MOVERS, rhythm=3), {"rhythm": 5}, "+at every 5th ply"),
    (replace(MOVERS, must_capture=True), {"rhythm": 3}, "+At a ply for moving, if one of your moves captures"),
)
ABSENT = {words[1:] for _, _, words in CHANGES} - {
    "the game ends and is scored.",  # also what the cap says
    "change owner",
    "far rank",
    "The first that holds ends the game.",  # missing only where there are points
}


def identify(value: Any) -> str:
    return f"{value.name} " if isinstance(value, Rules) else value[1:] if isinstance(value, str) else ""


@pytest.mark.parametrize(("game", "change", "words"), CHANGES, ids=identify)
def test_changing_an_atom_changes_its_words(game: Rules, change: dict[str, Any], words: str) -> None:
    texts = write_rules(game), write_rules(replace(game, **change))
    if words[0] == "-":
        texts = texts[::-1]
    assert words[1:] not in texts[0]
    assert words[1:] in texts[1]


def test_the_changes_above_cover_every_atom() -> None:
    assert {atom for _, change, _ in CHANGES for atom in change} == {field.name for field in fields(Rules)}
    kinds = {
        atom.name
        for game, change, _ in CHANGES
        for old, new in zip(game.kinds, change.get("kinds", ()), strict=False)
        for atom in fields(Kind)
        if getattr(old, atom.name) != getattr(new, atom.name)
    }
    assert kinds == {field.name for field in fields(Kind)}


def test_texts_of_different_games_differ() -> None:
    games = {*(game for game, _, _ in CHANGES), *(replace(game, **change) for game, change, _ in CHANGES)}
    assert len({write_rules(game) for game in games}) == len(games)


@pytest.mark.parametrize("words", sorted(ABSENT))
def test_a_plain_game_has_no_sentence_for_atoms_that_it_lacks(words: str) -> None:
    plain = Rules("Plain", Board("square", 4, 4), place="any", line=3)
    assert words not in write_rules(plain)


def test_the_whole_text_of_a_game() -> None:
    assert write_rules(Rules("Plain", Board("square", 4, 3), place="any", line=3, cap=12)).split("\n") == [
        "Plain is a game for two players, X and O. X begins.",
        "",
        "Board:",
        "The board has square cells: files a to d from left to right, ranks 1 to 3 from bottom to top.",
        "Directions: N is the next higher rank, E the next file (a to b), S and W the opposite; NE, SE, SW and NW are "
        "diagonal. A cell is adjacent to the cells one step away in these eight directions.",
        "The board is empty at the start.",
        "",
        "Actions:",
        "The players take turns; a turn is one action.",
        "An action is to place a stone.",
        "There is no limit on the pieces a player may place.",
        "A stone may be placed on any empty cell.",
        "",
        "End of the game:",
        "After each action, with its effects done, these are checked in order for the player who acted (you):",
        "1. 3 of your pieces stand on successive cells of a straight line (N-S, E-W, NE-SW or NW-SE), at least one of "
        "whose cells became yours in this action: you win.",
        "The first that holds ends the game.",
        "If the player to act has no legal action, the game is a draw.",
        "After 12 plies (actions and passes of both players together) the game ends and is scored, whether or not the "
        "next player could act.",
        "A game that is scored is a draw.",
        "",
        "How moves are written:",
        "A placement is written as its cell, like c3.",
    ]


def test_all_endings_of_a_game_are_listed_in_their_order() -> None:
    king = replace(KING, royal=True, clone=True, capture=("N",))
    atoms: dict[str, Any] = {"line": 3, "connect": "own_sides", "far": True, "captures": 2, "unify": True}
    lines = write_rules(replace(ARMY, kinds=(MAN, king), **atoms, stalemate="count", score="most")).split("\n")
    checks = [line for line in lines if re.match(r"\d\. ", line)]
    heads = [
        "Your opponent has no king",
        "3 of your pieces",
        "One group of",
        "One of your",
        "Your opponent has no pieces",
    ]
    heads += ["You have removed 2", "All your pieces"]
    assert [line.startswith(f"{i}. {head}") for i, (line, head) in enumerate(zip(checks, heads, strict=True), 1)] == [
        True
    ] * 7
    assert sum("no legal action" in line for line in lines) == sum("After 100 plies" in line for line in lines) == 1
    assert sum("When a game is scored, the player with more pieces" in line for line in lines) == 1


@pytest.mark.parametrize("name", list_games())
def test_catalogue_texts_state_stalemate_cap_and_score_and_give_no_advice(name: str) -> None:
    game = load_game(name)
    ends = game.text.split("End of the game:\n")[1]
    assert "no legal action" in ends and f"After {game.rules.cap} plies" in ends
    assert ("A game that is scored is a draw" in ends) != ("When a game is scored" in ends)
    advice = (
        r"\b(should|try|good|better|best|important|strategy|strong|strength|avoid|usually|centre|engine|elo|ladder)\b"
    )
    assert re.findall(advice, game.text, re.IGNORECASE) == []
    assert game.text.isascii() and "  " not in game.text and game.text == game.text.strip()


@pytest.mark.parametrize("name", ["archer", "elk", "imp", "owl", "umpire", "man", "yak"])
@pytest.mark.parametrize("place", ["none", "any", "mixed"])
def test_articles_agree_with_the_names_of_kinds(name: str, place: str) -> None:
    atoms: dict[str, Any] = {"none": {}, "any": {"place": "any", "hand": 2}, "mixed": {"place": "any", "mixed": True}}[
        place
    ]
    kind = Kind(name, ("N",), ("N",), ("N",), ("N",), ("N",), ("N",), "knight", "knight")
    game = replace(
        ARMY, kinds=(kind, Kind("tower")), shape="ell", **(atoms or {"setup_x": (("a1", "b1", "d1"), ("c1",))})
    )
    text = write_rules(game)
    assert text.count(name) >= 10
    assert re.findall(r"\b[Aa] [aeiou]\w*|\b[Aa]n [^aeiou]\w*", text) == []


@pytest.mark.parametrize("atoms", [{"hand": 1}, {"flank_length": 1}, {"eliminate": 1}, {"captures": 1}])
def test_one_is_not_a_plural(atoms: dict[str, Any]) -> None:
    text = write_rules(replace(FLANKS, effect="flank_remove", **atoms))
    assert re.findall(r"\b1 (?:pieces|cells|plies)|1 to 1\b", text) == []


@pytest.mark.parametrize(
    ("board", "samples"),
    [
        (Board("square", 5, 5), ["c3", "c2-c3", "c2xd3"]),
        (Board("square", 5, 5, holes=("c3",)), ["a1", "a1-b1", "c2xd3"]),
        (Board("square", 5, 5, holes=("c2",)), ["c3", "a1-b1", "a1xb1"]),
        (Board("square", 5, 5, holes=("a1", "c3", "d3")), ["b1", "b1-c1", "b1xc1"]),
        (Board("square", 2, 9), ["a1", "a1-b1", "a1xb1"]),
        (Board("hexagon", 2, 2), ["b1", "b1-c1", "b1xc1"]),
        (Board("hexagon", 4, 4), ["c3", "c2-c3", "c2xd3"]),
    ],
)
def test_moves_shown_as_samples_are_on_the_board(board: Board, samples: list[str]) -> None:
    kind = Kind("man", step=("NE",), capture=("NE",))
    rules = Rules("T", board, (kind,), place="any", mixed=True, score="most")
    written = re.findall(r"like (\w+(?:-\w+)?)[.;]", write_rules(rules))
    assert written == samples


def test_notation_mentions_only_moves_that_the_game_has() -> None:
    def notation(rules: Rules) -> str:
        return write_rules(rules).split("How moves are written:\n")[1]

    assert notation(connect_four()) == notation(hex_game()) == "A placement is written as its cell, like c3."
    assert "pass" in notation(othello()) and "-" not in notation(othello())
    assert "like c2-c3" in notation(ARMY) and "like c2xd3" in notation(ARMY) and "placement" not in notation(ARMY)
    assert "x instead" not in notation(replace(ARMY, **man(capture=()), eliminate=0, score="most"))
