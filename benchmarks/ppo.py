"""`python -m quickstudy.benchmarks.ppo velun`: a policy trained by PPO against a level, and its score before and after.

It shows that the environments can be learnt from. The learner is sb3-contrib's MaskablePPO with its own multilayer
perceptron, on one core; what it reaches says nothing of how strong a policy can become.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

import numpy as np
from scipy.special import stdtrit

SETTINGS = {"n_steps": 128, "batch_size": 256, "learning_rate": 1e-3, "gamma": 0.99, "ent_coef": 0.01}
SEATS = 8  # games that are played side by side
FIRST_TEST_SEED = 1_000_000_000  # far from the seeds of training, which are small


@dataclass(frozen=True)
class Score:
    """Points per game (1, 0.5 or 0) with the half-width of its 95 % interval, the games, and those that were cut."""

    mean: float
    half_width: float
    games: int
    cut: int

    def __str__(self) -> str:
        return f"{self.mean:.3f} ± {self.half_width:.3f} ({self.games} games, {self.cut} more cut)"


def measure_policy(policy: Any, game: str, opponent: str, pairs: int) -> Score:
    """Play pairs of games, both sides of one opening each; actions are drawn from the policy.

    Games that are cut have no result and are not scored; the interval takes the pairs as independent, not the games.
    """
    from quickstudy.tasks.environments.gymnasium_env import LevelEnv

    env, points, cut = LevelEnv(game, opponent), list[list[float]](), 0
    for pair in range(pairs):
        found = []
        for side in ("x", "o"):
            seen, info = env.reset(seed=FIRST_TEST_SEED + pair, options={"side": side})
            reward, ended, truncated = 0.0, False, False
            while not (ended or truncated):
                action, _state = policy.predict(seen, action_masks=info["action_mask"])
                seen, reward, ended, truncated, info = env.step(action)
            cut += truncated
            found += [] if truncated else [(reward + 1) / 2]
        points += [found] if found else []
    if len(points) < 2:
        raise ValueError(f"hardly a game of {game} met no position that is kept for testing: give more pairs")
    means = np.array([np.mean(found) for found in points])
    half = float(stdtrit(len(means) - 1, 0.975) * means.std(ddof=1) / np.sqrt(len(means)))
    return Score(float(np.mean(np.concatenate(points))), half, sum(map(len, points)), cut)


def train_policy(game: str, opponent: str, steps: int, seed: int, pairs: int) -> tuple[Score, Score, int, float]:
    """The score of the untrained policy, that of the trained one, the steps (whole batches) and the seconds it took."""
    import torch
    from sb3_contrib import MaskablePPO
    from stable_baselines3.common.vec_env import DummyVecEnv

    from quickstudy.tasks.environments.gymnasium_env import LevelEnv

    torch.set_num_threads(1)
    seats = DummyVecEnv([lambda: LevelEnv(game, opponent)] * SEATS)
    policy = MaskablePPO("MlpPolicy", seats, seed=seed, device="cpu", **SETTINGS)
    before = measure_policy(policy, game, opponent, pairs)
    start = time.perf_counter()
    policy.learn(steps)
    seconds = time.perf_counter() - start
    return before, measure_policy(policy, game, opponent, pairs), policy.num_timesteps, seconds


def main() -> None:
    """Train one policy and print what it scored."""
    parser = argparse.ArgumentParser(prog="python -m quickstudy.benchmarks.ppo", description=__doc__)
    parser.add_argument("game", help="a name of the catalogue or the path of a spec (.json)")
    parser.add_argument("--opponent", default="random", help="a level, as greedy (default: random)")
    parser.add_argument("--steps", type=int, default=20_000, help="actions to learn from (default: 20000)")
    parser.add_argument("--seed", type=int, default=0, help="seed of the policy and its games (default: 0)")
    parser.add_argument("--pairs", type=int, default=200, help="pairs of games of each measurement (default: 200)")
    given = parser.parse_args()
    if find_spec("sb3_contrib") is None:
        parser.error("sb3-contrib is not installed: install the extra with `pip install 'quickstudy[ppo]'`")
    if given.steps < 1 or given.pairs < 2 or given.seed < 0:
        parser.error("give at least one step, two pairs and a seed from 0")
    try:
        before, after, steps, seconds = train_policy(given.game, given.opponent, given.steps, given.seed, given.pairs)
    except ValueError as error:
        parser.error(str(error))
    print(f"{given.game} against {given.opponent}, points per game: {before} before")
    print(f"{after} after {steps:,} steps in {seconds:.0f} s")


if __name__ == "__main__":
    main()
