"""Courses: how notes or games are made, handed on and read. The conditions of chains, and the plans of their stages.

A chain begins without notes. In generation g an author gets the notes of generation g - 1 and games, and edits the
notes; then a fresh instance plays with the rules, these notes and nothing else. What games the author gets follows from
the regime: `notes` has the player play them itself with the notes so far, `distil` and `state` show the next examples
of the chain's example set, `practice` has the player practise by itself, and in `study` the author chooses which of the
examples to keep. Controls switch one thing off. It knows no Inspect.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from quickstudy.scorers.recall import View
from quickstudy.tasks.chains.matched import count_matched
from quickstudy.tasks.chains.placebo_study import open_placebo
from quickstudy.tasks.chains.rings import FAMILY, OPENINGS, RINGS, SEEN, Ring, read_generations, take_family
from quickstudy.tasks.chains.self_study import show_kept
from quickstudy.tasks.challenge import Playable
from quickstudy.tasks.checks import require
from quickstudy.tasks.conditions import Conditions
from quickstudy.tasks.examples.kinds import Example
from quickstudy.tasks.games.names import invent_name
from quickstudy.tasks.match import MatchPlan, PhaseZero
from quickstudy.tasks.opponents.ladder import Ladder
from quickstudy.tasks.regimes.kept_games import list_kept
from quickstudy.tasks.regimes.notes import BYTES_PER_TOKEN, KINDS, Notes
from quickstudy.tasks.regimes.oracle import GAMES as ORACLE_GAMES
from quickstudy.tasks.regimes.reviews import MOST_NAMED
from quickstudy.tasks.regimes.self_study import PRACTICE, RANDOM, STUDY, SelfStudy
from quickstudy.tasks.seeds import new_generator

REGIMES = ("notes", "distil", "state", PRACTICE, STUDY)
CONTROLS = ("empty", "think", "placebo", "permuted", "no_carry", "oracle", "matched", RANDOM)
MOST_GENERATIONS = 64
WITHOUT_AUTHOR = ("empty", "matched", "oracle")
"""Controls in which no author is asked."""


@dataclass(frozen=True)
class Course:
    """How notes are made and read: the conditions of a memory task beside those of its play stage (`study`).

    `games` are those of one generation, `budget` the most tokens (bytes / 4) of notes, `kinds` the kinds of notes that
    may be written. Each chain plays `play_games` games a generation with the notes, and one example set belongs to it.
    Controls: `empty` has no study stage, and its players read that there are no notes; `think` shows no games;
    `placebo` studies the game least like this one; `permuted` exchanges cells, and numbers, in the finished notes;
    `no_carry` lets each generation begin without notes; `oracle` has notes from more games of the teacher than any
    author reads (`regimes.oracle`), written once; `matched` shows as many whole examples as the budget would hold, and
    no notes; `random` keeps examples by chance. Notes of `ring_generations` are read in `rings`, too. With `reviews`, a
    reviewer names at most so many of a game's own moves as the worst, and the author reads what it named.

    Raises ValueError, one sentence, for conditions that cannot be run.
    """

    study: Conditions
    regime: str = "notes"
    generations: int = 8
    games: int = 16
    budget: int = 1024
    chains: int = 8
    play_games: int = 32
    kinds: tuple[str, ...] = KINDS
    control: str = ""
    practice: str = ""
    rings: tuple[str, ...] = ()
    ring_generations: tuple[str, ...] = ("last",)
    self_study: SelfStudy = field(default_factory=SelfStudy)
    reviews: int = 0

    def __post_init__(self) -> None:
        if not self.practice:
            object.__setattr__(self, "practice", self.study.families[0])
        require(self.regime in REGIMES, "regime", f"choose one of {', '.join(REGIMES)}")
        require(self.control in ("", *CONTROLS), "control", f"choose one of {', '.join(CONTROLS)}, or none")
        require(1 <= self.generations <= MOST_GENERATIONS, "generations", f"choose 1 to {MOST_GENERATIONS}")
        require(self.games >= 2 and self.games % 2 == 0, "games", "give an even number of games, at least 2")
        require(self.play_games >= 2 and self.play_games % 2 == 0, "play_games", "give an even number, at least 2")
        require(1 <= self.budget <= 1 << 16, "budget", "choose 1 to 65536 tokens")
        require(bool(self.kinds) and set(self.kinds) <= set(KINDS), "kinds", f"choose from {', '.join(KINDS)}")
        require(self.regime != "distil" or self.generations == 1, "generations", "distil writes once: give 1")
        require(self.control != "oracle" or self.generations == 1, "generations", "the oracle writes once: give 1")
        require(self.control != "oracle" or not self.study.skin, "skin", "the oracle knows plain names only: give 0")
        if self.control == "matched":
            require(self.study.views[0].m == 0, "examples", "matched shows examples of its own: give 0")
            require(self.view.m > 0, "budget", f"{self.budget} tokens hold no whole example")
        families = self.study.families
        require(self.practice in ("all", *families), "practice", f"choose one of all, {', '.join(families)}")
        self._check_library()
        self.self_study.check(self.regime, self.control, self.study.views[0].slots)
        require(len(self.studied.ladder.levels) > 1, "practice", f"no opponents of {self.practice} are on the ladder")
        require(set(self.rings) <= set(RINGS), "rings", f"choose from {', '.join(RINGS)}")
        read_generations(self.ring_generations, self.last)
        elsewhere = set(self.rings) - {OPENINGS}
        noted = not self.carries_examples and self.control != "matched"
        require(noted or not elsewhere, "rings", "no notes are handed on where games are")
        unseen = self.regime == PRACTICE or self.control in ("placebo", "oracle")
        where = self.control or self.regime
        require(SEEN not in elsewhere or not unseen, "rings", f"{SEEN}: {where} has no openings that an author read")
        met = self.regime != PRACTICE
        require(FAMILY not in elsewhere or met, "rings", f"{FAMILY}: {self.regime} meets no opponents")
        for ring in self.rings:
            self.open_ring(ring).check()
        require(0 <= self.reviews <= MOST_NAMED, "reviews", f"choose 0 (none) to {MOST_NAMED} moves of a game")
        if self.reviews:
            own = self.regime == "notes" and self.control not in ("empty", "matched", "oracle", "think")
            require(own, "reviews", "only a player's own games can be reviewed: regime=notes with a study stage")
            _ = self.source.probe_set  # whose scale the values need

    def _check_library(self) -> None:
        """Refuse a file of games that has too few. Raises ValueError, one sentence."""
        if self.source.library_lead and self.regime not in ("notes", PRACTICE) and self.last:
            self.take_examples(0, self.last)

    @cached_property
    def view(self) -> View:
        """The examples in view beside the notes: those asked for, or in `matched` as many as the budget holds."""
        if self.control != "matched":
            return self.study.views[0]
        return View.plain(count_matched(self.study, self.budget * BYTES_PER_TOKEN))

    @property
    def room(self) -> int:
        """The most bytes of notes that a player reads."""
        return 0 if self.control in ("empty", "matched") else self.budget * BYTES_PER_TOKEN

    @cached_property
    def source(self) -> Conditions:
        """The study whose game is studied: the play stage's own, or another game's in the control `placebo`."""
        return open_placebo(self.study, self.practice) if self.control == "placebo" else self.study

    @cached_property
    def studied(self) -> Studied:
        """What is played while studying: practice openings, against the opponents of practice."""
        source = self.source
        family = self.practice if self.practice in ("all", *source.families) else source.families[0]
        return Studied(source.skill.practise(), take_family(source.ladder, family))

    @property
    def carries_examples(self) -> bool:
        """Whether games, not notes, are handed on."""
        return self.self_study.carries_examples(self.regime)

    @property
    def practises(self) -> bool:
        """Whether the player practises in a study stage."""
        return self.regime == PRACTICE and self.control != "think"

    @property
    def last(self) -> int:
        """The number of the last generation."""
        return 0 if self.control in ("empty", "matched") else self.generations

    def conditions(self, generation: int, author: str = "", reviewer: str = "") -> dict[str, Any]:
        """What the cell of a generation has beside the conditions of its play stage."""
        shown = self.control not in ("empty", "matched", "think") and self.regime != PRACTICE
        studied = (1 if self.control == "no_carry" else generation) * self.games * shown
        return {
            "regime": self.regime,
            "control": self.control,
            "generation": generation,
            "studied": ORACLE_GAMES * (generation > 0) if self.control == "oracle" else studied * (generation > 0),
            "budget": self.budget,
            "note_kinds": "" if self.kinds == KINDS else ",".join(self.kinds),
            "author": "" if self.control in WITHOUT_AUTHOR else author,
            "studied_game": self.source.name if self.control == "placebo" else "",
            "practice": self.practice if self.regime == "notes" and self.practice != self.study.families[0] else "",
            "reviews": self.reviews,
            "reviewer": reviewer if self.reviews else "",
            **self.self_study.conditions(self.regime),
        }

    def list_rings(self, generation: int) -> list[str]:
        """The rings in which the notes of a generation are read, as cells name them: the usual one first."""
        chosen = self.rings if generation in read_generations(self.ring_generations, self.last) else ()
        return ["", *(ring for ring in RINGS if ring in chosen and ring != OPENINGS)]

    def open_ring(self, ring: str, chain: int = 0, generation: int | None = None) -> Ring:
        """A ring of the course, with the openings that the author of a generation read where they matter."""
        family = self.practice
        if self.regime != "notes" or self.control == "oracle":
            family = self.study.teacher_family
        seen = self._list_seen(chain, generation) if ring == SEEN and generation is not None else ()
        return Ring(ring, self.study, family, seen)

    def _list_seen(self, chain: int, generation: int) -> tuple[Any, ...]:
        """The openings of the games that a generation's notes were last edited by; before the first, of the last."""
        stage = generation or max(self.last, 1)
        if self.regime != "notes":
            seen = [self.source.read_opening(example) for example in self.take_examples(chain, stage)]
        else:
            stream, skill = (self.study.seed, chain, stage), self.studied.skill
            seen = [skill.practice_opening(stream, pair) for pair in range(self.games // 2)]
        return tuple(dict.fromkeys(seen))

    def plan_play(
        self,
        model: str,
        arguments: str,
        view: View,
        chain: int,
        generation: int,
        notes: Notes,
        author: str = "",
        *,
        ring: str = "",
        reviewer: str = "",
        notes_hash: str = "",
    ) -> MatchPlan:
        """The plan of a play stage of a generation, by default the usual one: the same openings and seeds in each.

        `notes_hash` is the hash of all chains' notes where they are of another course (see `artefacts`).
        """
        shown = notes
        if self.control == "permuted":
            shown = self.source.permute_notes(notes, self.open_stream("permute", chain))
        conditions = self.conditions(generation, author, reviewer)
        conditions |= {"notes_hash": notes_hash, "requested": self.view}
        lines = None if self.carries_examples else shown.lines
        if ring:
            plan = self.open_ring(ring, chain, generation).plan(
                model, arguments, view, chain, shown.lines, **conditions
            )
        else:
            plan = self.study.plan(model, arguments, view, chain, notes=lines, **conditions)
        if self.carries_examples:
            system = show_kept(self.study, view, chain, notes, self_played=self.regime == PRACTICE)
            carried = self.study.count_carried(view, chain, shown=list_kept(notes))
            plan = replace(plan, system=system, carried=carried)
        return replace(plan, games=self.play_games)

    def plan_study(
        self,
        model: str,
        arguments: str,
        chain: int,
        generation: int,
        notes: Notes,
        known: PhaseZero | None = None,
    ) -> MatchPlan | None:
        """The plan of the player's own games in a study stage, with the notes so far; None where it plays none.

        `known` is what earlier games of the chain told of its strength (`remember_games`).
        """
        if self.regime != "notes" or self.control in ("think", "oracle"):
            return None
        source, studied = self.source, self.studied
        before = {"generation": generation - 1, "control": f"study {self.control}".strip()}
        conditions = {**self.conditions(generation), **before}
        carried = Notes() if self.control == "no_carry" else notes
        plan = source.plan(
            model, arguments, View.plain(0), chain, generation, notes=carried.lines, phase_zero=known, **conditions
        )
        return replace(plan, skill=studied.skill, ladder=studied.ladder, games=self.games)

    def open_stream(self, name: str, chain: int, *parts: int) -> np.random.Generator:
        """Chance of a chain for one purpose, the same on every run."""
        return new_generator(name, self.source.rules_hash, self.study.seed, chain, *parts)

    def name_games(self, chain: int, generation: int) -> list[str]:
        """The canary words that name the games of a study stage, all different."""
        rng, names = self.open_stream("canary", chain, generation), dict[str, None]()
        told = self.study.own_text.lower() + self.source.own_text.lower()
        while len(names) < (self.self_study.verifier_calls if self.regime == PRACTICE else self.games):
            name = invent_name(rng).lower()
            if name not in told:
                names[name] = None
        return list(names)

    def list_canaries(self, chain: int, generation: int, ring: str = "") -> set[str]:
        """The words that name any game that a chain has studied up to a generation, or another chain studies at all.

        Words that a ring's own text has are left out.
        """
        explained = self.open_ring(ring).list_words() if ring else set()
        named = self._canaries.items()
        return {name for (c, g), names in named if c != chain or g <= generation for name in names} - explained

    @cached_property
    def _canaries(self) -> dict[tuple[int, int], list[str]]:
        return {(c, g): self.name_games(c, g) for c in range(self.chains) for g in range(1, self.last + 1)}

    def name_stage(
        self, model: str, arguments: str, author: str, author_arguments: str, reviewer: tuple[str, str] = ("", "")
    ) -> str:
        """What a study stage's replies follow from beside its prompts, as 16 hex digits.

        `reviewer` is the one who reviews, and its arguments.
        """
        plan = self.plan_play(model, arguments, self.view, 0, 0, Notes(), author, reviewer=reviewer[0])
        parts = [plan.cell["cell_id"], author_arguments, self.games, self.practice, self.generations]
        content = json.dumps(parts + ([reviewer[1]] if self.reviews else []))
        return hashlib.sha256(content.encode()).hexdigest()[:16]

    def take_examples(self, chain: int, generation: int) -> list[Example]:
        """The examples of a study stage: the next of the chain's set."""
        return self.source.take(self.games * generation, chain)[-self.games :]


@dataclass(frozen=True)
class Studied:
    """What is played in study stages, and against whom."""

    skill: Playable
    ladder: Ladder
