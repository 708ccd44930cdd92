"""Verification: games and probes come out again, of either track; whatever is changed in a record is found."""

from __future__ import annotations

import asyncio
import copy
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from quickstudy.benchmarks.cli import main
from quickstudy.reports.records import TableError
from quickstudy.reports.verification.findings import (
    CONTRADICTED,
    REFUSED,
    REPLAYED,
    format_findings,
    verify_logs,
    verify_record,
)
from quickstudy.scorers.recall import View
from quickstudy.tasks.cell import Cell
from quickstudy.tasks.chess_study import ChessStudy
from quickstudy.tasks.conditions import Conditions
from quickstudy.tasks.direct import play_study, probe_study, write_records
from quickstudy.tasks.match import Question, Reply, play_match
from quickstudy.tasks.study import Study
from tests.reports.records import write

SMALL: dict[str, Any] = {"examples": (0,), "sets": 2, "games_per_match": 2}
Change = Callable[[dict[str, Any]], None]


@pytest.fixture(scope="module")
def chess() -> list[dict[str, Any]]:
    """Matches against the engine, which the second set's were chosen for by the first's."""
    return list(play_study(ChessStudy("fnipil", **SMALL), "quickstudy/random"))


@pytest.fixture(scope="module")
def boards() -> list[dict[str, Any]]:
    study: Conditions = Study("morvane", **{**SMALL, "skin": 2, "opponents": ("mcts-30",)})
    return [*play_study(study, "quickstudy/random"), *play_study(Study("morvane", **SMALL), "quickstudy/imitator")]


@pytest.fixture(scope="module")
def sittings() -> list[dict[str, Any]]:
    """Probes of a variant and of a board game, two sets of each."""
    studies: list[Conditions] = [ChessStudy("fnipil", **SMALL), Study("velun", **SMALL)]
    return [record for study in studies for record in probe_study(study, "quickstudy/random", 3)]


def find_states(folder: Path, *records: dict[str, Any]) -> list[tuple[str, str]]:
    return [(found.state, found.reason) for found in verify_logs(write(folder, *records))]


def test_what_was_played_comes_out_again(
    chess: list[dict[str, Any]], boards: list[dict[str, Any]], tmp_path: Path
) -> None:
    findings = verify_logs(write(tmp_path, *chess, *boards))
    assert {(found.state, found.opponents, found.reason) for found in findings} == {(REPLAYED, True, "")}
    assert [found.games for found in findings] == [2] * 6
    shown = format_findings(findings)
    assert "fnipil   quickstudy/random    4      0       0      0        0       2         0             0" in shown


def test_probes_that_were_answered_come_out_again(
    sittings: list[dict[str, Any]], boards: list[dict[str, Any]], tmp_path: Path
) -> None:
    findings = verify_logs(write(tmp_path, *sittings, boards[0]))
    assert {(found.state, found.reason) for found in findings} == {(REPLAYED, "")}
    assert [(found.games, found.probes) for found in findings] == [(0, 3)] * 4 + [(2, 0)]
    shown = format_findings(findings)
    assert "velun    quickstudy/random  0      6       0      0        0       2         0             0" in shown


def _better_answer(record: dict[str, Any]) -> None:
    """Say that the best move was answered where another one was."""
    probe = next(probe for probe in record["probes"] if probe["regret"])
    probe |= {"move": probe["best"], "value": probe["value"] + probe["regret"], "regret": 0.0}


def _unreadable_answer(record: dict[str, Any]) -> None:
    record["probes"][0]["answers"][0]["text"] = '{"move": "Zz9"}'


CHANGED_PROBES: list[tuple[Change, str]] = [
    (_better_answer, r"probe \d+: move is recorded as"),
    (lambda record: record["probes"][1].update(regret=0.999), r"probe \d+: regret is recorded as 0.999"),
    (lambda record: record["probes"][1].update(outcome="forfeit_illegal"), r"probe \d+: outcome is recorded as"),
    (_unreadable_answer, r"probe \d+: the record has 0 answers for attempt 1, not one"),
    (lambda record: record["probes"].pop(0), r"the probes \[\d+, \d+\] are recorded, and the set has"),
    (lambda record: record["levels"][1].update(regret=0.5), "other regrets of the levels are recorded"),
]


@pytest.mark.parametrize(("change", "said"), CHANGED_PROBES, ids=range(len(CHANGED_PROBES)))
@pytest.mark.parametrize("number", [1, 3])
def test_a_changed_record_of_probes_is_found(
    sittings: list[dict[str, Any]], number: int, change: Change, said: str
) -> None:
    changed = copy.deepcopy(sittings[number])
    change(changed)
    found = verify_record("here", changed)
    assert found.state == CONTRADICTED and re.search(said, found.reason), found.reason


def test_probes_of_another_version_are_not_verified(sittings: list[dict[str, Any]]) -> None:
    found = verify_record("here", {**sittings[0], "probe_version": "another"})
    assert found.state == REFUSED and found.reason.startswith("its probes are of version another, and those here of ")


def test_of_a_run_only_the_logs_are_read(boards: list[dict[str, Any]], tmp_path: Path) -> None:
    write(tmp_path / "logs", boards[0])
    (tmp_path / "purchases.jsonl").write_text('{"round": 1}\n', encoding="utf-8")
    assert [found.state for found in verify_logs(tmp_path)] == [REPLAYED]


def test_an_inspect_log_is_verified_like_a_direct_run(evaluated: Path) -> None:
    assert {found.state for found in verify_logs(evaluated.parent)} == {REPLAYED}


def _other_move(record: dict[str, Any], mine: bool) -> None:
    """Exchange the first move behind the opening of the player, or of the engine, for another legal one."""
    game = record["games"][0]
    moves, opening = game["moves"].split(), len(game["opening"].split())
    skill = ChessStudy("fnipil").skill
    turns = skill.revisit(moves)
    ply = next(p for p in range(opening, len(moves)) if (turns[p].colour == game["colour"]) == mine)
    position = turns[ply].position
    named = [position.write_move(move) for move in position.list_moves()]
    moves[ply] = next(name for name in named if name != moves[ply])
    game["moves"] = " ".join(moves)


def _exchange_result(record: dict[str, Any]) -> None:
    game = record["games"][1]
    won = game["outcome"] != "win"
    game |= {"outcome": "win", "result": 1.0} if won else {"outcome": "loss", "result": 0.0}


def _rename_level(record: dict[str, Any]) -> None:
    for game in record["games"]:
        game["opponent"] = "nodes-3000" if game["opponent"] != "nodes-3000" else "nodes-1"


def _name_other_answer(record: dict[str, Any]) -> None:
    record["games"][0]["answers"][3]["text"] = '{"move": "Zz9"}'


CHANGES: list[tuple[Change, str]] = [
    (lambda record: _other_move(record, mine=False), r"game 0, ply \d+: \S+ is recorded, and \S+ is played"),
    (lambda record: _other_move(record, mine=True), r"game 0, ply \d+: \S+ is recorded, and \S+ is played"),
    (_exchange_result, "game 1: result is recorded as"),
    (lambda record: record["games"][0].update(opponent_elo=2000.0), "game 0: opponent_elo is recorded as 2000.0"),
    (_rename_level, "game 0: the opponent is recorded as"),
    (lambda record: record["games"][0].update(opening="a1"), "game 0: opening is recorded as 'a1'"),
    (lambda record: record["games"][1].update(seed=5), "game 1: seed is recorded as 5"),
    (_name_other_answer, "the record has 0 answers for attempt 1"),
    (lambda record: record["games"][1]["answers"].pop(2), "the record has 0 answers for attempt 0"),
    (lambda record: record["games"][1]["answers"].append({**record["games"][1]["answers"][0], "ply": 999}),
     "answers are recorded, and"),
    (lambda record: record["cell"].update(retries=5), "the cell's id is not that of its conditions"),
    (lambda record: record["games"][0].pop("answers"), "the record is ill-formed"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "said"), CHANGES, ids=range(len(CHANGES)))
def test_a_changed_record_of_chess_is_found(chess: list[dict[str, Any]], change: Change, said: str) -> None:
    changed = copy.deepcopy(chess[0])
    change(changed)
    found = verify_record("here", changed)
    assert found.state == CONTRADICTED
    assert re.search(said, found.reason), found.reason


def test_every_move_of_a_board_game_counts(boards: list[dict[str, Any]]) -> None:
    for number, game in enumerate(boards[0]["games"]):
        for ply in range(len(game["moves"].split())):
            changed = copy.deepcopy(boards[0])
            moves = game["moves"].split()
            moves[ply] = next(other for other in moves if other != moves[ply])
            changed["games"][number]["moves"] = " ".join(moves)
            found = verify_record("here", changed)
            assert found.state == CONTRADICTED and f"game {number}, ply {ply}: {moves[ply]} is recorded" in found.reason


def _set_cell(record: dict[str, Any], **changes: Any) -> None:
    """Change conditions as somebody would who knows how cells are named."""
    record["cell"] = Cell(**{k: v for k, v in {**record["cell"], **changes}.items() if k != "cell_id"}).to_dict()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {"ladder_version": "uci-0123abcd-chess-1-89abcdef"},
            "engine of the user's own .* cannot be submitted",
        ),
        ({"ladder_version": "chess-1-89abcdef"}, "it was played on the ladder chess-1-89abcdef, and the one here is"),
        ({"task_version": "1-A"}, "it is of task version 1-A"),
        ({"ring": "skin"}, "regime: choose one of notes, distil"),
        ({"skill": "nosuch"}, "nosuch cannot be played here: unknown game"),
        ({"rules_hash": "0" * 64}, "fnipil had other rules there"),
    ],
)
def test_what_cannot_be_played_again_is_not_verified(
    chess: list[dict[str, Any]], changes: dict[str, Any], said: str
) -> None:
    changed = copy.deepcopy(chess[0])
    _set_cell(changed, **changes)
    found = verify_record("here", changed)
    assert found.state == REFUSED and re.search(said, found.reason), found.reason


def test_opponents_are_taken_as_recorded_where_the_first_match_is_missing(
    chess: list[dict[str, Any]], tmp_path: Path
) -> None:
    (found,) = verify_logs(write(tmp_path, chess[1]))
    assert (found.state, found.opponents) == (REPLAYED, False)
    assert "In 1 of them the opponents are as recorded" in format_findings([found])


def test_a_forfeit_comes_out_again_by_the_recorded_readings() -> None:
    async def stuck(question: Question) -> Reply:
        return Reply("thinking" * 400, "max_tokens") if question.game else Reply('{"move": "nothing"}')

    study = ChessStudy("fnipil", **{**SMALL, "opponents": ("random",)})
    plan = study.plan("m", "{}", View.plain(0), 0)
    played = asyncio.run(play_match(plan, stuck))
    assert [game["outcome"] for game in played["games"]] == ["forfeit_illegal", "forfeit_truncated"]
    assert verify_record("here", played).state == REPLAYED
    played["games"][0]["outcome"] = "forfeit_refused"
    assert "outcome is recorded as 'forfeit_refused'" in verify_record("here", played).reason


def test_a_single_game_of_a_pair_is_played_alone(boards: list[dict[str, Any]]) -> None:
    study = Study("morvane", **{**SMALL, "skin": 2, "opponents": ("mcts-30",)})
    answers = iter(boards[0]["games"][1]["answers"])

    async def again(question: Question) -> Reply:
        return Reply(next(answers)["text"])

    played = asyncio.run(play_match(study.plan("person", "{}", View.plain(0), 0), again, only=1))
    assert [game["game"] for game in played["games"]] == [1]
    assert verify_record("here", played).state == REPLAYED


def test_a_reply_of_which_too_little_is_kept_is_not_called_false(boards: list[dict[str, Any]]) -> None:
    changed = copy.deepcopy(boards[0])
    changed["games"][0]["answers"][0]["text"] = "…" + "x" * 2000
    found = verify_record("here", changed)
    assert found.state == REFUSED and "keeps the end of the reply only" in found.reason


@pytest.mark.parametrize(
    ("reply", "outcome", "said"),
    [
        ('{"why": "take\u202fit", "move": "a1-b2"}', "forfeit_illegal", "characters of the reply as escapes"),
        ('{"why": {"long": "%s"}, "then": {"move": "a1-b2"}}' % ("x" * 2500), "forfeit_unreadable", "the end of the"),
    ],
)
def test_a_reply_that_reads_otherwise_as_it_is_kept_is_not_called_false(reply: str, outcome: str, said: str) -> None:
    async def answer(question: Question) -> Reply:
        return Reply(reply)

    study = Study("morvane", **{**SMALL, "opponents": ("random",)})
    played = asyncio.run(play_match(study.plan("m", "{}", View.plain(0), 0), answer))
    assert {game["outcome"] for game in played["games"]} == {outcome}
    found = verify_record("here", played)
    assert found.state == REFUSED and said in found.reason, found.reason


@pytest.mark.parametrize("extra", [{"model": "other"}, {"n": 64}, {"ring": "skin"}, {"rating": 5}])
def test_fields_that_no_game_has_are_found(boards: list[dict[str, Any]], extra: dict[str, Any]) -> None:
    """Reports take a game's fields before its cell's."""
    changed = copy.deepcopy(boards[0])
    changed["games"][1] |= extra
    (name,) = extra
    found = verify_record("here", changed)
    assert found.state == CONTRADICTED and found.reason.startswith(f"game 1: {name} is recorded as")


def test_the_command_ends_with_1_where_a_match_is_not_what_is_recorded(
    boards: list[dict[str, Any]], tmp_path: Path
) -> None:
    good, bad = tmp_path / "good", tmp_path / "bad"
    write(good, boards[0])
    changed = copy.deepcopy(boards[0])
    _exchange_result(changed)
    write(bad, boards[1], changed)
    assert CliRunner().invoke(main, ["verify", str(good)]).exit_code == 0
    shown = CliRunner().invoke(main, ["verify", str(bad)])
    assert shown.exit_code == 1 and "Contradicted: " in shown.output and "game 1: result is recorded" in shown.output
    as_json = CliRunner().invoke(main, ["verify", str(bad), "--json"])
    found = json.loads(as_json.stdout)
    assert sorted(match["state"] for match in found) == [CONTRADICTED, REPLAYED] and as_json.exit_code == 1


def test_a_match_without_games_is_not_verified(boards: list[dict[str, Any]], tmp_path: Path) -> None:
    reason = "it has nothing that could be played or asked again"
    assert find_states(tmp_path, {**boards[0], "games": []}) == [(REFUSED, reason)]


def test_a_copy_that_contradicts_a_match_is_named_and_others_are_not(
    boards: list[dict[str, Any]], tmp_path: Path
) -> None:
    other = copy.deepcopy(boards[0])
    other["games"][1]["moves"] += " a1"
    shorter = {**other, "games": other["games"][:1]}
    (tmp_path / "alike").mkdir()
    assert find_states(tmp_path / "alike", boards[0], boards[0], shorter) == [(REPLAYED, "")]
    (tmp_path / "unlike").mkdir()
    reason = f"it has other games than {tmp_path / 'unlike' / 'direct.jsonl'}, line 1 has of the same match"
    assert find_states(tmp_path / "unlike", boards[0], other) == [(CONTRADICTED, reason), (REPLAYED, "")]


def test_a_folder_without_matches_is_refused_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="no logs"):
        verify_logs(tmp_path)
    write_records([{"cell": {"cell_id": "x"}, "games": []}], tmp_path / "a.jsonl")
    with pytest.raises(TableError, match="not a record of games"):
        verify_logs(tmp_path)
