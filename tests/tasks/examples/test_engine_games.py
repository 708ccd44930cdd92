"""The set of games that comes with the package: made by its command, free, rated, and read as examples."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from pathlib import Path

import chess.pgn
import pytest

from quickstudy.tasks.chess_study import ChessStudy
from quickstudy.tasks.chess_variants.variant import load_variant
from quickstudy.tasks.examples.chess_pgn import SHIPPED, list_shipped, open_pgn, take_pgn_examples
from quickstudy.tasks.examples.chess_probes import is_chess_held_out
from quickstudy.tasks.examples.engine_games import DEDICATION, LEVELS, write_games
from quickstudy.tasks.opponents.chess_ladder import read_chess_ladder

CHESS = load_variant("orthodox")
TEXT = (SHIPPED / "orthodox-64.pgn").read_text(encoding="utf-8")


def read_games(text: str) -> list[chess.pgn.Game]:
    file = io.StringIO(text)
    return list(iter(lambda: chess.pgn.read_game(file), None))


def test_the_set_says_how_it_was_made_and_that_it_is_free() -> None:
    head = TEXT.split("\n\n", 1)[0]
    assert list_shipped() == ["orthodox-64"]
    assert "`quickstudy games-chess orthodox --games 64 --seed 0`" in head and all(line in head for line in DEDICATION)
    assert f"ladder {read_chess_ladder(CHESS).version}." in head, "made anew when the ladder was"


def test_the_command_makes_the_same_games_again() -> None:
    made = write_games(CHESS, 2, seed=0)
    assert [str(game) for game in read_games(made)] == [str(game) for game in read_games(TEXT)[:2]]
    assert str(read_games(write_games(CHESS, 1, seed=1))[0].mainline_moves()) not in TEXT


def test_its_games_are_whole_different_rated_by_the_ladder_and_apart_from_what_is_tested() -> None:
    ladder, games = read_chess_ladder(CHESS), read_games(TEXT)
    assert len(games) == 64 == len({str(game.mainline_moves()) for game in games})
    for game in games:
        board = game.end().board()
        over = board.outcome(claim_draw=True)
        assert game.errors == [] and (over is not None or len(board.move_stack) == 300)
        assert over is None or game.headers["Result"] == over.result()
        for side in ("White", "Black"):
            assert game.headers[f"{side}Elo"] == str(round(ladder.rating_of(game.headers[side])))
    assert {game.headers["White"] for game in games} == set(LEVELS)
    position = CHESS.start()
    for move in games[0].mainline_moves():
        position.push(move.uci())
        assert not is_chess_held_out(CHESS, position)


def test_it_is_read_by_its_name_filtered_by_rating_and_each_game_once(tmp_path: Path) -> None:
    games = read_games(TEXT)
    ratings = [[int(game.headers[f"{side}Elo"]) for side in ("White", "Black")] for game in games]
    strong = sum(min(pair) >= 2250 for pair in ratings)
    assert 8 <= strong < 32
    left = rf"which has {strong} for one of them \(left out: {64 - strong} below the rating, 0 repeated, 0 through"
    with pytest.raises(ValueError, match=left):
        take_pgn_examples(open_pgn("orthodox-64", 2250), CHESS, strong + 1, 1)
    (tmp_path / "twice.pgn").write_text("\n\n".join(map(str, games[:4] * 2)), encoding="utf-8")
    with pytest.raises(ValueError, match=r"which has 4 for one of them .* 4 repeated"):
        take_pgn_examples(open_pgn(str(tmp_path / "twice.pgn")), CHESS, 5, 1)


def test_it_is_the_examples_of_a_study_by_its_name() -> None:
    made = ChessStudy("orthodox", examples=(4,), sets=4, examples_from="orthodox-64")
    sets = [made.examples_of(4, number) for number in range(4)]
    assert len({line for lines in sets for line in lines}) == 16
    assert re.fullmatch(r"pgn-[0-9a-f]{16}", made.teacher_name)
    with pytest.raises(ValueError, match=r"cannot read the PGN file nowhere: .*\(orthodox-64\)"):
        open_pgn("nowhere")


@pytest.mark.parametrize(
    ("variant", "levels", "said"),
    [
        ("fnipil", LEVELS, "fnipil cannot be read from PGN"),
        ("chess960", LEVELS, "chess960 cannot be read from PGN"),
        ("orthodox", ("nodes-100",), "level 'nodes-100' is not on this ladder"),
    ],
)
def test_games_that_cannot_be_written_are_refused(variant: str, levels: tuple[str, ...], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        write_games(load_variant(variant), 1, levels)


def test_games_of_a_variant_without_a_ladder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="calibrate-chess atomic"):
        write_games(replace(load_variant("atomic"), folder=tmp_path / "atomic"), 1, LEVELS)
