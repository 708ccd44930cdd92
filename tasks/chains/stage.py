"""Study stages: games of a player or examples, reviews of them, and an author who edits the notes or keeps games."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from quickstudy.scorers.recall import View
from quickstudy.tasks.chains.course import Course
from quickstudy.tasks.chains.oracle_stage import consult_oracle
from quickstudy.tasks.chains.repairs import AFTER, BEFORE, Asking, ask_again, choose_positions
from quickstudy.tasks.chains.review import Reviewing, ask_reviews, value_games, write_reviews
from quickstudy.tasks.chains.self_study import choose_games, describe_practised, open_practice
from quickstudy.tasks.challenge import Compute, compute_inline
from quickstudy.tasks.match import Ask, MatchPlan, PhaseZero, Question, play_match
from quickstudy.tasks.prompts.author import (
    write_author,
    write_forfeited,
    write_no_edits,
    write_request,
    write_studied,
    write_too_long,
)
from quickstudy.tasks.regimes.edits import read_edits
from quickstudy.tasks.regimes.kept_games import Room, keep_drawn, keep_latest
from quickstudy.tasks.regimes.notes import BYTES_PER_TOKEN, Applied, Guard, Notes, apply_edits, describe_difference
from quickstudy.tasks.regimes.practice import Practised, describe_score, practise
from quickstudy.tasks.regimes.replies import describe_reply, quote
from quickstudy.tasks.regimes.self_study import RANDOM

AUTHOR = -1
"""The number of the game by which an author's questions are known in a journal."""


@dataclass
class Stage:
    """One study stage while it is carried out: the notes before, the games, and what the author made of them."""

    course: Course
    chain: int
    generation: int
    notes: Notes
    cell: Mapping[str, Any]
    """The cell of the play stage that follows."""


def _refuse(role: str, system: str) -> Ask:
    raise TypeError(f"games are reviewed, and nobody is given who asks the {role}")


async def play_stage(
    stage: Stage,
    plan: MatchPlan | None,
    ask: Ask,
    ask_author: Callable[[str], Ask],
    compute: Compute = compute_inline,
    finished: Callable[[dict[str, Any]], None] | None = None,
    ask_fresh: Callable[[str, str], Ask] = _refuse,
) -> dict[str, Any]:
    """Carry out a study stage and return its record: `notes` after it, `before`, the `games` and the `edits`.

    `plan` is that of the games which the player plays itself (None where it plays none), `ask` asks the player, and
    `ask_author` gives for the constant part of the prompt who asks the author. `finished` is called with the record
    after each game. A practice adds `practice`. Where games are reviewed, `ask_fresh` gives who asks the `reviewer`,
    and players with the notes `before` and `after`; the record then also has `reviews`, `regrets` and `repairs`.
    Exceptions of these pass through.
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
    practised, reviewed = None, list[str]()
    if course.practises:
        practised = await practise(open_practice(course.source, carried, course.self_study), ask)
        record["practice"] = practised.to_record()
    if course.reviews:
        lines = _write_games(stage, record["games"], None)[0]
        reviewing = Reviewing(course.source, course.name_games(stage.chain, stage.generation), carried, course.reviews)
        reviews = await ask_reviews(reviewing, record["games"], lines, partial(ask_fresh, "reviewer"))
        record["reviews"], reviewed = reviews, write_reviews(reviewing, reviews)
        if finished is not None:
            finished(record)
    if course.carries_examples:
        applied, replies = await _keep_games(stage, carried, practised, ask_author)
    else:
        applied, replies = await _edit_notes(stage, carried, record["games"], practised, reviewed, ask_author)
    record |= {
        "notes": applied.notes.to_list(),
        "digest": applied.notes.digest,
        "tokens": applied.notes.tokens,
        "edits": applied.counts,
        "quoted": applied.quoted,
        "replies": replies,
    }
    if plan is not None and course.reviews:
        source = course.source
        record["regrets"] = await value_games(source, record["games"], record["reviews"], compute)
        after = source.write_system(View.plain(0), stage.chain, notes=applied.notes.lines)
        words = course.list_canaries(stage.chain, stage.generation)
        asking = Asking(source, plan, {BEFORE: plan.system, AFTER: after}, words)
        positions = choose_positions(record["reviews"], record["regrets"])
        record["repairs"] = await ask_again(asking, record["games"], positions, ask_fresh, compute)
    if finished is not None:
        finished(record)
    return record


async def _keep_games(
    stage: Stage, carried: Notes, practised: Practised | None, ask_author: Callable[[str], Ask]
) -> tuple[Applied, list[dict[str, Any]]]:
    """The games that are handed on: the latest of a practice, or those that an author or chance chooses."""
    course, chain, generation = stage.course, stage.chain, stage.generation
    room = Room(course.self_study.keep, course.budget)
    if practised is not None:
        return keep_latest(carried, practised.games, room), []
    if course.control == RANDOM:
        seen = course.source.take(course.games * generation, chain)
        return keep_drawn(carried, seen, room, course.open_stream("keep", chain)), []
    return await choose_games(course.source, carried, course.take_examples(chain, generation), room, ask_author)


async def _edit_notes(
    stage: Stage,
    carried: Notes,
    played: Sequence[Mapping[str, Any]],
    practised: Practised | None,
    reviewed: Sequence[str],
    ask_author: Callable[[str], Ask],
) -> tuple[Applied, list[dict[str, Any]]]:
    """The notes after an author has edited them."""
    course = stage.course
    lines, moves = _write_games(stage, played, practised)
    source, budget = course.source, course.budget * BYTES_PER_TOKEN
    lead = {"lead": source.library_lead} if lines and course.regime != "notes" else {}
    system = write_author(
        source.rules_text,
        carried.lines,
        lines,
        source.random_plies if course.regime == "notes" else source.opening_plies,
        course.kinds,
        budget,
        source.wording,
        own=course.regime == "notes",
        reviews=reviewed,
        **(lead if practised is None else describe_practised(source, practised)),
    )
    canaries = frozenset(course.name_games(stage.chain, stage.generation)) if lines else frozenset()
    guard = Guard(course.budget, course.kinds, canaries, moves)
    return await _ask_edits(course, carried, guard, system, ask_author(system))


def _write_games(
    stage: Stage, played: Sequence[Mapping[str, Any]], practised: Practised | None
) -> tuple[list[str], tuple[tuple[str, ...], ...]]:
    """The games of a study stage as the author reads them, and their moves as it could quote them."""
    course, source = stage.course, stage.course.source
    if course.control == "think":
        return [], ()
    names = course.name_games(stage.chain, stage.generation)
    if course.regime != "notes":
        examples = practised.games if practised else course.take_examples(stage.chain, stage.generation)
        sides = ends = [""] * len(examples)
    else:
        examples = [source.read_game(game) for game in played]
        sides = [source.name_side(game["colour"]) for game in played]
        ends = [
            write_forfeited(side, source.wording) if game["forfeit"] else ""
            for game, side in zip(played, sides, strict=True)
        ]
    games = zip(names[: len(examples)], examples, ends, sides, strict=True)
    lines = [
        write_studied(number, name, source.write_game(example, end), side)
        for number, (name, example, end, side) in enumerate(games, 1)
    ]
    return lines, source.list_studied(examples)


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
        replies.append(describe_reply(reply, edits is not None))
        if edits is None:
            retry = write_no_edits(course.kinds[-1], wording)
        else:
            applied = apply_edits(notes, edits, guard)
            size = apply_edits(notes, edits, replace(guard, budget=1 << 30)).notes.tokens
            if size <= guard.budget:
                break
            retry = write_too_long(int(size * BYTES_PER_TOKEN), guard.budget * BYTES_PER_TOKEN, wording)
        messages += [("assistant", quote(reply) or "…"), ("user", retry)]
    return applied, replies


_REMEMBERED = 2
"""Study stages whose games choose the next opponents: earlier ones are of a weaker player."""


def remember_games(records: Sequence[Mapping[str, Any]]) -> PhaseZero | None:
    """What the games of the last study stages of a chain tell of the player's strength; None before the first."""
    games = [game for record in records[-_REMEMBERED:] for game in record["games"] if not game["forfeit"]]
    played = tuple((float(game["opponent_elo"]), float(game["result"])) for game in games)
    return PhaseZero("", played) if played else None


def describe_stage(record: Mapping[str, Any]) -> str:
    """What a study stage did to the notes, as Markdown: their size, the edits, and what changed."""
    before, after = Notes.from_list(record["before"]), Notes.from_list(record["notes"])
    counts = ", ".join(f"{what} {count}" for what, count in record["edits"].items()) or "no edits"
    head = f"{after.tokens:.0f} tokens in {len(after.items)} notes; {counts}; longest quote {record['quoted']} moves."
    practised = [describe_score(record["practice"]["score"])] if "practice" in record else []
    changed = describe_difference(before, after)
    shown = f"```diff\n{changed}\n```" if changed else "Nothing changed."
    return f"{' '.join([*practised, head])}\n\n{shown}"
