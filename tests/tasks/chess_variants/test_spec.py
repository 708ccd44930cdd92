"""Specs of invented variants: what contradicts itself is refused; text, definition and file keep every condition."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quickstudy.tasks.chess_variants.betza import list_rays
from quickstudy.tasks.chess_variants.definition import write_definition
from quickstudy.tasks.chess_variants.generate import generate_variant
from quickstudy.tasks.chess_variants.library import PUBLISHED
from quickstudy.tasks.chess_variants.spec import Piece, VariantError, VariantSpec, build_spec, read_spec
from quickstudy.tasks.chess_variants.variant import UnknownVariant, list_variants, load_variant
from quickstudy.tasks.chess_variants.wording import write_rules
from quickstudy.tasks.games.game import list_games
from quickstudy.tasks.learners.chess_reader import is_chess, read_variant
from quickstudy.tasks.learners.draft import ReadError
from tests.tasks.chess_variants.variants import SPEC

SEEDS = st.integers(0, 10_000)
CHANGES: list[dict[str, Any]] = [
    {"name": "Zvurat"},
    {"ranks": 7},
    {"files": 6, "rows": ("RZKZRZ", "PPPPPP")},
    {"rows": ("ZRKRZ", "PPPPP")},
    {"pieces": (Piece("zbal", "Z", "FN"), *SPEC.pieces[1:])},
    {"pieces": (Piece("zbel", "Z", "FD"), *SPEC.pieces[1:])},
    {"promotions": "R"},
    {"double_step": True},
    {"race": True},
    {"checks": 3},
    {"stalemate": "loss"},
]
FAULTS: list[tuple[dict[str, Any], str]] = [
    ({"files": 9}, "5 to 8 files"),
    ({"rows": ("RZ.ZR", "PPPPP")}, "one king"),
    ({"rows": ("RZKZR", "PPPP")}, "5 squares"),
    ({"rows": ("RZKPR", "PPPPP")}, "first rank"),
    ({"rows": ("RZKXR", "PPPPP")}, "letters of pieces"),
    ({"promotions": "K"}, "neither king nor pawn"),
    ({"promotions": ""}, "promotions"),
    ({"stalemate": "win"}, "draw or loss"),
    ({"checks": 10}, "checks"),
    ({"pieces": SPEC.pieces[:3]}, "lack the king"),
    ({"pieces": (Piece("zbal", "Z", "Y"), *SPEC.pieces[1:])}, "the moves of zbal"),
    ({"pieces": (*SPEC.pieces[:3], Piece("pawn", "P", "W"))}, "only forwards"),
    ({"pieces": (*SPEC.pieces[:3], Piece("pawn", "P", "mfFcfW")), "double_step": True}, "pawn of chess"),
    ({"pieces": (Piece("rook", "Z", "F"), *SPEC.pieces[1:])}, "same name"),
    ({"name": "two words"}, "no word"),
]


def meaning(spec: VariantSpec) -> tuple[Any, ...]:
    pieces = tuple((piece.name, piece.letter, frozenset(list_rays(piece.betza))) for piece in spec.pieces)
    return pieces, {key: value for key, value in spec.to_dict().items() if key != "pieces"}


@pytest.mark.parametrize(("change", "said"), FAULTS)
def test_a_spec_that_contradicts_itself_is_refused_in_a_sentence(change: dict[str, Any], said: str) -> None:
    with pytest.raises(VariantError, match=said) as error:
        replace(SPEC, **change)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("change", CHANGES)
def test_every_condition_is_in_the_rules_text_the_definition_and_the_hash(change: dict[str, Any]) -> None:
    other = replace(SPEC, **change)
    assert write_rules(other) != write_rules(SPEC) and other.hash != SPEC.hash
    named = set(change) == {"pieces"} and other.pieces[0].betza == SPEC.pieces[0].betza  # the engine knows no names
    assert named or write_definition(other) != write_definition(SPEC)


@settings(max_examples=60)
@given(SEEDS)
def test_the_english_rules_say_all_that_is_played(seed: int) -> None:
    spec = generate_variant(seed)
    read = read_variant(write_rules(spec))
    assert is_chess(write_rules(spec)) and isinstance(read, VariantSpec) and meaning(read) == meaning(spec)


def test_a_sentence_that_is_changed_is_not_understood() -> None:
    text = write_rules(SPEC)
    with pytest.raises(ReadError, match="not understood"):
        read_variant(text.replace("no legal move is stalemated", "no legal move wins"))
    with pytest.raises(ReadError, match="no sentence on promotions"):
        read_variant("\n".join(line for line in text.split("\n") if "promote" not in line))


@settings(max_examples=60)
@given(SEEDS)
def test_a_spec_survives_its_file(seed: int) -> None:
    spec = generate_variant(seed)
    assert build_spec(json.loads(json.dumps(spec.to_dict()))) == spec


@pytest.mark.parametrize("name", [name for name in list_variants() if name not in PUBLISHED])
def test_a_variant_of_the_catalogue_follows_from_its_seed_and_passed_the_screen(name: str) -> None:
    variant = load_variant(name)
    report = json.loads((variant.folder / "screening.json").read_text(encoding="utf-8"))
    assert variant.spec == generate_variant(report["variant_seed"]) and name == variant.title.lower()
    assert report["rules_hash"] == variant.hash and report["reasons"] == []


def test_the_catalogue_has_eight_invented_variants_that_no_game_shares_a_name_with() -> None:
    invented = set(list_variants()) - set(PUBLISHED)
    assert len(invented) >= 8 and not set(list_variants()) & set(list_games())


def test_a_seed_gives_one_variant_with_a_piece_that_chess_has_not() -> None:
    assert generate_variant(7) == generate_variant(7) != generate_variant(8)
    for seed in range(50):
        kinds = {piece.betza for piece in generate_variant(seed).pieces if piece.letter not in "KP"}
        assert kinds - {"N", "B", "R", "Q"}


@pytest.mark.parametrize("text", ["[]", "{}", '{"name": 1}', '{"nme": "A"}', "nonsense", '{"pieces": [1], "rows": []}'])
def test_a_file_that_is_no_spec_is_refused_with_its_name(text: str, tmp_path: Path) -> None:
    path = tmp_path / "odd.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(VariantError, match=r"odd\.json") as error:
        read_spec(path)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"name": 5}, "name must be text, not 5"),
        ({"files": 5.0}, "files must be a whole number, not 5.0"),
        ({"checks": True}, "checks must be a whole number, not true"),
        ({"double_step": "yes"}, 'double_step must be true or false, not "yes"'),
        ({"race": 1}, "race must be true or false, not 1"),
        ({"stalemate": None}, "stalemate must be text, not null"),
        ({"rows": 5}, "rows must be a list, not 5"),
        ({"rows": "RZKZR"}, 'rows must be a list, not "RZKZR"'),
        ({"rows": [1, 2]}, "rows[0] must be text, not 1"),
        ({"pieces": ["K"]}, 'pieces[0] must be an object with the keys name, letter, betza, not "K"'),
        ({"pieces": [{"name": "x"}]}, "the key pieces[0].letter is missing"),
        ({"pieces": [{"name": "x", "letter": 1, "betza": "F"}]}, "pieces[0].letter must be text, not 1"),
        ({"pieces": [{"colour": "x"}]}, "pieces[0] must be an object with the keys"),
    ],
)
def test_a_value_of_another_kind_is_refused_with_its_key(change: dict[str, Any], said: str) -> None:
    with pytest.raises(VariantError) as error:
        build_spec(SPEC.to_dict() | change)
    assert str(error.value).startswith(said)


def test_a_key_that_is_missing_is_named() -> None:
    data = SPEC.to_dict()
    del data["name"]
    with pytest.raises(VariantError, match=r"^the key name is missing$"):
        build_spec(data)


def test_a_users_file_works_where_a_name_does(tmp_path: Path) -> None:
    path = tmp_path / "mine.json"
    path.write_text(json.dumps(SPEC.to_dict()), encoding="utf-8")
    found = load_variant(str(path))
    assert found.spec == SPEC and found.name == "mine" and found.start().fen == SPEC.start_fen


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    with pytest.raises(UnknownVariant, match=r"choose one of orthodox, chess960, .*crazyhouse"):
        load_variant("ches")
    assert list_variants()[:2] == ["orthodox", "chess960"]
