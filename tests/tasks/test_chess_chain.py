"""Chains on chess: the same stages, controls and audit as of board games, in the notation of chess."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from quickstudy.tasks.author_view import list_words
from quickstudy.tasks.chains.audit import Audit, AuditError
from quickstudy.tasks.chains.course import Course
from quickstudy.tasks.chains.stage import Stage, play_stage
from quickstudy.tasks.chess_study import ChessStudy
from quickstudy.tasks.chess_variants.variant import load_variant
from quickstudy.tasks.direct import play_chains
from quickstudy.tasks.examples.chess_openings import held_out_keys, reach
from quickstudy.tasks.examples.kinds import Example
from quickstudy.tasks.learners.notebook import Notebook
from quickstudy.tasks.match import Question, Reply, play_match
from quickstudy.tasks.regimes.notes import Item, Notes
from quickstudy.tasks.study import Study

SMALL: dict[str, Any] = {"generations": 1, "games": 2, "budget": 200, "chains": 1, "play_games": 2}
NOTES = Notes((Item("advice", "own zlil on: b3 +50"), Item("reason", "Zb3 wins")))


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUICKSTUDY_CACHE", str(tmp_path / "cache"))


def course(study: dict[str, Any] | None = None, **changes: Any) -> Course:
    made = ChessStudy("fnipil", **{"examples": (0,), "sets": 2, "teacher": "weak", **(study or {})})
    return Course(made, **{**SMALL, **changes})


class Watched:
    """A player or author whose prompts are kept; without a reply of its own the notebook's."""

    def __init__(self, reply: Callable[[Question], str] | None = None) -> None:
        self.asked: list[Question] = []
        self.answer = reply or (lambda question: Notebook().answer(question.messages))

    async def ask(self, question: Question) -> Reply:
        self.asked.append(question)
        return Reply(self.answer(question))

    @property
    def system(self) -> str:
        return self.asked[0].messages[0][1]


def study(
    made: Course,
    notes: Notes = NOTES,
    generation: int = 1,
    player: Watched | None = None,
    author: Watched | None = None,
) -> tuple[dict[str, Any], Watched, Watched]:
    """A study stage, with what its player and its author were asked."""
    player, author = player or Watched(), author or Watched()
    own = made.plan_study("m", "{}", 0, generation, notes)
    stage = Stage(made, 0, generation, notes, {})
    return asyncio.run(play_stage(stage, own, player.ask, lambda system: author.ask)), player, author


def play(made: Course, notes: Notes, generation: int = 1, ring: str = "") -> str:
    """The constant part of what a player with notes reads."""
    return made.plan_play("m", "{}", made.view, 0, generation, notes, ring=ring).system


def test_a_chain_plays_without_notes_and_then_with_those_that_its_author_wrote() -> None:
    records = list(play_chains(course(generations=2), "quickstudy/notebook"))
    plays, stages = ([r for r in records if ("notes" in r) == noted] for noted in (False, True))
    assert [record["cell"]["generation"] for record in plays] == [0, 1, 2]
    assert [record["cell"]["studied"] for record in plays] == [0, 2, 4]
    assert stages[1]["before"] == stages[0]["notes"] and stages[0]["tokens"] <= 200
    lines = [text for _, text in stages[1]["notes"]]
    assert lines[0] == "from 4 games" and any(line.startswith("own pieces anywhere: ") for line in lines)
    assert len({tuple(game["opening"] for game in record["games"]) for record in plays}) == 1
    variant, tested = load_variant("fnipil"), held_out_keys(load_variant("fnipil"))
    for game in stages[0]["games"]:
        opening = course().study.read_opening(Example(tuple(game["moves"].split()), ""))
        assert " ".join(game["moves"].split()[: len(opening.moves)]) == game["opening"]
        assert reach(variant, opening).key not in tested


def test_an_author_reads_rules_notes_and_named_games_as_movetext_and_the_player_no_names() -> None:
    made = course()
    record, player, author = study(made)
    names = made.name_games(0, 1)
    for number, (game, name) in enumerate(zip(record["games"], names, strict=True), 1):
        result = {1.0: ("1-0", "0-1"), 0.0: ("0-1", "1-0"), 0.5: ("1/2-1/2",) * 2}[game["result"]][number - 1]
        first, second = game["moves"].split()[:2]
        line = next(line for line in author.system.split("\n") if line.startswith(f"Game {number} ({name}) as "))
        assert f" as {game['colour']}: 1. {first} {second} 2. " in line and line.endswith(f" {result}")
    assert all(line in text for line in NOTES.lines for text in (author.system, player.system))
    assert f"The first {made.study.opening_plies} moves of each game were made at random." in author.system
    assert all(name not in text for name in names for q in player.asked for _, text in q.messages)


def test_a_forfeited_game_is_told_as_one_and_teaches_nothing() -> None:
    record, _, author = study(course(), Notes(), player=Watched(lambda question: '{"move": "Kz9"}'))
    assert {game["forfeit"] for game in record["games"]} == {1}
    assert re.search(r"\) as White: 1\. .* \{White gave no legal move\}\n", author.system)
    assert [text for _, text in record["notes"]] == ["from 2 games"]


def test_controls_switch_one_thing_off() -> None:
    _, _, thinker = study(course(control="think"))
    assert "There are no example games." in thinker.system
    record, player, author = study(course(control="no_carry"))
    assert record["before"] == [] and all(
        NOTES.lines[0] not in q.messages[0][1] for q in [*player.asked, *author.asked]
    )
    shown = play(course(control="permuted"), NOTES)
    assert NOTES.lines[0] not in shown and "Zb3" not in shown and re.search(r"own (?:mraze|king) on: \w\d \+50", shown)
    empty = course(control="empty")
    assert empty.last == 0 and "left no notes" in play(empty, Notes(), 0)


def test_the_placebo_is_a_board_game_that_says_nothing_of_chess() -> None:
    made = course(control="placebo")
    assert isinstance(made.source, Study) and made.source.game.invented
    record, player, author = study(made, Notes())
    assert all("Fnipil" not in q.messages[0][1] for q in [*player.asked, *author.asked])
    conditions = made.conditions(1)
    assert conditions["studied_game"] == made.source.name and conditions["practice"] == ""
    assert "Fnipil" in play(made, Notes.from_list(record["notes"]))
    with pytest.raises(ValueError, match="teacher: the placebo is a board game"):
        course({"teacher": "nodes-1"}, control="placebo")


def test_token_matched_examples_are_shown_and_no_notes() -> None:
    made = course(control="matched", budget=288)
    shown, more = ([made.study.examples_of(made.view.m + k, number) for number in (0, 1)] for k in (0, 1))
    assert made.view.m > 0 and max(len("\n".join(lines)) for lines in shown) <= 288 * 4
    assert max(len("\n".join(f"Game {k}: {line}" for k, line in enumerate(lines, 1))) for lines in more) > 288 * 4
    system = play(made, Notes(), 0)
    assert all(line in system for line in made.study.examples_of(made.view.m, 0)) and "left no notes" in system


def test_distilled_notes_are_of_examples_and_states_of_more_and_more() -> None:
    record, player, author = study(course(regime="distil", games=4))
    lines = course().study.take(4, 0)
    assert player.asked == [] and record["games"] == []
    assert all(course().study.write_line(line) in author.system for line in lines)
    _, _, author = study(course(regime="state", generations=2), generation=2)
    shown = [course().study.write_line(line) in author.system for line in lines]
    assert shown == [False, False, True, True]


def test_an_author_that_chooses_hands_on_whole_games() -> None:
    made = course(regime="study", games=4, budget=400)
    record, _, author = study(made, Notes(), author=Watched(lambda question: '{"keep": [2]}'))
    line = made.study.write_line(made.study.take(4, 0)[1])
    assert f"Game 2: {line}" in author.system
    assert f"Game 1: {line}" in play(made, Notes.from_list(record["notes"]))
    record, _, _ = study(made, Notes())
    assert record["notes"], "the notebook chooses games of chess, too"


def test_games_of_a_file_are_said_to_be_of_no_engine(tmp_path: Path) -> None:
    games = ("1. e4 e5 2. Nf3 Nc6 3. Bb5 a6 4. Ba4 Nf6 1-0", "1. d4 d5 2. c4 e6 3. Nc3 Nf6 4. Bg5 Be7 0-1")
    path = tmp_path / "mine.pgn"
    path.write_text("\n".join(f'[Result "{game.split()[-1]}"]\n\n{game}\n' for game in games), encoding="utf-8")
    made = Course(ChessStudy("orthodox", examples=(0,), sets=1, examples_from=str(path)), "distil", **SMALL)
    _, _, author = study(made, Notes())
    assert all(f": {game}\n" in author.system for game in games) and "at random" not in author.system
    with pytest.raises(ValueError, match=r"4 examples for each of 1 sets asked of .*mine\.pgn"):
        replace(made, games=4)


def quote(made: Course, uci: bool) -> str:
    """Seven plies of the first game that an author reads."""
    san, squares = made.study.list_quotable(made.study.take(2, 0)[0])
    return "Play " + " ".join((squares if uci else san)[3:10])


@pytest.mark.parametrize("uci", [False, True])
def test_a_quoted_game_is_refused_in_either_notation(uci: bool) -> None:
    made = course(regime="distil")
    told = json.dumps({"edits": [{"action": "add", "kind": "advice", "text": quote(made, uci)}]})
    record, _, _ = study(made, Notes(), author=Watched(lambda question: told))
    assert record["notes"] == [] and record["edits"] == {"refused: quotes a game": 1} and record["quoted"] == 7


def test_seen_openings_are_those_of_the_games_that_were_studied() -> None:
    made = course(rings=("seen",))
    assert made.list_rings(1) == ["", "seen"]
    records = list(play_chains(made, "quickstudy/notebook"))
    (stage,) = (record for record in records if "notes" in record)
    seen = [record for record in records if record["cell"]["ring"] == "seen"]
    studied, played = ({game["opening"] for r in part for game in r["games"]} for part in ([stage], seen))
    assert played == studied and len(seen) == 1
    distilled = course(regime="distil", rings=("seen",))
    skill = distilled.study.skill.begin_from(distilled.open_ring("seen", 0, 1).openings)
    read = {" ".join(example.moves[: distilled.study.opening_plies]) for example in distilled.study.take(2, 0)}
    assert {skill.begin("random", number, (0, 0, 0)).describe()["opening"] for number in (0, 2)} == read


def test_the_oracle_writes_what_names_the_teachers_choices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("quickstudy.tasks.chains.oracle_stage.SETS", 1)
    monkeypatch.setattr("quickstudy.tasks.chains.oracle_stage.EACH", 16)
    record, player, author = study(course(control="oracle", budget=288), Notes())
    assert player.asked == author.asked == [] and record["tokens"] <= 288
    assert record["agreement"] > 0.1 and any("pieces anywhere" in text for _, text in record["notes"])


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"practice": "mcts"}, "practice: choose one of all, nodes"),
        ({"rings": ("family",)}, "rings: family: Fnipil has the rings seen, openings, skin, rewritten, sibling, for"),
    ],
)
def test_what_only_board_games_have_is_refused_in_a_sentence(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message) as error:
        course(**changes)
    assert "\n" not in str(error.value)


def play_audited(notes: Notes, shown: Notes, canaries: set[str]) -> None:
    """Play a match with `shown` in view and audit it as one with `notes`."""
    made, watched = course(), Watched()
    plan, other = (made.plan_play("m", "{}", made.view, 0, 1, given) for given in (notes, shown))
    audit = Audit(plan, canaries)
    audit.check(asyncio.run(play_match(replace(plan, system=other.system), audit.watch(watched.ask))))


def test_the_audit_passes_what_rules_notes_and_position_make_and_nothing_else() -> None:
    play_audited(NOTES, NOTES, course().list_canaries(0, 1))
    with pytest.raises(AuditError, match="is not what rules, notes and position make"):
        play_audited(NOTES, Notes((*NOTES.items, Item("advice", "more"))), set())
    with pytest.raises(AuditError, match="'vlor', which names a studied game"):
        play_audited(NOTES, Notes((Item("advice", "as in (vlor)"),)), {"vlor"})


def test_questions_of_a_game_from_a_drawn_start_are_rebuilt() -> None:
    skill = ChessStudy("chess960", examples=(0,), sets=1).skill
    challenge, asked = skill.begin("random", 0, (0, 0, 0)), dict[int, str]()
    for _ in range(2):

        async def advance() -> bool:
            async def compute(function: Callable[[], int], work: float) -> int:
                return function()

            return await challenge.advance(compute)

        assert asyncio.run(advance())
        asked[len(challenge.steps)] = challenge.write_question()
        assert challenge.accept(challenge.position.list_moves()[0])
    words = list_words({"moves": " ".join(challenge.steps), **challenge.describe()})
    assert re.fullmatch(r"\[[A-Z]{8}\]", words[0])
    rebuilt = skill.revisit(words, last=True)
    assert {ply: rebuilt[ply].write_question() for ply in asked} == asked and len(rebuilt) == len(challenge.steps) + 1
    with pytest.raises(ValueError, match="Qz1 is no legal move of chess960"):
        skill.revisit([words[0], "Qz1"])
