"""What a chess engine thinks of each legal move: one search of all of them (MultiPV), limited by nodes alone.

The engine that plays is left as it is: `chess_engine.py` is among the causes of ladders, and this changes no move.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from quickstudy.tasks.opponents.chess_engine import ChessEngine, write_position

DEPTH = 24  # plies: a position with few moves would else be searched on, and told of, for hundreds
_LINE = re.compile(r"info depth (\d+) .*?\bscore (cp|mate) (-?\d+) (?!lowerbound|upperbound).*?\bpv (\S+)")


@dataclass(frozen=True)
class Score:
    """What a move is worth to the player who makes it: `pawns` in hundredths, or `mate` in so many moves of the winner.

    `mate` is positive where that is the player, negative where it is the opponent, and None where no mate was found.
    """

    pawns: int
    mate: int | None = None


class ScoringEngine(ChessEngine):
    """A chess engine that also scores moves, within the same deadlines and with the same faults as in its searches.

    Scores follow from position, moves, nodes and variant alone: tables are cleared before.
    """

    def score_moves(self, fen: str, moves: Sequence[str], nodes: int, legal: Sequence[str]) -> dict[str, Score]:
        """The score of each legal move, in the order of `legal`, at the last depth to which all were searched.

        `moves` lead from the position `fen` to the one searched. Raises EngineFault, also where some move was left out.
        """
        depths = self._search_lines(fen, moves, nodes, len(legal))
        for _, scores in sorted(depths.items(), reverse=True):
            if set(scores) == set(legal):
                return {move: scores[move] for move in legal}
        most = max((len(set(scores) & set(legal)) for scores in depths.values()), default=0)
        where = f"at {fen} {' '.join(moves)}".rstrip()
        raise self._process.fail(f"scored {most} of {len(legal)} legal moves in {nodes} nodes {where}")

    def score_position(self, fen: str, moves: Sequence[str], nodes: int) -> Score:
        """The score of the best move in a search of so many nodes. Raises EngineFault."""
        depths = self._search_lines(fen, moves, nodes, 1)
        if not depths:
            raise self._process.fail(f"told no score in {nodes} nodes at {fen} {' '.join(moves)}".rstrip())
        return list(depths[max(depths)].values())[-1]

    def _search_lines(self, fen: str, moves: Sequence[str], nodes: int, lines: int) -> dict[int, dict[str, Score]]:
        """What a search tells of its best `lines` moves: by depth, the last exact score of each."""
        self._ensure_started()
        told = self._process.ask(
            f"setoption name MultiPV value {lines}",
            *self._clear,
            write_position(fen, moves),
            f"go depth {DEPTH} nodes {nodes}",
            until="bestmove",
            after="readyok",
            seconds=self._process.limits.search,
        )
        self._process.ask("setoption name MultiPV value 1", "isready", until="readyok")
        depths: dict[int, dict[str, Score]] = {}
        for line in told:
            found = _LINE.match(line)
            if found:
                depth, kind, number, move = int(found[1]), found[2], int(found[3]), found[4]
                scores = depths.setdefault(depth, {})
                scores.pop(move, None)  # so that the last one told is the last of all
                scores[move] = Score(number) if kind == "cp" else Score(0, number)
        return depths
