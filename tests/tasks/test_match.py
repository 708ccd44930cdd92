"""The move loop: every way a game can go, with scripted players in place of a model."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from quickstudy.scorers.matching import Posterior, choose_level, freeze_prior
from quickstudy.tasks.examples.openings import opening_plies
from quickstudy.tasks.game_challenge import GameSkill
from quickstudy.tasks.games.game import Game, load_game
from quickstudy.tasks.games.kernel import apply, legal_moves
from quickstudy.tasks.games.notation import format_move
from quickstudy.tasks.match import MatchPlan, PhaseZero, Question, Reply, play_match
from quickstudy.tasks.opponents.ladder import Ladder, load_ladder
from quickstudy.tasks.opponents.levels import choose_move, find_level
from quickstudy.tasks.prompts.play import MAX_QUOTED, WORDINGS, write_illegal, write_unreadable
from tests.known_games import othello

Record = dict[str, Any]
Script = Callable[[Question], Reply]


def plan_of(game: str | Game = "morvane", **options: Any) -> MatchPlan:
    """A plan for two games against the random mover, in which the questions list the legal moves."""
    loaded = load_game(game) if isinstance(game, str) else game
    ladder = load_ladder(game) if isinstance(game, str) else flat_ladder(loaded)
    given: dict[str, Any] = {"legal_moves": True, "opponents": ("random",), "games": 2, **options}
    skill = GameSkill(loaded, given.pop("legal_moves"), given.get("wording", 0))
    return MatchPlan(skill, ladder, {"cell_id": "c"}, given.pop("set", 0), 0, system="SYSTEM", seed=7, **given)


def game_of(plan: MatchPlan) -> Game:
    assert isinstance(plan.skill, GameSkill)
    return plan.skill.game


def flat_ladder(game: Game) -> Ladder:
    return Ladder("1", game.rules.hash, ("random",), np.zeros(1), np.zeros((1, 1)))


def play(plan: MatchPlan, script: Script, **options: Any) -> Record:
    async def ask(question: Question) -> Reply:
        return script(question)

    return asyncio.run(play_match(plan, ask, **options))


def options_in(question: Question) -> list[str]:
    """The legal moves that a question lists."""
    return question.messages[1][1].rsplit(": ", 1)[1].split()


def answer(move: str) -> Reply:
    return Reply(json.dumps({"move": move}), input_tokens=10, output_tokens=2)


def first(question: Question) -> Reply:
    """A player that is always legal."""
    return answer(options_in(question)[0])


def always(text: str, stop: str = "stop") -> Script:
    return lambda question: Reply(text, stop)


def replay(game: Game, moves: str) -> tuple[int, int]:
    """Result and plies of the moves of a record, each of which must be legal."""
    state = game.start()
    for text in moves.split():
        legal = {format_move(game.rules, int(move)): int(move) for move in legal_moves(game.tables, state)}
        apply(game.tables, state, legal[text])
    assert len(legal_moves(game.tables, state)) == 0 or not state[7]
    return int(state[7]), int(state[6])


def test_a_record_tells_its_cell_set_and_match() -> None:
    record = play(replace(plan_of(set=3), match=2), lambda question: Reply(""))
    assert (record["cell"], record["set"], record["match"]) == ({"cell_id": "c"}, 3, 2)


@pytest.mark.parametrize("game", ["morvane", "velun", "lattic", "tarsk"])
def test_a_legal_players_games_end_as_their_moves_replay(game: str) -> None:
    plan = plan_of(game, games=4)
    record = play(plan, first)
    assert [g["game"] for g in record["games"]] == [0, 1, 2, 3]
    for g in record["games"]:
        result, plies = replay(game_of(plan), g["moves"])
        assert result in (1, 2, 3)
        expected = "draw" if result == 3 else "win" if "xo"[result - 1] == g["colour"] else "loss"
        assert g["outcome"] == expected
        assert g["result"] == {"win": 1.0, "draw": 0.5, "loss": 0.0}[expected]
        assert (g["plies"], g["forfeit"], g["illegal"], g["unreadable"]) == (plies, 0, 0, 0)
        assert g["moves"].startswith(g["opening"] + " ") and len(g["opening"].split()) == opening_plies(game_of(plan))
        assert g["asked"] == len(g["answers"]) == sum(a["reading"] == "move" for a in g["answers"])
        assert (g["input_tokens"], g["output_tokens"]) == (10 * g["asked"], 2 * g["asked"])
        for a in g["answers"]:  # each answer is the move of its ply
            assert g["moves"].split()[a["ply"]] == a["move"]


def test_wins_and_losses_both_occur() -> None:
    seen = {g["outcome"] for k in range(6) for g in play(plan_of("lattic", set=k, games=4), first)["games"]}
    seen |= {g["outcome"] for k in range(6) for g in play(plan_of("morvane", set=k, games=4), first)["games"]}
    assert {"win", "loss"} <= seen <= {"win", "loss", "draw"}


def test_a_drawn_game_is_half_a_point(tmp_path: Path) -> None:
    rules = replace(load_game("morvane").rules, cap=6)
    record = play(plan_of(Game("short", rules, tmp_path)), first)
    assert [(g["outcome"], g["result"], g["plies"]) for g in record["games"]] == [("draw", 0.5, 6)] * 2


def test_pairs_swap_colours_with_one_opening_and_opponent() -> None:
    plan = plan_of("morvane", games=8, opponents=("random", "mcts-30"))
    games = play(plan, first)["games"]
    assert [g["colour"] for g in games] == ["x", "o"] * 4
    assert [g["pair"] for g in games] == [0, 0, 1, 1, 2, 2, 3, 3]
    assert [g["opponent"] for g in games] == ["random", "random", "mcts-30", "mcts-30"] * 2
    assert [g["opponent_elo"] for g in games] == [plan.ladder.rating_of(g["opponent"]) for g in games]
    for one, two in zip(games[::2], games[1::2], strict=True):
        assert (one["opening"], one["seed"]) == (two["opening"], two["seed"])
    assert len({g["opening"] for g in games}) == len({g["seed"] for g in games}) == 4


def test_the_opponents_moves_follow_from_the_record() -> None:
    plan = plan_of("morvane", opponents=("mcts-30",))
    game = game_of(plan)
    for g in play(plan, first)["games"]:
        state, asked = game.start(), {a["ply"] for a in g["answers"]}
        for ply, text in enumerate(g["moves"].split()):
            legal = legal_moves(game.tables, state)
            moves = {format_move(game.rules, int(move)): int(move) for move in legal}
            assert (ply in asked) == (ply >= opening_plies(game) and "xo"[int(state[5])] == g["colour"])
            if ply >= opening_plies(game) and ply not in asked:
                assert moves[text] == choose_move(game, state, find_level(g["opponent"]), g["seed"])
            apply(game.tables, state, moves[text])


def timeless(record: Record) -> Record:
    return {**record, "games": [{k: v for k, v in g.items() if k != "seconds"} for g in record["games"]]}


def test_equal_seeds_give_equal_records_and_others_do_not() -> None:
    plan = plan_of("morvane")
    assert timeless(play(plan, first)) == timeless(play(plan, first))
    openings = {
        tuple(g["seed"] for g in play(other, first)["games"])
        for other in (plan, replace(plan, seed=8), replace(plan, set=1), replace(plan, match=1))
    }
    assert len(openings) == 4


def test_one_game_can_be_played_by_itself() -> None:
    plan = plan_of("morvane", games=4, opponents=("random", "mcts-30"))
    whole, alone = play(plan, first), play(plan, first, only=3)
    assert timeless(alone)["games"] == timeless(whole)["games"][3:]


def test_the_record_is_handed_over_after_each_game() -> None:
    counts: list[int] = []
    play(plan_of("morvane", games=4), first, finished=lambda record: counts.append(len(record["games"])))
    assert counts == [1, 2, 3, 4]


def test_a_question_shows_the_system_prompt_and_the_game_so_far() -> None:
    plan, asked = plan_of("morvane"), []

    def script(question: Question) -> Reply:
        asked.append(question)
        return first(question)

    record = play(plan, script)
    assert [(q.game, q.ply, q.attempt) for q in asked] == [
        (g["game"], a["ply"], 0) for g in record["games"] for a in g["answers"]
    ]
    for question in asked:
        moves = record["games"][question.game]["moves"].split()
        assert [role for role, _ in question.messages] == ["system", "user"]
        assert question.messages[0][1] == "SYSTEM"
        assert f"\nMoves so far: {' '.join(moves[: question.ply])}\n" in question.messages[1][1]


WRONG = {
    "illegal": (Reply('{"move": "z9"}'), "forfeit_illegal"),
    "unreadable": (Reply("I pass the question"), "forfeit_unreadable"),
    "empty": (Reply(""), "forfeit_unreadable"),
    "truncated": (Reply("Let me think about", "max_tokens"), "forfeit_truncated"),
    "window": (Reply("Let me think about", "model_length"), "forfeit_truncated"),
    "refused": (Reply("I cannot play games.", "content_filter"), "forfeit_refused"),
}


@pytest.mark.parametrize("retries", [0, 2])
@pytest.mark.parametrize("fault", WRONG)
def test_a_faulty_player_forfeits_after_its_retries(fault: str, retries: int) -> None:
    reply, outcome = WRONG[fault]
    plan, reading = plan_of("morvane", retries=retries), outcome.removeprefix("forfeit_")
    for g in play(plan, lambda question: reply)["games"]:
        assert (g["outcome"], g["result"], g["forfeit"]) == (outcome, 0.0, 1)
        assert [a["reading"] for a in g["answers"]] == [reading] * (retries + 1)
        assert [a["attempt"] for a in g["answers"]] == list(range(retries + 1))
        assert {(a["text"], a["move"]) for a in g["answers"]} == {(reply.text, None)}
        assert (g["illegal"], g["unreadable"]) == ((retries + 1, 0) if fault == "illegal" else (0, retries + 1))
        # nothing is played in the player's place
        assert g["plies"] == len(g["moves"].split()) == opening_plies(game_of(plan)) + (g["colour"] == "o")
        assert replay(game_of(plan), g["moves"])[0] == 0


@pytest.mark.parametrize("wording", range(len(WORDINGS)))
def test_retries_say_what_was_wrong(wording: int) -> None:
    script = iter([Reply('{"move": "z9"}'), Reply("hm")])
    last: list[Question] = []

    def faulty(question: Question) -> Reply:
        last.append(question)
        return next(script, Reply("", "max_tokens"))

    record = play(plan_of("morvane", wording=wording), faulty, only=0)
    assert record["games"][0]["outcome"] == "forfeit_truncated"  # the last fault names the forfeit
    assert [len(question.messages) for question in last] == [2, 4, 6]
    assert last[2].messages[:2] == last[0].messages
    assert last[2].messages[2:] == (
        ("assistant", '{"move": "z9"}'),
        ("user", write_illegal("z9", wording)),
        ("assistant", "hm"),
        ("user", write_unreadable("a1", wording)),
    )


def test_a_player_can_mend_its_answer_and_starts_afresh_at_each_move() -> None:
    def clumsy(question: Question) -> Reply:
        assert len(question.messages) == 2 + 2 * question.attempt
        return [answer("z9"), Reply("", "max_tokens"), first(question)][question.attempt]

    record = play(plan_of("morvane"), clumsy)
    assert timeless(record)["games"][0]["moves"] == play(plan_of("morvane"), first)["games"][0]["moves"]
    for g in record["games"]:
        moves = g["asked"] // 3
        assert (g["forfeit"], g["illegal"], g["unreadable"], g["asked"]) == (0, moves, moves, 3 * moves)


@pytest.mark.parametrize("move", ["--", "0000", "pass", "resign", "", " ", "a0", "null", "a1-a1", "\ud800", "c3" * 50])
@pytest.mark.parametrize("game", ["morvane", "velun"])
def test_null_moves_are_illegal_answers(move: str, game: str) -> None:
    record = play(plan_of(game), always(json.dumps({"move": move})))
    assert [g["outcome"] for g in record["games"]] == ["forfeit_illegal"] * 2
    assert [a["reading"] for g in record["games"] for a in g["answers"]] == ["illegal"] * 6


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("", "unreadable"),
        ("a" * 1_000_000, "unreadable"),
        ("{" * 1_000_000, "unreadable"),
        ("{}" * 500_000, "unreadable"),
        ('{"move": ' + "[" * 8000 + "}", "unreadable"),
        ('{"a":' * 200_000 + "1" + "}" * 200_000, "unreadable"),
        ('{"move": {"move": {"move": 1}}}', "unreadable"),
        ('{"move": "' + "c" * 8000 + '"}', "illegal"),
        ('\ud800{"move": "\udfff"}\x00\x1b', "illegal"),
        ("\ud800\x00" * 1000, "unreadable"),
        ('{"move": NaN}', "unreadable"),
    ],
    ids=range(11),
)
def test_garbage_is_counted_and_records_stay_writable(text: str, reading: str) -> None:
    asked: list[Question] = []

    def garbage(question: Question) -> Reply:
        asked.append(question)
        return Reply(text)

    record = play(plan_of("morvane"), garbage)
    assert [g["outcome"] for g in record["games"]] == [f"forfeit_{reading}"] * 2
    assert {a["reading"] for g in record["games"] for a in g["answers"]} == {reading}
    stored = json.dumps(record, ensure_ascii=False, allow_nan=False).encode("utf-8")
    assert json.loads(stored) == record and len(stored) < 6 * 10 * MAX_QUOTED
    for question in asked:  # what the player is shown again can be sent, and no message is empty
        assert all(content.encode("utf-8") and len(content) < 10 * MAX_QUOTED for _, content in question.messages)


class Unplugged(Exception):
    pass


def test_faults_of_the_infrastructure_pass_through() -> None:
    def unplugged(question: Question) -> Reply:
        raise Unplugged

    games: list[Record] = []
    with pytest.raises(Unplugged):
        play(plan_of("morvane"), unplugged, finished=games.append)
    assert games == []


def test_passes_are_played_without_asking(tmp_path: Path) -> None:
    game = Game("othello", othello(6), tmp_path)
    games = [g for k in range(10) for g in play(plan_of(game, set=k), first)["games"]]
    passes = [(g, ply) for g in games for ply, move in enumerate(g["moves"].split()) if move == "pass"]
    assert len(passes) > 3
    assert [ply for g, ply in passes if ply in {a["ply"] for a in g["answers"]}] == []
    assert all(g["plies"] == replay(game, g["moves"])[1] for g in games)


@pytest.mark.parametrize("elo", [0.0, 1500.0])
def test_the_first_opponent_follows_from_what_phase_zero_tells(elo: float) -> None:
    told = PhaseZero("c", tuple((elo, float(elo > 0)) for _ in range(4)))
    plan = plan_of("morvane", opponents=None, retries=0, phase_zero=told, set=3)
    ratings, levels = plan.ladder.ratings, plan.ladder.levels
    prior = freeze_prior(ratings, told.games)
    record = play(plan, always(""))
    assert {g["opponent"] for g in record["games"]} == {levels[choose_level(prior, ratings)]}
    assert levels[choose_level(prior, ratings)] != levels[choose_level(Posterior.wide(ratings), ratings)]
    assert record["prior"] == {"phase_0": "c", "digest": prior.digest()}
    assert play(replace(plan, phase_zero=None), always(""))["prior"] == {
        "phase_0": None,
        "digest": Posterior.wide(ratings).digest(),
    }


def test_phase_zero_is_what_the_first_match_played_without_its_forfeits() -> None:
    plan = plan_of("morvane", opponents=None, retries=0, games=4)
    record = play(plan, lambda question: Reply("") if question.game == 1 else first(question))
    told = PhaseZero.of_record(json.loads(json.dumps(record)))
    assert told == PhaseZero("c", tuple((g["opponent_elo"], g["result"]) for g in record["games"] if g["game"] != 1))
    assert PhaseZero.from_dict(json.loads(json.dumps(told.to_dict()))) == told
    assert PhaseZero.of_record({}) == PhaseZero("", ())


@pytest.mark.parametrize("given", [None, 3, {}, {"cell_id": "c", "games": [[1]]}, {"cell_id": "c", "games": [[0, 2]]}])
def test_what_is_no_phase_zero_is_refused(given: Any) -> None:
    with pytest.raises(ValueError, match="is no phase 0"):
        PhaseZero.from_dict(given)


def test_opponents_tell_most_and_forfeits_tell_nothing() -> None:
    plan = plan_of("morvane", opponents=None, retries=0, games=6)
    ratings = plan.ladder.ratings

    def mixed(question: Question) -> Reply:
        return Reply("") if question.game in (0, 3) else first(question)

    games = play(plan, mixed)["games"]
    assert [g["forfeit"] for g in games] == [1, 0, 0, 1, 0, 0]
    posterior = Posterior.wide(ratings)
    for number, g in enumerate(games):
        if number % 2 == 0:
            assert g["opponent"] == plan.ladder.levels[choose_level(posterior, ratings)]
        if g["forfeit"] == 0:
            posterior = posterior.update(g["opponent_elo"], g["result"])


def test_a_player_that_only_forfeits_keeps_meeting_the_prior_choice() -> None:
    plan = plan_of("morvane", opponents=None, retries=0, games=8)
    games = play(plan, always(""))["games"]
    prior = plan.ladder.levels[choose_level(Posterior.wide(plan.ladder.ratings), plan.ladder.ratings)]
    assert [g["opponent"] for g in games] == [prior] * 8


def test_the_opponents_computation_can_be_done_elsewhere() -> None:
    works: list[float] = []

    async def compute(function: Callable[[], int], work: float) -> int:
        works.append(work)
        return function()

    plan = plan_of("morvane", opponents=("mcts-30",))
    record = play(plan, first, compute=compute)
    assert timeless(record) == timeless(play(plan, first))
    theirs = sum(g["plies"] - opening_plies(game_of(plan)) - g["asked"] for g in record["games"])
    assert works == [find_level("mcts-30").work] * theirs


def test_records_are_json_with_the_documented_fields() -> None:
    record = play(plan_of("velun"), first)
    assert json.loads(json.dumps(record)) == record
    assert set(record) == {"cell", "set", "match", "carried", "games"}
    fields = "game pair opponent opponent_elo colour opening seed moves result outcome forfeit plies illegal unreadable"
    fields += " asked input_tokens output_tokens reasoning_tokens seconds answers"
    assert all(set(g) == set(fields.split()) for g in record["games"])
    assert all(set(a) == {"ply", "attempt", "reading", "text", "move"} for g in record["games"] for a in g["answers"])
