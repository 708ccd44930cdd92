"""A match that was interrupted goes on with the replies that were already paid for."""

import asyncio
from pathlib import Path

import pytest

from quickstudy.scorers.recall import View
from quickstudy.tasks.journal import Journal
from quickstudy.tasks.match import MatchPlan, Question, Reply, play_match
from quickstudy.tasks.study import Study

QUESTION = Question((("system", "s"), ("user", "u")), 0, 4, 0)


def make_plan() -> MatchPlan:
    study = Study(
        game_name="morvane", examples=(0,), sets=1, games_per_match=2, opponents=("random",), legal_moves=True
    )
    return study.plan("remote/model", "{}", View.plain(0), 0)


class Player:
    """Always names the first listed legal move; breaks down after some calls."""

    def __init__(self, journal: Journal, calls: int) -> None:
        self.journal, self.calls, self.asked = journal, calls, 0

    async def ask(self, question: Question) -> Reply:
        kept = self.journal.find(question)
        if kept is not None:
            return kept
        if self.asked == self.calls:
            raise ConnectionError("the line went dead")
        self.asked += 1
        move = question.messages[1][1].rpartition("Your legal moves: ")[2].split()[0]
        reply = Reply(f'{{"move": "{move}"}}', "stop", 7, 3)
        self.journal.add(question, reply)
        return reply


def test_an_interrupted_match_asks_nothing_twice_and_ends_like_an_uninterrupted_one(tmp_path: Path) -> None:
    plan = make_plan()
    whole = Player(Journal(tmp_path / "a", "cell", 0, 0), 1000)
    expected = asyncio.run(play_match(plan, whole.ask))
    broken = Player(Journal(tmp_path / "b", "cell", 0, 0), 3)
    with pytest.raises(ConnectionError):
        asyncio.run(play_match(plan, broken.ask))
    resumed = Player(Journal(tmp_path / "b", "cell", 0, 0), 1000)
    record = asyncio.run(play_match(plan, resumed.ask))
    assert resumed.asked == whole.asked - 3
    for game in (*expected["games"], *record["games"]):
        del game["seconds"]
    assert record == expected


def test_a_half_written_line_is_ignored(tmp_path: Path) -> None:
    journal = Journal(tmp_path, "cell", 1, 0)
    journal.add(QUESTION, Reply("{}"))
    with journal.path.open("a") as file:
        file.write('{"key": "0-6-')
    assert Journal(tmp_path, "cell", 1, 0).find(QUESTION) == Reply("{}")


def test_another_question_is_not_answered_from_the_journal(tmp_path: Path) -> None:
    journal = Journal(tmp_path, "cell", 1, 0)
    journal.add(QUESTION, Reply("{}"))
    assert journal.find(Question((("system", "other"), ("user", "u")), 0, 4, 0)) is None
    assert journal.find(Question(QUESTION.messages, 1, 4, 0)) is None


def test_a_journal_survives_one_crash_after_another(tmp_path: Path) -> None:
    for ply in range(3):
        journal = Journal(tmp_path, "cell", 1, 0)
        journal.add(Question(QUESTION.messages, 0, ply, 0), Reply(f"{ply}"))
        with journal.path.open("a") as file:
            file.write('{"key": "0-6-')
    last = Journal(tmp_path, "cell", 1, 0)
    assert [last.find(Question(QUESTION.messages, 0, ply, 0)) for ply in range(3)] == [Reply(f"{k}") for k in range(3)]


@pytest.mark.parametrize(
    "line", ["[]", "7", "{}", '{"key": "k", "text": "t", "mood": "fine"}', '{"key": "k"}', "\xff", ""]
)
def test_lines_of_another_kind_are_passed_over(line: str, tmp_path: Path) -> None:
    journal = Journal(tmp_path, "cell", 1, 0)
    journal.add(QUESTION, Reply("{}"))
    journal.path.write_bytes(line.encode("latin-1") + b"\n" + journal.path.read_bytes())
    assert Journal(tmp_path, "cell", 1, 0).find(QUESTION) == Reply("{}")
