"""Kinds of evidence: what each shows of the same games, kept apart from tests, and the same on every run."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from quickstudy.tasks.examples import kinds
from quickstudy.tasks.examples.corpus import ExampleSet, cache_folder, take_examples
from quickstudy.tasks.examples.kinds import KINDS, Example, take_kind
from quickstudy.tasks.examples.openings import held_out_positions, opening_plies, position_key
from quickstudy.tasks.examples.probes import probe_positions
from quickstudy.tasks.examples.teachers import MIXED, TEACHER, TEACHERS, WEAK, draws_no_lots, find_teacher
from quickstudy.tasks.games.game import Game, load_game
from quickstudy.tasks.games.kernel import State, apply, legal_moves
from quickstudy.tasks.games.notation import format_move
from quickstudy.tasks.games.siblings import find_sibling
from quickstudy.tasks.opponents.levels import choose_move, find_level
from tests.known_games import tic_tac_toe

MORVANE = load_game("morvane")
NOUGHTS = Game("noughts", tic_tac_toe(), Path())


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("QUICKSTUDY_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def take(kind: str, n: int = 6, sets: int = 1, game: Game = MORVANE, teacher: str = "random") -> list[list[Example]]:
    return take_kind(kind, game, n, sets, 0, teacher)


def shown(examples: list[Example]) -> list[object]:
    return [(example.moves, example.result, example.values, example.last.tolist()) for example in examples]


def replay(game: Game, moves: tuple[str, ...]) -> list[State]:
    states = [game.start()]
    for text in moves:
        legal = {format_move(game.rules, int(move)): int(move) for move in legal_moves(game.tables, states[-1])}
        states.append(states[-1].copy())
        apply(game.tables, states[-1], legal[text])
    return states


def test_games_annotated_games_and_outcomes_are_of_the_same_games() -> None:
    lines = take_examples(MORVANE, 6, 2, 0, "random")
    whole, valued, ends = (take(kind, sets=2) for kind in ("games", "annotated", "outcomes"))
    for number in (0, 1):
        assert [f"{' '.join(e.moves)} | {e.result}" for e in whole[number]] == lines[number]
        assert [(e.moves, e.result) for e in valued[number]] == [(e.moves, e.result) for e in whole[number]]
        assert all(len(e.values) == len(e.moves) for e in valued[number])
        for end, game in zip(ends[number], whole[number], strict=True):
            assert end.moves == () and end.result == game.result
            assert end.last.tolist() == replay(MORVANE, game.moves)[-1].tolist()


def test_the_last_moves_of_a_small_game_have_their_true_values() -> None:
    for game in take("annotated", 6, game=NOUGHTS)[0]:
        final = {"X wins": (1.0, 0.0), "O wins": (0.0, 1.0), "draw": (0.5, 0.5)}[game.result]
        last = len(game.moves) - 1
        assert game.values[last] == final[last % 2]
        states = replay(NOUGHTS, game.moves)
        for ply in range(3, len(game.moves)):
            assert game.values[ply] == solve(states[ply + 1], ply % 2), "the rest of the game is solved"


def solve(state: State, player: int) -> float:
    """Value of a position of noughts and crosses for a player, by looking at everything."""
    if state[7]:
        return 0.5 if state[7] == 3 else float(int(state[7]) - 1 == player)
    values = []
    for move in legal_moves(NOUGHTS.tables, state):
        after = state.copy()
        apply(NOUGHTS.tables, after, int(move))
        values.append(solve(after, player))
    return max(values) if int(state[5]) == player else min(values)


def test_values_tell_winners_from_losers() -> None:
    games = [game for game in take("annotated", 12)[0] if game.result != "draw"]
    gaps = []
    for game in games:
        last = (len(game.moves) - 1) % 2  # the player of the last move
        theirs, others = game.values[::-1][:6:2], game.values[::-1][1:7:2]
        sign = 1 if game.result == f"{'XO'[last]} wins" else -1
        gaps.append(sign * (np.mean(theirs) - np.mean(others)))
    assert len(gaps) > 3 and np.mean(gaps) > 0.3, "who is about to win has better chances"


def test_single_positions_are_of_weak_games_and_hold_one_choice_of_the_teacher() -> None:
    level = find_level("alphabeta-300")
    found = take("moves", 12, teacher="alphabeta-300")[0]
    games = take_examples(MORVANE, 12, 1, 0, WEAK)[0]
    lengths = set()
    for example, line in zip(found, games, strict=True):
        *path, choice = example.moves
        assert line.startswith(" ".join(path)) and len(path) >= opening_plies(MORVANE)
        state = replay(MORVANE, tuple(path))[-1]
        best = choose_move(MORVANE, state, level, 0)  # alpha-beta draws no random numbers
        assert format_move(MORVANE.rules, best) == choice and example.result == ""
        lengths.add(len(path))
    assert len(lengths) > 4, "from all parts of a game"


@pytest.mark.parametrize("kind", KINDS)
def test_n_takes_a_prefix_and_nothing_depends_on_the_cache(kind: str, own_cache: Path) -> None:
    five, other = (shown(examples) for examples in take(kind, 5, sets=2))
    assert len(five) == 5 and not set(map(str, five)) & set(map(str, other))
    assert shown(take(kind, 2)[0]) == five[:2] and shown(take(kind, 5)[0]) == five
    shutil.rmtree(own_cache)
    assert shown(take(kind, 2)[0]) == five[:2] and shown(take(kind, 5)[0]) == five
    assert shown(take(kind, 5, sets=2)[0]) == five and not set(map(str, shown(take(kind, 5, 2)[1]))) & set(
        map(str, five)
    )


@pytest.mark.parametrize("kind", ["annotated", "moves"])
def test_a_damaged_cache_of_a_kind_is_made_anew(kind: str) -> None:
    whole = shown(take(kind, 3)[0])
    for file in (cache_folder() / "examples").iterdir():
        file.write_text(file.read_text().replace("5", "6").replace("a", "b"))
    assert shown(take(kind, 3)[0]) == whole


def test_kinds_and_teachers_share_no_file(own_cache: Path) -> None:
    for kind, teacher in (
        ("games", "random"),
        ("annotated", "random"),
        ("moves", "random"),
        ("games", "random/mcts-30"),
    ):
        take(kind, 1, teacher=teacher)
    names = [file.name for file in (own_cache / "examples").iterdir()]
    assert len(names) == 5, "the path of a position is a file of its own"


def test_no_kind_passes_through_a_tested_position() -> None:
    tests = held_out_positions(MORVANE) | probe_positions(MORVANE)
    for kind in ("games", "annotated", "moves"):
        for example in take(kind, 30)[0]:
            assert tests.isdisjoint(map(position_key, replay(MORVANE, example.moves)[1:]))


def test_a_choice_that_would_lead_to_a_tested_position_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    first = take("moves", 1)[0][0].moves
    tested = position_key(replay(MORVANE, first)[-1])
    monkeypatch.setenv("QUICKSTUDY_CACHE", str(cache_folder() / "other"))
    held = ExampleSet.holds_out
    monkeypatch.setattr(ExampleSet, "holds_out", lambda self, s: position_key(s) == tested or held(self, s))
    other = take("moves", 1)[0][0].moves
    assert other != first and position_key(replay(MORVANE, other)[-1]) != tested


def test_a_siblings_examples_keep_away_from_what_is_tested_in_the_game_itself() -> None:
    sibling = Game("noughts-sibling", find_sibling(NOUGHTS.rules), Path())
    free = take_kind("games", sibling, 24, 1, 0, "random")[0]
    apart = take_kind("games", sibling, 24, 1, 0, "random", NOUGHTS)[0]
    tests = held_out_positions(NOUGHTS)
    met = [not tests.isdisjoint(map(position_key, replay(sibling, game.moves)[1:])) for game in free]
    assert any(met), "or nothing would have to be kept away"
    for game in apart:
        assert tests.isdisjoint(map(position_key, replay(sibling, game.moves)[1:]))


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^unknown kind of evidence 'films': choose one of games, annotated"):
        take("films")


def test_teachers_have_names_and_levels_keep_theirs() -> None:
    assert TEACHERS == {"strong": TEACHER, "weak": WEAK, "mixed": MIXED}
    assert find_teacher("strong") == find_teacher(TEACHER) and find_teacher("strong").name == TEACHER
    assert find_teacher("mixed").name == MIXED == f"{TEACHER}/{WEAK}"
    assert find_teacher("mcts-30/mcts-30").name == "mcts-30"
    assert not draws_no_lots(find_teacher("mixed")) and draws_no_lots(find_teacher("strong"))
    for name, message in (("god", "unknown level 'god'"), ("random/random/random", "give one level, two as in")):
        with pytest.raises(ValueError, match=message):
            find_teacher(name)


def test_a_mixed_teachers_levels_change_seats_from_example_to_example() -> None:
    mixed = find_teacher("alphabeta-300/random")
    games = take_examples(MORVANE, 8, 1, 0, mixed.name)[0]
    strong, opening = find_level("alphabeta-300"), opening_plies(MORVANE)
    for index, line in enumerate(games):
        moves = tuple(line.split(" | ")[0].split())
        states = replay(MORVANE, moves)
        followed = {0: [], 1: []}  # type: dict[int, list[bool]]
        for ply in range(opening, len(moves)):
            best = format_move(MORVANE.rules, choose_move(MORVANE, states[ply], strong, 0))
            followed[int(states[ply][5])].append(best == moves[ply])
        assert all(followed[index % 2]), "X in even examples, O in odd ones"
    assert sum(line.endswith(f"{'XO'[i % 2]} wins") for i, line in enumerate(games)) >= 7, "the strong one wins"


def test_a_weak_teacher_makes_worse_moves() -> None:
    def share(teacher: str) -> float:
        level, agreed = find_level(TEACHER), list[bool]()
        for line in take_examples(MORVANE, 8, 1, 0, teacher)[0]:
            moves = tuple(line.split(" | ")[0].split())
            states = replay(MORVANE, moves)
            for ply in range(opening_plies(MORVANE), len(moves)):
                best = choose_move(MORVANE, states[ply], level, 0)
                agreed.append(format_move(MORVANE.rules, best) == moves[ply])
        return float(np.mean(agreed))

    assert share("strong") == 1.0
    assert share("weak") < 0.7


def test_the_budget_of_values_names_their_file(own_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    take("annotated", 1)
    monkeypatch.setattr(kinds, "SIMULATIONS", 10)
    take("annotated", 1)
    assert len([file for file in (own_cache / "examples").iterdir() if file.name.startswith("values")]) == 2


def test_a_game_of_forced_moves_has_positions_all_the_same() -> None:
    forced = replace(tic_tac_toe(), cap=6)
    found = take_kind("moves", Game("short", forced, Path()), 3, 1, 0, "random")[0]
    assert [len(example.moves) >= 5 for example in found] == [True] * 3
