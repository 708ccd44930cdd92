"""Learners that are asked what they go by: one that tells it, two that do not, and those that fit other features."""

from __future__ import annotations

import json

import pytest

from quickstudy.tasks.games.game import load_game
from quickstudy.tasks.learners.directory import LEARNERS, find_learner
from quickstudy.tasks.learners.intuitive import Intuitive
from quickstudy.tasks.learners.telling import describe_cues
from quickstudy.tasks.prompts.author import write_author, write_request, write_studied
from quickstudy.tasks.prompts.play import write_system
from quickstudy.tasks.prompts.report import REPORT_WORDINGS, write_cues, write_no_cues
from quickstudy.tasks.study import Study

GAME = load_game("tvafindil")
WORDS = describe_cues(GAME.rules)
DESCRIBED = dict(zip("ABCDEFGHIJK", WORDS, strict=True))
LINES = Study("tvafindil", examples=(8,), sets=1).examples_of(8, 0)
SYSTEM = write_system(GAME.text, LINES, 4, "a1-a2")
TELLERS = (
    *("weigher", "weigher-guessing", "weigher-silent"),
    *("imitator", "sampler", "intuitive", "scorer", "notebook"),
)


def ask(name: str, system: str = SYSTEM, most: int = 5, wording: int = 0) -> list[dict[str, str]]:
    question = write_cues(DESCRIBED, most, wording)
    told = json.loads(find_learner(name).answer([("system", system), ("user", question)]))["cues"]
    assert isinstance(told, list)
    return told


@pytest.mark.parametrize("name", TELLERS)
@pytest.mark.parametrize("wording", range(len(REPORT_WORDINGS)))
def test_learners_name_different_cues_and_no_more_than_they_may(name: str, wording: int) -> None:
    for most in (1, 3):
        told = ask(name, most=most, wording=wording)
        assert len({entry["cue"] for entry in told}) == len(told) <= most
        assert {entry["want"] for entry in told} <= {"more", "less"}
        assert bool(told) == (name != "weigher-silent")


def test_an_honest_learner_finds_its_cues_behind_whatever_letters() -> None:
    turned = dict(zip("ABCDEFGHIJK", reversed(WORDS), strict=True))
    question = write_cues(turned, 5)
    other = json.loads(find_learner("weigher").answer([("system", SYSTEM), ("user", question)]))["cues"]
    assert [turned[entry["cue"]] for entry in other] == [DESCRIBED[entry["cue"]] for entry in ask("weigher")]


def test_a_guess_follows_from_the_text_and_differs_between_lists() -> None:
    assert ask("weigher-guessing") == ask("weigher-guessing")
    assert len({json.dumps(ask("weigher-guessing", most=most)[:1]) for most in range(1, 9)}) > 2


def test_weighers_play_alike_whatever_they_tell() -> None:
    from quickstudy.tasks.direct import probe_study

    study = Study("tvafindil", examples=(4,), sets=1)
    plays = {
        name: [probe["move"] for record in probe_study(study, f"quickstudy/{name}", 20) for probe in record["probes"]]
        for name in TELLERS[:3]
    }
    assert plays["weigher"] == plays["weigher-guessing"] == plays["weigher-silent"] and None not in plays["weigher"]


@pytest.mark.parametrize("name", sorted(set(LEARNERS) - set(TELLERS) - {"notebook-windows", "notebook-lines"}))
def test_learners_that_go_by_no_scores_say_that_they_cannot_tell(name: str) -> None:
    messages = [("system", SYSTEM), ("user", write_cues(DESCRIBED, 5))]
    assert find_learner(name).answer(messages) == "I cannot tell what I go by."
    assert (
        find_learner(name).answer([*messages, ("assistant", "x"), ("user", write_no_cues(5))])[:13] == "I cannot tell"
    )


@pytest.mark.parametrize("name", TELLERS)
def test_nothing_is_told_without_examples_and_nothing_without_rules(name: str) -> None:
    told = ask(name, write_system(GAME.text, [], 4, "a1-a2"))
    assert told == [] or name == "weigher-guessing"
    system = write_system(None, LINES, 4, "a1-a2")
    assert "cannot" in find_learner(name).answer([("system", system), ("user", write_cues(DESCRIBED, 5))])


def write_notes(budget: int, notes: tuple[str, ...] = ()) -> list[dict[str, object]]:
    games = [write_studied(k, "vlor", line, "X") for k, line in enumerate(LINES, 1)]
    system = write_author(GAME.text, list(notes), games, 4, ["mistake", "advice"], budget)
    edits = json.loads(Intuitive().answer([("system", system), ("user", write_request())]))["edits"]
    assert isinstance(edits, list)
    return edits


def test_the_intuitive_player_writes_what_it_can_tell_and_no_more() -> None:
    texts = [str(edit["text"]) for edit in write_notes(4000)]
    told = [f"{entry['want']}: {DESCRIBED[entry['cue']]}" for entry in ask("intuitive", most=10)]
    assert texts == told and 0 < len(texts) <= len(WORDS)
    few = [str(edit["text"]) for edit in write_notes(200)]
    assert few == texts[: len(few)] and 0 < len(few) < len(texts)
    again = write_notes(4000, ("1. advice: more: speed",))
    assert again[0] == {"action": "delete", "item": 1} and [edit.get("text") for edit in again[1:]] == texts


def test_it_plays_by_cues_where_it_has_notes_alone_and_by_what_it_saw_where_it_has_games() -> None:
    from quickstudy.tasks.game_challenge import GameSkill
    from quickstudy.tasks.games.kernel import legal_moves

    state = GAME.start()
    question = GameSkill(GAME).write_question(state, [], legal_moves(GAME.tables, state))

    def move_of(name: str, lines: list[str], notes: list[str]) -> str:
        shown = [f"{k}. advice: {line}" for k, line in enumerate(notes, 1)]
        system = write_system(GAME.text, lines, 4, "a1-a2", notes=shown)
        return str(json.loads(find_learner(name).answer([("system", system), ("user", question)]))["move"])

    left, right = (f"{want}: {WORDS[8]}" for want in ("more", "less"))
    assert move_of("intuitive", [], [left]) == "d2-c3" and move_of("intuitive", [], [right]) != "d2-c3"
    assert move_of("intuitive", LINES, [left]) == move_of("imitator", LINES, [left])
