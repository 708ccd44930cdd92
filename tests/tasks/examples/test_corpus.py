"""Example sets: disjoint streams, nested prefixes, held-out openings, and a cache that may vanish or lie."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from quickstudy.tasks.examples import corpus
from quickstudy.tasks.examples.corpus import (
    MAX_EXAMPLES,
    MAX_SETS,
    TEACHER,
    ExampleSet,
    cache_folder,
    owner_of,
    take_examples,
)
from quickstudy.tasks.examples.openings import (
    OpeningTree,
    list_openings,
    opening_plies,
    position_key,
    symmetric_keys,
)
from quickstudy.tasks.examples.probes import is_held_out
from quickstudy.tasks.games.board import Board
from quickstudy.tasks.games.game import Game, load_game
from quickstudy.tasks.games.kernel import State, apply, legal_moves
from quickstudy.tasks.games.notation import RESULTS, format_move
from quickstudy.tasks.games.rules import Rules
from quickstudy.tasks.opponents.levels import Level, choose_move, find_level
from tests.known_games import tic_tac_toe

RANDOM, STRONG = find_level("random"), find_level(TEACHER)


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("QUICKSTUDY_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def noughts() -> Game:
    return Game("noughts", tic_tac_toe(), Path())


def examples(number: int = 0, game: str = "morvane", seed: int = 0) -> ExampleSet:
    return ExampleSet(load_game(game), RANDOM, seed, number)


def replay(game: Game, line: str) -> list[State]:
    """All states of an example whose moves must be legal, after each move."""
    moves, state, states = line.split(" | ")[0].split(), game.start(), []
    for text in moves:
        legal = {format_move(game.rules, int(move)): int(move) for move in legal_moves(game.tables, state)}
        apply(game.tables, state, legal[text])
        states.append(state.copy())
    return states


def test_n_takes_a_prefix() -> None:
    twelve = examples().take(12)
    assert len(twelve) == 12
    assert [examples().take(n) for n in (0, 1, 5)] == [[], twelve[:1], twelve[:5]]


def test_examples_are_whole_legal_games_with_their_results() -> None:
    for name in ("morvane", "velun", "tarsk", "lattic"):
        for line in examples(game=name).take(5):
            result = RESULTS[int(replay(load_game(name), line)[-1][7])]
            assert result == line.split(" | ")[1] != "unfinished"


@pytest.mark.parametrize(("game", "sets", "n"), [("morvane", 8, 64), ("tarsk", 32, 12), ("velun", 8, 12)])
def test_no_game_of_the_default_teacher_occurs_twice_in_a_set_or_in_two(game: str, sets: int, n: int) -> None:
    streams = take_examples(load_game(game), n, sets, 0)
    lines = [line for stream in streams for line in stream]
    assert len(set(lines)) == len(lines) == sets * n


@pytest.mark.slow
@pytest.mark.parametrize(("game", "sets", "n"), [("morvane", 16, 256), ("morvane", 32, 64), ("tarsk", 32, 128)])
def test_the_invented_games_have_enough_games_for_the_suites(game: str, sets: int, n: int) -> None:
    lines = [line for stream in take_examples(load_game(game), n, sets, 0) for line in stream]
    assert len(set(lines)) == len(lines) == sets * n


def test_seeds_and_teachers_make_other_games() -> None:
    streams = [
        examples(seed=0).take(12),
        examples(seed=1).take(12),
        ExampleSet(load_game("morvane"), STRONG, 0, 0).take(12),
    ]
    assert len(set().union(*streams)) == 36


def test_each_opening_belongs_to_one_of_32_sets() -> None:
    tree = OpeningTree(load_game("lattic"))
    numbers = np.random.default_rng(0).integers(1 << 63, size=6400).tolist()
    owned = Counter(owner_of(tree.pick(number)) for number in numbers)
    assert sorted(owned) == list(range(MAX_SETS))
    for number, times in owned.items():
        expected = 300 if number < 16 else 100
        assert abs(times - expected) < 4 * expected**0.5


def test_all_games_of_a_set_begin_with_its_own_openings() -> None:
    game = load_game("tarsk")
    for number in (0, 15, 16, 31):
        for line in examples(number, "tarsk").take(6):
            state, opening = game.start(), list[int]()
            for text in line.split()[: opening_plies(game)]:
                legal = {format_move(game.rules, int(move)): int(move) for move in legal_moves(game.tables, state)}
                opening.append(legal[text])
                apply(game.tables, state, opening[-1])
            assert owner_of(tuple(opening)) == number


def test_the_teacher_plays_after_the_random_opening() -> None:
    strong = ExampleSet(load_game("velun"), find_level("alphabeta-1000"), 0, 0).take(1)[0]
    state, game = load_game("velun").start(), load_game("velun")
    moves = strong.split(" | ")[0].split()
    for ply, text in enumerate(moves):
        legal = {format_move(game.rules, int(move)): int(move) for move in legal_moves(game.tables, state)}
        if ply >= opening_plies(game):  # alpha-beta draws no random numbers, so any seed finds its move
            assert legal[text] == choose_move(game, state, find_level("alphabeta-1000"), 0)
        apply(game.tables, state, legal[text])
    assert examples(game="velun").take(1)[0] != strong


@pytest.mark.parametrize(("name", "teacher"), [("morvane", STRONG), ("velun", STRONG), ("noughts", RANDOM)])
def test_no_example_passes_through_an_image_of_a_test_opening(name: str, teacher: Level) -> None:
    game = noughts() if name == "noughts" else load_game(name)
    tree = OpeningTree(game)
    tests = np.array([tree.position_after(opening)[0] for opening in list_openings(game)])
    passed = [np.array(replay(game, line)) for line in ExampleSet(game, teacher, 0, 0).take(40)]
    assert {key for states in passed for key in symmetric_keys(game, states)}.isdisjoint(symmetric_keys(game, tests))


def test_later_positions_are_held_out_too(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = examples().take(4)
    monkeypatch.setenv("QUICKSTUDY_CACHE", str(cache_folder() / "other"))
    late = position_key(replay(load_game("morvane"), lines[2])[6])
    monkeypatch.setattr(
        corpus, "is_held_out", lambda game, state: is_held_out(game, state) or position_key(state) == late
    )
    others = examples().take(4)
    assert others[:2] == lines[:2] and others[2] != lines[2]


def test_a_game_that_is_all_openings_has_no_examples() -> None:
    one = Game("forced", Rules("Forced", Board("square", 1, 6), place="drop", score="most", cap=6), Path())
    with pytest.raises(ValueError, match=r"^1 examples asked of forced, .* has only 0 different games of random: "):
        ExampleSet(one, RANDOM, 0, 0).take(1)


@pytest.mark.parametrize(("teacher", "number"), [(STRONG, 3), (STRONG, 20), (RANDOM, 20)])
def test_a_small_game_says_how_many_examples_it_has(
    teacher: Level, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = Game("small", replace(tic_tac_toe(), board=Board("square", 3, 2), line=0, score="most"), Path())
    monkeypatch.setattr(corpus, "_DRAWS", 1 << 14)
    some = ExampleSet(small, teacher, 0, number)
    message = rf"^5000 examples asked of small, of which example set {number} has only (\d+) different games of"
    with pytest.raises(ValueError, match=message) as error:
        some.take(5000)
    most = int(str(error.value).split("only ")[1].split()[0])
    lines = some.take(most)  # also from what the failed attempt left in the cache
    assert len(set(lines)) == most > 1
    for _ in range(2):
        with pytest.raises(ValueError, match=f"has only {most} different"):
            some.take(most + 1)
        shutil.rmtree(cache_folder())
    assert some.take(most) == lines


def test_there_are_32_sets_but_any_number_of_empty_ones() -> None:
    assert len(examples(31).take(1)) == 1 and examples(199).take(0) == []
    for number in (-1, 32):
        with pytest.raises(ValueError, match=f"^there is no example set {number}: choose at most 32 sets$"):
            examples(number).take(1)


@pytest.mark.parametrize("n", [-1, MAX_EXAMPLES + 1])
def test_more_than_the_corpus_is_refused(n: int) -> None:
    with pytest.raises(ValueError, match=f"^{n} examples asked of a corpus of 65536: choose n from 0 to 65536$"):
        examples().take(n)


def test_the_cache_changes_nothing(own_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fresh = examples().take(6)
    with monkeypatch.context() as patch:
        patch.setattr(ExampleSet, "_continue", lambda self, earlier: pytest.fail("generated again"))
        assert examples().take(6) == fresh and examples().take(2) == fresh[:2]
    shutil.rmtree(own_cache)
    assert examples().take(6) == fresh


@pytest.mark.parametrize("teacher", ["random", "mcts-30", TEACHER])
def test_a_longer_prefix_extends_the_cache(teacher: str, own_cache: Path) -> None:
    some = ExampleSet(load_game("morvane"), find_level(teacher), 0, 20)
    pieces = [some.take(n) for n in (3, 4, 40, 80)]
    shutil.rmtree(own_cache)
    whole = some.take(80)
    assert pieces == [whole[:n] for n in (3, 4, 40, 80)]


def stored(folder: Path) -> Path:
    (file,) = (folder / "examples").iterdir()
    return file


def test_the_cache_holds_one_line_for_each_example_and_no_drafts(own_cache: Path) -> None:
    lines = examples().take(3)
    assert stored(own_cache).read_text().split("\n")[1:] == [*lines, ""]


def spoil(text: str, damage: str) -> str:
    seal, *lines = text.split("\n")
    if damage == "empty":
        return ""
    if damage == "cut":
        return text[:-5]
    if damage == "a line less":
        return "\n".join([seal, *lines[:-2], ""])
    if damage == "no checksum":
        return "\n".join(lines)
    new = {"rubbish": "rubbish line", "blank": "", "twice": lines[1], "other move": lines[0].replace("a", "b")}[damage]
    return "\n".join([seal, new, *lines[1:]])


@pytest.mark.parametrize(
    "damage", ["empty", "cut", "a line less", "no checksum", "rubbish", "blank", "twice", "other move"]
)
def test_a_damaged_cache_is_made_anew(damage: str, own_cache: Path) -> None:
    lines = examples().take(3)
    whole = stored(own_cache).read_text()
    stored(own_cache).write_text(spoil(whole, damage))
    assert stored(own_cache).read_text() != whole
    assert examples().take(3) == lines
    assert stored(own_cache).read_text() == whole


def test_a_garbled_cache_is_made_anew(own_cache: Path) -> None:
    lines = examples().take(3)
    stored(own_cache).write_bytes(b"\xff\xfe\n\x00")
    assert examples().take(3) == lines


def test_the_file_of_another_set_does_not_count(own_cache: Path) -> None:
    examples(1).take(3)
    theirs = stored(own_cache)
    lines = examples(0).take(3)
    (own,) = set((own_cache / "examples").iterdir()) - {theirs}
    shutil.copy(theirs, own)
    assert examples(0).take(3) == lines


@pytest.mark.parametrize(
    ("name", "value"), [("TASK_VERSION", "0-Z"), ("_FORMAT", 99), ("opening_plies", lambda game: 3)]
)
def test_another_version_has_another_file(
    name: str, value: object, own_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    examples().take(1)
    monkeypatch.setattr(corpus, name, value)
    examples().take(1)
    assert len(list((own_cache / "examples").iterdir())) == 2


def test_an_interrupted_study_keeps_its_examples(own_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = examples().take(5)
    shutil.rmtree(own_cache)
    find = ExampleSet._find

    def stop_at_three(self: ExampleSet, index: int, known: set[str], spent: set[str]) -> str | None:
        if index == 3:
            raise KeyboardInterrupt
        return find(self, index, known, spent)

    monkeypatch.setattr(ExampleSet, "_find", stop_at_three)
    with pytest.raises(KeyboardInterrupt):
        examples().take(5)
    assert examples().take(3) == lines[:3]


WRITER = """
import json, sys
from quickstudy.tasks.examples.corpus import ExampleSet
from quickstudy.tasks.games.game import load_game
from quickstudy.tasks.opponents.levels import find_level
some = ExampleSet(load_game("morvane"), find_level("random"), 0, 0)
print(json.dumps([some.take(n) for n in map(int, sys.argv[1:])]))
"""


def test_processes_that_write_at_once_disturb_nobody(own_cache: Path) -> None:
    asked = [list(range(1, 30, 2)), list(range(2, 31, 2))]
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, *map(str, n)], stdout=subprocess.PIPE, text=True) for n in asked
    ]
    answers = [json.loads(writer.communicate()[0]) for writer in writers]
    stored(own_cache)  # one file, no drafts
    shutil.rmtree(own_cache)
    lines = examples().take(30)
    assert answers == [[lines[:n] for n in some] for some in asked]


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
