"""Skins: everything is in other names, nothing is lost, and what is played stays as it is."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quickstudy.tasks.games.board import Board
from quickstudy.tasks.games.game import load_game
from quickstudy.tasks.games.kernel import apply, legal_moves
from quickstudy.tasks.games.notation import draw_board, format_move, parse_move
from quickstudy.tasks.games.rules import Kind, Rules
from quickstudy.tasks.games.skin import MAX_SKIN, Skin, find_skin
from quickstudy.tasks.games.tables import build_tables
from quickstudy.tasks.games.wording import write_rules
from quickstudy.tasks.learners.draft import ReadError
from quickstudy.tasks.learners.naming import read_naming
from quickstudy.tasks.learners.reader import read_rules
from tests.known_games import tic_tac_toe
from tests.random_rules import random_rules

GAMES = ("velun", "lattic", "morvane", "tarsk", "othello", "hex")
SKIN = Skin(
    number=1,
    name="Bzan",
    kinds=(("stone", "gvek"),),
    sides=("T", "K"),
    files=("q", "b", "d", *"cfghjklmprtvz"),
    ranks=("7", "31", "2", *map(str, range(32, 93))),
    quiet=">",
    capture="!",
    skip="mlud",
    swap="zvor",
)


@settings(max_examples=60)
@given(st.integers(0, 10**6), st.integers(1, MAX_SKIN), st.booleans())
def test_a_reader_recovers_the_rules_from_their_text_in_any_skin(seed: int, number: int, wide: bool) -> None:
    rules = random_rules(np.random.default_rng(seed), wide=wide)
    skin = find_skin(rules, number)
    text = skin.write_rules(rules)
    naming = read_naming(text)
    assert read_rules(naming.translate(text)) == skin.rename(rules)
    assert (naming.files, naming.sides) == (skin.files[: rules.board.files], skin.sides)


@settings(max_examples=40)
@given(st.integers(0, 10**6), st.integers(1, 99))
def test_every_legal_move_has_its_own_text_and_is_read_back(seed: int, number: int) -> None:
    rng = np.random.default_rng(seed)
    rules = random_rules(rng)
    skin, tables = find_skin(rules, number), build_tables(rules)
    naming = read_naming(skin.write_rules(rules))
    state = np.array(tables["start"], dtype=np.uint64)
    for _ in range(12):
        legal = legal_moves(tables, state)
        if not len(legal):
            break
        plain = [format_move(rules, int(move)) for move in legal]
        shown = skin.write_moves(plain)
        assert len(set(shown)) == len(shown) and not any(" " in text for text in shown)
        assert [skin.read_move(text) for text in shown] == plain
        assert [naming.read_move(text) for text in shown] == plain
        assert [naming.write_move(text) for text in plain] == shown
        apply(tables, state, int(rng.choice(legal)))


@pytest.mark.parametrize("name", GAMES)
def test_a_skin_leaves_no_name_and_no_cell_as_it_was(name: str) -> None:
    rules = load_game(name).rules
    for number in range(1, 6):
        text = find_skin(rules, number).write_rules(rules)
        assert rules.name not in text and not re.search(r"\b[XO]\b", text)
        assert not any(re.search(rf"\b{kind.name}\b", text) for kind in rules.kinds)
        cells = re.findall(r"(?<=starts with: )[^.]*|(?<=sides are )[^;.]*", text)
        assert not set(" ".join(cells).split()) & set(rules.board.names)
        with pytest.raises(ReadError):
            read_rules(text)


def test_skins_follow_from_game_and_number_alone() -> None:
    velun, lattic = (load_game(name).rules for name in ("velun", "lattic"))
    skins = [find_skin(velun, number) for number in range(1, 9)]
    find_skin.cache_clear()
    assert [find_skin(velun, number) for number in range(1, 9)] == skins
    assert len({(skin.name, skin.files, skin.ranks, skin.sides) for skin in skins}) == 8
    assert find_skin(lattic, 1).name != skins[0].name
    assert find_skin(replace(velun, name="Other"), 1) == skins[0], "the game's own name does not count"
    styles = {skin.ranks[0].isdigit() for skin in skins}
    assert styles == {True, False}, "ranks have numbers or letters"


@given(st.integers(1, MAX_SKIN))
def test_labels_are_unmistakable(number: int) -> None:
    rules = load_game("tarsk").rules
    skin = find_skin(rules, number)
    labels = [file + rank for file in skin.files for rank in skin.ranks]
    assert len(set(labels)) == len(labels)
    assert len({skin.quiet, skin.capture, skin.skip, skin.swap, *skin.sides}) == 6
    shown = {*skin.files[: rules.board.files], *skin.ranks[: rules.board.ranks]}
    assert not shown & {*"xonsew", *(side.lower() for side in skin.sides)}


def test_number_0_is_the_game_as_it_is() -> None:
    for name in GAMES:
        game = load_game(name)
        skin = find_skin(game.rules, 0)
        assert skin.write_rules(game.rules) == write_rules(game.rules)
        assert skin.draw_board(game.rules, game.start()) == draw_board(game.rules, game.start())
        assert skin.write_moves(["c2xd3", "pass"]) == ["c2xd3", "pass"]
        assert skin.write_result("X wins") == "X wins" and skin.read_move(" C2 d3") == " C2 d3"


@pytest.mark.parametrize("number", [-1, MAX_SKIN + 1])
def test_other_numbers_are_refused(number: int) -> None:
    with pytest.raises(ValueError, match=f"^there is no skin {number}: choose 0"):
        find_skin(tic_tac_toe(), number)


def test_moves_and_results_in_a_skin_are_these() -> None:
    assert SKIN.write_moves(["a1", "b2", "c3", "a1-b2", "c3xa2", "pass", "swap"]) == [
        "q7", "b31", "d2", "q7>b31", "d2!q31", "mlud", "zvor",
    ]  # fmt: skip
    assert [SKIN.write_result(text) for text in ("X wins", "O wins", "draw")] == ["T wins", "K wins", "draw"]


@pytest.mark.parametrize(
    ("text", "move"),
    [
        ("q7", "a1"),
        (" [Q7] ", "a1"),
        ("q7>b31", "a1-b2"),
        ("q7 > b31", "a1-b2"),
        ("Q7!B31", "a1xb2"),
        ("q7 b31", "a1b2"),
        ("q7b31", "a1b2"),
        ("MLUD", "pass"),
        ("zvor", "swap"),
        ("a1", None),
        ("a1-b2", None),
        ("q7-b31", None),
        ("q7xb31", None),
        ("pass", None),
        ("swap", None),
        ("q1", None),
        ("", None),
        ("q7" * 9, None),
    ],
)
def test_answers_are_read_in_the_notation_of_the_skin_and_in_no_other(text: str, move: str | None) -> None:
    assert SKIN.read_move(text) == move


def test_a_missing_sign_is_mended_as_in_the_plain_notation() -> None:
    rules = Rules("Run", Board("square", 4, 4), (Kind("stone", step=("N",)),), (("a1",),), (("d4",),), far=True)
    legal = legal_moves(build_tables(rules), np.array(build_tables(rules)["start"], dtype=np.uint64))
    read = SKIN.read_move("q7 q31")
    assert read is not None and parse_move(rules, read, legal) == legal[0]


def test_a_board_in_a_skin_is_drawn_so() -> None:
    rules = tic_tac_toe()
    state = np.array(build_tables(rules)["start"], dtype=np.uint64)
    state[0], state[1] = 0b1, 0b10000
    assert SKIN.draw_board(rules, state) == " 2 . . .\n31 . k .\n 7 t . .\n   q b d"
    assert SKIN.write_cells(rules, state) == ".../.k./t.."
    holed = replace(rules, board=Board("square", 3, 3, holes=("b3",)), line=0, score="most")
    assert find_skin(holed, 0).write_cells(holed, state)[:3] == "._."


def test_a_hexagon_in_a_skin_is_drawn_so() -> None:
    rules = Rules("Hive", Board("hexagon", 2, 2), place="any", score="most")
    state = np.array(build_tables(rules)["start"], dtype=np.uint64)
    state[0] = 0b1
    assert SKIN.draw_board(rules, state) == " 2 q-b  . .\n31 q-d . . .\n 7 b-d  t ."


def test_several_kinds_have_the_letters_of_their_new_names() -> None:
    rules = load_game("tarsk").rules
    skin = replace(SKIN, kinds=(("runner", "bzot"), ("chief", "gvama")))
    assert skin.symbols(rules) == {(0, 0): "B", (0, 1): "G", (1, 0): "b", (1, 1): "g"}
    text = skin.write_rules(rules)
    assert "A gvama never moves." in text and "; gvama " in text and "runner" not in text


def test_the_text_of_a_small_game_in_a_skin_is_this() -> None:
    lines = SKIN.write_rules(tic_tac_toe()).split("\n")
    assert lines[0] == "Bzan is a game for two players, T and K. T begins."
    assert lines[3:6] == [
        "The board has square cells: files q to d from left to right, ranks 7 to 2 from bottom to top.",
        "The files are named q, b, d from left to right, the ranks 7, 31, 2 from bottom to top.",
        "Directions: N is the next rank upwards, E the next file (q to b), S and W the opposite; NE, SE, SW and NW are "
        "diagonal. A cell is adjacent to the cells one step away in these eight directions.",
    ]
    assert "An action is to place a gvek." in lines


def test_a_text_about_a_game_is_rewritten_word_by_word() -> None:
    rules = load_game("tvafindil").rules
    skin = find_skin(rules, 1)
    names, (man, other) = skin.list_names(rules), skin.kinds[0]
    text = f"In {rules.name} a man on a5 (rank 2, file b) beats X by c2-c3, c2xd3; woman, d8x, Xerxes"
    x, cell, move, take = skin.sides[0], skin.write_move("a5"), skin.write_move("c2-c3"), skin.write_move("c2xd3")
    where = f"(rank {skin.ranks[1]}, file {skin.files[1]})"
    assert skin.write_text(rules, text) == (
        f"In {skin.name} a {other} on {cell} {where} beats {x} by {move}, {take}; woman, d8x, Xerxes"
    )
    assert names["pieces"] == [(man, other)] and names["signs"] == [("-", skin.quiet), ("x", skin.capture)]
    assert [plain for plain, _ in names["files"]] == list("abcdef") and names["ranks"][5] == ("6", skin.ranks[5])
    placing = load_game("lattic").rules
    assert ("-", find_skin(placing, 1).quiet) not in find_skin(placing, 1).list_names(placing)["signs"]
