"""The environments pass the libraries' own tests, reward what the rules say, and keep apart from what is tested."""

from __future__ import annotations

import copy
import inspect
import json
import re
import subprocess
import sys
from typing import Any

import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env
from pettingzoo.test import api_test, render_test, seed_test

import quickstudy.tasks.environments  # noqa: F401  registers the games
from quickstudy.benchmarks.ppo import measure_policy
from quickstudy.tasks.environments.gymnasium_env import LevelEnv
from quickstudy.tasks.environments.pettingzoo_env import GameEnv, env
from quickstudy.tasks.environments.practice_game import PracticeGame, begin_game
from quickstudy.tasks.examples.openings import held_out_positions, list_openings, position_key
from quickstudy.tasks.examples.probes import load_probes, reach
from quickstudy.tasks.games import reference
from quickstudy.tasks.games.game import list_games, load_game
from quickstudy.tasks.games.kernel import apply, legal_moves
from quickstudy.tasks.games.notation import format_move, parse_move
from quickstudy.tasks.opponents.levels import choose_move, find_level
from tests.documentation import ROOT, names, read, section, show_default, tables

# Moves, two actions a turn, swap and drop with removed pieces, flips with passes.
GAMES = ("velun", "gdevam", "gvegem", "othello")
POINTS = {"name": "Points", "board": {"width": 4, "height": 4}, "place": "any", "line": 3, "points": 2, "cap": 16}


@pytest.fixture(scope="module")
def points(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The path of a spec in which lines give points."""
    path = tmp_path_factory.mktemp("specs") / "points.json"
    path.write_text(json.dumps(POINTS))
    return str(path)


def draw_action(rng: np.random.Generator, mask: Any) -> Any:
    return rng.choice(np.flatnonzero(mask))


def play_out(level: LevelEnv, seed: int, **options: str) -> tuple[float, bool, dict[str, Any]]:
    """Play random actions to the end of a game: its last reward, whether it was cut, and the last info."""
    rng = np.random.default_rng(seed)
    _seen, info = level.reset(seed=seed, options=options)
    while True:
        _seen, reward, ended, cut, info = level.step(draw_action(rng, info["action_mask"]))
        if ended or cut:
            return reward, cut, info
        assert reward == 0


def result_by_reference(game: str, moves: str) -> str | None:
    """Who wins a game, by the slow interpreter."""
    rules = load_game(game).rules
    position = reference.start(rules)
    for move in moves.split():
        position = reference.play(rules, position, move)
    return position.result


def check_libraries(game: str, cycles: int) -> None:
    api_test(env(game), num_cycles=cycles)
    seed_test(lambda: env(game), num_cycles=cycles)
    render_test(lambda render_mode: env(game, render_mode=render_mode))
    check_env(LevelEnv(game, "greedy", render_mode="ansi"), skip_close_check=True)


@pytest.mark.filterwarnings("ignore:Observation", "ignore:.*:UserWarning:gymnasium")
@pytest.mark.parametrize("game", [*GAMES, "points"])
def test_the_libraries_own_tests_pass(game: str, points: str) -> None:
    check_libraries(points if game == "points" else game, 60)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:Observation", "ignore:.*:UserWarning:gymnasium")
@pytest.mark.parametrize("game", list_games())
def test_the_libraries_own_tests_pass_for_each_game(game: str) -> None:
    check_libraries(game, 1000)


def test_each_game_is_registered_with_gymnasium() -> None:
    names = {f"quickstudy/{game}-v0" for game in list_games()}
    assert names == {name for name in gymnasium.registry if name.startswith("quickstudy/")}
    made = gymnasium.make("quickstudy/velun-v0", opponent="mcts-30", side="o")
    _seen, info = made.reset(seed=1)
    assert info["side"] == "o" and made.unwrapped.level.name == "mcts-30"  # type: ignore[attr-defined]


@pytest.mark.parametrize("game", GAMES)
def test_rewards_are_those_of_the_slow_interpreter(game: str) -> None:
    level, outcomes = LevelEnv(game), set()
    for seed in range(10):
        reward, cut, info = play_out(level, seed)
        if not cut:
            result = result_by_reference(game, info["moves"])
            assert reward == (0 if result == "draw" else 1 if result == info["side"] else -1)
            assert info["outcome"] == {1: "win", 0: "draw", -1: "loss"}[int(reward)]
            outcomes.add(info["outcome"])
    assert len(outcomes) > 1


@pytest.mark.parametrize("game", GAMES)
def test_both_agents_are_rewarded_as_the_slow_interpreter_says(game: str) -> None:
    both, rng = GameEnv(game), np.random.default_rng(0)
    for seed in range(4):
        both.reset(seed=seed)
        total = dict.fromkeys(both.possible_agents, 0.0)
        for agent in both.agent_iter():
            seen, reward, ended, cut, info = both.last()
            total[agent] += reward
            assert seen is not None and (ended or cut or seen["action_mask"].any())
            both.step(None if ended or cut else draw_action(rng, seen["action_mask"]))
        winner = result_by_reference(game, info["moves"])
        expected = {"x": [1, -1], "o": [-1, 1]}.get(str(winner), [0, 0])
        assert list(total.values()) == expected


def test_points_decide_and_are_seen(points: str) -> None:
    both, rng = GameEnv(points, openings=False, render_mode="ansi"), np.random.default_rng(3)
    both.reset()
    while both.playing.running:
        both.step(draw_action(rng, both.playing.mask))
    assert re.search(r"^Points: X \d, O \d\.$", both.render() or "", re.MULTILINE)


def test_passes_are_played_and_not_asked_for() -> None:
    level, passed = LevelEnv("othello"), 0
    assert "pass" not in level.actions.names
    for seed in range(10):
        _reward, _cut, info = play_out(level, seed)
        passed += info["moves"].split().count("pass")
    assert passed > 0


def test_an_illegal_action_loses() -> None:
    level = LevelEnv("velun")
    _seen, info = level.reset(seed=0)
    _seen, reward, ended, cut, info = level.step(np.int64(np.argmin(info["action_mask"])))
    assert (reward, ended, cut, info["outcome"]) == (-1, True, False, "forfeit_illegal")
    assert info["result"] == "unfinished"
    with pytest.raises(ValueError, match="the game has ended"):
        level.step(np.int64(0))


def test_an_illegal_action_of_an_agent_loses_where_it_is_wrapped() -> None:
    raw, wrapped = GameEnv("velun"), env("velun")
    for made in (raw, wrapped):
        made.reset(seed=0)
    illegal = np.argmin(raw.playing.mask)
    with pytest.raises(ValueError, match=f"{illegal} is no legal action of player_0"):
        raw.step(illegal)
    wrapped.step(illegal)
    assert wrapped.rewards == {"player_0": -1, "player_1": 0}


def test_a_seed_gives_the_same_game_from_either_side() -> None:
    level = LevelEnv("velun", "greedy")
    runs = [[play_out(level, seed, side=side)[2] for side in ("x", "o")] for seed in (1, 2, 1)]
    assert runs[0][0]["moves"] == runs[2][0]["moves"] != runs[1][0]["moves"]
    opening = [" ".join(info["moves"].split()[: info["opening_plies"]]) for info in runs[0]]
    assert opening[0] == opening[1] and runs[0][0]["seed"] == runs[0][1]["seed"]
    assert {level.reset(seed=seed)[1]["side"] for seed in range(9)} == {"x", "o"}


def test_the_opponents_moves_can_be_recomputed() -> None:
    game = load_game("velun")
    _reward, _cut, info = play_out(LevelEnv("velun", "mcts-30"), 5, side="x")
    state, own = game.start(), 0
    for ply, text in enumerate(info["moves"].split()):
        move = parse_move(game.rules, text, legal_moves(game.tables, state).tolist())
        assert move is not None
        if state[5] == 1 and ply >= info["opening_plies"]:
            assert move == choose_move(game, state, find_level(info["opponent"]), info["seed"])
            own += 1
        apply(game.tables, state, move)
    assert own > 3


def test_games_begin_with_openings_that_meet_nothing_held_out() -> None:
    game, rng = load_game("morvane"), np.random.default_rng(0)
    held = held_out_positions(game) | {position_key(reach(game, probe)) for probe in load_probes(game).probes}
    begun = set()
    for _ in range(200):
        started = begin_game(game, rng, openings=True)
        state = game.start()
        for text in started.steps:
            apply(game.tables, state, parse_move(game.rules, text, legal_moves(game.tables, state).tolist()) or 0)
            assert position_key(state) not in held
        begun.add(tuple(started.steps))
    assert len(begun) > 50 and {len(steps) for steps in begun} == {4}


def test_a_game_that_reaches_a_test_opening_or_a_probe_is_cut() -> None:
    game = load_game("velun")
    probe = load_probes(game).probes[2]
    for moves in ([format_move(game.rules, move) for move in list_openings(game)[0]], probe.moves):
        both = GameEnv("velun", openings=False)
        both.reset()
        actions = [both.actions.names.index(move) for move in moves]
        for action in actions:
            assert not any(both.truncations.values())
            both.step(np.int64(action))
        assert list(both.truncations.values()) == [True, True] and not any(both.terminations.values())
        assert list(both.rewards.values()) == [0, 0] and not both.playing.mask.any()


def test_a_level_env_passes_the_cut_on() -> None:
    game = load_game("velun")
    level = LevelEnv("velun", openings=False, side="x")
    level.reset(seed=0)
    level.playing = PracticeGame(game, list_openings(game)[0][:-1])  # its last ply is O's
    level._me = level.playing.player
    _seen, reward, ended, cut, info = level.step(
        np.int64(np.searchsorted(level.actions.moves, list_openings(game)[0][-1]))
    )
    assert (reward, ended, cut) == (0, False, True) and "outcome" not in info


def test_a_copy_goes_on_by_itself() -> None:
    both = GameEnv("velun", render_mode="ansi")
    both.reset(seed=0)
    before, twin = both.render(), copy.deepcopy(both)
    twin.step(np.flatnonzero(twin.playing.mask)[0])
    assert both.render() == before != twin.render()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"game": "nosuch"}, "unknown game 'nosuch'"),
        ({"game": "velun", "opponent": "nosuch"}, "unknown level 'nosuch'"),
        ({"game": "velun", "side": "X"}, "unknown side 'X': choose x, o"),
        ({"game": "velun", "render_mode": "rgb_array"}, "unknown render mode 'rgb_array': choose one of ansi, human"),
    ],
)
def test_bad_arguments_are_refused(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        LevelEnv(**arguments)


def test_a_missing_library_is_named_with_its_remedy() -> None:
    code = (
        "import importlib.util as u; real = u.find_spec; "
        "u.find_spec = lambda name, *rest: None if name == 'pettingzoo' else real(name, *rest); "
        "import quickstudy.tasks.environments"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stderr.splitlines()[-1] == (
        "ModuleNotFoundError: the environments need pettingzoo: install the extra with `pip install 'quickstudy[rl]'`"
    )


def test_the_documented_loops_run(capsys: pytest.CaptureFixture[str]) -> None:
    blocks = re.findall(r"^```python\n(.*?)^```", read(ROOT / "docs/how-to.md"), re.MULTILINE | re.DOTALL)
    loops = [block for block in blocks if "quickstudy.tasks.environments" in block]
    assert len(loops) == 2 and all(len(loop.strip().splitlines()) <= 12 for loop in loops)
    for loop in loops:
        exec(loop, {})  # noqa: S102  our own page
        assert capsys.readouterr().out


def test_the_reference_names_the_arguments_and_what_info_holds() -> None:
    arguments, keys = tables(section("Environments"))
    parameters = inspect.signature(LevelEnv).parameters
    assert {row[0].strip("`"): row[1] for row in arguments} == {
        name: show_default(parameter.default) for name, parameter in parameters.items()
    }
    assert set(inspect.signature(env).parameters) == set(parameters) - {"opponent", "side"}
    documented = {name for row in keys for name in names(row[0])}
    assert documented == set(play_out(LevelEnv("velun"), 0)[2]) - {"action_mask"}


class RandomPolicy:
    """Any legal action."""

    def __init__(self) -> None:
        self.rng = np.random.default_rng(0)

    def predict(self, _seen: Any, action_masks: Any) -> tuple[Any, None]:
        return draw_action(self.rng, action_masks), None


def test_the_random_policy_scores_half_against_the_random_mover() -> None:
    score = measure_policy(RandomPolicy(), "velun", "random", 40)
    assert score.games + score.cut == 80 and score.games > 70
    assert abs(score.mean - 0.5) < 2 * score.half_width < 0.4


@pytest.mark.slow
def test_ppo_learns_to_beat_the_random_mover() -> None:
    pytest.importorskip("sb3_contrib")
    from quickstudy.benchmarks.ppo import train_policy

    before, after, steps, _seconds = train_policy("velun", "random", 20_000, seed=0, pairs=50)
    assert steps >= 20_000 and after.mean - after.half_width > before.mean + before.half_width
