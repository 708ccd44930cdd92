"""PettingZoo: a game with both players as agents, who take turns as the rules say."""

from __future__ import annotations

from typing import Any

import numpy as np
from gymnasium import spaces
from gymnasium.utils.seeding import np_random
from pettingzoo import AECEnv
from pettingzoo.utils import wrappers

from quickstudy.tasks.environments.actions import list_actions
from quickstudy.tasks.environments.observations import observation_shape
from quickstudy.tasks.environments.practice_game import begin_game
from quickstudy.tasks.games.game import load_game

AGENTS = ("player_0", "player_1")
RENDER_MODES = ["ansi", "human"]


class GameEnv(AECEnv[str, dict[str, Any], np.int64]):
    """A game of the catalogue (by name) or of a spec file (by path) for two agents: `player_0` is X, `player_1` O.

    Observations are `observation`, the planes of `observations.py`, and `action_mask`, which is 1 for each legal
    action of the agent that is to act and all 0 for the other. The only rewards come with the result that the rules
    give the finished game: 1 to the winner and -1 to the loser, 0 to both for a draw. Passes are played for the agents.
    A game that reaches a position kept for testing is truncated, without reward. With `openings` each game begins with
    random moves that meet none of these; the seed of `reset` draws them.

    `step` raises ValueError for an illegal action; in an environment made by `env` it is a loss.
    """

    metadata: dict[str, Any]

    def __init__(self, game: str, *, openings: bool = True, render_mode: str | None = None) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # PettingZoo is typed, but for this
        if render_mode not in (None, *RENDER_MODES):
            raise ValueError(f"unknown render mode {render_mode!r}: choose one of {', '.join(RENDER_MODES)}")
        self.game, self.openings, self.render_mode = load_game(game), openings, render_mode
        self.metadata = {
            "name": f"quickstudy/{self.game.name}_v0",
            "render_modes": RENDER_MODES,
            "is_parallelizable": False,
        }
        self.actions = list_actions(self.game)
        self.possible_agents = list(AGENTS)
        shape, number = observation_shape(self.game), len(self.actions)
        self.observation_spaces = {
            agent: spaces.Dict(
                {
                    "observation": spaces.Box(0, 1, shape, np.float32),
                    "action_mask": spaces.Box(0, 1, (number,), np.int8),
                }
            )
            for agent in AGENTS
        }
        self.action_spaces = {agent: spaces.Discrete(number) for agent in AGENTS}
        self._rng: np.random.Generator | None = None

    def observation_space(self, agent: str) -> spaces.Space[Any]:
        """The space of an agent's observations, the same for both."""
        return self.observation_spaces[agent]

    def action_space(self, agent: str) -> spaces.Space[Any]:
        """The space of an agent's actions, the same for both; `actions.names` says what each is."""
        return self.action_spaces[agent]

    def reset(self, seed: int | None = None, options: dict[str, Any] | None = None) -> None:
        """Begin a game; without a seed the stream of openings goes on."""
        if seed is not None or self._rng is None:
            self._rng = np_random(seed)[0]
        self.playing = begin_game(self.game, self._rng, openings=self.openings)
        self.agents = list(AGENTS)
        self.rewards = dict.fromkeys(AGENTS, 0.0)
        self._cumulative_rewards = dict.fromkeys(AGENTS, 0.0)
        self.terminations = dict.fromkeys(AGENTS, False)
        self.truncations = dict.fromkeys(AGENTS, False)
        self.infos = {agent: {} for agent in AGENTS}
        self.agent_selection = AGENTS[self.playing.player]
        if self.render_mode == "human":
            self.render()

    def observe(self, agent: str) -> dict[str, Any]:
        """What an agent sees."""
        mine = agent == AGENTS[self.playing.player]
        return {
            "observation": self.playing.observe(AGENTS.index(agent)),
            "action_mask": self.playing.mask if mine else np.zeros(len(self.actions), np.int8),
        }

    def step(self, action: np.int64 | None) -> None:
        """Play an action of the agent that is to act; None for an agent whose game has ended."""
        agent, playing = self.agent_selection, self.playing
        if self.terminations[agent] or self.truncations[agent]:
            self._was_dead_step(action)  # type: ignore[arg-type]  # PettingZoo's own annotation forbids its None
            return
        if action is None or not 0 <= action < len(self.actions) or not playing.mask[action]:
            raise ValueError(f"{action} is no legal action of {agent}: choose one that is 1 in its action_mask")
        self._cumulative_rewards[agent] = 0.0
        playing.play(int(self.actions.moves[action]))
        self.rewards = {agent: playing.reward(player) for player, agent in enumerate(AGENTS)}
        self.terminations = dict.fromkeys(AGENTS, playing.over)
        self.truncations = dict.fromkeys(AGENTS, playing.cut)
        if not playing.running:
            self.infos = {agent: dict(playing.describe()) for agent in AGENTS}
        self._accumulate_rewards()
        self.agent_selection = AGENTS[playing.player]
        if self.render_mode == "human":
            self.render()

    def render(self) -> str | None:
        """The board as text: returned in mode `ansi`, printed in mode `human`."""
        if self.render_mode is None:
            raise ValueError("this environment does not render: make it with render_mode='ansi' or 'human'")
        if self.render_mode == "ansi":
            return self.playing.render()
        print(self.playing.render())
        return None


def env(game: str, *, openings: bool = True, render_mode: str | None = None) -> AECEnv[str, dict[str, Any], np.int64]:
    """The environment in PettingZoo's usual wrappers: an illegal action loses the game, the other agent gets 0.

    Arguments as for `GameEnv`.
    """
    raw = GameEnv(game, openings=openings, render_mode=render_mode)
    fair = wrappers.TerminateIllegalWrapper(raw, illegal_reward=-1)
    return wrappers.OrderEnforcingWrapper(wrappers.AssertOutOfBoundsWrapper(fair))
