"""A board game as a skill: each challenge is a game from a test opening against a level of the ladder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quickstudy.tasks.challenge import Compute
from quickstudy.tasks.examples.kinds import replay
from quickstudy.tasks.examples.openings import Opening, draw_practice, list_openings, write_opening
from quickstudy.tasks.games.game import Game
from quickstudy.tasks.games.notation import PASS, PLAYERS, count_points, format_move, parse_move
from quickstudy.tasks.games.rules import Rules
from quickstudy.tasks.games.skin import Skin, find_skin
from quickstudy.tasks.opponents.levels import choose_move, find_level
from quickstudy.tasks.prompts.play import write_position
from quickstudy.tasks.seeds import derive_seed, new_generator

State = NDArray[np.uint64]


@dataclass(frozen=True)
class GameSkill:
    """A board game; `legal_moves` lists them in each question, `wording` numbers the paraphrase of its sentences.

    `skin_number` is that of the skin in which the player sees the game; steps and records keep the game's own notation.
    Games to learn from begin with openings of `practice`, which are none of the test openings; `openings`, where
    there are any, are played in place of the test openings.
    """

    game: Game
    legal_moves: bool = False
    wording: int = 0
    skin_number: int = 0
    practice: bool = False
    openings: tuple[Opening, ...] = ()

    @cached_property
    def skin(self) -> Skin:
        """The names and the notation that the player sees."""
        return find_skin(self.game.rules, self.skin_number)

    @property
    def counts(self) -> bool:
        """Whether questions show what the rules count and the board does not show: points or pieces removed."""
        rules = self.game.rules
        return bool(rules.captures or rules.points or rules.score == "captures")

    @property
    def sample_answer(self) -> str:
        """A move that follows from the notation alone, not from a position."""
        names = self.game.rules.board.names
        return self.skin.write_move(names[0] if self.game.rules.place != "none" else f"{names[0]}-{names[1]}")

    def practise(self) -> GameSkill:
        """The same with games to learn from."""
        return replace(self, practice=True)

    def begin_from(self, openings: Sequence[Opening]) -> GameSkill:
        """The same with other openings."""
        return replace(self, openings=tuple(openings))

    def practice_opening(self, stream: tuple[int, int, int], pair: int) -> Opening:
        """The opening of a pair of games to learn from."""
        return draw_practice(self.game, new_generator("practice", self.game.rules.hash, *stream, pair))

    def begin(self, opponent: str, number: int, stream: tuple[int, int, int]) -> GameChallenge:
        """Game `number`: both games of a pair have one opening and one seed, and the player changes sides."""
        return GameChallenge(self, opponent, number, stream)

    def revisit(self, moves: Sequence[str], *, last: bool = False) -> list[GameTurn]:
        """The points of a game, one before each of its moves, with `last` also one behind them. Raises ValueError."""
        states = replay(self.game, moves)[: len(moves) + last]
        return [GameTurn(self, moves[:ply], state) for ply, state in enumerate(states)]

    def write_question(self, state: State, moves: Sequence[str], legal: NDArray[np.int32]) -> str:
        """The user message that asks for a move in a position."""
        rules, me = self.game.rules, int(state[5])
        return write_position(
            self.skin.draw_board(rules, state),
            self.skin.write_moves(moves),
            self.skin.sides[me],
            self.write_symbols(rules, me),
            second_action=rules.double and int(state[11]) == 1 and int(state[6]) > 0,
            legal=self.skin.write_moves([format_move(rules, int(m)) for m in legal]) if self.legal_moves else None,
            removed=(int(state[8 + me]), int(state[9 - me])) if rules.captures or rules.score == "captures" else None,
            points=(count_points(state, me), count_points(state, 1 - me)) if rules.points else None,
            wording=self.wording,
        )

    def read_move(self, answer: str, legal: NDArray[np.int32]) -> int | None:
        """The legal move (packed) that an answer names in the notation of the skin, or None."""
        named = self.skin.read_move(answer)
        return None if named is None else parse_move(self.game.rules, named, legal.tolist())

    def write_symbols(self, rules: Rules, player: int) -> str:
        """The symbols of a player's pieces, with the names of the pieces where there are several kinds."""
        table, kinds = self.skin.symbols(rules), self.skin.rename(rules).kinds
        named = [f"{table[player, k]} = {kind.name}" for k, kind in enumerate(kinds)]
        return ", ".join(named) if len(kinds) > 1 else table[player, 0]


class GameTurn:
    """A point of a recorded game as a player meets it, with `steps` before it that lead to `state`."""

    def __init__(self, skill: GameSkill, steps: Sequence[str], state: State) -> None:
        from quickstudy.tasks.games.kernel import legal_moves

        self.skill, self.steps, self.state = skill, steps, state
        self.legal: NDArray[np.int32] = legal_moves(skill.game.tables, state)
        self.move: str | None = None

    @property
    def colour(self) -> str:
        """The side to move."""
        return PLAYERS[int(self.state[5])]

    @property
    def options(self) -> int:
        """The number of legal moves."""
        return len(self.legal)

    def write_question(self) -> str:
        """The same words as in a game at this point."""
        return self.skill.write_question(self.state, self.steps, self.legal)

    def accept(self, answer: str) -> str | None:
        """Keep the move that an answer names, if it is legal."""
        move = self.skill.read_move(answer, self.legal)
        self.move = None if move is None else format_move(self.skill.game.rules, move)
        return self.move


class GameChallenge:
    """One game in progress."""

    def __init__(self, skill: GameSkill, opponent: str, number: int, stream: tuple[int, int, int]) -> None:
        rules, pair = skill.game.rules, number // 2
        self.skill, self.level, self.me = skill, find_level(opponent), number % 2
        if skill.practice:
            self.opening = skill.practice_opening(stream, pair)
            self.seed = derive_seed("practice game", rules.hash, *stream, pair)
        else:
            pool = skill.openings or list_openings(skill.game)
            # seeds are odd; the pairs of a match have different openings, as far as the pool reaches
            self.opening = pool[((derive_seed("pair", rules.hash, *stream) >> 1) + pair) % len(pool)]
            self.seed = derive_seed("game", rules.hash, *stream, pair)
        self.state, self.steps = skill.game.start(), list[str]()
        self.legal: NDArray[np.int32] = np.zeros(0, np.int32)
        for move in self.opening:
            self._play(move)

    async def advance(self, compute: Compute) -> bool:
        """Play passes and the opponent's moves until the player must move or the game is over."""
        from quickstudy.tasks.games.kernel import legal_moves

        game, state = self.skill.game, self.state
        while True:
            self.legal = legal_moves(game.tables, state)
            if len(self.legal) == 0:
                return False
            if (int(self.legal[0]) >> 12) & 7 == PASS:
                self._play(int(self.legal[0]))
            elif int(state[5]) == self.me:
                return True
            else:
                self._play(await compute(lambda: choose_move(game, state, self.level, self.seed), self.level.work))

    def write_question(self) -> str:
        """The question for a move in this position."""
        return self.skill.write_question(self.state, self.steps, self.legal)

    def accept(self, answer: str) -> str | None:
        """Play the move that an answer names, if it is legal."""
        move = self.skill.read_move(answer, self.legal)
        if move is None:
            return None
        self._play(move)
        return self.steps[-1]

    def score(self) -> float:
        """Points of the player in a finished game."""
        result = int(self.state[7])
        return 0.5 if result == 3 else float(result - 1 == self.me)

    def describe(self) -> dict[str, Any]:
        """The player's side, the opening's moves, and the seed of the opponent's moves."""
        opening = write_opening(self.skill.game, self.opening)
        return {"colour": PLAYERS[self.me], "opening": opening, "seed": self.seed}

    def _play(self, move: int) -> None:
        from quickstudy.tasks.games.kernel import apply

        apply(self.skill.game.tables, self.state, move)
        self.steps.append(format_move(self.skill.game.rules, move))
