"""What can be asked of chess and its variants: lines by whoever knows the rules, claims, and how positions compare."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quickstudy.tasks.chess_challenge import ChessSkill
from quickstudy.tasks.chess_variants.library import USUAL
from quickstudy.tasks.chess_variants.position import RESULTS, SIDES, Position
from quickstudy.tasks.chess_variants.situation import ChessSituation
from quickstudy.tasks.examples.chess_probes import is_chess_held_out, load_chess_probes, reach_probe
from quickstudy.tasks.examples.probe_sets import Probe
from quickstudy.tasks.learners.chess_states import build_chess_features, encode_position
from quickstudy.tasks.learners.features import Features
from quickstudy.tasks.prompts.chess_words import write_fen_answer, write_practice_form
from quickstudy.tasks.verifier import HELD_OUT, ILLEGAL_LINE, VERIFIED, Line, Verifier, read_moves

State = NDArray[np.uint64]
_NUMBER = re.compile(r"^\d+\.+")
_SEEN = 6
"""The planes of a state that a diagram shows: pieces, their kinds, and the side to move."""


@dataclass(frozen=True)
class ChessVerifier(Verifier[Position]):
    """What can be asked of chess or a variant in the letters of its skin, in SAN or UCI."""

    skill: ChessSkill

    plain_sides = SIDES

    @property
    def sides(self) -> tuple[str, str]:
        """White and Black."""
        return SIDES

    @property
    def results(self) -> tuple[str, str, str]:
        """As PGN has them."""
        return RESULTS

    @property
    def sample_start(self) -> str:
        """The usual start, where starts are drawn."""
        return " ".join(self.skill.variant.name_start(USUAL))

    def tell_form(self, wording: int) -> str:
        """That moves are written as in play, and where there are many starts, that a position names its own."""
        return write_practice_form(self.sample_start, wording)

    def tell_board(self, wording: int) -> str:
        """That the board is told as a FEN."""
        return write_fen_answer(wording)

    def read_position(self, given: Any) -> tuple[str, ...] | None:
        """The words of a position without numbers of moves; None also where it lacks the name of a start."""
        found = read_moves(given)
        if found is None:
            return None
        words = tuple(filter(None, (_NUMBER.sub("", word) for word in found)))
        named = bool(words) and words[0].startswith("[")
        return words if named or not self.skill.variant.shuffled else None

    def follow(self, moves: Sequence[str]) -> Line[Position]:
        """Play moves from the start of a game, as far as the rules allow; an unknown start is a fault, too."""
        variant = self.skill.variant
        try:
            start, left = variant.split_start(moves)
        except ValueError:
            return Line((), variant.start(), ILLEGAL_LINE, moves[0])
        position, played, states = variant.start(start), variant.name_start(start), list[State]()

        def end(reading: str = VERIFIED, fault: str = "") -> Line[Position]:
            result = "" if position.result is None else RESULTS[position.result]
            return Line(tuple(played), position, reading, fault, result, tuple(states))

        for word in left:
            move = position.read_move(self.read_move(word))
            if move is None:
                return end(ILLEGAL_LINE, word)
            named = position.write_move(move)
            position.push(move)
            if is_chess_held_out(variant, position):
                return Line(tuple(played), position, HELD_OUT)
            played.append(named)
            states.append(self._encode(position))
        return end()

    def look(self, line: Line[Position]) -> ChessSituation:
        """The position at the end of a line."""
        return ChessSituation(line.position)

    def read_move(self, word: str) -> str:
        """A move in the variant's own letters."""
        return self.skill.skin.read_move(word)

    def write_moves(self, moves: Sequence[str]) -> list[str]:
        """Moves in SAN with the letters of the skin."""
        return self.skill.skin.write_moves(moves)

    def write_result(self, result: str) -> str:
        """The result as it is."""
        return result

    def write_board(self, line: Line[Position]) -> str:
        """The position's FEN with the letters of the skin."""
        return self.skill.skin.draw(line.position)[1]

    def encode(self, line: Line[Position]) -> State:
        """The state at the end of a line."""
        return self._encode(line.position)

    def _encode(self, position: Position) -> State:
        letters = "".join(letter for letter, _ in self.skill.variant.pieces)
        state = encode_position(position.list_pieces(), position.result, letters, position.turn)
        state[6] = len(position.moves)
        return np.array(state, np.uint64)

    @property
    def features(self) -> Features:
        """The features of the board and the kinds of piece."""
        variant = self.skill.variant
        return build_chess_features(*map(int, variant.board.split("x")), len(variant.pieces))

    def identify(self, states: Sequence[State]) -> Sequence[bytes]:
        """Pieces and the side to move."""
        return [state[:_SEEN].tobytes() for state in states]

    def reach_probes(self) -> list[tuple[Probe, State]]:
        """The variant's probes with their states."""
        variant = self.skill.variant
        probes = load_chess_probes(variant).probes
        return [(probe, self._encode(reach_probe(variant, probe).position)) for probe in probes]
