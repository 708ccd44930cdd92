"""Example sets: independent streams, nested prefixes, held-out openings, and a cache that may vanish or lie."""

from __future__ import annotations

from pathlib import Path

import pytest

from quickstudy.tasks.examples.corpus import MAX_EXAMPLES, ExampleSet, cache_folder, take_examples
from quickstudy.tasks.examples.openings import OPENING_PLIES, held_out_positions, position_key
from quickstudy.tasks.games.game import Game, load_game
from quickstudy.tasks.games.kernel import apply, legal_moves
from quickstudy.tasks.games.notation import RESULTS, format_move
from quickstudy.tasks.opponents.levels import choose_move, find_level
from tests.known_games import tic_tac_toe

RANDOM = find_level("random")


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("QUICKSTUDY_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def noughts() -> Game:
    return Game("noughts", tic_tac_toe(), Path())


def examples(number: int = 0, game: str = "morvane", seed: int = 0) -> ExampleSet:
    return ExampleSet(load_game(game), RANDOM, seed, number)


def replay(game: Game, line: str) -> tuple[list[bytes], str]:
    """Keys of all positions of an example whose moves must be legal, and its result."""
    moves, state, keys = line.split(" | ")[0].split(), game.start(), []
    for text in moves:
        legal = {format_move(game.rules, int(move)): int(move) for move in legal_moves(game.tables, state)}
        apply(game.tables, state, legal[text])
        keys.append(position_key(state))
    return keys, RESULTS[int(state[7])]


def test_n_takes_a_prefix() -> None:
    twelve = examples().take(12)
    assert len(twelve) == 12
    assert [examples().take(n) for n in (0, 1, 5)] == [[], twelve[:1], twelve[:5]]


def test_examples_are_whole_legal_games_with_their_results() -> None:
    for name in ("morvane", "velun", "tarsk", "lattic"):
        for line in examples(game=name).take(5):
            assert replay(load_game(name), line)[1] == line.split(" | ")[1] != "unfinished"


def test_sets_and_seeds_and_indices_share_no_game() -> None:
    streams = [examples(number, seed=seed).take(20) for number in range(4) for seed in (0, 1)]
    lines = [line for stream in streams for line in stream]
    assert len(set(lines)) == len(lines)


def test_the_teacher_plays_after_the_random_opening() -> None:
    strong = ExampleSet(load_game("velun"), find_level("alphabeta-1000"), 0, 0).take(1)[0]
    state, game = load_game("velun").start(), load_game("velun")
    moves = strong.split(" | ")[0].split()
    for ply, text in enumerate(moves):
        legal = {format_move(game.rules, int(move)): int(move) for move in legal_moves(game.tables, state)}
        if ply >= OPENING_PLIES:  # alpha-beta draws no random numbers, so any seed finds its move
            assert legal[text] == choose_move(game, state, find_level("alphabeta-1000"), 0)
        apply(game.tables, state, legal[text])
    assert examples(game="velun").take(1)[0] != strong


def test_no_example_passes_through_a_held_out_position() -> None:
    # Noughts and crosses has 756 positions after four plies, so that one game in twelve would.
    game = noughts()
    lines = ExampleSet(game, RANDOM, 0, 0).take(100)
    assert [line for line in lines if held_out_positions(game) & set(replay(game, line)[0])] == []


def test_a_game_that_is_all_openings_has_no_examples(monkeypatch: pytest.MonkeyPatch) -> None:
    from quickstudy.tasks.examples import corpus

    everything = {key for line in ExampleSet(noughts(), RANDOM, 1, 0).take(300) for key in replay(noughts(), line)[0]}
    monkeypatch.setattr(corpus, "held_out_positions", lambda game: everything)
    with pytest.raises(ValueError, match=r"noughts: 1000 example games all passed .* too small"):
        ExampleSet(noughts(), RANDOM, 0, 0).take(1)


@pytest.mark.parametrize("n", [-1, MAX_EXAMPLES + 1])
def test_more_than_the_corpus_is_refused(n: int) -> None:
    with pytest.raises(ValueError, match=f"^{n} examples asked of a corpus of 65536: choose n from 0 to 65536$"):
        examples().take(n)


def test_the_cache_changes_nothing(own_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fresh = examples().take(6)
    assert fresh == [examples().generate(i) for i in range(6)]
    monkeypatch.setattr(ExampleSet, "generate", lambda self, index: pytest.fail("generated again"))
    assert examples().take(6) == fresh and examples().take(2) == fresh[:2]
    monkeypatch.undo()
    assert examples().take(6) == fresh


def test_a_longer_prefix_extends_the_cache() -> None:
    three = examples().take(3)
    assert examples().take(6)[:3] == three
    assert examples().take(6) == [examples().generate(i) for i in range(6)]


def stored(folder: Path) -> Path:
    (file,) = (folder / "examples").iterdir()
    return file


def test_the_cache_holds_one_line_for_each_example_and_no_drafts(own_cache: Path) -> None:
    lines = examples().take(3)
    assert stored(own_cache).read_text() == "".join(f"{line}\n" for line in lines)


@pytest.mark.parametrize("damage", [b"", b"c3 d4", b"\xff\xfe\n\x00"])
def test_a_cut_or_garbled_cache_is_made_anew(damage: bytes, own_cache: Path) -> None:
    lines = examples().take(3)
    stored(own_cache).write_bytes(damage)
    assert examples().take(3) == lines
    assert stored(own_cache).read_text().split("\n")[:-1] == lines


def test_a_cache_that_was_cut_within_a_line_keeps_only_whole_lines(own_cache: Path) -> None:
    lines = examples().take(3)
    stored(own_cache).write_text("\n".join(lines)[:-5])
    assert examples().take(3) == lines


def test_a_cache_that_cannot_be_used_is_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = examples().take(2)
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("QUICKSTUDY_CACHE", str(tmp_path / "file" / "cache"))  # no folder can be made here
    assert examples().take(2) == lines
    closed = tmp_path / "closed"
    (closed / "examples").mkdir(parents=True)
    (closed / "examples").chmod(0o500)
    monkeypatch.setenv("QUICKSTUDY_CACHE", str(closed))
    assert examples().take(2) == lines


def test_the_cache_folder_follows_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUICKSTUDY_CACHE", "/one")
    monkeypatch.setenv("XDG_CACHE_HOME", "/two")
    assert cache_folder() == Path("/one")
    monkeypatch.delenv("QUICKSTUDY_CACHE")
    assert cache_folder() == Path("/two/quickstudy")
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert cache_folder() == Path.home() / ".cache/quickstudy"


def test_all_sets_are_taken_in_their_order() -> None:
    assert take_examples(load_game("morvane"), 2, 3, 0, "random") == [examples(number).take(2) for number in range(3)]
    with pytest.raises(ValueError, match="unknown level 'god'"):
        take_examples(load_game("morvane"), 1, 1, 0, "god")
