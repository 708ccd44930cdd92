"""A study of chess or one of its variants: its conditions, its prompts and its match plans."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from quickstudy.scorers.recall import View
from quickstudy.tasks.checks import require
from quickstudy.tasks.chess_challenge import ChessSkill
from quickstudy.tasks.chess_variants.movetext import join_start, split_start, write_movetext
from quickstudy.tasks.chess_variants.position import DRAW, RESULTS, SIDES
from quickstudy.tasks.chess_variants.spec import MAX_PLIES, PAWN
from quickstudy.tasks.chess_variants.variant import Variant, load_variant
from quickstudy.tasks.chess_verifier import ChessVerifier
from quickstudy.tasks.conditions import Conditions
from quickstudy.tasks.examples.chess_corpus import find_chess_teacher
from quickstudy.tasks.examples.chess_kinds import CHESS_KINDS, read_game, take_chess_kind
from quickstudy.tasks.examples.chess_openings import ChessOpening, chess_opening_plies
from quickstudy.tasks.examples.chess_pgn import PgnSource, open_pgn, take_pgn_examples
from quickstudy.tasks.examples.chess_probes import load_chess_probes
from quickstudy.tasks.examples.chess_regrets import value_chess_position
from quickstudy.tasks.examples.kinds import KINDS, Example
from quickstudy.tasks.examples.probe_sets import Probe, ProbeSet
from quickstudy.tasks.games.skin import MAX_SKIN
from quickstudy.tasks.learners.chess_prompt import ChessEvidence, read_chess
from quickstudy.tasks.opponents.chess_ladder import read_chess_ladder
from quickstudy.tasks.opponents.ladder import Ladder
from quickstudy.tasks.prompts.author import write_teacher_lead
from quickstudy.tasks.prompts.chess_words import write_fen_note, write_library_lead
from quickstudy.tasks.prompts.play import write_choice, write_example, write_system
from quickstudy.tasks.regimes.notes import Notes
from quickstudy.tasks.regimes.permutation import permute_squares

FILLERS = ("king-of-the-hill", "atomic")  # the filler is the first that is not played
RINGS, INVENTED_RINGS = ("seen", "openings"), ("skin", "rewritten", "sibling")
ONE_FAMILY = "chess is played by one family of engines"
_BOARD = 8 * 2 * 8 + 8 * 3 + 110  # bytes of a board with its labels and its FEN
_MOVE, _LEGAL = len("123. Qa1xb2=Q+ "), 8 * 218  # 218: the most legal moves of any position of chess


@dataclass(frozen=True)
class ChessStudy(Conditions):
    """The conditions of a study of chess or a variant, `game_name` being the variant's name or the path of a spec.

    `rules` are `full`, `none` (withheld) or `wrong` (those of the most misleading sibling), `evidence` is `own`,
    `sibling` (the nearest one) or the name of another variant whose games are shown, of the `kind` games, outcomes or
    moves; `skin` numbers the names and letters of pieces that the player sees; `teacher` is `strong`, `weak`, or a
    level. With `examples_from` the examples are games of that PGN file whose players both have at least the rating
    `least_rating`.
    """

    examples_from: str = ""
    least_rating: int = 0

    colours = SIDES
    families = ("nodes",)

    @property
    def rings(self) -> tuple[str, ...]:
        """Those of the variant."""
        return list_chess_rings(self.variant)

    @property
    def ring_limits(self) -> str:
        """There is one family of engines, and what was not invented has no other names and no sibling."""
        return ONE_FAMILY if self.variant.spec else f"{ONE_FAMILY}, and only invented variants have skins and siblings"

    def _check(self) -> None:
        require(self.rules in ("full", "none", "wrong"), "rules", "choose full, none or wrong")
        require(0 <= self.skin <= MAX_SKIN, "skin", f"choose 0 (none) to {MAX_SKIN}")
        asked = {"kind": self.kind, "rules": self.rules, "evidence": self.evidence, "skin": self.skin}
        for name, value in asked.items():
            unfit = find_unfit(self.variant, name, value)
            require(not unfit, name, unfit)
        require(self.kind in KINDS, "kind", f"choose one of {', '.join(CHESS_KINDS)}")
        require(not self.examples_from or self.kind == "games", "kind", "games from a file are shown whole: give games")
        require(not self.least_rating or bool(self.examples_from), "least_rating", "ratings are those of examples_from")
        require(not self.pgn or not self.variant.shuffled, "examples_from", "games of Chess960 are not read from files")
        unequal = find_chess_teacher(self.teacher).unequal
        require(self.kind != "moves" or not unequal, "teacher", "single positions show the choices of one player")
        if self.evidence not in ("own", "sibling"):
            load_variant(self.evidence)

    def _check_filler(self) -> None:
        shown, other = {self.variant.hash, self.source.hash}, self.other
        require(other.hash not in shown, "filler", f"{other.name} is the variant itself or shown: name another")

    @cached_property
    def variant(self) -> Variant:
        """The variant that is played."""
        return load_variant(self.game_name)

    @cached_property
    def source(self) -> Variant:
        """The variant that the examples are of."""
        if self.evidence == "sibling":
            return self.variant.sibling
        return self.variant if self.evidence == "own" else load_variant(self.evidence)

    @property
    def rules_text(self) -> str | None:
        """The rules that the player is told, if any."""
        if self.rules == "none":
            return None
        return (self.variant.wrong if self.rules == "wrong" else self.variant).wear(self.skill.skin).text

    @property
    def other(self) -> Variant:
        """The variant whose games fill padded layouts."""
        names = FILLERS if self.filler == "other" else (self.filler,)
        found = [load_variant(name) for name in names]
        shown = {self.variant.hash, self.source.hash}
        return next((variant for variant in found if variant.hash not in shown), found[0])

    @cached_property
    def pgn(self) -> PgnSource | None:
        """The file that the examples are read from, if they are."""
        return open_pgn(self.examples_from, self.least_rating) if self.examples_from else None

    @property
    def own_text(self) -> str:
        """The rules of the variant."""
        return self.variant.text

    @property
    def random_plies(self) -> int:
        """How many plies of the variant's games are random."""
        return chess_opening_plies(self.variant)

    @property
    def teacher_lead(self) -> str:
        """What is said above the teacher's games, or those of the file."""
        return self.library_lead or write_teacher_lead(self.opening_plies, self.wording)

    @property
    def library_lead(self) -> str:
        """What is said above games of a file."""
        return write_library_lead(self.wording) if self.pgn else ""

    @property
    def teacher_family(self) -> str:
        """All levels: there is one family of engines, and games of a file are of none."""
        return "all"

    @property
    def bare_evidence(self) -> ChessEvidence:
        """The rules."""
        return ChessEvidence(None, (), self.random_plies, subject=read_chess(self.own_text))

    @property
    def verifier(self) -> ChessVerifier:
        """What the rules answer."""
        return ChessVerifier(self.skill)

    @property
    def name(self) -> str:
        """The variant's name."""
        return self.variant.name

    @property
    def title(self) -> str:
        """The variant's name as players read it."""
        return self.variant.title

    @property
    def rules_hash(self) -> str:
        """The hash of the variant."""
        return self.variant.hash

    @property
    def source_hash(self) -> str:
        """The hash of the variant that the examples are of."""
        return self.source.hash

    @cached_property
    def skill(self) -> ChessSkill:
        """The variant as the match loop plays it."""
        return ChessSkill(self.variant, self.legal_moves, self.wording, skin_number=self.skin)

    @cached_property
    def ladder(self) -> Ladder:
        """The ladder of the variant."""
        return read_chess_ladder(self.variant)

    @property
    def probe_set(self) -> ProbeSet:
        """The probes of the variant. Raises EngineFault where there is no engine."""
        return load_chess_probes(self.variant)

    def value_position(self, words: tuple[str, ...], again: int = 0) -> Probe:
        """The engine's values, `again` of a longer search."""
        return value_chess_position(self.variant, words, again)

    @property
    def teacher_name(self) -> str:
        """The level whose games the examples are, or the content of the file that they are from."""
        return self.pgn.name if self.pgn else find_chess_teacher(self.teacher).name

    @property
    def opening_plies(self) -> int:
        """How many of the first moves of each example game were made at random: none of games from a file."""
        return 0 if self.pgn else chess_opening_plies(self.source)

    @property
    def filler_name(self) -> str:
        """The variant whose games fill padded layouts."""
        return self.other.name

    @property
    def counts(self) -> bool:
        """Nothing is counted that the position's FEN does not show."""
        return False

    @property
    def longest_question(self) -> int:
        """Bytes of the board, of the moves of a game up to its ply cap, and of listed legal moves."""
        return _BOARD + _MOVE * MAX_PLIES + (_LEGAL if self.legal_moves else 0)

    def take(self, n: int, number: int) -> list[Example]:
        """The first n examples of a set: moves in SAN behind the start position's name, where that was drawn."""
        most = max(n, self.most)
        if self.pgn:
            return [read_game(line) for line in _read_pgn(self.pgn, self.source, most, self.sets)[number][:n]]
        tested = self.variant if self.evidence == "sibling" else None
        made = _all_examples(self.kind, self.source, most, self.sets, self.seed, self.teacher, tested)
        return made[number][:n]

    def take_filler(self, count: int, number: int) -> list[str]:
        """The first games of the other variant."""
        made = _all_examples(self.kind, self.other, count, self.sets, self.seed, self.teacher, None)
        return [self.write_line(example) for example in made[number]]

    def write_line(self, example: Example) -> str:
        """An example as movetext with its result, or as its kind shows it."""
        skin = self.skill.skin
        if example.drawn:
            return write_example([skin.write_fen(example.drawn)], example.result)
        if self.kind == "moves":
            start, played = split_start(example.moves)
            moves = skin.write_moves(played)
            return write_choice(write_movetext(moves[:-1], join_start(start, ())), moves[-1])
        return self.write_game(example)

    def name_side(self, colour: str) -> str:
        """A side as records name it."""
        return colour

    def name_result(self, winner: int | None) -> str:
        """The result as PGN has it."""
        return RESULTS[DRAW if winner is None else winner]

    def number_move(self, ply: int) -> int:
        """Movetext counts the moves of each side."""
        return ply // 2 + 1

    def write_move(self, move: str) -> str:
        """A move in SAN with the letters of the skin."""
        return self.skill.skin.write_moves([move])[0]

    def list_names(self) -> dict[str, list[tuple[str, str]]]:
        """What the skin calls otherwise. Raises VariantError for a variant that was not invented."""
        return self.skill.skin.list_names(self.variant.invented)

    def rename_text(self, text: str) -> str:
        """A text with the names and letters of the skin. Raises VariantError likewise."""
        return self.skill.skin.write_text(self.variant.invented, text)

    def write_game(self, example: Example, end: str = "") -> str:
        """A game as movetext with its result, or with a comment on its end in braces."""
        start, moves = split_start(example.moves)
        words = write_movetext(self.skill.skin.write_moves(moves), join_start(start, ()))
        return " ".join([*words, f"{{{end}}}" if end else example.result])

    def list_quotable(self, example: Example) -> list[tuple[str, ...]]:
        """The moves in SAN and as squares."""
        return [split_start(example.moves)[1], _walk(self.variant, example.moves)]

    def read_opening(self, example: Example) -> ChessOpening:
        """The opening of a game."""
        start, _ = self.variant.split_start(example.moves)
        opening = ChessOpening(start, _walk(self.variant, example.moves)[: self.random_plies])
        if len(opening.moves) < self.random_plies:
            raise ValueError(f"{' '.join(example.moves)} is no game of {self.name}")
        return opening

    def permute_notes(self, notes: Notes, rng: np.random.Generator) -> Notes:
        """The notes with other squares, numbers and kinds of piece, but for pawns, whose moves have no letter."""
        pieces = [(letter, name) for letter, name in self.variant.pieces if letter != PAWN]
        return permute_squares(notes, self.variant.squares, pieces, rng)

    def write_system(
        self,
        view: View,
        number: int,
        shown: Sequence[Example] | None = None,
        notes: Sequence[str] | None = None,
        origin: Sequence[str] = (),
        lead: str = "",
    ) -> str:
        """The constant part of the prompt, as `Conditions` says."""
        before, lines, after = self.list_lines(view, number, shown)
        return write_system(
            self.rules_text,
            lines,
            self.opening_plies,
            self.skill.sample_answer,
            self.wording,
            self.kind,
            unequal=find_chess_teacher(self.teacher).unequal,
            drawn=write_fen_note(self.wording),
            before=before,
            after=after,
            notes=notes,
            origin=origin,
            lead=lead or self.library_lead,
        )


@lru_cache(maxsize=1 << 12)
def _walk(variant: Variant, words: tuple[str, ...]) -> tuple[str, ...]:
    """The moves of a game in UCI."""
    *_, position = variant.follow(words)
    return tuple(position.moves)


def list_chess_rings(variant: Variant) -> tuple[str, ...]:
    """The rings in which notes on a variant can be read: there is one family of engines."""
    return RINGS + (INVENTED_RINGS if variant.spec else ())


def find_unfit(variant: Variant, name: str, value: object) -> str:
    """Why a variant cannot have a value of a condition that board games can have; "" where it can."""
    if name == "practice":
        return f"opponents of practice are chosen in board games alone, for {ONE_FAMILY}"
    if name == "kind" and value in set(KINDS) - set(CHESS_KINDS):
        return f"values of moves of chess are not shown: choose one of {', '.join(CHESS_KINDS)}"
    invented = {"rules": value == "wrong", "evidence": value == "sibling", "skin": value not in (None, 0)}
    if variant.spec is None and invented.get(name, False):
        return f"{value} needs a variant that was invented, which {variant.name} was not"
    return ""


@lru_cache(maxsize=16)
def _all_examples(
    kind: str, variant: Variant, n: int, sets: int, seed: int, teacher: str, tested: Variant | None
) -> list[list[Example]]:
    return take_chess_kind(kind, variant, n, sets, seed, teacher, tested)


@lru_cache(maxsize=4)
def _read_pgn(source: PgnSource, variant: Variant, n: int, sets: int) -> list[list[str]]:
    return take_pgn_examples(source, variant, n, sets)
