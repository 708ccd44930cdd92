"""Rings: how far from what was studied notes are put to use, from games that the author has seen to other rules.

Every ring but the first takes one thing away, and all of them are compared with `openings`, the usual play stage: test
openings against the whole ladder, in the game and the notation that the notes are of.

| ring | name | what the player meets |
|---|---|---|
| 0 | `seen` | the openings, and the family of opponents, of the games that the author read last |
| 1 | `openings` | openings that nobody has seen |
| 2 | `family` | besides, only opponents of the family of engines that was not met while studying |
| 3 | `skin` | besides, other names and another notation; the prompt says what is called what |
| 3 | `rewritten` | the same, with the notes rewritten in that notation |
| 4 | `sibling` | besides, a game with one rule different; the prompt says which |
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from quickstudy.scorers.recall import View
from quickstudy.tasks.challenge import Playable
from quickstudy.tasks.checks import require
from quickstudy.tasks.conditions import Conditions
from quickstudy.tasks.games.game import SIBLING as SUFFIX
from quickstudy.tasks.match import MatchPlan
from quickstudy.tasks.opponents.ladder import Ladder
from quickstudy.tasks.prompts.rings import write_names, write_sibling

RINGS = SEEN, OPENINGS, FAMILY, SKIN, REWRITTEN, SIBLING = (
    "seen",
    "openings",
    "family",
    "skin",
    "rewritten",
    "sibling",
)
RING_SKIN = 1
_NUMBERED = re.compile(r"^\d+\. ")


def name_ring(ring: str) -> str:
    """A ring as cells have it: nothing for the usual play stage, so that its cells keep their ids."""
    return "" if ring == OPENINGS else ring


@dataclass(frozen=True)
class Ring:
    """A ring of one course: what is played in it, with which notes in view.

    `study` is the course's own, `family` that of the opponents met while studying (`all` for both), and `openings`
    those of the games that the author read last.
    """

    name: str
    study: Conditions
    family: str
    openings: tuple[Any, ...] = ()

    def _require(self, condition: bool, message: str) -> None:
        require(condition, "rings", f"{self.name}: {message}")

    def check(self) -> None:
        """Refuse a ring that the course cannot have. Raises ValueError, one sentence."""
        study = self.study
        known = f"{study.title} has the rings {', '.join(study.rings)}"
        self._require(self.name in study.rings, ", for ".join(filter(None, [known, study.ring_limits])))
        fixed = self.name in (SEEN, FAMILY, SIBLING) and bool(study.opponents)
        self._require(not fixed, "its opponents are of another ladder: leave them adaptive")
        skinned = "the notes must be in the game's own notation: give skin=0"
        if self.name == FAMILY:
            self._require(self.family in study.families, "what is studied is not of one family of engines alone")
        if self.name in (SEEN, FAMILY):
            self._require(len(self.ladder.levels) > 1, "the ladder has no opponents of that family")
        elif self.name in (SKIN, REWRITTEN):
            self._require(study.skin == 0, skinned)
        elif self.name == SIBLING:
            self._require(study.skin == 0, skinned)
            self._require(study.rules == "full", "the player must be told the rules: give rules=full")
            self._require(study.most == 0, "examples would be of the other game: give examples=0")
            self._require(len(self.ladder.levels) > 1, "its ladder has no levels")

    @cached_property
    def played(self) -> Conditions:
        """The study in whose conditions the notes are read."""
        if self.name in (SKIN, REWRITTEN):
            return replace(self.study, skin=RING_SKIN)
        return replace(self.study, game_name=self.study.game_name + SUFFIX) if self.name == SIBLING else self.study

    @property
    def skill(self) -> Playable:
        """What is played, from the openings of the ring."""
        return self.played.skill.begin_from(self.openings) if self.name == SEEN else self.played.skill

    @cached_property
    def ladder(self) -> Ladder:
        """The opponents."""
        if self.name == SEEN:
            return take_family(self.played.ladder, self.family)
        if self.name == FAMILY:
            other = next(other for other in self.study.families if other != self.family)
            return take_family(self.played.ladder, other)
        return self.played.ladder

    def write_notes(self, lines: Sequence[str]) -> list[str]:
        """Lines of notes as they are shown."""
        return [self.played.rename_text(line) for line in lines] if self.name == REWRITTEN else list(lines)

    def write_origin(self) -> list[str]:
        """What is said of the notes, where the usual sentence would not do."""
        if self.name == SKIN:
            return write_names(self.played.list_names(), self.study.wording)
        if self.name == SIBLING:
            return write_sibling(*find_sentences(self.played.own_text, self.study.own_text), self.study.wording)
        return []

    def plan(
        self, model: str, arguments: str, view: View, chain: int, lines: Sequence[str], **conditions: Any
    ) -> MatchPlan:
        """The plan of a match of the ring with these notes; `conditions` are those of a cell with notes."""
        played = self.played
        plan = played.plan(
            model,
            arguments,
            view,
            chain,
            notes=self.write_notes(lines),
            origin=self.write_origin(),
            ring=self.name,
            **conditions,
        )
        return replace(plan, skill=self.skill, ladder=self.ladder)

    def list_words(self) -> set[str]:
        """The words that a prompt of the ring has beside those of the game itself, in lower case."""
        texts = [self.played.rules_text or "", *self.write_origin()]
        return {word for text in texts for word in re.findall(r"\w+", text.lower())}


def take_family(ladder: Ladder, family: str) -> Ladder:
    """The levels of one engine family with the random mover; the whole ladder for `all`."""
    kept = [i for i, level in enumerate(ladder.levels) if family == "all" or level.split("-")[0] in ("random", family)]
    levels = tuple(ladder.levels[i] for i in kept)
    return replace(
        ladder, levels=levels, ratings=ladder.ratings[kept], covariance=ladder.covariance[np.ix_(kept, kept)]
    )


def find_sentences(rules: str, other: str) -> tuple[list[str], list[str]]:
    """The sentences that only one of two texts of rules has: those of the first, and those of the other."""
    mine, theirs = (text.split("\n") for text in (rules, other))
    bare = [{_NUMBERED.sub("", line) for line in lines} for lines in (theirs, mine)]
    found = [
        [line for line in lines if _NUMBERED.sub("", line) not in known]
        for lines, known in zip((mine, theirs), bare, strict=True)
    ]
    if not any(found):  # only the order of things differs
        found = [[line for line in lines if line not in known] for lines, known in ((mine, theirs), (theirs, mine))]
    return found[0], found[1]


def count_rings(rings: Sequence[str], generations: Sequence[str], last: int) -> int:
    """How many play stages rings add to a chain. Raises ValueError, one sentence."""
    return len(set(rings) - {OPENINGS}) * len(read_generations(generations, last))


def read_generations(given: Sequence[str], last: int) -> tuple[int, ...]:
    """Numbers of generations, `last` among them. Raises ValueError, one sentence."""
    numbers = []
    for word in given:
        known = word == "last" or (word.isascii() and word.isdigit() and int(word) <= last)
        if not known:
            raise ValueError(
                f"task parameter ring_generations: {word!r} is none: give last, or numbers from 0 to {last}"
            )
        numbers.append(last if word == "last" else int(word))
    return tuple(sorted(set(numbers)))
