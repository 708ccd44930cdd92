"""Replays of chess: the games in view are told by the text alone, and asked for in a log as in a direct run."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path
from typing import Any

import pytest
from inspect_ai import eval as run_eval
from inspect_ai._util.error import PrerequisiteError

from quickstudy.reports.replays import read_replays
from quickstudy.scorers.recall import View
from quickstudy.tasks.chess_replay import chess_replay
from quickstudy.tasks.chess_study import ChessStudy
from quickstudy.tasks.direct import replay_study, write_records
from quickstudy.tasks.examples.chess_openings import chess_opening_plies
from quickstudy.tasks.match import Question, Reply
from quickstudy.tasks.opponents.ladder import Ladder
from quickstudy.tasks.replay import plan_replay, reproduce_games
from tests.same_tables import same_replays

TINY: dict[str, Any] = {"examples": (3,), "sets": 1, "teacher": "random", "retries": 1}
LINE = re.compile(r"^Game (\d+): (.*)$", re.MULTILINE)
GAMES = """
[Result "1-0"]

1. e4 e5 2. Nf3 Nc6 3. Bb5 a6 4. Ba4 Nf6 5. O-O 1-0

[Result "0-1"]

1. e4 e5 2. Nf3 Nf6 3. Nxe5 d6 4. Nf3 Nxe4 5. d4 0-1
"""


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUICKSTUDY_CACHE", str(tmp_path / "cache"))


async def look_up(question: Question) -> Reply:
    """Who reads the text finds the answer: the number, its line, and the word after the moves so far."""
    system, asked = (text for _, text in question.messages[:2])
    (number,) = re.findall(r"\bGame (\d+)\b", asked)
    so_far = asked.split("\n")[1].partition(": ")[2]
    line = dict(LINE.findall(system))[number]
    assert line.startswith(so_far)
    words = [word for word in line.removeprefix(so_far).split() if not word.endswith(".")]
    return Reply(json.dumps({"move": words[0]}))


def reproduce(made: ChessStudy, places: int = 3, moves: int = 6) -> list[dict[str, Any]]:
    (view,) = made.views
    plan = plan_replay(made, places, moves, view, made.plan("remote/model", "{}", view, 0))
    found: list[dict[str, Any]] = asyncio.run(reproduce_games(plan, look_up))["replays"]
    return found


@pytest.mark.parametrize(("variant", "changes"), [
    ("orthodox", {}),
    ("fnipil", {"rules": "none", "wording": 2, "order": 3}),
    ("fnipil", {"layouts": ("late",), "m": 2, "slots": 3}),
], ids=["orthodox", "order", "late"])  # fmt: skip
def test_the_text_tells_every_answer(variant: str, changes: dict[str, Any]) -> None:
    made = ChessStudy(variant, **{**TINY, **changes})
    moves = reproduce(made)
    assert len(moves) == 6 * made.views[0].m and all(move["reproduced"] for move in moves)
    assert all(move["move"] == move["played"] and move["options"] > 1 for move in moves)
    assert {move["colour"] for move in moves} == {"White", "Black"}
    opening = chess_opening_plies(made.variant)
    assert {move["random"] for move in moves} == {0, 1}
    assert all(move["random"] == (move["ply"] < opening) for move in moves)


def test_a_start_that_was_drawn_tells_a_game_from_its_first_move(monkeypatch: pytest.MonkeyPatch) -> None:
    size = 2
    ladder = Ladder("test", "", ("random", "nodes-1"), [0.0, 1.0], [[0.0] * size] * size)  # type: ignore[arg-type]
    monkeypatch.setattr(ChessStudy, "ladder", ladder)  # Chess960 has none
    moves = reproduce(ChessStudy("chess960", **{**TINY, "examples": (2,)}), 2, 3)
    assert all(move["reproduced"] for move in moves)
    assert [move["ply"] for move in moves] == [0, 2, 3] * 2
    assert [re.fullmatch(r"\[[A-Z]{8}\]", move["moves"]) is not None for move in moves] == [True, False, False] * 2


def test_games_from_a_file_have_no_random_moves_and_are_asked_for_where_they_part(tmp_path: Path) -> None:
    (tmp_path / "two.pgn").write_text(GAMES, encoding="utf-8")
    made = ChessStudy("orthodox", **{**TINY, "examples": (2,), "examples_from": str(tmp_path / "two.pgn")})
    moves = reproduce(made, 2, 20)
    assert [(move["ply"], move["played"]) for move in moves if move["number"] == 2] == [
        (4, "Nxe5"), (5, "d6"), (6, "Nf3"), (7, "Nxe4"), (8, "d4")
    ]  # fmt: skip
    assert {move["random"] for move in moves} == {0}


@pytest.mark.parametrize(("variant", "rules"), [("orthodox", "full"), ("fnipil", "none")])
def test_the_copycat_reproduces_all_and_with_a_limit_what_it_recalls(variant: str, rules: str) -> None:
    made = ChessStudy(variant, **TINY, rules=rules)

    def shares(model: str) -> dict[int, float]:
        moves = [move for record in replay_study(made, model, 2, 6) for move in record["replays"]]
        found = {k: [move["reproduced"] for move in moves if move["number"] == k] for k in (1, 3)}
        return {number: sum(hits) / len(hits) for number, hits in found.items()}

    assert shares("quickstudy/copycat") == {1: 1.0, 3: 1.0}
    first = shares("quickstudy/copycat:capacity-1")
    assert first[1] == 1.0 and first[3] < 0.6
    assert max(shares("quickstudy/random").values()) < 0.6


def test_a_log_holds_the_moves_of_a_direct_run_and_shows_recall(tmp_path: Path) -> None:
    (log,) = run_eval(
        "quickstudy/chess_replay",
        task_args={"variant": "fnipil", "examples": [3], "sets": 1, "teacher": "random", "places": 2, "moves": 3},
        model="quickstudy/copycat",
        log_dir=str(tmp_path / "log"),
        display="none",
    )
    assert log.status == "success" and log.results is not None
    made = ChessStudy("fnipil", **{**TINY, "retries": 2})
    write_records(replay_study(made, "quickstudy/copycat", 2, 3), tmp_path / "direct" / "a.jsonl")
    moves, direct = read_replays(tmp_path / "log"), read_replays(tmp_path / "direct")
    assert same_replays(moves, direct) and len(moves) == 2 * 3 and (moves["reproduced"] == 1).all()
    shown = {name: metric.value for score in log.results.scores for name, metric in score.metrics.items()}
    assert shown["n=3"] == 1.0 and 0.0 < shown["n=3 chance"] < 0.5
    (sample,) = log.samples or []
    assert sample.messages[0].text == made.write_system(View.plain(3), 0)


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ({"variant": "nosuch"}, "unknown chess variant 'nosuch'"),
        ({"moves": 0}, "moves: choose 1 to"),
        ({"places": "all"}, "'all' is not a whole number"),
        ({"examples": [0, 1]}, "n = 0 shows no game"),
        ({"layouts": "filler", "slots": 4}, "filler has no one place"),
        ({"window": 10}, "the context window of 10 tokens does not hold"),
        ({"examples_from": "nowhere.pgn"}, "cannot read the PGN file nowhere.pgn"),
    ],
)
def test_impossible_parameters_are_refused_in_a_sentence(arguments: dict[str, Any], named: str) -> None:
    with pytest.raises(PrerequisiteError) as caught:
        chess_replay(**{"variant": "fnipil", "sets": 1, "examples": 1, **arguments})
    message = str(caught.value.message)
    assert named in message and "\n" not in message
