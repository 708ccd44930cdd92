"""Gymnasium: one player's seat in a game against a level of the ladder."""

from __future__ import annotations

from typing import Any

import gymnasium
import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from quickstudy.scorers.outcome import Outcome
from quickstudy.tasks.environments.actions import list_actions
from quickstudy.tasks.environments.observations import observation_shape
from quickstudy.tasks.environments.practice_game import PracticeGame, begin_game
from quickstudy.tasks.games.game import load_game
from quickstudy.tasks.games.notation import PLAYERS
from quickstudy.tasks.opponents.levels import choose_move, find_level

Observation = NDArray[np.float32]
_DRAWS = 10_000
_OUTCOMES = {1.0: Outcome.WIN, 0.0: Outcome.DRAW, -1.0: Outcome.LOSS}


class LevelEnv(gymnasium.Env[Observation, np.int64]):
    """A game of the catalogue (by name) or of a spec file (by path) against a level, as `mcts-100`.

    The agent plays `side` (`x`, which begins, or `o`), else a side drawn for each game; `reset` takes `options`
    `{"side": "x"}` for one game. Observations are the planes of `observations.py`; the legal actions are
    `info["action_mask"]`. The only reward comes with the result that the rules give the finished game: 1, 0 or -1.
    An illegal action loses the game, as in the benchmark. Passes are played for both. A game that reaches a position
    kept for testing is truncated, without reward. With `openings` each game begins with random moves that meet none of
    these.

    Opening, side and the opponent's moves follow from the seed of `reset`.
    """

    metadata: dict[str, Any] = {"render_modes": ["ansi", "human"], "render_fps": 4}  # noqa: RUF012  as in Gymnasium

    def __init__(
        self,
        game: str,
        opponent: str = "random",
        *,
        side: str | None = None,
        openings: bool = True,
        render_mode: str | None = None,
    ) -> None:
        modes = self.metadata["render_modes"]
        if render_mode not in (None, *modes):
            raise ValueError(f"unknown render mode {render_mode!r}: choose one of {', '.join(modes)}")
        self.game, self.level = load_game(game), find_level(opponent)
        self.side, self.openings, self.render_mode = _check_side(side), openings, render_mode
        self.actions = list_actions(self.game)
        self.observation_space = spaces.Box(0, 1, observation_shape(self.game), np.float32)
        self.action_space = spaces.Discrete(len(self.actions))
        self.playing: PracticeGame | None = None

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Observation, dict[str, Any]]:
        """Begin a game and play it until the agent is to act."""
        super().reset(seed=seed)
        chosen = _check_side((options or {}).get("side", self.side))
        drawn = int(self.np_random.integers(2))  # always, so that games of one seed differ in nothing but the side
        self._me = drawn if chosen is None else PLAYERS.index(chosen)
        self._forfeited = False
        for _ in range(_DRAWS):
            self.playing = begin_game(self.game, self.np_random, openings=self.openings)
            self._seed = int(self.np_random.integers(1 << 63))
            self._answer()
            if self.playing.running:
                break
        else:
            raise ValueError(
                f"{self.game.name} is over before {PLAYERS[self._me].upper()} can act: choose another side"
            )
        if self.render_mode == "human":
            self.render()
        return self.playing.observe(self._me), self._describe()

    def step(self, action: np.int64) -> tuple[Observation, float, bool, bool, dict[str, Any]]:
        """Play the agent's action and the opponent's answer."""
        playing = self._game_in_progress()
        if not playing.running or self._forfeited:
            raise ValueError("the game has ended: begin another one with reset")
        if not self.action_space.contains(action):
            raise ValueError(f"{action!r} is no action of {self.game.name}: give 0 to {len(self.actions) - 1}")
        if playing.mask[action]:
            playing.play(int(self.actions.moves[action]))
            self._answer()
        else:
            self._forfeited = True
        reward = -1.0 if self._forfeited else playing.reward(self._me)
        if self.render_mode == "human":
            self.render()
        return (
            playing.observe(self._me),
            reward,
            playing.over or self._forfeited,
            playing.cut,
            self._describe(),
        )

    def action_masks(self) -> NDArray[np.bool_]:
        """The legal actions as sb3-contrib's MaskablePPO asks for them, bool (actions,)."""
        return self._game_in_progress().mask.astype(np.bool_)

    def render(self) -> str | None:
        """The board as text: returned in mode `ansi`, printed in mode `human`."""
        if self.render_mode is None:
            raise ValueError("this environment does not render: make it with render_mode='ansi' or 'human'")
        text = self._game_in_progress().render()
        if self.render_mode == "ansi":
            return text
        print(text)
        return None

    def _game_in_progress(self) -> PracticeGame:
        if self.playing is None:
            raise ValueError("no game has begun: begin one with reset")
        return self.playing

    def _answer(self) -> None:
        """Play the opponent's moves until the agent is to act or the game has ended."""
        playing = self._game_in_progress()
        while playing.running and playing.player != self._me:
            playing.play(choose_move(self.game, playing.state, self.level, self._seed))

    def _describe(self) -> dict[str, Any]:
        """The legal actions and the side; after the game all from which anyone can recompute the reward."""
        playing = self._game_in_progress()
        info: dict[str, Any] = {"action_mask": playing.mask, "side": PLAYERS[self._me]}
        if self._forfeited:
            info["outcome"] = Outcome.FORFEIT_ILLEGAL.value
        elif playing.over:
            info["outcome"] = _OUTCOMES[playing.reward(self._me)].value
        if self._forfeited or not playing.running:
            info |= {**playing.describe(), "opponent": self.level.name, "seed": self._seed}
        return info


def _check_side(side: str | None) -> str | None:
    """The side, if there is such a one; None is drawn."""
    if side not in (None, *PLAYERS):
        raise ValueError(f"unknown side {side!r}: choose x, o, or none to have it drawn for each game")
    return side
