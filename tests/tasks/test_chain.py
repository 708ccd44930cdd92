"""Chains: what reaches a fresh instance is the rules, its notes and the position, whatever was studied."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from quickstudy.scorers.recall import View
from quickstudy.tasks.chains.audit import Audit, AuditError
from quickstudy.tasks.chains.course import Course
from quickstudy.tasks.chains.stage import AUTHOR, Stage, play_stage, remember_games
from quickstudy.tasks.direct import play_chains
from quickstudy.tasks.examples.openings import grow_tree, held_out_positions, position_key
from quickstudy.tasks.games.notation import parse_move
from quickstudy.tasks.learners.notebook import Notebook
from quickstudy.tasks.match import Question, Reply, play_match
from quickstudy.tasks.regimes.notes import Item, Notes
from quickstudy.tasks.study import Study

GAME = "tvafindil"
STUDY = Study(GAME, examples=(0,), sets=2)
SMALL: dict[str, Any] = {"generations": 2, "games": 2, "budget": 200, "chains": 1, "play_games": 2}
NOTES = Notes((Item("advice", "own man on: a5 +50"),))


def course(**changes: Any) -> Course:
    return Course(STUDY, **{**SMALL, **changes})


def run(made: Course) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The records of study and of play stages."""
    records = list(play_chains(made, "quickstudy/notebook"))
    return [r for r in records if "notes" in r], [r for r in records if "notes" not in r]


class Watched:
    """An embedded player whose prompts are kept."""

    def __init__(self) -> None:
        self.asked: list[Question] = []
        self.learner = Notebook()

    async def ask(self, question: Question) -> Reply:
        self.asked.append(question)
        return Reply(self.learner.answer(question.messages))


def study(made: Course, notes: Notes = NOTES, generation: int = 1) -> tuple[dict[str, Any], Watched, Watched]:
    """A study stage, with what its player and its author were asked."""
    player, author = Watched(), Watched()
    own = made.plan_study("m", "{}", 0, generation, notes)
    stage = Stage(made, 0, generation, notes, {})
    record = asyncio.run(play_stage(stage, own, player.ask, lambda system: author.ask))
    return record, player, author


def test_a_chain_plays_without_notes_and_then_with_those_of_each_generation() -> None:
    stages, plays = run(course())
    assert [stage["generation"] for stage in stages] == [1, 2]
    assert [play["cell"]["generation"] for play in plays] == [0, 1, 2]
    assert [play["cell"]["studied"] for play in plays] == [0, 2, 4]
    assert stages[0]["before"] == [] and stages[1]["before"] == stages[0]["notes"] != []
    assert len({play["cell"]["cell_id"] for play in plays}) == 3
    assert all(play["set"] == 0 and len(play["games"]) == 2 for play in plays)
    assert all(stage["tokens"] <= 200 and stage["replies"][-1]["readable"] for stage in stages)


def test_the_same_course_has_the_same_records() -> None:
    def timeless(records: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [{**r, "games": [{**game, "seconds": 0} for game in r["games"]]} for r in records]

    first, again = (run(course()) for _ in range(2))
    assert [timeless(part) for part in first] == [timeless(part) for part in again]


def test_all_generations_play_the_same_openings_which_no_study_stage_meets() -> None:
    stages, plays = run(course())
    assert len({tuple(game["opening"] for game in play["games"]) for play in plays}) == 1
    studied = [game["opening"] for stage in stages for game in stage["games"]]
    assert len(set(studied)) == 2, "the two generations of two games each have one opening"
    tree, held = grow_tree(STUDY.game), held_out_positions(STUDY.game)
    for text in studied:
        packed: tuple[int, ...] = ()
        for move in text.split():
            found = parse_move(STUDY.game.rules, move, tree.position_after(packed)[1])
            assert found is not None
            packed = (*packed, found)
        assert position_key(tree.position_after(packed)[0]) not in held


def test_a_player_reads_rules_notes_and_position_and_an_author_the_games_too() -> None:
    record, player, author = study(course())
    line = NOTES.lines[0]
    assert all(line in question.messages[0][1] for question in [*player.asked, *author.asked])
    names = course().name_games(0, 1)
    assert all(name not in text for name in names for q in player.asked for _, text in q.messages)
    (asked,) = author.asked
    assert asked.game == AUTHOR and all(f"({name})" in asked.messages[0][1] for name in names)
    assert record["before"] == NOTES.to_list() and len(record["games"]) == 2


def test_a_forfeited_game_is_read_without_a_result() -> None:
    game = {"result": 0.0, "colour": "x", "opening": "", "moves": "a1 b2", "forfeit": False}
    won, forfeited = (STUDY.read_game({**game, "forfeit": forfeit}) for forfeit in (False, True))
    assert won.moves == forfeited.moves == ("a1", "b2")
    assert (won.result, forfeited.result) == ("O wins", "")


def test_controls_switch_one_thing_off() -> None:
    _, _, thinker = study(course(control="think"))
    assert "There are no example games." in thinker.asked[0].messages[0][1]
    record, player, author = study(course(control="no_carry"))
    assert record["before"] == [], "what was there before the author edited it"
    assert all(NOTES.lines[0] not in q.messages[0][1] for q in [*player.asked, *author.asked])
    _, player, author = study(course(control="placebo"))
    assert all(STUDY.game.rules.name not in q.messages[0][1] for q in [*player.asked, *author.asked])
    assert course(control="placebo").conditions(1)["studied_game"] == course(control="placebo").source.name
    view = View.plain(0)
    shown = course(control="permuted").plan_play("m", "{}", view, 0, 1, NOTES).system
    assert NOTES.lines[0] not in shown and "own man on:" in shown
    empty = course(control="empty")
    assert empty.last == 0 and "left no notes" in empty.plan_play("m", "{}", view, 0, 0, Notes()).system
    assert "notes" not in STUDY.plan("m", "{}", view, 0).system.lower()


def test_the_oracle_asks_no_author_and_no_player_while_it_studies() -> None:
    made = course(control="oracle", generations=1, budget=288)
    record, player, author = study(made, Notes())
    assert player.asked == author.asked == [] and record["games"] == record["replies"] == []
    assert record["notes"] and record["tokens"] <= 288 and 0.0 < record["agreement"] < 1.0
    again = asyncio.run(play_stage(Stage(made, 1, 1, Notes(), {}), None, player.ask, lambda system: author.ask))
    assert again["notes"] == record["notes"], "the truth is the same for all chains"
    conditions = made.conditions(1, "an author")
    assert conditions["studied"] == 512 and conditions["author"] == "" and made.conditions(0)["studied"] == 0


def test_token_matched_examples_are_shown_as_examples_and_no_notes_are() -> None:
    made = course(control="matched", budget=288)
    stages, (play,) = run(made)
    assert stages == [] and play["cell"]["n"] == made.view.m > 0 and play["cell"]["generation"] == 0
    system = made.plan_play("m", "{}", made.view, 0, 0, Notes()).system
    assert all(line in system for line in STUDY.examples_of(made.view.m, 0)) and "left no notes" in system
    assert play["carried"] <= 288 * 4


def test_a_record_tells_the_bytes_that_examples_and_notes_take() -> None:
    stages, plays = run(course())
    notes = [Notes()] + [Notes.from_list(stage["notes"]) for stage in stages]
    assert [play["carried"] for play in plays] == [4 * found.tokens for found in notes]
    lines = STUDY.examples_of(2, 0)
    shown = "\n".join(f"Game {number}: {line}" for number, line in enumerate(lines, 1))
    assert STUDY.plan("m", "{}", View.plain(2), 0).carried == len(shown.encode())
    both = STUDY.plan("m", "{}", View.plain(2), 0, notes=NOTES.lines).carried
    assert both == len(shown.encode()) + len(NOTES.text.encode())


def test_distilled_notes_are_of_the_examples_of_the_chains_set_and_states_of_more_and_more() -> None:
    once = course(regime="distil", generations=1, games=4)
    record, player, author = study(once)
    lines = STUDY.examples_of(4, 0)
    assert player.asked == [] and record["games"] == []
    assert all(line in author.asked[0].messages[0][1] for line in lines)
    more = course(regime="state", games=2)
    _, _, author = study(more, generation=2)
    text = author.asked[0].messages[0][1]
    assert all(line in text for line in lines[2:]) and not any(line in text for line in lines[:2])


def test_an_author_is_asked_again_where_notes_are_too_long_or_unreadable() -> None:
    replies = iter(['{"edits": [{"action": "add", "kind": "advice", "text": "%s"}]}' % ("x" * 999), "nothing", "{}"])
    asked: list[Question] = []

    async def ask(question: Question) -> Reply:
        asked.append(question)
        return Reply(next(replies))

    made = course(regime="distil", generations=1)
    record = asyncio.run(play_stage(Stage(made, 0, 1, NOTES, {}), None, ask, lambda system: ask))
    assert "would take" in asked[1].messages[-1][1] and "could be read" in asked[2].messages[-1][1]
    assert record["notes"] == NOTES.to_list() and record["edits"] == {"refused: over budget": 1}
    assert [reply["readable"] for reply in record["replies"]] == [True, False, False]


def test_what_was_studied_last_tells_how_strong_the_player_is() -> None:
    game = {"opponent_elo": 100.0, "result": 1.0, "forfeit": 0}
    early, late = {"games": [{**game, "opponent_elo": 0.0}]}, {"games": [game, {**game, "forfeit": 1}]}
    assert remember_games([]) is None
    known = remember_games([early, late, late])
    assert known is not None and known.games == ((100.0, 1.0), (100.0, 1.0))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"regime": "dream"}, "regime: choose one of notes, distil, state"),
        ({"control": "sleep"}, "control: choose one of"),
        ({"generations": 0}, "generations: choose 1 to 64"),
        ({"games": 3}, "games: give an even number"),
        ({"play_games": 1}, "play_games: give an even number"),
        ({"budget": 0}, "budget: choose 1 to 65536"),
        ({"kinds": ("joke",)}, "kinds: choose from mistake, reason, advice"),
        ({"regime": "distil"}, "generations: distil writes once"),
        ({"control": "oracle"}, "generations: the oracle writes once: give 1"),
        ({"control": "matched", "budget": 2}, "budget: 2 tokens hold no whole example"),
        ({"practice": "chess"}, "practice: choose one of all, mcts, alphabeta"),
    ],
)
def test_a_course_that_cannot_be_run_is_a_sentence(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        course(**changes)


def play_audited(notes: Notes, shown: Notes, canaries: set[str]) -> None:
    """Play a match with `shown` in view and audit it as one with `notes`."""
    made, watched = course(), Watched()
    plan, other = (made.plan_play("m", "{}", View.plain(0), 0, 1, given) for given in (notes, shown))
    audit = Audit(plan, canaries)
    record = asyncio.run(play_match(replace(plan, system=other.system), audit.watch(watched.ask)))
    audit.check(record)


def test_the_audit_passes_what_rules_notes_and_position_make() -> None:
    play_audited(NOTES, NOTES, course().list_canaries(0, 1))


def test_the_audit_fails_a_prompt_that_holds_anything_else() -> None:
    with pytest.raises(AuditError, match="is not what rules, notes and position make"):
        play_audited(NOTES, Notes((*NOTES.items, Item("advice", "more"))), set())


def test_the_audit_fails_where_a_studied_game_is_named() -> None:
    with pytest.raises(AuditError, match="'vlor', which names a studied game"):
        play_audited(NOTES, Notes((Item("advice", "as in (vlor)"),)), {"vlor"})
