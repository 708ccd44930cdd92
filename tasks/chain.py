"""Chains: study stages that make notes of games, each followed by a play stage in which a fresh instance has them.

A chain begins without notes. In generation g an author gets the notes of generation g - 1 and games, and edits the
notes; then a fresh instance plays with the rules, these notes and nothing else. What games the author gets follows from
the regime: `notes` has the player play them itself with the notes so far, `distil` and `state` show the next examples
of the chain's example set. Controls switch one thing off. It knows no Inspect.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from quickstudy.scorers.recall import View
from quickstudy.tasks.answers import clean_text
from quickstudy.tasks.challenge import Compute, compute_inline
from quickstudy.tasks.examples.kinds import Example
from quickstudy.tasks.examples.openings import opening_plies
from quickstudy.tasks.game_challenge import GameSkill
from quickstudy.tasks.games.names import invent_name
from quickstudy.tasks.match import Ask, MatchPlan, PhaseZero, Question, play_match
from quickstudy.tasks.matched import count_matched
from quickstudy.tasks.opponents.ladder import Ladder
from quickstudy.tasks.oracle_stage import consult_oracle
from quickstudy.tasks.prompts import (
    quote_reply,
    write_author,
    write_example,
    write_forfeited,
    write_no_edits,
    write_request,
    write_studied,
    write_too_long,
)
from quickstudy.tasks.regimes.edits import read_edits
from quickstudy.tasks.regimes.notes import BYTES_PER_TOKEN, KINDS, Applied, Guard, Notes, apply_edits
from quickstudy.tasks.regimes.oracle import GAMES as ORACLE_GAMES
from quickstudy.tasks.regimes.permutation import permute_notes
from quickstudy.tasks.regimes.placebo import find_placebo
from quickstudy.tasks.seeds import new_generator
from quickstudy.tasks.study import Study

REGIMES = ("notes", "distil", "state")
CONTROLS = ("empty", "think", "placebo", "permuted", "no_carry", "oracle", "matched")
WITHOUT_AUTHOR = ("empty", "matched", "oracle")
"""Controls in which no author is asked."""
AUTHOR = -1
"""The number of the game by which an author's questions are known in a journal."""


@dataclass(frozen=True)
class Course:
    """How notes are made and read: the conditions of a memory task beside those of its play stage (`study`).

    `games` are those of one generation, `budget` the most tokens (bytes / 4) of notes, `kinds` the kinds of notes that
    may be written. Each chain plays `play_games` games a generation with the notes, and one example set belongs to it.
    Controls: `empty` has no study stage, and its players read that there are no notes; `think` shows no games;
    `placebo` studies the game least like this one; `permuted` exchanges cells, and numbers, in the finished notes;
    `no_carry` lets each generation begin without notes; `oracle` has notes from more games of the teacher than any
    author reads (`regimes.oracle`), written once; `matched` shows as many whole examples as the budget would hold, and
    no notes.

    Raises ValueError, one sentence, for conditions that cannot be run.
    """

    study: Study
    regime: str = "notes"
    generations: int = 8
    games: int = 16
    budget: int = 1024
    chains: int = 8
    play_games: int = 32
    kinds: tuple[str, ...] = KINDS
    control: str = ""
    practice: str = "mcts"

    def __post_init__(self) -> None:
        _require(self.regime in REGIMES, "regime", f"choose one of {', '.join(REGIMES)}")
        _require(self.control in ("", *CONTROLS), "control", f"choose one of {', '.join(CONTROLS)}, or none")
        _require(1 <= self.generations <= 64, "generations", "choose 1 to 64")
        _require(self.games >= 2 and self.games % 2 == 0, "games", "give an even number of games, at least 2")
        _require(self.play_games >= 2 and self.play_games % 2 == 0, "play_games", "give an even number, at least 2")
        _require(1 <= self.budget <= 1 << 16, "budget", "choose 1 to 65536 tokens")
        _require(bool(self.kinds) and set(self.kinds) <= set(KINDS), "kinds", f"choose from {', '.join(KINDS)}")
        _require(self.regime != "distil" or self.generations == 1, "generations", "distil writes once: give 1")
        _require(self.control != "oracle" or self.generations == 1, "generations", "the oracle writes once: give 1")
        _require(self.control != "oracle" or not self.study.skin, "skin", "the oracle knows plain names only: give 0")
        if self.control == "matched":
            _require(self.study.views[0].m == 0, "examples", "matched shows examples of its own: give 0")
            _require(self.view.m > 0, "budget", f"{self.budget} tokens hold no whole example")
        _require(self.practice in ("all", *_FAMILIES), "practice", f"choose one of all, {', '.join(_FAMILIES)}")
        _require(len(self.studied.ladder.levels) > 1, "practice", f"no opponents of {self.practice} are on the ladder")

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
    def source(self) -> Study:
        """The study whose game is studied: the play stage's own, or another game's in the control `placebo`."""
        if self.control != "placebo":
            return self.study
        return replace(self.study, game_name=find_placebo(self.study.game.rules, self.practice).name)

    @cached_property
    def studied(self) -> Studied:
        """What is played while studying: practice openings, against the opponents of practice."""
        source = self.source
        skill = GameSkill(source.game, source.legal_moves, source.wording, source.skin, practice=True)
        return Studied(skill, _take_family(source.ladder, self.practice))

    @property
    def last(self) -> int:
        """The number of the last generation."""
        return 0 if self.control in ("empty", "matched") else self.generations

    def conditions(self, generation: int, author: str = "") -> dict[str, Any]:
        """What the cell of a generation has beside the conditions of its play stage."""
        shown = self.control not in ("empty", "matched", "think")
        studied = (1 if self.control == "no_carry" else generation) * self.games * shown
        return {
            "regime": self.regime,
            "control": self.control,
            "generation": generation,
            "studied": ORACLE_GAMES * (generation > 0) if self.control == "oracle" else studied * (generation > 0),
            "budget": self.budget,
            "note_kinds": "" if self.kinds == KINDS else ",".join(self.kinds),
            "author": "" if self.control in WITHOUT_AUTHOR else author,
            "studied_game": self.source.game.name if self.control == "placebo" else "",
        }

    def plan_play(
        self, model: str, arguments: str, view: View, chain: int, generation: int, notes: Notes, author: str = ""
    ) -> MatchPlan:
        """The plan of the play stage of a generation: the same openings and seeds in each."""
        shown = notes
        if self.control == "permuted":
            shown = permute_notes(notes, self.source.game.rules, self._stream("permute", chain))
        conditions = self.conditions(generation, author)
        plan = self.study.plan(model, arguments, view, chain, requested=self.view, notes=shown.lines, **conditions)
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

    def _stream(self, name: str, chain: int, *parts: int) -> np.random.Generator:
        return new_generator(name, self.source.game.rules.hash, self.study.seed, chain, *parts)

    def name_games(self, chain: int, generation: int) -> list[str]:
        """The canary words that name the games of a study stage, all different."""
        rng, names = self._stream("canary", chain, generation), dict[str, None]()
        told = self.study.game.text.lower() + self.source.game.text.lower()
        while len(names) < self.games:
            name = invent_name(rng).lower()
            if name not in told:
                names[name] = None
        return list(names)

    def list_canaries(self, chain: int, generation: int) -> set[str]:
        """The words that name any game that a chain has studied up to a generation."""
        return {name for g in range(1, generation + 1) for name in self.name_games(chain, g)}

    def name_stage(self, model: str, arguments: str, author: str, author_arguments: str) -> str:
        """What a study stage's replies follow from beside its prompts, as 16 hex digits."""
        play = self.plan_play(model, arguments, self.view, 0, 0, Notes(), author).cell["cell_id"]
        content = json.dumps([play, author_arguments, self.games, self.practice, self.generations])
        return hashlib.sha256(content.encode()).hexdigest()[:16]

    def take_examples(self, chain: int, generation: int) -> list[Example]:
        """The examples of a study stage: the next of the chain's set."""
        return self.source.take(self.games * generation, chain)[-self.games :]


@dataclass(frozen=True)
class Studied:
    """What is played in study stages, and against whom."""

    skill: GameSkill
    ladder: Ladder


_FAMILIES = ("mcts", "alphabeta")


def _take_family(ladder: Ladder, family: str) -> Ladder:
    """The levels of one engine family with the random mover; the whole ladder for `all`."""
    kept = [i for i, level in enumerate(ladder.levels) if family == "all" or level.split("-")[0] in ("random", family)]
    levels = tuple(ladder.levels[i] for i in kept)
    return replace(
        ladder, levels=levels, ratings=ladder.ratings[kept], covariance=ladder.covariance[np.ix_(kept, kept)]
    )


@dataclass
class Stage:
    """One study stage while it is carried out: the notes before, the games, and what the author made of them."""

    course: Course
    chain: int
    generation: int
    notes: Notes
    cell: Mapping[str, Any]
    """The cell of the play stage that follows."""


async def play_stage(
    stage: Stage,
    plan: MatchPlan | None,
    ask: Ask,
    ask_author: Callable[[str], Ask],
    compute: Compute = compute_inline,
    finished: Callable[[dict[str, Any]], None] | None = None,
) -> dict[str, Any]:
    """Carry out a study stage and return its record: `notes` after it, `before`, the `games` and the `edits`.

    `plan` is that of the games which the player plays itself (None where it plays none), `ask` asks the player, and
    `ask_author` gives for the constant part of the prompt who asks the author. `finished` is called with the record
    after each game. Exceptions of these pass through.
    """
    course = stage.course
    carried = Notes() if course.control == "no_carry" else stage.notes
    record: dict[str, Any] = {
        "cell": dict(stage.cell),
        "chain": stage.chain,
        "generation": stage.generation,
        "before": carried.to_list(),
        "games": [],
    }
    if course.control == "oracle":
        record |= await consult_oracle(course.study, course.budget, course.kinds[-1], compute)
        if finished is not None:
            finished(record)
        return record
    if plan is not None:

        def told(match: dict[str, Any]) -> None:
            record["games"] = match["games"]
            if finished is not None:
                finished(record)

        record["games"] = (await play_match(plan, ask, compute, told))["games"]
    lines, moves = _write_games(stage, record["games"])
    source, budget = course.source, course.budget * BYTES_PER_TOKEN
    rules = source.shown_rules
    system = write_author(
        None if rules is None else source.skill.skin.write_rules(rules),
        carried.lines,
        lines,
        opening_plies(source.game),
        course.kinds,
        budget,
        source.wording,
        own=course.regime == "notes",
    )
    canaries = frozenset(course.name_games(stage.chain, stage.generation)) if lines else frozenset()
    guard = Guard(course.budget, course.kinds, canaries, tuple(map(tuple, moves)))
    applied, replies = await _ask_edits(course, carried, guard, system, ask_author(system))
    record |= {
        "notes": applied.notes.to_list(),
        "digest": applied.notes.digest,
        "tokens": applied.notes.tokens,
        "edits": applied.counts,
        "quoted": applied.quoted,
        "replies": replies,
    }
    if finished is not None:
        finished(record)
    return record


def _write_games(stage: Stage, played: Sequence[Mapping[str, Any]]) -> tuple[list[str], list[list[str]]]:
    """The games of a study stage as the author reads them, and their moves in the same notation."""
    course, source = stage.course, stage.course.source
    if course.control == "think":
        return [], []
    names, skin = course.name_games(stage.chain, stage.generation), source.skill.skin
    if course.regime != "notes":
        examples = course.take_examples(stage.chain, stage.generation)
        moves = [skin.write_moves(example.moves) for example in examples]
        results = [skin.write_result(example.result) for example in examples]
        sides = [""] * len(examples)
    else:
        moves = [skin.write_moves(game["moves"].split()) for game in played]
        sides = [skin.sides["xo".index(game["colour"])] for game in played]
        results = [_write_end(game, side, course) for game, side in zip(played, sides, strict=True)]
    lines = [
        write_studied(number, name, write_example(line, result), side)
        for number, (name, line, result, side) in enumerate(zip(names, moves, results, sides, strict=True), 1)
    ]
    return lines, moves


def _write_end(game: Mapping[str, Any], side: str, course: Course) -> str:
    """How a game of the player ended."""
    skin = course.source.skill.skin
    if game["forfeit"]:
        return write_forfeited(side, course.source.wording)
    if game["result"] == 0.5:
        return skin.write_result("draw")
    winner = "XO"["xo".index(game["colour"]) ^ (game["result"] == 0.0)]
    return skin.write_result(f"{winner} wins")


async def _ask_edits(
    course: Course, notes: Notes, guard: Guard, system: str, ask: Ask
) -> tuple[Applied, list[dict[str, Any]]]:
    """Ask an author for edits until they can be read and fit, or the retries are spent: then what fits is applied."""
    wording = course.source.wording
    messages = [("system", system), ("user", write_request(wording))]
    applied, replies = Applied(notes), list[dict[str, Any]]()
    for attempt in range(course.source.retries + 1):
        reply = await ask(Question(tuple(messages), AUTHOR, 0, attempt))
        edits = read_edits(reply.text)
        replies.append(
            {
                "readable": edits is not None,
                "text": clean_text(quote_reply(reply.text)),
                "input_tokens": reply.input_tokens,
                "output_tokens": reply.output_tokens,
            }
        )
        if edits is None:
            retry = write_no_edits(course.kinds[-1], wording)
        else:
            applied = apply_edits(notes, edits, guard)
            size = apply_edits(notes, edits, replace(guard, budget=1 << 30)).notes.tokens
            if size <= guard.budget:
                break
            retry = write_too_long(int(size * BYTES_PER_TOKEN), guard.budget * BYTES_PER_TOKEN, wording)
        messages += [("assistant", clean_text(quote_reply(reply.text)) or "…"), ("user", retry)]
    return applied, replies


_REMEMBERED = 2
"""Study stages whose games choose the next opponents: earlier ones are of a weaker player."""


def remember_games(records: Sequence[Mapping[str, Any]]) -> PhaseZero | None:
    """What the games of the last study stages of a chain tell of the player's strength; None before the first."""
    games = [game for record in records[-_REMEMBERED:] for game in record["games"] if not game["forfeit"]]
    played = tuple((float(game["opponent_elo"]), float(game["result"])) for game in games)
    return PhaseZero("", played) if played else None


def _require(condition: bool, parameter: str, message: str) -> None:
    if not condition:
        raise ValueError(f"task parameter {parameter}: {message}")
