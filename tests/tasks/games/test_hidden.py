"""Hidden splits: any change of secret, generator or numbers is found, and no game follows from the others."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quickstudy.tasks.games import hidden
from quickstudy.tasks.games.families import FAMILIES
from quickstudy.tasks.games.generate import GENERATOR_VERSION, generate_rules
from quickstudy.tasks.games.hidden import HiddenError, Split

SECRET = "0123456789abcdef" * 4
SPLIT = Split((("line", 3), ("race", 2)), "1")
SECRETS = st.binary(min_size=32, max_size=32).map(bytes.hex)
SPLITS = st.builds(
    Split,
    st.dictionaries(st.sampled_from(sorted(FAMILIES)), st.integers(1, 1000), min_size=1).map(
        lambda games: tuple(sorted(games.items()))
    ),
    st.sampled_from(["1", "2", "10"]),
)


def flip(secret: str, bit: int) -> str:
    return f"{int(secret, 16) ^ 1 << bit:064x}"


def test_the_commitment_is_the_hash_of_the_documented_text() -> None:
    text = f"hidden split 1\nsecret: {SECRET}\ngenerator: 1\ngames: line 3\ngames: race 2\n"
    assert hidden.commit(SECRET, SPLIT) == hashlib.sha256(text.encode()).hexdigest()


def test_the_seed_of_a_game_is_the_hash_of_the_documented_text() -> None:
    text = f"hidden game 1\nsecret: {SECRET}\ngame: race 2\n"
    assert hidden.derive_game_seed(SECRET, "race", 2) == hashlib.sha256(text.encode()).hexdigest()


@given(SECRETS, SPLITS, st.integers(0, 255))
def test_any_changed_bit_of_the_secret_is_refused(secret: str, split: Split, bit: int) -> None:
    commitment = hidden.commit(secret, split)
    hidden.check_secret(secret, split, commitment)
    with pytest.raises(HiddenError, match="was not made of this secret"):
        hidden.check_secret(flip(secret, bit), split, commitment)


@given(SECRETS, SPLITS, SPLITS)
def test_a_commitment_holds_for_one_split_only(secret: str, split: Split, other: Split) -> None:
    assert (hidden.commit(secret, split) == hidden.commit(secret, other)) == (split == other)


@given(SECRETS, SPLITS)
def test_a_public_file_is_read_back_and_does_not_hold_the_secret(secret: str, split: Split) -> None:
    data = hidden.write_commitment(secret, split)
    assert hidden.read_commitment(data) == (split, hidden.commit(secret, split))
    assert secret not in str(data)


@given(SECRETS, st.integers(0, 255), st.integers(1, 999))
def test_seeds_differ_between_secrets_families_and_numbers(secret: str, bit: int, number: int) -> None:
    seeds = {hidden.derive_game_seed(secret, family, n) for family in FAMILIES for n in (number, number + 1)}
    assert len(seeds) == 2 * len(FAMILIES)
    assert hidden.derive_game_seed(flip(secret, bit), "line", number) not in seeds


def test_secrets_are_drawn_anew_and_have_256_bits() -> None:
    drawn = {hidden.draw_secret() for _ in range(64)}
    assert len(drawn) == 64 and {len(bytes.fromhex(secret)) for secret in drawn} == {32}
    seen = [sum(int(secret, 16) >> bit & 1 for secret in drawn) for bit in range(256)]
    assert 0 < min(seen) and max(seen) < 64  # no bit is constant


def test_games_are_those_of_the_generator_for_the_derived_seeds() -> None:
    split = hidden.plan_split(("spread", "line", "line"), 2)
    assert split == Split((("line", 2), ("spread", 2)), GENERATOR_VERSION)
    games = list(hidden.generate_split(SECRET, split))
    assert [game[:2] for game in games] == [("line", 1), ("line", 2), ("spread", 1), ("spread", 2)]
    assert len({rules.hash for _, _, rules in games}) == 4
    for family, number, rules in games:
        assert rules == generate_rules(family, hidden.derive_game_seed(SECRET, family, number))


def test_games_of_another_generator_are_refused_with_what_to_do() -> None:
    with pytest.raises(HiddenError, match=r"made by generator 99, and .* has generator 1: install the release"):
        next(hidden.generate_split(SECRET, Split((("line", 1),), "99")))


@pytest.mark.parametrize(
    ("families", "games", "named"),
    [
        (("chess",), 1, "unknown family 'chess': choose one of connect"),
        ((), 1, "name at least one family: connect"),
        (("line",), 0, "0 games of each family: 1 to 1000"),
        (("line",), 1001, "1001 games of each family"),
    ],
)
def test_splits_that_cannot_be_made_are_refused(families: tuple[str, ...], games: int, named: str) -> None:
    with pytest.raises(HiddenError, match=named):
        hidden.plan_split(families, games)


SPOILT = ("", SECRET[1:], SECRET + "0", SECRET.upper(), "g" * 64, f"{SECRET[:32]}\n{SECRET[32:]}")


@pytest.mark.parametrize("text", SPOILT)
def test_what_is_no_secret_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(HiddenError, match=r"^a secret is 64 lower-case hex digits and nothing else$"):
        hidden.read_secret(text)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"secret": SECRET}, "exactly the entries format"),
        ({"format": "hidden split 2"}, "format: "),
        ({"generator": 1}, "generator: a version"),
        ({"generator": "1\n"}, "generator: a version"),
        ({"games": []}, "games: families"),
        ({"games": {}}, "games: families"),
        ({"games": {"line\n": 1}}, "games: .* is not a family"),
        ({"games": {"line": 0}}, r"games\.line: 1 to 1000"),
        ({"games": {"line": True}}, r"games\.line: 1 to 1000"),
        ({"commitment": "0" * 63}, "commitment: 64"),
        ({"commitment": 5}, "commitment: 64"),
    ],
)
def test_a_public_file_that_is_none_is_refused_with_the_entry_named(change: dict[str, Any], named: str) -> None:
    with pytest.raises(HiddenError, match=named):
        hidden.read_commitment({**hidden.write_commitment(SECRET, SPLIT), **change})
