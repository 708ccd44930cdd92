"""Suite files: those that come with the package can run, and a user can narrow them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from quickstudy.benchmarks.phases import check_phases, try_out, waits
from quickstudy.benchmarks.purchases import measure_rate, open_accounts
from quickstudy.benchmarks.run import check_jobs
from quickstudy.benchmarks.suite import (
    Job,
    Suite,
    SuiteError,
    check_suite,
    list_jobs,
    list_suites,
    list_unfit,
    load_suite,
)
from quickstudy.scorers.recall import View
from quickstudy.tasks.tracks import CHESS, find_track, split_task

TWO = Suite(
    "two",
    "1",
    "Two",
    ("morvane", "tarsk"),
    ("quickstudy/random", "quickstudy/greedy"),
    ({"examples": [0, 4]}, {"evidence": "other", "sets": 3}),
)


def test_smoke_is_among_the_suites() -> None:
    assert "smoke" in list_suites()


@pytest.mark.parametrize("name", list_suites())
def test_every_suite_of_the_package_can_run(name: str) -> None:
    suite = load_suite(name)
    jobs = list_jobs(suite)
    assert all(find_track(game).read_ladder(game).levels for game in suite.games)
    played = [condition for condition in suite.conditions if condition.get("task") != "reading"]
    levels = sum(len(condition.get("thinking", [None])) for condition in played)
    assert len(jobs) - sum(job.task == "reading" for job in jobs) == len(suite.games) * len(suite.models) * levels
    first = [job for job in jobs if not waits(job)]
    assert len({job.stem for job in first}) == len(first)
    check_phases(jobs)
    # examples of chess take an engine's time, and `make chess` makes them all
    few = [
        replace(job, arguments={**job.arguments, "sets": 1}) if split_task(job.task)[0] is CHESS else job
        for job in jobs
    ]
    check_jobs([try_out(job) for job in few])


def test_smoke_is_the_job_that_was_promised() -> None:
    suite = load_suite("smoke")
    assert len(suite.games) == 2 and len(suite.models) == 4
    assert all(job.arguments["examples"] == [0, 1, 4, 16, 64] for job in list_jobs(suite))
    assert all(job.arguments["sets"] >= 8 and job.arguments["games_per_match"] == 4 for job in list_jobs(suite))


PROBING = Suite("p", "1", "P", ("morvane",), ("m/n",), ({"sets": 2}, {"task": "board_probe", "sets": 2, "probes": 5}))


def test_a_condition_names_its_task() -> None:
    games, probes = list_jobs(PROBING)
    assert (games.task, probes.task) == ("board_game", "board_probe")
    assert probes.arguments == {"game": "morvane", "examples": [0, 1, 4, 16], "sets": 2, "probes": 5}
    assert games.stem != probes.stem and "-probes-" in probes.stem and probes.label == "m/n morvane probes"
    assert games.stem == list_jobs(Suite("q", "1", "Q", ("morvane",), ("m/n",), ({},)))[0].stem
    assert list(probes.places()) == [(View.plain(n), number) for n in (0, 1, 4, 16) for number in (0, 1)]


def test_probes_of_chess_are_a_task_of_the_variant() -> None:
    conditions = ({"task": "chess_game", "sets": 2}, {"task": "chess_probe", "sets": 2, "probes": 5})
    games, probes = list_jobs(Suite("c", "1", "C", ("fnipil",), ("m/n",), conditions))
    assert (games.task, probes.task) == ("chess_game", "chess_probe") and probes.label == "m/n fnipil probes"
    assert probes.parameters == {"variant": "fnipil", "examples": [0, 1, 4, 16], "sets": 2, "probes": 5}
    assert games.stem.startswith("fnipil-m-n-") and probes.stem.startswith("fnipil-probes-m-n-")
    (board,) = list_jobs(Suite("b", "1", "B", ("morvane",), ("m/n",), ({**conditions[1], "task": "board_probe"},)))
    assert board.parameters["game"] == "morvane" and probes.stem != board.stem
    padded = {"task": "chess_probe", "examples": [8], "layouts": "early", "m": "adaptive", "slots": "full"}
    both = list_jobs(Suite("c", "1", "C", ("fnipil",), ("quickstudy/random",), ({"task": "chess_game"}, padded)))
    check_phases(both)
    with pytest.raises(SuiteError, match="need a condition with plain cells of games beside them"):
        check_phases(both[1:])


def test_a_replay_is_a_task_of_its_own() -> None:
    condition = {"task": "board_replay", "sets": 2, "places": 3}
    (replay,) = list_jobs(Suite("r", "1", "R", ("morvane",), ("m/n",), (condition,)))
    assert replay.arguments == {"game": "morvane", "examples": [1, 4, 16], "sets": 2, "places": 3}
    assert replay.task == "board_replay" and replay.label == "m/n morvane replay" and "-replay-" in replay.stem
    assert replay.stem not in {job.stem for job in list_jobs(PROBING)}
    (other,) = list_jobs(Suite("r", "1", "R", ("morvane",), ("m/n",), ({**condition, "places": 4, "skin": 1},)))
    assert other.stem != replay.stem and other.label == "m/n morvane skin=1 replay"
    with pytest.raises(SuiteError, match="n = 0 shows no game"):
        check_jobs(
            list_jobs(Suite("r", "1", "R", ("morvane",), ("quickstudy/random",), ({**condition, "examples": [0]},)))
        )


def test_a_condition_is_done_by_the_task_of_each_games_track() -> None:
    conditions: tuple[dict[str, object], ...] = ({"sets": 2}, {"task": "board_replay", "sets": 2})
    jobs = list_jobs(Suite("t", "1", "T", ("velun", "fnipil"), ("m/n",), conditions))
    assert [job.task for job in jobs] == ["board_game", "chess_game", "board_replay", "chess_replay"]
    assert [job.label for job in jobs[2:]] == ["m/n velun replay", "m/n fnipil replay"]
    assert [next(iter(job.parameters)) for job in jobs] == ["game", "variant", "game", "variant"]
    back = list_jobs(Suite("t", "1", "T", ("velun",), ("m/n",), ({"task": "chess_game", "sets": 2},)))
    assert [job.task for job in back] == ["board_game"]
    check_jobs(list_jobs(Suite("t", "1", "T", ("fnipil",), ("quickstudy/random",), conditions)))


def test_chains_are_of_the_games_track_whatever_the_suite_names() -> None:
    small = {"generations": 2, "games": 2, "chains": 2, "play_games": 2}
    conditions: tuple[dict[str, object], ...] = (
        {"task": "memory", "author": "m/other", **small},
        {"task": "chess_memory", "control": "empty", **small},
        {"task": "chess_memory", "control": "matched", **small},
    )
    jobs = list_jobs(Suite("t", "1", "T", ("tvafindil", "fnipil"), ("m/n",), conditions))
    assert [job.task for job in jobs] == ["memory", "chess_memory"] * 3
    assert [next(iter(job.parameters)) for job in jobs] == ["game", "variant"] * 3
    assert [job.matches for job in jobs] == [10, 10, 2, 2, 2, 2] and all(job.is_chain for job in jobs)
    assert jobs[1].roles == {"author": "m/other"} and jobs[1].label == "m/n fnipil author=m/other"
    assert len({job.stem for job in jobs}) == len(jobs)
    check_jobs([try_out(replace(job, model="quickstudy/random", roles={})) for job in jobs[:4]])


def test_the_suite_of_notes_is_played_on_chess_by_the_tasks_of_chess() -> None:
    jobs = list_jobs(load_suite("notes").narrow(games=["fnipil"], author="m/other"))
    assert [job.task for job in jobs] == ["chess_game", *["chess_memory"] * (len(jobs) - 1)]
    assert all(job.roles == {"author": "m/other"} for job in jobs[1:])


def test_the_suite_of_practice_is_played_on_chess_by_the_tasks_of_chess() -> None:
    jobs = list_jobs(load_suite("practice").narrow(games=["fnipil"]))
    assert [job.task for job in jobs] == ["chess_game", *["chess_memory"] * (len(jobs) - 1)]
    practised = [job.parameters for job in jobs if job.parameters.get("regime") == "practice"]
    assert {found.get("artefact", "notes") for found in practised} == {"notes", "examples"}
    assert any(found.get("own_tasks") for found in practised)
    check_jobs([replace(job, arguments={**job.arguments, "chains": 2}) for job in jobs[1:6]])


@pytest.mark.parametrize("name", ["ceiling", "ceiling-lite", "controls", "core", "recall"])
def test_suites_of_board_games_can_run_on_variants_of_chess(name: str) -> None:
    suite = load_suite(name).narrow(games=["fnipil", "vrarkuvit"], models=["quickstudy/imitator"])
    jobs = list_jobs(suite)
    assert {split_task(job.task)[0] for job in jobs} == {CHESS}
    if suite.plan is not None:
        accounts = open_accounts(jobs, suite.plan)
        assert [account.skill for account in accounts] == ["fnipil", "vrarkuvit"]
        assert all(account.probes is not None and measure_rate(account) is not None for account in accounts)
    check_phases(jobs)
    few = [replace(job, arguments={**job.arguments, "sets": 2, "examples": [1, 2]}) for job in jobs]
    check_jobs([try_out(job) for job in few])  # which makes all examples that it asks for


def test_reviews_can_run_on_variants_of_chess() -> None:
    jobs = list_jobs(load_suite("reviews").narrow(games=["fnipil"]))
    assert {job.task for job in jobs} == {"chess_memory"} and {job.arguments["reviews"] for job in jobs} == {3}


def test_rings_that_a_game_has_not_are_left_out_and_told() -> None:
    whole = load_suite("rings")
    (job,) = list_jobs(whole.narrow(games=["fnipil"]))
    assert job.task == "chess_memory" and job.arguments["rings"] == ["seen", "skin", "rewritten", "sibling"]
    missing, practice = list_unfit(whole.narrow(games=["fnipil"]))
    assert missing == "notes on fnipil are not read in the rings family, which it has not"
    assert practice.startswith("fnipil is left out where practice: opponents of practice are chosen in board games")
    (job,) = list_jobs(whole.narrow(games=["orthodox"]))
    assert job.arguments["rings"] == ["seen"]
    boards = list_jobs(whole)
    assert [job.arguments["rings"] for job in boards] == [c["rings"] for c in whole.conditions]
    assert not list_unfit(whole)
    with pytest.raises(ValueError, match="quickstudy calibrate-chess dzelkal"):
        _ = list_jobs(whole.narrow(games=["dzelkal"]))[0].stem


def test_what_makes_no_sense_for_a_game_is_left_out_and_told() -> None:
    controls = load_suite("controls").narrow(games=["fnipil", "vrarkuvit"], models=["m/n"])
    jobs = list_jobs(controls)
    kinds = {job.arguments.get("kind", "games") for job in jobs}
    assert kinds == {"games", "outcomes", "moves"} and len(jobs) == 2 * (len(controls.conditions) - 1)
    assert {job.arguments.get("evidence") for job in jobs} == {None, "sibling", "fnipil", "vrarkuvit"}
    left = list_unfit(controls)
    assert left[0].startswith("fnipil is left out where kind: values of moves of chess are not shown")
    assert not list_unfit(load_suite("controls"))
    known = Suite("s", "1", "S", ("orthodox",), ("m/n",), ({"skin": 1}, {"rules": "none"}))
    assert [job.arguments["rules"] for job in list_jobs(known)] == ["none"]
    assert list_unfit(known)[0].endswith("skin: 1 needs a variant that was invented, which orthodox was not")
    with pytest.raises(SuiteError, match="nothing is left to play of the suite s: orthodox is left out where skin"):
        list_jobs(Suite("s", "1", "S", ("orthodox",), ("m/n",), ({"skin": 1},)))


@pytest.mark.parametrize(
    ("games", "condition", "said"),
    [
        (("velun",), {"task": "chess_game", "least_rating": 0}, "board_game, which has no parameter"),
        (("velun", "fnipil"), {"evidence": "other"}, "needs at least two games in the suite, of one track"),
        (("nosuch",), {}, "unknown game 'nosuch'"),
        (("fnipil",), {"task": "memory", "skin": 1}, "chess_memory, which has no parameter 'skin'"),
        (("tvafindil",), {"task": "chess_memory", "examples_from": "a"}, "memory, which has no parameter"),
    ],
)
def test_what_a_games_track_cannot_do_is_said(games: tuple[str, ...], condition: dict[str, object], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        list_jobs(Suite("t", "1", "T", games, ("m/n",), (condition,)))


@pytest.mark.parametrize(
    ("condition", "named"),
    [
        ({"task": "board_quiz"}, "unknown task 'board_quiz'; known: board_game, board_probe, board_replay"),
        ({"task": "board_replay", "kind": "moves"}, "unknown task parameter 'kind'"),
        ({"probes": 5}, "unknown task parameter 'probes'"),
        ({"task": "chess_probe", "games_per_match": 2}, "unknown task parameter 'games_per_match'"),
        ({"task": "board_probe", "opponents": ["random"]}, "unknown task parameter 'opponents'"),
    ],
)
def test_what_a_task_does_not_know_is_refused(condition: dict[str, object], named: str) -> None:
    data = {"version": "1-A", "title": "T", "games": ["velun"], "models": ["m/n"], "conditions": [condition]}
    with pytest.raises(SuiteError, match=named):
        check_suite("s", data, "s.yaml")


def test_probes_that_cannot_be_asked_are_refused_before_anything_runs() -> None:
    suite = Suite("p", "1", "P", ("morvane",), ("quickstudy/random",), ({"task": "board_probe", "probes": 500},))
    with pytest.raises(SuiteError, match="choose 1 to 100"):
        check_jobs(list_jobs(suite))


def test_narrowing_replaces_what_is_given_and_keeps_the_rest() -> None:
    narrow = TWO.narrow(games=["tarsk"], models=["a/b"], examples=[1, 2], sets=5)
    assert (narrow.games, narrow.models) == (("tarsk",), ("a/b",))
    assert [c["examples"] for c in narrow.conditions] == [[1, 2], [1, 2]]
    assert [c["sets"] for c in narrow.conditions] == [5, 5]
    assert narrow.conditions[1]["evidence"] == "other"
    assert TWO.narrow() == TWO
    assert TWO.conditions[0] == {"examples": [0, 4]}  # the suite itself is unchanged


def test_jobs_are_games_times_models_times_conditions() -> None:
    jobs = list_jobs(TWO)
    assert len(jobs) == 8
    assert {(job.arguments["game"], job.arguments.get("evidence", "own")) for job in jobs} == {
        ("morvane", "own"),
        ("tarsk", "own"),
        ("morvane", "tarsk"),
        ("tarsk", "morvane"),
    }
    assert sum(job.matches for job in jobs) == 4 * (2 * 8) + 4 * (4 * 3)


def test_names_of_logs_follow_from_all_but_n_and_sets() -> None:
    stems = [job.stem for job in list_jobs(TWO)]
    assert [job.stem for job in list_jobs(TWO)] == stems
    assert len(set(stems)) == 8
    assert [job.stem for job in list_jobs(TWO.narrow(sets=4, examples=[3]))] == stems
    # a default that is written down is the same condition
    spelt = Suite("two", "1", "Two", TWO.games, TWO.models, ({"seed": 0, "rules": "full"}, {"evidence": "other"}))
    assert [job.stem for job in list_jobs(spelt)] == stems
    seeded = Suite("two", "1", "Two", TWO.games, TWO.models, ({"seed": 1}, {"evidence": "other", "seed": 1}))
    assert not {job.stem for job in list_jobs(seeded)} & set(stems)


def test_suite_text_keeps_its_values() -> None:
    data = {"version": "2-B", "title": "T", "games": ["hex"], "models": ["m/n"], "conditions": [{"sets": 2}]}
    assert check_suite("s", data, "s.yaml") == Suite("s", "2-B", "T", ("hex",), ("m/n",), ({"sets": 2},))


def test_thinking_is_crossed_with_everything_else() -> None:
    crossed = {"examples": [0, 4], "thinking": [0, "low"], "reply_tokens": 2000}
    jobs = list_jobs(Suite("t", "1", "T", ("morvane",), ("quickstudy/scorer",), (crossed, {"examples": [0, 4]})))
    assert [job.arguments.get("thinking") for job in jobs] == [0, "low", None]
    assert [job.label.removeprefix("quickstudy/scorer morvane") for job in jobs] == [" thinking=0", " thinking=low", ""]
    assert len({job.stem for job in jobs}) == 3
    plain = Suite("t", "1", "T", ("morvane",), ("quickstudy/scorer",), ({"thinking": None},))
    assert list_jobs(plain)[0].stem == jobs[2].stem, "what was not asked for before has the name of before"
    check_jobs(jobs)


@pytest.mark.parametrize(("levels", "named"), [([], "at least one level"), (["lots"], "'lots' is neither a number")])
def test_levels_of_thinking_that_are_none_are_refused(levels: list[object], named: str) -> None:
    suite = Suite("t", "1", "T", ("morvane",), ("quickstudy/scorer",), ({"thinking": levels},))
    with pytest.raises(SuiteError, match=named):
        check_jobs(list_jobs(suite))


def test_rings_add_their_stages_and_leave_the_names_of_other_chains_alone() -> None:
    given: dict[str, object] = {"game": "tvafindil", "generations": 2, "chains": 3}
    plain, spelt = (
        Job("quickstudy/notebook", {**given, **more}, task="memory") for more in ({}, {"rings": "openings"})
    )
    rings = Job(
        "quickstudy/notebook", {**given, "rings": ["skin", "seen"], "ring_generations": "0,last"}, task="memory"
    )
    assert plain.matches == spelt.matches == 3 * 5 and rings.matches == 3 * (5 + 4)
    assert plain.stem == spelt.stem != rings.stem


def test_the_name_of_a_log_follows_from_the_siblings_ladder_where_it_is_played() -> None:
    job = Job("quickstudy/notebook", {"game": "tvafindil", "rings": "sibling"}, task="memory")
    assert job.stem != replace(job, arguments={"game": "tvafindil", "rings": "skin"}).stem
    with pytest.raises(ValueError, match="calibrate lattic-sibling"):
        print(replace(job, arguments={"game": "lattic", "rings": "sibling"}).stem)


def test_the_filler_of_a_condition_is_that_of_its_padded_cells_alone() -> None:
    padded = {"examples": [0, 2], "sets": 1, "layouts": "plain,late", "m": 1, "slots": 2, "filler": "lattic"}
    jobs = list_jobs(Suite("t", "1", "T", ("morvane",), ("quickstudy/random",), (padded,)))
    assert [job.arguments.get("filler") for job in jobs] == [None, "lattic"]
    check_jobs(jobs)


def test_a_game_without_the_rings_of_a_suite_is_not_asked_when_they_are_read() -> None:
    chains = {"task": "memory", "chains": 1, "rings": ["family"], "ring_generations": [0, "last"]}
    (job,) = list_jobs(Suite("t", "1", "T", ("fnipil",), ("quickstudy/notebook",), (chains,)))
    assert "ring_generations" not in job.arguments
    check_jobs([job])
