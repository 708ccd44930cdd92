"""Ladders of chess variants: calibrated by the method of the board games, apart for each engine, and read back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from quickstudy.tasks.chess_variants.variant import load_variant
from quickstudy.tasks.opponents import chess_ladder
from quickstudy.tasks.opponents.calibration import Tournament, calibrate, check_seats, find_checkpoint
from quickstudy.tasks.opponents.chess_contest import OPENING, VERSION, ChessContest, hash_rules
from quickstudy.tasks.opponents.chess_ladder import (
    calibrate_chess,
    chess_ladder_file,
    find_chess_ladder,
    read_anchor,
    read_chess_ladder,
)
from quickstudy.tasks.opponents.chess_levels import ChessLevel, find_chess_level
from quickstudy.tasks.opponents.engine_choice import choose_engine
from quickstudy.tasks.opponents.ladder import Ladder, LadderError, is_submittable
from quickstudy.tasks.opponents.uci import EngineFault
from tests.tasks.opponents.engines import Named, fake

RANDOM, MIXED, ONE = (find_chess_level(name) for name in ("random", "nodes-1-e50", "nodes-1"))
ORTHODOX = load_variant("orthodox")


def rated(contest: ChessContest, folder: Path, **options: Any) -> dict[str, Any]:
    return calibrate(contest, [RANDOM, MIXED], target_sd=200.0, checkpoint=folder / "kept.jsonl", **options)


def test_games_follow_from_levels_and_seed_and_end_by_the_rules() -> None:
    contest = ChessContest(ORTHODOX)
    games = [contest.play(ONE, RANDOM, seed) for seed in (1, 3, 5)]
    assert games == [contest.play(ONE, RANDOM, seed) for seed in (1, 3, 5)]
    assert all(result == 1 and OPENING < plies < 200 for result, plies in games)
    assert contest.play(RANDOM, ONE, 1)[0] == 2


def test_an_engine_scores_one_half_against_itself() -> None:
    check_seats(ChessContest(ORTHODOX), RANDOM, MIXED, pairs=2)


def test_chess960_begins_from_many_positions() -> None:
    variant = load_variant("chess960")
    contest = ChessContest(variant)
    assert {contest.play(RANDOM, RANDOM, seed)[1] > OPENING for seed in (1, 3, 5)} == {True}
    starts = {variant.start(seed // 2 % variant.starts).fen for seed in (1, 3, 5)}
    assert len(starts) == 3


def test_a_calibration_of_chess_is_resumed_and_names_its_engine(tmp_path: Path) -> None:
    contest = ChessContest(ORTHODOX)
    data = rated(contest, tmp_path)
    assert data["levels"] == ["random", "nodes-1-e50"] and data["ratings"][1] > 300.0
    assert data["version"] == VERSION and data["rules_hash"] == hash_rules(ORTHODOX.for_engine)
    assert data["engine"] == choose_engine().describe() and data["opening_plies"] == OPENING
    kept = (tmp_path / "kept.jsonl").read_text()
    assert kept and rated(contest, tmp_path) == data
    assert (tmp_path / "kept.jsonl").read_text() == kept


def test_a_checkpoint_belongs_to_variant_engine_and_levels(tmp_path: Path) -> None:
    levels = [RANDOM, ONE]
    horde, other = load_variant("horde"), fake("sound", tmp_path)
    cases = [
        find_checkpoint(ChessContest(ORTHODOX), levels, 0),
        find_checkpoint(ChessContest(ORTHODOX), levels, 1),
        find_checkpoint(ChessContest(ORTHODOX), [RANDOM, ChessLevel("nodes-1", "nodes", 2)], 0),
        find_checkpoint(ChessContest(ORTHODOX, other), levels, 0),
        find_checkpoint(ChessContest(horde), levels, 0),
    ]
    assert len(set(cases)) == len(cases)
    assert find_checkpoint(ChessContest(ORTHODOX), levels, 0) == cases[0]


def test_a_fault_ends_a_calibration_and_counts_no_game(tmp_path: Path) -> None:
    tournament = Tournament(ChessContest(ORTHODOX, fake("crash", tmp_path)), [RANDOM, ONE])
    with pytest.raises(EngineFault, match=r"^the engine fake ended \(by SIGABRT\)"):
        tournament.play([(0, 1)], 2)
    assert tournament.games.sum() == 0 and tournament.points.sum() == 0


def test_another_engine_has_a_ladder_of_its_own_that_cannot_be_submitted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QUICKSTUDY_CACHE", str(tmp_path))
    monkeypatch.setattr(chess_ladder, "CHESS_CANDIDATES", (RANDOM, MIXED))
    program = tmp_path / "engine"  # the published one, started by a program of the user's
    program.write_text("#!/bin/sh\nexec " + " ".join(choose_engine().command) + "\n")
    program.chmod(0o755)
    other = choose_engine(str(program))
    with pytest.raises(
        LadderError, match=r"^orthodox has no ladder .*: make one with `quickstudy calibrate-chess orthodox`"
    ):
        read_chess_ladder(ORTHODOX, other)
    data = calibrate_chess(ORTHODOX, target_sd=250.0, choice=other)
    assert data["version"] == f"uci-{other.digest[:8]}-{VERSION}" and not data["engine"]["published"]
    ladder = read_chess_ladder(ORTHODOX, other)
    assert ladder.version.startswith(data["version"]) and not is_submittable(ladder.version)
    assert chess_ladder_file(ORTHODOX, other).is_relative_to(tmp_path)
    assert str(tmp_path) not in chess_ladder_file(ORTHODOX, other).read_text()
    assert list(ladder.ratings) == data["ratings"]
    monkeypatch.delattr(chess_ladder, "choose_engine")
    assert find_chess_ladder(ORTHODOX, ladder.version).version == ladder.version, "reports need no engine"
    with pytest.raises(LadderError, match=r"^the ladder uci-0-chess-1-0 of orthodox is not in this machine's cache"):
        find_chess_ladder(ORTHODOX, "uci-0-chess-1-0")


def test_the_wording_of_rules_does_not_count_but_what_the_engine_is_told_does() -> None:
    variant = Named()
    assert hash_rules(variant) == hash_rules(Named("chess", variant.start_fen, ""))
    others = [Named("horde"), Named(ini="[a:chess]\n"), Named(start_fen=variant.start_fen.replace("w", "b"))]
    assert len({hash_rules(one) for one in (variant, *others)}) == 4


def test_a_ladder_lies_beside_its_variant(tmp_path: Path) -> None:
    assert chess_ladder_file(ORTHODOX) == ORTHODOX.folder / "ladder.json"


def test_the_anchor_ties_a_level_to_a_public_list_with_its_error() -> None:
    anchor = read_anchor(ORTHODOX)
    assert anchor is not None and anchor.sd >= 100.0 and "issue 117" in anchor.source
    assert find_chess_level(anchor.level).budget == 3_000
    ladder = Ladder("chess-1-0", "0", ("random", anchor.level), np.array([0.0, 2900.0]), np.zeros((2, 2)))
    assert anchor.translate(ladder, 2800.0) == anchor.rating - 100.0
    with pytest.raises(LadderError, match="not on this ladder"):
        anchor.translate(Ladder("chess-1-0", "0", ("random",), np.zeros(1), np.zeros((1, 1))), 0.0)
    assert read_anchor(load_variant("horde")) is None
