"""The oracle: the best notes that fit the budget, from more play of the strong teacher than any author is shown.

It writes what the notebook writes, values of pieces on cells, but fitted to the teacher's choices in many games of all
example sets, and chosen among several ways to shorten them by choices that it has not seen. So a player with these
notes shows what a reader can do with notes: the skill of whoever wrote them is switched off. They are the best of that
form, not the best that could be written.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from quickstudy.scorers.choices import Choices
from quickstudy.tasks.examples.kinds import Example
from quickstudy.tasks.learners.features import Features
from quickstudy.tasks.learners.fitting import Decision, design_matrix, encode_positions, list_decisions
from quickstudy.tasks.learners.note_words import LEGEND, NoteWords
from quickstudy.tasks.learners.notebook import PIECES
from quickstudy.tasks.learners.prompt import Evidence, ExampleGame
from quickstudy.tasks.regimes.notes import BYTES_PER_TOKEN, Item, Notes

SETS, EACH = 8, 64
"""Example sets that are read, and games of each."""
GAMES = SETS * EACH
HELD_OUT = 8  # one game in so many only judges the notes
OPTIONS = 100_000  # positions after a move that are fitted to at most
_SCALES = (1.0, 0.1, 0.02)  # shorter numbers leave room for more of them
_LEGEND_SHARE = 8  # the legend may take one part in so many of the budget

Weights = NDArray[np.float64]


@dataclass(frozen=True)
class Oracle:
    """The notes, and the share of the teacher's unseen choices that they name (of equally good moves their part)."""

    notes: Notes
    agreement: float


def write_oracle(known: Evidence, games: Sequence[Example], budget: int, kind: str) -> Oracle:
    """The notes of `kind` within `budget` tokens that name most of the choices in games held out of the fit.

    `known` are the rules, and how many plies a game begins with at random. Empty where the budget holds no number.
    Raises ValueError where the games show no choice.
    """
    words = known.words
    seen, unseen = (
        _Choices(words.features, _read(known, part))
        for part in ([g for i, g in enumerate(games) if i % HELD_OUT], games[::HELD_OUT])
    )
    room = budget * BYTES_PER_TOKEN
    legend = len(f"1. {kind}: {LEGEND}\n".encode())
    explained = legend * _LEGEND_SHARE <= room
    best = Oracle(Notes(), unseen.judge(np.zeros(words.features.size + 1)))
    for lines in _list_drafts(words, seen, len(games), room - legend * explained):
        texts = [*([LEGEND] if explained else []), *lines]
        notes = Notes(tuple(Item(kind, text) for text in texts))
        share = unseen.judge(words.read(lines)[0])
        if notes.tokens <= budget and share > best.agreement:
            best = Oracle(notes, share)
    return best


def _list_drafts(words: NoteWords, seen: _Choices, games: int, room: int) -> Iterator[list[str]]:
    """Ways to write the fitted weights into so many bytes: which are kept, and how many digits they have."""
    full = seen.fit(words.mask(PIECES)[:-1])
    for worth in (np.abs(full), np.abs(full) * np.sqrt(seen.vary)):
        for scale in _SCALES:
            said = words.read(words.write(full * scale, worth, games, room))[1]
            # what is left out changes what the rest is worth
            kept = seen.fit(said[:-1]) if said.any() else full
            yield words.write(kept * scale, worth * said, games, room)


class _Choices:
    """Decisions as options with features of pieces."""

    def __init__(self, features: Features, decisions: Sequence[Decision]) -> None:
        if not decisions:
            raise ValueError("the games of the teacher show no choice between moves")
        self.sizes = np.array([len(d.after) for d in decisions], dtype=np.int64)
        self.chosen = np.array([d.chosen for d in decisions], dtype=np.int64)
        codes = encode_positions(features, [d.after for d in decisions], [d.mover for d in decisions])
        self.matrix = design_matrix(features, features.index_pieces(codes))
        self.starts = np.concatenate([[0], np.cumsum(self.sizes)[:-1]])
        groups = csr_matrix((np.ones(len(self.matrix.indptr) - 1), _ends(self.sizes)[0], _ends(self.sizes)[1]))
        counts = (groups @ self.matrix).tocoo()
        varies = (counts.data > 0) & (counts.data < self.sizes[counts.row])
        share = np.bincount(counts.col[varies], minlength=features.size) / len(decisions)
        self.vary = np.append(share, 0.0)
        """The share (features + 1,) of the decisions in which the options differ in each feature."""

    def fit(self, kept: NDArray[np.bool_]) -> Weights:
        """Weights (features + 1,) of the features (features,) that are kept; 0 of all others."""
        columns = np.flatnonzero(kept & (self.vary[:-1] > 0.0))
        weights = np.zeros(len(self.vary))
        weights[columns] = Choices(self.matrix[:, columns], self.sizes, self.chosen).fit()
        return weights

    def judge(self, weights: Weights) -> float:
        """The share of the choices that weights (features + 1,) name; of n options that score alike one is 1 / n."""
        scores = self.matrix @ weights[:-1]
        best = scores >= np.repeat(np.maximum.reduceat(scores, self.starts), self.sizes) - 1e-9
        return float((best[self.starts + self.chosen] / np.add.reduceat(best.astype(float), self.starts)).mean())


def _ends(sizes: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    return np.arange(int(sizes.sum())), np.concatenate([[0], np.cumsum(sizes)])


def _read(known: Evidence, games: Sequence[Example]) -> list[Decision]:
    """The decisions with a choice of these games, evenly thinned out where they have more than `OPTIONS` options."""
    shown = tuple(ExampleGame(game.moves, None, known.opening_plies) for game in games)
    found = [d for d in list_decisions(replace(known, games=shown, replayed={})) if len(d.after) > 1]
    step = -(-sum(len(d.after) for d in found) // OPTIONS)
    return found[:: max(step, 1)]
