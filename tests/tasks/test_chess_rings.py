"""Rings of chess: the same notes read where pieces have other names and letters, and where one rule is different."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from quickstudy.scorers.recall import View
from quickstudy.tasks.chains.audit import Audit, AuditError
from quickstudy.tasks.chains.course import Course
from quickstudy.tasks.chains.rings import RING_SKIN, find_sentences
from quickstudy.tasks.chess_study import ChessStudy
from quickstudy.tasks.chess_variants.skin import ChessSkin, find_chess_skin
from quickstudy.tasks.chess_variants.variant import Variant, load_variant
from quickstudy.tasks.direct import play_chains
from quickstudy.tasks.learners.chess_prompt import ChessEvidence
from quickstudy.tasks.learners.notebook import Notebook
from quickstudy.tasks.learners.prompt import read_evidence
from quickstudy.tasks.match import MatchPlan, Question, Reply, play_match
from quickstudy.tasks.opponents.chess_contest import hash_rules
from quickstudy.tasks.opponents.chess_ladder import name_command
from quickstudy.tasks.opponents.ladder import LadderError
from quickstudy.tasks.regimes.notes import Item, Notes

FNIPIL = load_variant("fnipil")
SMALL: dict[str, Any] = {"generations": 1, "games": 2, "budget": 200, "chains": 1, "play_games": 2}
NOTES = Notes((Item("advice", "own zlil on: b3 +50"), Item("reason", "after 3. Zb3 Mxc4+ the mraze (M) takes a zlil")))
SKINNED = ("skin", "rewritten")


def find_skin() -> ChessSkin:
    return find_chess_skin(FNIPIL.invented, RING_SKIN)


@pytest.fixture(scope="module")
def spec(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A copy of fnipil as a user's spec, whose sibling has the ladder of fnipil itself: quicker than to measure one."""
    folder = tmp_path_factory.mktemp("variants")
    shutil.copy(FNIPIL.folder / "variant.json", folder / "mine.json")
    shutil.copy(FNIPIL.folder / "ladder.json", folder / "mine.ladder.json")
    path = folder / "mine.json"
    sibling = load_variant(f"{path}-sibling")
    ladder = json.loads((FNIPIL.folder / "ladder.json").read_text())
    (folder / "sibling").mkdir()
    (folder / "sibling" / "mine-sibling.ladder.json").write_text(
        json.dumps({**ladder, "rules_hash": hash_rules(sibling.for_engine)})
    )
    return str(path)


def course(*rings: str, game: str = "fnipil", study: dict[str, Any] | None = None, **changes: Any) -> Course:
    made = ChessStudy(game, **{"examples": (0,), "sets": 1, **(study or {})})
    return Course(made, **{**SMALL, **changes}, rings=rings)


def plan(ring: str, game: str = "fnipil", notes: Notes = NOTES) -> MatchPlan:
    made = course(*[ring] * bool(ring), game=game)
    return made.plan_play("m", "{}", View.plain(0), 0, 1, notes, ring=ring)


def noted(system: str) -> str:
    return system[system.index("## Notes") : system.index("## Answer format")]


def test_in_the_ring_skin_the_prompt_says_what_the_words_of_the_notes_are_called() -> None:
    shown, skin = plan("skin").system, find_skin()
    (_, first, name), (_, second, other) = skin.pieces
    text = noted(shown)
    assert all(line in text for line in NOTES.lines)
    assert f"\ngame: Fnipil is {skin.name}\npieces: zlil is {name}, mraze is {other}\n" in text
    assert f"\nletters: Z is {first}, M is {second}\n" in text
    assert FNIPIL.wear(skin).text in shown and "zlil" not in shown.replace(text, "")
    assert "no notes" in noted(plan("skin", notes=Notes()).system)


def test_in_the_ring_rewritten_notes_have_the_names_and_letters_of_the_prompt() -> None:
    text, skin = noted(plan("rewritten").system), find_skin()
    (_, first, name), (_, second, other) = skin.pieces
    assert f"own {name} on: b3 +50" in text
    assert f"after 3. {first}b3 {second}xc4+ the {other} ({second}) takes a {name}" in text
    assert "letters:" not in text and "zlil" not in text


@pytest.mark.parametrize("ring", SKINNED)
def test_the_notebook_reads_the_same_of_notes_in_other_names(ring: str) -> None:
    plain, other = (read_evidence(plan(name).system) for name in ("", ring))
    name = find_skin().pieces[0][2]
    assert plain.notes[0] == "own zlil on: b3 +50" and other.notes[0] == f"own {name} on: b3 +50"
    weights = [evidence.words.read(evidence.notes)[0] for evidence in (plain, other)]
    assert weights[0].any() and (weights[0] == weights[1]).all()


def differ(variant: Variant, sibling: Variant) -> list[str]:
    """The parts of two specs that differ; of pieces their names."""
    mine, theirs = variant.invented.to_dict(), sibling.invented.to_dict()
    pieces = zip(mine.pop("pieces"), theirs.pop("pieces"), strict=True)
    keys = [key for key in {*mine, *theirs} if mine.get(key) != theirs.get(key)]
    return [*keys, *(one["name"] for one, other in pieces if one != other)]


def test_in_the_ring_sibling_rules_and_opponents_are_the_siblings_and_the_prompt_tells_the_difference(
    spec: str,
) -> None:
    shown, sibling = plan("sibling", spec), FNIPIL.sibling
    assert len(differ(FNIPIL, sibling)) == 1
    assert (shown.cell["skill"], shown.cell["rules_hash"]) == ("mine-sibling", sibling.hash)
    assert shown.ladder.rules_hash == hash_rules(sibling.for_engine) != hash_rules(FNIPIL.for_engine)
    own, other = find_sentences(sibling.text, FNIPIL.text)
    assert sibling.text in shown.system and FNIPIL.text not in shown.system
    assert own and other and all(line in noted(shown.system) for line in [*own, *other, *NOTES.lines])
    read = read_evidence(shown.system)
    assert isinstance(read, ChessEvidence) and read.is_understood and read.notes[0] == "own zlil on: b3 +50"
    legal = [variant.start().list_moves() for variant in (sibling, FNIPIL)]
    assert read.known_subject.begin("").list_moves() == legal[0]


class Watched:
    """An embedded player whose prompts are kept."""

    def __init__(self) -> None:
        self.asked: list[Question] = []

    async def ask(self, question: Question) -> Reply:
        self.asked.append(question)
        return Reply(Notebook().answer(question.messages))


@pytest.mark.parametrize("ring", ["skin", "sibling"])
def test_games_of_a_ring_are_played_by_its_rules_and_every_prompt_is_audited(ring: str, spec: str) -> None:
    made, watched = course(ring, game=spec), Watched()
    shown = made.plan_play("m", "{}", View.plain(0), 0, 1, NOTES, ring=ring)
    audit = Audit(shown, made.list_canaries(0, 1, ring))
    record = asyncio.run(play_match(shown, audit.watch(watched.ask)))
    audit.check(record)
    assert [(game["forfeit"], game["illegal"]) for game in record["games"]] == [(0, 0)] * 2
    variant = FNIPIL.sibling if ring == "sibling" else FNIPIL
    for game in record["games"]:
        *_, end = variant.follow(game["moves"].split())
        assert end.result is not None, "records keep the variant's own notation"
    with pytest.raises(AuditError, match="is not what rules, notes and position make"):
        Audit(plan("", spec), set()).check(record)


def test_notes_are_written_once_and_read_in_every_ring() -> None:
    records = list(play_chains(course("seen", *SKINNED), "quickstudy/notebook"))
    (stage,), plays = ([r for r in records if ("notes" in r) == written] for written in (True, False))
    assert [play["cell"]["ring"] for play in plays] == ["", "", "seen", *SKINNED]
    assert len({play["cell"]["cell_id"] for play in plays}) == len(plays)
    usual, seen, *worn = plays[1:]
    assert {game["opening"] for game in seen["games"]} == {game["opening"] for game in stage["games"]}
    for play in worn:
        assert [game["opening"] for game in play["games"]] == [game["opening"] for game in usual["games"]]
        assert play["cell"]["skin"] == RING_SKIN and not any(game["forfeit"] for game in play["games"])


@pytest.mark.parametrize(
    ("rings", "changes", "message"),
    [
        (("family",), {}, "rings: family: Fnipil has the rings seen, openings, .*, for chess .* one family of engines"),
        *(
            ((ring,), {"game": "orthodox"}, f"rings: {ring}: Chess has the rings seen, openings, for .*only invented")
            for ring in (*SKINNED, "sibling")
        ),
        (("skin",), {"study": {"skin": 3}}, "rings: skin: .* give skin=0"),
        (("sibling",), {"study": {"rules": "none"}}, "rings: sibling: .* give rules=full"),
        (("sibling",), {"study": {"examples": (2,)}}, "rings: sibling: .* give examples=0"),
        (("skin",), {"control": "matched"}, "rings: no notes are handed on where games are"),
        (("sibling",), {"study": {"opponents": ("nodes-100",)}}, "rings: sibling: .* leave them adaptive"),
    ],
)
def test_a_ring_that_a_course_cannot_have_is_a_sentence(
    rings: tuple[str, ...], changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=message) as error:
        course(*rings, **changes)
    assert "\n" not in str(error.value)


def test_a_sibling_without_a_ladder_is_refused_with_the_command_that_makes_one(tmp_path: Path) -> None:
    path = tmp_path / "other.json"
    shutil.copy(FNIPIL.folder / "variant.json", path)
    shutil.copy(FNIPIL.folder / "ladder.json", tmp_path / "other.ladder.json")
    command = re.escape(f"`quickstudy calibrate-chess {path}-sibling`")
    with pytest.raises(LadderError, match=f"other-sibling has no ladder .*{command}"):
        course("sibling", game=str(path))
    assert load_variant(f"{path}-sibling").hash == FNIPIL.sibling.hash
    assert name_command("calibrate-chess", FNIPIL.sibling) == "quickstudy calibrate-chess fnipil-sibling"
