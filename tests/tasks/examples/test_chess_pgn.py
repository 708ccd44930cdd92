"""Examples from a PGN file: filtered by rating, without repeats, in sets that share nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from quickstudy.tasks.chess_variants.variant import load_variant
from quickstudy.tasks.examples.chess_openings import list_chess_openings
from quickstudy.tasks.examples.chess_pgn import open_pgn, take_pgn_examples

CHESS = load_variant("orthodox")
RUY = "1. e4 e5 2. Nf3 Nc6 3. Bb5 a6 4. Ba4 Nf6 5. O-O"
ITALIAN = "1. e4 e5 2. Nf3 Nc6 3. Bc4 Bc5 4. c3 Nf6 5. d4"


def write(folder: Path, *games: str) -> str:
    path = folder / "games.pgn"
    path.write_text("\n\n".join(games) + "\n", encoding="utf-8")
    return str(path)


def game(moves: str, result: str = "1-0", white: int = 2000, black: int = 2000, more: str = "") -> str:
    ratings = f'[WhiteElo "{white}"]\n[BlackElo "{black}"]\n'
    return f'[White "A"]\n[Black "B"]\n{ratings}{more}[Result "{result}"]\n\n{moves} {result}'


def take(path: str, n: int, sets: int = 1, least: int = 0) -> list[list[str]]:
    return take_pgn_examples(open_pgn(path, least), CHESS, n, sets)


def test_games_come_in_the_order_of_the_file_as_movetext(tmp_path: Path) -> None:
    path = write(tmp_path, game(RUY + " {castles} Be7 (5... b5)", "1/2-1/2"), game(ITALIAN))
    assert take(path, 2) == [[f"{RUY} Be7 1/2-1/2", f"{ITALIAN} 1-0"]]


def test_both_players_must_have_the_rating(tmp_path: Path) -> None:
    path = write(
        tmp_path, game(RUY, black=1999), game(ITALIAN, white=2500), game("1. d4 d5 2. c4 e6 3. Nc3 c5 4. e3 Nf6")
    )
    assert [line.split()[1] for line in take(path, 2, least=2000)[0]] == ["e4", "d4"]


def test_a_game_counts_once(tmp_path: Path) -> None:
    path = write(tmp_path, game(RUY), game(RUY), game(ITALIAN))
    assert len(set(take(path, 2)[0])) == 2
    with pytest.raises(ValueError, match=r"has 2 for one of them \(left out: 0 below the rating, 1 repeated"):
        take(path, 3)


@pytest.mark.parametrize(
    "odd",
    [
        game(RUY, "*"),
        game("1. e4 e5 2. Ke3 d5 3. d4 d6 4. c3 c6"),
        game("1. e4 e5"),
        game("1. d4", more='[FEN "8/8/4k3/8/8/4K3/3P4/8 w - - 0 1"]\n[SetUp "1"]\n'),
        game("1. e4 e5 2. nonsense"),
        game(f"1. e4 e5 2. Ke3 ) !\n{RUY}"),
        game(f"1. e4 ${'9' * 5000} e5\n{RUY}"),
    ],
)
def test_what_is_no_whole_game_is_left_out_without_a_word(
    odd: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = write(tmp_path, odd, game(ITALIAN))
    assert take(path, 1) == [[f"{ITALIAN} 1-0"]]
    assert not caplog.records


def test_a_rating_that_is_no_number_is_none(tmp_path: Path) -> None:
    path = write(tmp_path, game(RUY).replace("2000", "²"), game(ITALIAN))
    assert take(path, 1, least=1) == [[f"{ITALIAN} 1-0"]]


def test_a_game_through_a_test_opening_is_left_out(tmp_path: Path) -> None:
    position = CHESS.start()
    words = list[str]()
    for move in list_chess_openings(CHESS)[0].moves:
        words.append(position.write_move(move))
        position.push(move)
    for _ in range(6):
        move = position.list_moves()[0]
        words.append(position.write_move(move))
        position.push(move)
    numbered = " ".join(f"{ply // 2 + 1}. {word}" if ply % 2 == 0 else word for ply, word in enumerate(words))
    assert take(write(tmp_path, game(numbered), game(RUY)), 1) == [[f"{RUY} 1-0"]]


def test_sets_share_no_game(tmp_path: Path) -> None:
    openings = [f"1. {a}3 {b}6 2. {a}4 {b}5 3. Nh3 Nh6 4. Ng5 Nf5" for a in "abc" for b in "abcd"]
    one, other = take(write(tmp_path, *map(game, openings)), 3, sets=2)
    assert len({*one, *other}) == 6


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"cannot read the PGN file .*none\.pgn"):
        open_pgn(str(tmp_path / "none.pgn"))


def test_another_content_is_another_source(tmp_path: Path) -> None:
    one = open_pgn(write(tmp_path, game(RUY)))
    other = open_pgn(write(tmp_path, game(ITALIAN)), 1500)
    assert one.name != other.name and other.name.endswith("-1500") and "games" not in one.name
