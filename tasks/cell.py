"""Cells: every condition that one strength is estimated for, and the hash that names them."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Any

TASK_VERSION = "3-A"
# Conditions that are younger than the first results, with what held before: they count only where they differ from it,
# so that earlier cells keep their ids.
YOUNGER: dict[str, Any] = {
    **{"kind": "games", "skin": 0, "counts": False, "filler": "", "order": 0, "thinking": ""},
    **{"control": "", "generation": 0, "studied": 0, "budget": 0, "note_kinds": "", "author": ""},
    **{"ring": "", "practice": "", "studied_game": ""},
    **{"verifier_calls": 0, "own_tasks": 0, "artefact": "", "keep": 0, "reviews": 0, "reviewer": ""},
}


@dataclass(frozen=True)
class Cell:
    """Every condition that changes the prompt or the player, and the versions of task and ladder.

    `arguments` is canonical JSON of the model's own arguments and generation settings; `n_requested` is not part of
    the hash: what was in view counts, not what was asked for. `counts` says that questions show points or pieces
    removed. `filler` is the game whose examples fill a padded layout. `order` numbers another order of the examples,
    0 is the one in which they were drawn. `thinking` is a budget in tokens or an effort, empty where it is left to the
    provider. Of notes, `control` is what was switched off, `generation` how often they were edited, `studied` the games
    that they are of, `budget` their most tokens, `note_kinds` the kinds that may be in them, `author` the
    model that wrote them where it is not the player, and `studied_game` the game that they are of where it is not the
    one that is played (placebo; before there was this name, the first of `filler.SOURCES`). `ring` is how far from what
    was studied they are put to use, and `practice` are the opponents of the games that they are of, where these are not
    of the family mcts. Of practice, `verifier_calls` are the answers of the rules in each generation and `own_tasks`
    those of them that judge tasks; `artefact` is `examples` where games are handed on, at most `keep` of them.
    `reviews` are the most moves that a review of a game could name, and `reviewer` the model that named them where it
    is not the player.
    """

    model: str
    arguments: str
    skill: str
    rules_hash: str
    regime: str
    layout: str
    n: int
    n_requested: int
    m: int
    slots: int
    rules: str
    evidence: str
    teacher: str
    legal_moves: bool
    wording: int
    retries: int
    reply_tokens: int
    opponents: str
    seed: int
    ladder_version: str
    task_version: str = TASK_VERSION
    kind: str = "games"
    skin: int = 0
    counts: bool = False
    filler: str = ""
    order: int = 0
    thinking: str = ""
    control: str = ""
    generation: int = 0
    studied: int = 0
    budget: int = 0
    note_kinds: str = ""
    author: str = ""
    ring: str = ""
    practice: str = ""
    studied_game: str = ""
    verifier_calls: int = 0
    own_tasks: int = 0
    artefact: str = ""
    keep: int = 0
    reviews: int = 0
    reviewer: str = ""

    @property
    def cell_id(self) -> str:
        """First 16 hex digits of the SHA-256 of all conditions: the key for deduplication."""
        younger = {key for key, value in YOUNGER.items() if getattr(self, key) == value}
        content = {key: value for key, value in asdict(self).items() if key not in {"n_requested", *younger}}
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]

    def to_dict(self) -> dict[str, Any]:
        """All conditions and the cell's id, as records hold them."""
        return {"cell_id": self.cell_id, **asdict(self)}
