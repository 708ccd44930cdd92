"""A sitting: each probe is asked as in a game, answers are worth what the probe says, forfeits are worth nothing."""

from __future__ import annotations

import asyncio
import json
import re
from typing import Any

import pytest

from quickstudy.scorers.probe_metrics import read_mapping
from quickstudy.scorers.probes import estimate_probe_strength
from quickstudy.scorers.recall import View
from quickstudy.tasks.direct import probe_study
from quickstudy.tasks.examples.probes import Probe, load_probes
from quickstudy.tasks.game_challenge import GameChallenge
from quickstudy.tasks.journal import Journal
from quickstudy.tasks.match import Ask, Question, Reply
from quickstudy.tasks.prompts.play import write_illegal, write_unreadable
from quickstudy.tasks.sitting import SittingPlan, answer_probes, check_sittings, plan_sitting
from quickstudy.tasks.study import Study

STUDY = Study("morvane", examples=(0,), sets=8, retries=1)
GAMES = ["lattic", "morvane", "tarsk", "velun"]


def plan_of(study: Study = STUDY, probes: int = 5, number: int = 0, match: int = 0) -> SittingPlan:
    plan = study.plan("remote/model", "{}", View.plain(0), number, match)
    return plan_sitting(plan, study.skill, study.probe_set, probes)


def sit(plan: SittingPlan, ask: Ask, **options: Any) -> dict[str, Any]:
    return asyncio.run(answer_probes(plan, ask, **options))


def name(move: str) -> Reply:
    return Reply(json.dumps({"move": move}), input_tokens=10, output_tokens=2)


def probe_asked(plan: SittingPlan, question: Question) -> Probe:
    """The probe whose moves a question names: no other way leads from the text to the values."""
    found = re.search(r"Moves so far: (.*)", question.messages[1][1])
    assert found is not None
    (probe,) = [p for p in plan.probe_set.probes if " ".join(p.moves) == found[1]]
    return probe


@pytest.mark.parametrize("game", GAMES)
def test_a_probe_is_asked_in_the_words_of_a_game_at_that_point(game: str) -> None:
    study = Study(game, examples=(0,), sets=1, legal_moves=True)
    plan = plan_of(study, probes=20)
    seen: list[Question] = []

    async def ask(question: Question) -> Reply:
        seen.append(question)
        return name(next(iter(probe_asked(plan, question).values)))

    record = sit(plan, ask)
    match = study.plan("remote/model", "{}", View.plain(0), 0)
    for question, answered in zip(seen, record["probes"], strict=True):
        # the same position reached in a game
        played = study.skill.begin("random", 0, (0, 0, 0))
        assert isinstance(played, GameChallenge)
        played.state, played.steps = study.game.start(), []
        from quickstudy.tasks.games.kernel import legal_moves
        from quickstudy.tasks.games.notation import parse_move

        for text in answered["moves"].split():
            move = parse_move(study.game.rules, text, legal_moves(study.game.tables, played.state))
            assert move is not None
            played._play(move)
        played.legal = legal_moves(study.game.tables, played.state)
        assert question.messages == (("system", match.system), ("user", played.write_question()))
        assert question.ply == answered["ply"] == len(played.steps)
        assert "xo"[int(played.state[5])] == answered["colour"]


@pytest.mark.parametrize("game", GAMES)
def test_who_plays_the_best_move_has_no_regret(game: str) -> None:
    plan = plan_of(Study(game, examples=(0,), sets=1), probes=100)

    async def best(question: Question) -> Reply:
        values = probe_asked(plan, question).values
        return name(max(values, key=values.__getitem__))

    async def worst(question: Question) -> Reply:
        values = probe_asked(plan, question).values
        return name(min(values, key=values.__getitem__))

    record = sit(plan, best)
    assert [probe["regret"] for probe in record["probes"]] == [0.0] * 100
    assert all(probe["value"] == probe["best"] and probe["outcome"] == "answered" for probe in record["probes"])
    found = estimate_probe_strength([0.0] * 100, [0] * 100, read_mapping(record["levels"]))
    assert (found.flag, found.elo) == ("above_top", None)
    regrets = [probe["regret"] for probe in sit(plan, worst)["probes"]]
    assert min(regrets) > 0.15
    assert regrets == [round(p.best - min(p.values.values()), 3) for p in plan.probe_set.probes]


@pytest.mark.parametrize("game", GAMES)
def test_random_player_is_mapped_to_zero_within_its_interval_and_the_mappings_error(game: str) -> None:
    # each probe once: asked again with the same words, an embedded learner answers the same
    records = list(probe_study(Study(game, examples=(0,), sets=4), "quickstudy/random"))
    probes = [probe for record in records for probe in record["probes"]]
    assert len(probes) == 100 and all(probe["forfeit"] == 0 for probe in probes)
    sets = [record["set"] for record in records for _ in record["probes"]]
    mapping = read_mapping(records[0]["levels"])
    assert mapping is not None
    found = estimate_probe_strength([p["regret"] for p in probes], sets, mapping)
    assert found.flag == "" and found.low is not None and found.high is not None
    # the mapping is one smooth curve through levels of two engines, and misses the random mover by its own error
    assert found.low - mapping.sigma <= 0.0 <= found.high < records[0]["levels"][-1]["elo"]
    # it loses what the ladder's random mover lost on the same probes, but for chance (t with 3 degrees of freedom)
    assert found.regret is not None and found.se_regret is not None
    assert abs(found.regret - records[0]["levels"][0]["regret"]) < 6.0 * found.se_regret


def test_sets_go_through_all_probes_and_then_begin_anew() -> None:
    most = len(load_probes(STUDY.game).probes)
    numbers = [plan_of(probes=25, number=k).numbers for k in range(5)]
    assert sorted(k for part in numbers[:4] for k in part) == list(range(most)) and numbers[4] == numbers[0]
    assert plan_of(probes=30, number=3).numbers == (*range(90, 100), *range(20))
    assert plan_of(probes=25, number=1, match=1).numbers == numbers[1]


def test_the_cell_is_that_of_the_matches() -> None:
    match = STUDY.plan("remote/model", "{}", View.plain(0), 3)
    assert (plan_of(number=3).planned.cell, plan_of(number=3).planned.system) == (match.cell, match.system)


def test_a_record_tells_its_cell_set_and_match() -> None:
    plan = plan_of(probes=1, number=3, match=2)

    async def silent(question: Question) -> Reply:
        return Reply("")

    record = sit(plan, silent)
    assert (record["cell"], record["set"], record["match"]) == (plan.planned.cell, 3, 2)


def test_faulty_answers_are_asked_again_and_then_forfeited_without_a_regret() -> None:
    plan = plan_of(probes=4)
    told: list[str] = []

    async def faulty(question: Question) -> Reply:
        told.extend(text for _, text in question.messages[2:][1::2])
        good = next(iter(probe_asked(plan, question).values))
        script = [
            [name("z9"), name(good)],
            [name("z9"), Reply("hm", input_tokens=1)],
            [Reply("hm"), name("z9")],
            [Reply("thinking", "max_tokens"), Reply("thinking", "max_tokens")],
        ]
        return script[question.game][question.attempt]

    done: list[int] = []
    record = sit(plan, faulty, finished=lambda record: done.append(len(record["probes"])))
    first, *others = record["probes"]
    assert (first["outcome"], first["forfeit"], first["illegal"], first["asked"]) == ("answered", 0, 1, 2)
    assert first["input_tokens"] == 20 and first["regret"] >= 0.0
    outcomes = ["forfeit_unreadable", "forfeit_illegal", "forfeit_truncated"]
    assert [probe["outcome"] for probe in others] == outcomes
    for probe in others:
        assert (probe["move"], probe["value"], probe["regret"], probe["forfeit"]) == (None, None, None, 1)
    assert [(p["illegal"], p["unreadable"]) for p in others] == [(1, 1), (1, 1), (0, 2)]
    assert {write_illegal("z9"), write_unreadable(plan.skill.sample_answer)} == set(told)
    assert done == [1, 2, 3, 4]


def test_moves_are_read_as_in_a_game() -> None:
    plan = plan_of(probes=1)
    (move,) = list(plan.probe_set.probes[0].values)[:1]

    async def shouting(question: Question) -> Reply:
        return name(f" {move.upper()} ")

    (probe,) = sit(plan, shouting)["probes"]
    assert probe["move"] == move and probe["answers"][0]["move"] == move


def test_a_sitting_in_a_skin_is_answered_in_its_notation() -> None:
    study = Study("morvane", examples=(0,), sets=1, skin=1)
    plan = plan_of(study, probes=1)
    (move,) = list(plan.probe_set.probes[0].values)[:1]
    told = []

    async def learn(question: Question) -> Reply:
        told.append(question.messages[1][1])
        return name(move if question.attempt == 0 else study.skill.skin.write_move(move))

    (probe,) = sit(plan, learn)["probes"]
    assert [answer["reading"] for answer in probe["answers"]] == ["illegal", "move"] and probe["move"] == move
    assert study.skill.skin.write_move(plan.probe_set.probes[0].moves[0]) in told[0]
    assert plan.planned.cell["skin"] == 1


def test_an_interrupted_sitting_asks_nothing_twice(tmp_path: Any) -> None:
    plan, calls = plan_of(probes=6), list[int]()

    def player(journal: Journal, breaks_at: int) -> Ask:
        async def ask(question: Question) -> Reply:
            kept = journal.find(question)
            if kept is not None:
                return kept
            if len(calls) == breaks_at:
                raise ConnectionError("the line went dead")
            calls.append(question.game)
            reply = name("z9" if question.attempt == 0 else next(iter(probe_asked(plan, question).values)))
            journal.add(question, reply)
            return reply

        return ask

    with pytest.raises(ConnectionError):
        sit(plan, player(Journal(tmp_path, "cell", 0, 0), 5))
    record = sit(plan, player(Journal(tmp_path, "cell", 0, 0), -1))
    assert calls == [k for k in range(6) for _ in (0, 1)]
    assert [probe["asked"] for probe in record["probes"]] == [2] * 6


@pytest.mark.parametrize("probes", [0, -1, 101])
def test_more_probes_than_there_are_are_refused_in_a_sentence(probes: int) -> None:
    with pytest.raises(ValueError, match="task parameter probes: choose 1 to 100"):
        check_sittings(STUDY, probes)
