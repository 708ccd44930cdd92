"""What can be asked of a board game: lines by the kernel, claims, and how positions compare up to symmetries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from quickstudy.tasks.examples.openings import symmetric_keys
from quickstudy.tasks.examples.probes import Probe, is_held_out, load_probes, reach
from quickstudy.tasks.game_challenge import GameSkill
from quickstudy.tasks.games.notation import PASS, RESULTS, format_move, parse_move
from quickstudy.tasks.games.situation import BoardSituation
from quickstudy.tasks.learners.features import Features, build_features
from quickstudy.tasks.prompts.play import write_pieces
from quickstudy.tasks.prompts.practice import write_board_note
from quickstudy.tasks.verifier import HELD_OUT, ILLEGAL_LINE, VERIFIED, Line, Verifier

State = NDArray[np.uint64]


@dataclass(frozen=True)
class BoardVerifier(Verifier[State]):
    """What can be asked of a board game in the notation of its skin."""

    skill: GameSkill

    plain_sides = ("X", "O")

    @property
    def sides(self) -> tuple[str, str]:
        """The sides by the names of the skin."""
        return self.skill.skin.sides

    @property
    def results(self) -> tuple[str, str, str]:
        """X wins, O wins, draw."""
        return RESULTS[1], RESULTS[2], RESULTS[3]

    def tell_form(self, wording: int) -> str:
        """Nothing: the rules define the notation of moves."""
        return ""

    def tell_board(self, wording: int) -> str:
        """How the board is drawn, and with which symbols."""
        rules = self.skill.game.rules
        symbols = [self.skill.write_symbols(rules, player) for player in (0, 1)]
        return write_board_note(write_pieces(self.sides, symbols), wording)

    def follow(self, moves: Sequence[str]) -> Line[State]:
        """Play moves from the start of a game, as far as the rules allow."""
        from quickstudy.tasks.games.kernel import apply, legal_moves

        game, played, states = self.skill.game, list[str](), list[State]()
        state, left = game.start(), list(moves)

        def end(reading: str = VERIFIED, fault: str = "") -> Line[State]:
            result = RESULTS[int(state[7])] if state[7] else ""
            return Line(tuple(played), state, reading, fault, result, tuple(states))

        while True:
            legal = legal_moves(game.tables, state).tolist()
            forced = len(legal) > 0 and (legal[0] >> 12) & 7 == PASS
            if not left and not forced:
                return end()
            named = self.read_move(left[0]) if left else None
            move = None if named is None else parse_move(game.rules, named, legal)
            if move is not None:
                left.pop(0)
            elif forced:
                move = int(legal[0])
            else:
                return end(ILLEGAL_LINE, left[0])
            apply(game.tables, state, move)
            if is_held_out(game, state):
                return Line(tuple(played), state, HELD_OUT)
            played.append(format_move(game.rules, move))
            states.append(state.copy())

    def look(self, line: Line[State]) -> BoardSituation:
        """The position at the end of a line."""
        return BoardSituation(self.skill.game.rules, line.position)

    def read_move(self, word: str) -> str | None:
        """A move in canonical notation."""
        return self.skill.skin.read_move(word)

    def write_moves(self, moves: Sequence[str]) -> list[str]:
        """Moves in the notation of the skin."""
        return self.skill.skin.write_moves(moves)

    def write_result(self, result: str) -> str:
        """A result with the names of the skin."""
        return self.skill.skin.write_result(result)

    def write_board(self, line: Line[State]) -> str:
        """The cells, rank by rank from the top."""
        return self.skill.skin.write_cells(self.skill.game.rules, line.position)

    def encode(self, line: Line[State]) -> State:
        """The state at the end of a line."""
        return line.position

    @property
    def features(self) -> Features:
        """The features of the game."""
        return build_features(self.skill.game.rules)

    def identify(self, states: Sequence[State]) -> Sequence[bytes]:
        """A key that is the same of all images of a position."""
        return symmetric_keys(self.skill.game, np.array(states))

    def reach_probes(self) -> list[tuple[Probe, State]]:
        """The game's probes with their states."""
        game = self.skill.game
        return [(probe, reach(game, probe)) for probe in load_probes(game).probes]
