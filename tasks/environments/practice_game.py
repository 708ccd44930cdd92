"""A game played for practice: from an opening, without questions about passes, apart from what the benchmark tests."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from quickstudy.tasks.environments.actions import list_actions
from quickstudy.tasks.environments.observations import observe
from quickstudy.tasks.examples.openings import Opening, grow_tree, opening_plies
from quickstudy.tasks.examples.probes import is_held_out
from quickstudy.tasks.games.game import Game
from quickstudy.tasks.games.notation import PASS, RESULTS, count_points, draw_board, format_move

_DRAWS = 10_000


class PracticeGame:
    """One game in progress.

    It is `over` when the rules end it, and `cut` when it reaches a position that is kept for testing: the last one of
    a test opening, one of its images, or a probe.
    """

    def __init__(self, game: Game, opening: Opening = ()) -> None:
        self.game, self.opening_plies = game, len(opening)
        self.state, self.steps, self.cut = game.start(), list[str](), False
        for move in opening:
            self._play(move)
        self._pass()

    @property
    def player(self) -> int:
        """Who is to act: 0 X, 1 O."""
        return int(self.state[5])

    @property
    def over(self) -> bool:
        """Whether the rules have ended the game."""
        return bool(self.state[7])

    @property
    def running(self) -> bool:
        """Whether another move can be played."""
        return not self.over and not self.cut

    @property
    def legal(self) -> NDArray[np.int32]:
        """The legal moves, packed; none when the game is not running."""
        from quickstudy.tasks.games.kernel import legal_moves

        return legal_moves(self.game.tables, self.state) if self.running else np.zeros(0, np.int32)

    @property
    def mask(self) -> NDArray[np.int8]:
        """1 for each legal action of the player to act."""
        return list_actions(self.game).mask(self.legal)

    def observe(self, player: int) -> NDArray[np.float32]:
        """The position as a player sees it."""
        return observe(self.game, self.state, player)

    def play(self, move: int) -> None:
        """Play a legal packed move, and the passes that follow from it."""
        self._play(move)
        self._pass()

    def reward(self, player: int) -> float:
        """1 for a player who has won by the rules, -1 for one who has lost, else 0."""
        result = int(self.state[7])
        return 0.0 if result in (0, 3) else 1.0 if result - 1 == player else -1.0

    def describe(self) -> dict[str, str | int]:
        """The game from which anyone can recompute the result: its moves, its result, and how many moves were drawn."""
        return {
            "moves": " ".join(self.steps),
            "opening_plies": self.opening_plies,
            "result": RESULTS[int(self.state[7])],
        }

    def render(self) -> str:
        """The board as text, with who is to act or the result."""
        rules, state = self.game.rules, self.state
        lines = [draw_board(rules, state)]
        if rules.points:
            lines.append(f"Points: X {count_points(state, 0)}, O {count_points(state, 1)}.")
        if rules.captures or rules.score == "captures":
            lines.append(f"Removed: by X {int(state[8])}, by O {int(state[9])}.")
        ending = "held out for testing" if self.cut else RESULTS[int(state[7])]
        turn = f"{'XO'[self.player]} to act" if self.running else ending
        return "\n".join([*lines, f"Ply {int(state[6]) + self.running}: {turn}."])

    def _pass(self) -> None:
        while self.running and (int(self.legal[0]) >> 12) & 7 == PASS:
            self._play(PASS << 12)

    def _play(self, move: int) -> None:
        from quickstudy.tasks.games.kernel import apply

        apply(self.game.tables, self.state, move)
        self.steps.append(format_move(self.game.rules, move))
        self.cut = self.cut or (not self.over and is_held_out(self.game, self.state))


def begin_game(game: Game, rng: np.random.Generator, *, openings: bool) -> PracticeGame:
    """A running game from the start or, with `openings`, from a random opening that meets nothing held out.

    Openings are as long as those that the benchmark tests, and as random. Raises ValueError where there are none.
    """
    if not openings:
        return PracticeGame(game)
    for _ in range(_DRAWS):
        opening = grow_tree(game).pick(int(rng.integers(1 << 63)))
        started = PracticeGame(game, opening)
        if started.running and len(opening) == opening_plies(game):
            return started
    raise ValueError(
        f"{game.name} has no opening that is not held out for testing: begin at the start (openings=False)"
    )
