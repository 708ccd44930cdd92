"""Chess or a variant as a skill: each challenge is a game from a test opening against a level of the ladder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any

from quickstudy.tasks.challenge import Compute
from quickstudy.tasks.chess_variants.movetext import write_movetext
from quickstudy.tasks.chess_variants.position import DRAW, SIDES, Position
from quickstudy.tasks.chess_variants.skin import PLAIN, ChessSkin, find_chess_skin
from quickstudy.tasks.chess_variants.variant import Variant
from quickstudy.tasks.examples.chess_openings import ChessOpening, draw_chess_practice, list_chess_openings, reach
from quickstudy.tasks.opponents.chess_levels import choose_chess_move, find_chess_level
from quickstudy.tasks.prompts.chess_words import CHESS_PIECES
from quickstudy.tasks.prompts.play import write_position
from quickstudy.tasks.seeds import derive_seed, new_generator


@dataclass(frozen=True)
class ChessSkill:
    """Chess or a variant; `legal_moves` lists them in each question, `wording` numbers the paraphrase of its sentences.

    `skin_number` is that of the skin in which the player sees an invented variant; steps and records keep its own
    notation. Games to learn from begin with openings of `practice`, which are none of the test openings; `openings`,
    where there are any, are played in place of the test openings.
    """

    variant: Variant
    legal_moves: bool = False
    wording: int = 0
    practice: bool = False
    skin_number: int = 0
    openings: tuple[ChessOpening, ...] = ()

    @property
    def skin(self) -> ChessSkin:
        """The names and letters that the player sees."""
        return PLAIN if self.variant.spec is None else find_chess_skin(self.variant.spec, self.skin_number)

    @property
    def sample_answer(self) -> str:
        """A move that follows from the notation alone, not from a position."""
        return "Kb2"

    def begin(self, opponent: str, number: int, stream: tuple[int, int, int]) -> ChessChallenge:
        """Game `number`: both games of a pair have one opening and one seed, and the player changes sides."""
        return ChessChallenge(self, opponent, number, stream)

    def practise(self) -> ChessSkill:
        """The same with games to learn from."""
        return replace(self, practice=True)

    def begin_from(self, openings: Sequence[ChessOpening]) -> ChessSkill:
        """The same with other openings."""
        return replace(self, openings=tuple(openings))

    def practice_opening(self, stream: tuple[int, int, int], pair: int) -> ChessOpening:
        """The opening of a pair of games to learn from."""
        return draw_chess_practice(self.variant, new_generator("practice", self.variant.hash, *stream, pair))

    def revisit(self, moves: Sequence[str], *, last: bool = False) -> list[ChessTurn]:
        """The points of a game, one before each of its moves in SAN, behind its start's name if it has one.

        With `last` there is one behind them, too. Raises ValueError for a move that is not legal, or a start that the
        variant has not.
        """
        start, played = self.variant.split_start(moves)
        points = enumerate(self.variant.follow(moves))
        return [
            ChessTurn(self, ChessOpening(start, tuple(position.moves)), played[:ply], len(position.list_moves()))
            for ply, position in points
            if last or ply < len(played)
        ]

    def write_question(self, position: Position, start: int, steps: Sequence[str]) -> str:
        """The user message that asks for a move in a position, which `steps` (SAN) lead to."""
        skin = self.skin
        board, fen = skin.draw(position)
        named = [position.write_move(move) for move in position.list_moves()] if self.legal_moves else None
        legal = None if named is None else skin.write_moves(named)
        return write_position(
            f"{board}\nFEN: {fen}",
            write_movetext(skin.write_moves(steps), self.variant.name_start(start)),
            SIDES[position.turn],
            CHESS_PIECES[position.turn],
            legal=legal,
            wording=self.wording,
        )


class ChessTurn:
    """A point of a recorded game as a player meets it: `steps` are the moves of `line` in SAN, `options` follow."""

    def __init__(self, skill: ChessSkill, line: ChessOpening, steps: Sequence[str], options: int) -> None:
        self.skill, self.line, self.steps, self.options = skill, line, steps, options
        self.move: str | None = None

    @cached_property
    def position(self) -> Position:
        """The position there."""
        return reach(self.skill.variant, self.line)

    @property
    def colour(self) -> str:
        """The side to move: White begins, and sides take turns."""
        return SIDES[len(self.line.moves) % 2]

    def write_question(self) -> str:
        """The same words as in a game at this point."""
        return self.skill.write_question(self.position, self.line.start, self.steps)

    def accept(self, answer: str) -> str | None:
        """Keep the move that an answer names, if it is legal and no other is meant."""
        move = self.position.read_move(self.skill.skin.read_move(answer))
        self.move = None if move is None else self.position.write_move(move)
        return self.move


class ChessChallenge:
    """One game in progress; its steps are moves in standard algebraic notation."""

    def __init__(self, skill: ChessSkill, opponent: str, number: int, stream: tuple[int, int, int]) -> None:
        variant, pair = skill.variant, number // 2
        self.skill, self.level, self.me = skill, find_chess_level(opponent), number % 2
        self.opening = _find_opening(skill, stream, pair)
        self.seed = derive_seed("practice game" if skill.practice else "game", variant.hash, *stream, pair)
        self.position, self.steps = variant.start(self.opening.start), list[str]()
        self._fen = self.position.fen
        for move in self.opening.moves:
            self._play(move)

    async def advance(self, compute: Compute) -> bool:
        """Play the opponent's move until the player must move or the game is over. Raises EngineFault."""
        position = self.position
        while position.result is None:
            if position.turn == self.me:
                return True
            legal, moves = list(position.list_moves()), list(position.moves)
            chosen = await compute(partial(self._choose, legal, moves), self.level.most_work)
            self._play(legal[chosen])
        return False

    def write_question(self) -> str:
        """The question for a move in this position."""
        return self.skill.write_question(self.position, self.opening.start, self.steps)

    def accept(self, answer: str) -> str | None:
        """Play the move that an answer names in SAN or UCI, if it is legal and no other is meant."""
        move = self.position.read_move(self.skill.skin.read_move(answer))
        if move is None:
            return None
        self._play(move)
        return self.steps[-1]

    def score(self) -> float:
        """Points of the player in a finished game."""
        result = self.position.result
        return 0.5 if result == DRAW else float(result == self.me)

    def describe(self) -> dict[str, Any]:
        """The player's side, the opening's moves (behind a start position that was drawn) and the engine's seed."""
        shown = self.steps[: len(self.opening.moves)]
        named = self.skill.variant.name_start(self.opening.start)
        return {"colour": SIDES[self.me], "opening": " ".join([*named, *shown]), "seed": self.seed}

    def _choose(self, legal: list[str], moves: list[str]) -> int:
        """The number of the opponent's move."""
        engine = self.skill.variant.for_engine
        return legal.index(choose_chess_move(engine, self._fen, moves, legal, self.level, self.seed))

    def _play(self, move: str) -> None:
        self.steps.append(self.position.write_move(move))
        self.position.push(move)


def _find_opening(skill: ChessSkill, stream: tuple[int, int, int], pair: int) -> ChessOpening:
    """The opening of a pair: the pairs of a match have different ones, as far as the pool reaches."""
    variant = skill.variant
    if skill.practice:
        return skill.practice_opening(stream, pair)
    pool = skill.openings or list_chess_openings(variant)
    return pool[((derive_seed("pair", variant.hash, *stream) >> 1) + pair) % len(pool)]
