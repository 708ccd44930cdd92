"""Claims about chess are decided as playing every legal move, and every reply to it, would decide them."""

from __future__ import annotations

import re

import numpy as np
import pytest

from quickstudy.tasks.chess_variants.position import DRAW, Position
from quickstudy.tasks.chess_variants.situation import ChessSituation
from quickstudy.tasks.chess_variants.variant import Variant, load_variant
from quickstudy.tasks.games.claims import CLAIMS, ILLEGAL, Claim, ClaimError
from tests.tasks.chess_variants.variants import SPEC, invent, place

PLAIN = CLAIMS[:9]


def push(position: Position, move: str) -> Position:
    after = position.copy()
    after.push(move)
    return after


def count_enemies(position: Position, mover: int) -> int:
    """Pieces of the other side by the diagram of a FEN, without what is in hand."""
    diagram = re.sub(r"\[.*\]", "", position.fen.split()[0])
    return sum(letter.islower() if mover == 0 else letter.isupper() for letter in diagram if letter.isalpha())


def decide(position: Position, claim: Claim, move: str) -> bool:
    """What a claim comes to by playing on from copies of the position."""
    me, legal = position.turn, position.list_moves()
    if claim.name == "turn":
        return bool(legal) and me == claim.side
    if claim.name == "options":
        return len(legal) == claim.count
    if claim.name == "can_win":
        return any(push(position, other).result == me for other in legal)
    after = push(position, move)
    if claim.name == "loses_in_one":
        return any(push(after, reply).result == 1 - me for reply in after.list_moves())
    found = {"legal": True, "wins": after.result == me, "draws": after.result == DRAW, "ends": after.result is not None}
    found["captures"] = count_enemies(position, me) - count_enemies(after, me) == claim.count
    return found[claim.name]


def compare(position: Position, rng: np.random.Generator) -> set[tuple[str, bool]]:
    """Compare all claims about a position and one of its moves; returns which were true or false."""
    situation, seen = ChessSituation(position), set[tuple[str, bool]]()
    legal = position.list_moves()
    move = legal[int(rng.integers(len(legal)))]
    for name in PLAIN:
        claim = Claim(name, count=int(rng.integers(2)), side=int(rng.integers(2)))
        truth = situation.holds(claim, move if claim.of_move else None)
        assert truth == decide(position, claim, move), (position.fen, claim, move)
        seen.add((name, truth))
    return seen


def visit(variant: Variant, seed: int, every: int) -> set[tuple[str, bool]]:
    """Compare at some plies of a random game, and at the last one before its end."""
    rng, position, met = np.random.default_rng(seed), variant.start(seed), set[tuple[str, bool]]()
    before = position.copy()
    while position.result is None:
        before = position.copy()
        if len(position.moves) % every == 0:
            met |= compare(position, rng)
        legal = position.list_moves()
        position.push(legal[int(rng.integers(len(legal)))])
    return met | compare(before, rng)


@pytest.mark.parametrize("name", ["atomic", "antichess", "crazyhouse", "racing-kings", "three-check", "chess960"])
def test_claims_of_published_variants_are_as_their_moves_decide_them(name: str) -> None:
    assert visit(load_variant(name), 3, 16) >= {("legal", True), ("draws", False)}


def test_claims_of_invented_variants_are_as_their_moves_decide_them() -> None:
    met = set[tuple[str, bool]]()
    for name in ("fnipil", "vrarkuvit", "bzamarem"):
        for seed in range(3):
            met |= visit(load_variant(name), seed, 5)
    assert {name for name, truth in met if truth} >= {"legal", "captures", "turn", "can_win"}
    assert {name for name, truth in met if not truth} >= {"wins", "draws", "ends", "captures", "turn", "options"}


def test_wins_draws_and_blunders_are_told_apart() -> None:
    near = ChessSituation(place("k.... ..... K.R.. ..... ..... ....."))
    assert near.find_moves(Claim("wins")) == ["c4c6"] and near.find_moves(Claim("draws")) == ["c4b4"]
    assert near.find_moves(Claim("ends")) == ["c4b4", "c4c6"] and near.can_win
    back_rank = ChessSituation(place("....k ..r.. ..... ..... PP..P K...."))
    assert back_rank.find_moves(Claim("loses_in_one")) == ["e2e3"] and not back_rank.can_win


def test_a_game_that_is_over_has_no_turn_and_no_moves() -> None:
    over = ChessSituation(place("k.... ..... ..... ..... ..... K...."))
    assert over.options == () and not any(over.holds(Claim("turn", side=side)) for side in (0, 1))
    assert over.holds(Claim("options", count=0)) and not over.holds(Claim("can_win"))


def test_nothing_but_not_is_true_of_an_illegal_move() -> None:
    situation = ChessSituation(invent(SPEC).start())
    assert situation.read_move("Kz9") is None and not situation.holds(Claim("legal"), ILLEGAL)
    assert not situation.holds(Claim("captures", count=0), "a1a6")
    assert situation.holds(Claim("not", parts=(Claim("legal"),)), ILLEGAL)
    with pytest.raises(ClaimError, match="about a move"):
        situation.holds(Claim("wins"))
