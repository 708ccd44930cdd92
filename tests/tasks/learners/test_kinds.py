"""What learners take from each kind of evidence, on tiny literal games."""

from __future__ import annotations

import numpy as np
import pytest

from quickstudy.tasks.answers import read_answer
from quickstudy.tasks.games.board import Board
from quickstudy.tasks.games.rules import Kind, Rules
from quickstudy.tasks.games.skin import find_skin
from quickstudy.tasks.games.wording import write_rules
from quickstudy.tasks.learners.directory import find_learner
from quickstudy.tasks.learners.fitting import list_decisions, list_last_positions
from quickstudy.tasks.learners.prompt import read_evidence
from quickstudy.tasks.prompts.play import WORDINGS, write_position, write_system
from tests.known_games import tic_tac_toe

STONES = Rules("Stones", Board("square", 5, 5), place="any", line=5)
MEN = Rules(
    "Men",
    Board("square", 3, 4, holes=("b2",)),
    (Kind("man", ("N",), capture=("NE",)), Kind("elk", leap="knight"), Kind("imp", ("N",)), Kind("yak", ("N",))),
    (("a1",), ("b1",), (), ("c1",)),
    (("a4",), (), ("b4",), ("c4",)),
    stalemate="lose",
    burn=True,
)
wordings = pytest.mark.parametrize("wording", range(len(WORDINGS)))


def tell(rules: Rules, lines: list[str], kind: str, wording: int = 0, plies: int = 0) -> str:
    return write_system(write_rules(rules), lines, plies, "a1", wording, kind, pieces="X: x; O: o")


def answers(name: str, system: str, moves: tuple[str, ...] = ()) -> set[str | None]:
    """Answers to ten questions that differ in their drawings alone, which learners do not look at."""
    asked = [[("system", system), ("user", write_position(f"{i}", moves, "X", "x"))] for i in range(10)]
    return {read_answer(find_learner(name).answer(messages)) for messages in asked}


# ------------------------------------------------------------------------------------------------- annotated games

VALUED = ["c3 (60) a1 (40) d4 (70) b5 (30) | O wins", "c3 (60) e1 (40) d4 (70) a3 (30) | O wins"]


@wordings
def test_values_are_read_beside_their_moves(wording: int) -> None:
    (first, second) = read_evidence(tell(STONES, VALUED, "annotated", wording, 1)).games
    assert first.moves == ("c3", "a1", "d4", "b5") and first.values == (0.6, 0.4, 0.7, 0.3)
    assert second.moves[1] == "e1" and (second.winner, second.judged, second.first) == (1, True, 1)
    decisions = list_decisions(read_evidence(tell(STONES, VALUED, "annotated", wording, 1)))
    assert [d.points for d in decisions] == [0.4, 0.7, 0.3] * 2


def test_the_scorer_believes_values_more_than_the_result() -> None:
    lost = [line.replace(" (60)", "").replace(" (40)", "").replace(" (70)", "").replace(" (30)", "") for line in VALUED]
    assert "c3" not in answers("scorer", tell(STONES, lost, "games")), "its player lost"
    assert answers("scorer", tell(STONES, VALUED, "annotated")) == {"c3"}, "but the move was good"


@pytest.mark.parametrize("name", ["imitator", "copycat"])
def test_those_who_learn_from_moves_leave_values_aside(name: str) -> None:
    plain = ["c3 a1 d4 b5 | O wins", "c3 e1 d4 a3 | O wins"]
    assert answers(name, tell(STONES, VALUED, "annotated")) == answers(name, tell(STONES, plain, "games")) == {"c3"}


@pytest.mark.parametrize(
    "line", ["c3 (60) (40) a1 | draw", "(60) c3 a1 | draw", "c3 (x) a1 | draw", "c3 (6000) a1 | draw"]
)
def test_an_example_ends_before_a_value_that_is_out_of_place(line: str) -> None:
    (game,) = read_evidence(tell(STONES, [f"{line} | draw"], "annotated")).games
    assert game.moves in ((), ("c3",)) and len(game.values) <= len(game.moves)


# ------------------------------------------------------------------------------------------------------- outcomes


@wordings
def test_last_positions_are_read_with_their_results(wording: int) -> None:
    lines = ["x.o/.x./o.x | X wins", "oo./oxx/x.. | O wins", "xox/xox/oxo | draw"]
    evidence = read_evidence(tell(tic_tac_toe(), lines, "outcomes", wording))
    found = list_last_positions(evidence)
    assert [points for _, points in found] == [1.0, 0.0, 0.5]
    assert (int(found[0][0][0]), int(found[0][0][1])) == (0b001010100, 0b100000001)
    assert list_decisions(evidence) == []


def test_last_positions_of_several_kinds_with_holes_and_burnt_cells_are_read() -> None:
    evidence = read_evidence(tell(MEN, ["Mi#/yEm/._./m.Y | draw"], "outcomes"))
    ((state, points),) = list_last_positions(evidence)
    cells = {name: i for i, name in enumerate(MEN.board.names)}

    def bits(*names: str) -> int:
        return sum(1 << cells[name] for name in names)

    assert points == 0.5
    assert int(state[0]) == bits("a4", "b3", "c1") and int(state[1]) == bits("b4", "a3", "c3", "a1")
    assert int(state[2]) == bits("b3", "c1", "a3") and int(state[3]) == bits("b4", "a3", "c1")
    assert int(state[4]) == bits("c4")


@pytest.mark.parametrize("number", [1, 2, 3])
@pytest.mark.parametrize("rules", [tic_tac_toe(), MEN], ids=["one kind", "four kinds"])
def test_last_positions_are_read_in_a_skin(rules: Rules, number: int) -> None:
    found = []
    for skin in (find_skin(rules, 0), find_skin(rules, number)):
        state = np.zeros(12, np.uint64)
        state[0], state[1] = 0b1011, 0b110100
        if len(rules.kinds) > 1:
            state[2], state[3], state[4] = 0b11001, 0b101001, 0b1000000
        line = f"{skin.write_cells(rules, state)} | {skin.write_result('O wins')}"
        text = write_system(skin.write_rules(rules), [line], 0, skin.write_move("a1"), kind="outcomes", pieces="")
        found.append([(read.tolist(), points) for read, points in list_last_positions(read_evidence(text))])
        assert found[-1][0][0] == state.tolist()
    assert found[0] == found[1] and found[0][0][1] == 0.0


@pytest.mark.parametrize("drawing", ["x.o/.x.", "x.o/.x./o.xx", "x.o/.q./o.x", "", "c3"])
def test_a_drawing_that_does_not_fit_is_left_out(drawing: str) -> None:
    assert list_last_positions(read_evidence(tell(tic_tac_toe(), [f"{drawing} | X wins"], "outcomes"))) == []


def test_the_scorer_learns_from_last_positions_what_winners_have() -> None:
    rules = Rules("Four", Board("square", 4, 4), place="any", line=4)
    # b2 is X's where X wins, and O's where O does
    lines = ["..../.x../.x../..oo | X wins", "o.../..../.x../...o | X wins", "..../..../.o../x..x | O wins"]
    assert answers("scorer", tell(rules, lines, "outcomes")) == {"b2"}


@pytest.mark.parametrize("name", ["imitator", "copycat"])
def test_outcomes_without_moves_teach_nothing_to_those_who_learn_from_moves(name: str) -> None:
    lines = ["..../.x../.x../..oo | X wins", "o.../..../.x../...o | X wins"]
    rules = Rules("Four", Board("square", 4, 4), place="any", line=4)
    assert len(answers(name, tell(rules, lines, "outcomes"))) > 3


# --------------------------------------------------------------------------------------------------- single moves

CHOICES = ["a1 b1 | c3", "a2 b2 | c3", "e5 e4 | c3", "d1 a5 | c3"]


@wordings
def test_of_a_position_only_the_choice_is_read_as_one(wording: int) -> None:
    evidence = read_evidence(tell(STONES, CHOICES, "moves", wording))
    first = evidence.games[0]
    assert (first.moves, first.first, first.judged) == (("a1", "b1", "c3"), 2, False)
    decisions = list_decisions(evidence)
    assert len(decisions) == 4 and all(np.isnan(d.points) for d in decisions)


def test_the_imitator_learns_the_choices_and_not_the_moves_before_them() -> None:
    # the moves before are always a1 and a2, which an imitator of whole games would learn
    lines = ["a1 a2 b4 b5 | c3", "a1 a2 d4 d5 | c3", "a1 a2 b1 e5 | c3"]
    assert answers("imitator", tell(STONES, lines, "moves"), ("e1", "e2")) == {"c3"}
    whole = [line.replace(" | ", " ") + " | X wins" for line in lines]
    assert "a1" in answers("imitator", tell(STONES, whole, "games"))
    assert "a1" not in answers("imitator", tell(STONES, lines, "moves"))


def test_positions_without_results_teach_the_scorer_nothing() -> None:
    assert len(answers("scorer", tell(STONES, CHOICES, "moves"))) > 3


def test_without_rules_the_copycat_repeats_choices() -> None:
    text = write_system(None, ["a1 b1 | c3", "a2 b2 | c4"], 4, "a1", kind="moves")
    for moves, choice in ((("a1", "b1"), "c3"), (("a2", "b2"), "c4")):
        assert answers("copycat", text, moves) == {choice}


@pytest.mark.parametrize("line", ["a1 b1 | zz", "a1 zz b1 | c3", "a1 b1 | c3 c4", "a1 b1"])
def test_a_position_that_is_not_read_whole_is_left_out(line: str) -> None:
    assert list_decisions(read_evidence(tell(STONES, [line], "moves"))) == []
