"""Claims are decided as the slow interpreter, which shares no code with the kernel, would decide them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from quickstudy.tasks.games import reference
from quickstudy.tasks.games.claims import CLAIMS, ILLEGAL, OF_POSITIONS, Claim, ClaimError, read_claim
from quickstudy.tasks.games.game import load_game
from quickstudy.tasks.games.kernel import apply
from quickstudy.tasks.games.notation import format_move
from quickstudy.tasks.games.rules import Rules
from quickstudy.tasks.games.situation import BoardSituation
from quickstudy.tasks.games.tables import build_tables
from tests.random_rules import random_rules

SIDES = ("x", "o")


def decide(rules: Rules, position: reference.Position, claim: Claim, move: str) -> bool:
    """What the slow interpreter says of a claim."""
    me, legal = position.to_act, reference.legal_moves(rules, position)
    other = SIDES[1 - SIDES.index(me)]
    if claim.name == "turn":
        return bool(legal) and SIDES.index(me) == claim.side
    if claim.name == "options":
        return len(legal) == claim.count
    if claim.name == "can_win":
        return any(reference.play(rules, position, text).result == me for text in legal)
    after = reference.play(rules, position, move)

    def count(found: reference.Position) -> int:
        return sum(player == other for player, _ in found.cells.values())

    if claim.name == "loses_in_one":
        replies = reference.legal_moves(rules, after) if after.result is None and after.to_act == other else []
        return any(reference.play(rules, after, text).result == other for text in replies)
    found = {"legal": True, "wins": after.result == me, "draws": after.result == "draw"}
    found |= {"ends": after.result is not None, "captures": count(position) - count(after) == claim.count}
    return found[claim.name]


def compare(rules: Rules, rng: np.random.Generator) -> set[tuple[str, bool]]:
    """Compare all claims at every ply of a random game; returns which claims were true or false."""
    tables, seen = build_tables(rules), set[tuple[str, bool]]()
    state, position = np.array(tables["start"], dtype=np.uint64), reference.start(rules)
    plain = [Claim(name, count=int(rng.integers(3)), side=int(rng.integers(2))) for name in CLAIMS[:9]]
    while position.result is None:
        situation = BoardSituation(rules, state)
        moves = list(situation.options)
        for claim in plain:
            move = moves[rng.integers(len(moves))]
            text = format_move(rules, move)
            truth = situation.holds(claim, None if claim.name in OF_POSITIONS else move)
            assert truth == decide(rules, position, claim, text), (rules, claim, text)
            if claim.of_move:
                assert (move in situation.find_moves(claim)) == truth
            seen.add((claim.name, truth))
        apply(tables, state, move)
        position = reference.play(rules, position, text)
    return seen


def test_claims_are_as_the_slow_interpreter_decides_them() -> None:
    rng = np.random.default_rng(7)
    games = [load_game(name).rules for name in ("tvafindil", "velun", "lattic")]
    seen = [compare(rules, rng) for rules in [*games, *(random_rules(rng) for _ in range(8))]]
    met = set().union(*seen)
    assert {name for name, truth in met if truth} >= {"legal", "wins", "ends", "captures", "can_win", "loses_in_one"}
    assert {name for name, truth in met if not truth} >= {"wins", "draws", "ends", "captures", "turn", "options"}


def test_connectives_join_claims_and_nothing_but_not_is_true_of_an_illegal_move() -> None:
    game = load_game("velun")
    situation = BoardSituation(game.rules, game.start())
    legal, ends = Claim("legal"), Claim("ends")
    move = next(iter(situation.options))
    assert situation.holds(Claim("all", parts=(legal, Claim("not", parts=(ends,)))), move)
    assert not situation.holds(Claim("all", parts=(legal, ends)), move)
    assert situation.holds(Claim("any", parts=(ends, legal)), move)
    assert not situation.holds(legal, ILLEGAL) and not situation.holds(Claim("captures", count=0), ILLEGAL)
    assert situation.holds(Claim("not", parts=(legal,)), ILLEGAL)
    with pytest.raises(ClaimError, match="about a move"):
        situation.holds(Claim("any", parts=(Claim("can_win"), legal)))


def test_a_game_that_is_over_has_no_turn_and_no_moves() -> None:
    rules = load_game("velun").rules
    tables = build_tables(rules)
    state, rng = np.array(tables["start"], dtype=np.uint64), np.random.default_rng(0)
    while not state[7]:
        moves = list(BoardSituation(rules, state).options)
        apply(tables, state, moves[rng.integers(len(moves))])
    over = BoardSituation(rules, state)
    assert not any(over.holds(Claim("turn", side=side)) for side in (0, 1))
    assert over.holds(Claim("options", count=0)) and not over.holds(Claim("can_win"))


@pytest.mark.parametrize(
    "given",
    [
        {"claim": "captures", "count": 2},
        {"claim": "turn", "side": "O"},
        {"claim": "not", "of": [{"claim": "any", "of": [{"claim": "wins"}, {"claim": "draws"}]}]},
    ],
)
def test_claims_survive_their_json(given: dict[str, Any]) -> None:
    assert read_claim({**given, "position": "", "answer": True}).to_json() == given


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (None, "a claim is one of"),
        ({"claim": "__import__('os')"}, "a claim is one of"),
        ({"claim": ["wins"]}, "a claim is one of"),
        ({"claim": "captures"}, "needs a count from 0 to 999"),
        ({"claim": "captures", "count": True}, "needs a count"),
        ({"claim": "options", "count": 1000}, "needs a count"),
        ({"claim": "turn", "side": "white"}, "needs a side, X or O"),
        ({"claim": "all", "of": []}, "joins a list of 1 to 8"),
        ({"claim": "not", "of": [{"claim": "wins"}] * 2}, "joins a list of 1 to 1"),
        ({"claim": "any", "of": [{"claim": "wins"}] * 9}, "joins a list of 1 to 8"),
        ({"claim": "not", "of": [{"claim": "not", "of": [{"claim": "not", "of": [{"claim": "wins"}]}]}]}, "deeper"),
    ],
)
def test_what_is_no_claim_is_a_sentence(given: Any, message: str) -> None:
    with pytest.raises(ClaimError, match=message):
        read_claim(given)
