"""A study of one board game: its conditions, its prompts and its match plans, checked before anything is played."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from quickstudy.scorers.recall import View
from quickstudy.tasks.board_verifier import BoardVerifier
from quickstudy.tasks.checks import require
from quickstudy.tasks.conditions import Conditions
from quickstudy.tasks.conditions import list_views as list_views
from quickstudy.tasks.examples.filler import SOURCES
from quickstudy.tasks.examples.kinds import KINDS, Example, take_kind
from quickstudy.tasks.examples.openings import Opening, opening_plies, parse_opening
from quickstudy.tasks.examples.probe_sets import Probe, ProbeSet
from quickstudy.tasks.examples.probes import load_probes
from quickstudy.tasks.examples.regrets import value_position
from quickstudy.tasks.examples.teachers import find_teacher
from quickstudy.tasks.game_challenge import GameSkill
from quickstudy.tasks.games.game import Game, load_game
from quickstudy.tasks.games.notation import PLAYERS, RESULTS
from quickstudy.tasks.games.rules import Rules
from quickstudy.tasks.games.siblings import find_sibling, find_wrong_rules
from quickstudy.tasks.games.skin import MAX_SKIN
from quickstudy.tasks.learners.evidence import Evidence
from quickstudy.tasks.opponents.ladder import Ladder, load_ladder
from quickstudy.tasks.prompts.author import write_teacher_lead
from quickstudy.tasks.prompts.play import write_choice, write_example, write_pieces, write_system, write_value
from quickstudy.tasks.regimes.notes import Notes
from quickstudy.tasks.regimes.permutation import permute_cells

MOST_LEGAL = 512  # the kernel's bound


@dataclass(frozen=True)
class Study(Conditions):
    """The conditions of a study of one board game.

    `game_name` is a name of the catalogue or the path of a spec. `rules` are `full`, `none` (withheld) or `wrong`
    (those of the most misleading sibling). `evidence` is `own`, `sibling` (the nearest one) or the name of another
    game: whose examples are shown, of which `kind`. `skin` numbers the names and the notation that the player sees.
    """

    colours = PLAYERS
    families = ("mcts", "alphabeta")
    rings = ("seen", "openings", "family", "skin", "rewritten", "sibling")

    def _check(self) -> None:
        require(self.rules in ("full", "none", "wrong"), "rules", "choose full, none or wrong")
        require(self.kind in KINDS, "kind", f"choose one of {', '.join(KINDS)}")
        require(0 <= self.skin <= MAX_SKIN, "skin", f"choose 0 (none) to {MAX_SKIN}")
        require(
            self.kind != "moves" or not find_teacher(self.teacher).unequal,
            "teacher",
            "single positions (kind=moves) show the choices of one player: give one level",
        )
        find_teacher(self.teacher)
        if self.evidence not in ("own", "sibling"):
            load_game(self.evidence)

    def _check_filler(self) -> None:
        shown, other = {self.game.rules.hash, self.source.rules.hash}, self.other
        require(other.rules.hash not in shown, "filler", f"{other.name} is the game itself or shown: name another")

    @property
    def other(self) -> Game:
        """The game whose examples fill padded layouts."""
        names = SOURCES if self.filler == "other" else (self.filler,)
        games = [load_game(name) for name in names]
        shown = {self.game.rules.hash, self.source.rules.hash}
        return next((game for game in games if game.rules.hash not in shown), games[0])

    @cached_property
    def game(self) -> Game:
        """The game that is played."""
        return load_game(self.game_name)

    @cached_property
    def skill(self) -> GameSkill:
        """The game as the match loop plays it."""
        return GameSkill(self.game, self.legal_moves, self.wording, self.skin)

    @cached_property
    def ladder(self) -> Ladder:
        """The ladder of the game."""
        return load_ladder(self.game_name)

    @property
    def probe_set(self) -> ProbeSet:
        """The probes of the game."""
        return load_probes(self.game)

    def value_position(self, words: tuple[str, ...], again: int = 0) -> Probe:
        """The values of both families of engines, `again` with other playouts."""
        return value_position(self.game, words, again)

    @cached_property
    def source(self) -> Game:
        """The game that the examples are of."""
        if self.evidence == "sibling":
            return Game(f"{self.game.name}-sibling", find_sibling(self.game.rules), self.game.folder / "sibling")
        return self.game if self.evidence == "own" else load_game(self.evidence)

    @property
    def shown_rules(self) -> Rules | None:
        """The rules that the player is told, if any."""
        if self.rules == "wrong":
            return find_wrong_rules(self.game.rules)
        return self.game.rules if self.rules == "full" else None

    @property
    def rules_text(self) -> str | None:
        """These rules in the words of the skin."""
        return None if self.shown_rules is None else self.skill.skin.write_rules(self.shown_rules)

    @property
    def own_text(self) -> str:
        """The game's rules in plain words."""
        return self.game.text

    @property
    def random_plies(self) -> int:
        """How many plies of the game are random."""
        return opening_plies(self.game)

    @property
    def teacher_lead(self) -> str:
        """What is said above the teacher's games."""
        return write_teacher_lead(self.opening_plies, self.wording, unequal=find_teacher(self.teacher).unequal)

    @property
    def teacher_family(self) -> str:
        """The family of both engines that play the examples, or `all` where they are of two."""
        teacher = find_teacher(self.teacher)
        return teacher.first.engine if teacher.first.engine == teacher.second.engine else "all"

    @property
    def bare_evidence(self) -> Evidence:
        """The rules."""
        return Evidence(self.game.rules, (), self.random_plies)

    @property
    def verifier(self) -> BoardVerifier:
        """What the rules answer."""
        return BoardVerifier(self.skill)

    @property
    def name(self) -> str:
        """The game's name."""
        return self.game.name

    @property
    def title(self) -> str:
        """The game's name as players read it."""
        return self.game.rules.name

    @property
    def rules_hash(self) -> str:
        """The hash of the game's rules."""
        return self.game.rules.hash

    @property
    def source_hash(self) -> str:
        """The hash of the rules of the game that the examples are of."""
        return self.source.rules.hash

    @property
    def teacher_name(self) -> str:
        """The level, or both, whose games the examples are."""
        return find_teacher(self.teacher).name

    @property
    def opening_plies(self) -> int:
        """How many of the first moves of each example game were made at random."""
        return opening_plies(self.source)

    @property
    def filler_name(self) -> str:
        """The game whose examples fill padded layouts."""
        return self.other.name

    @property
    def counts(self) -> bool:
        """Whether questions show points or pieces removed."""
        return self.skill.counts

    @property
    def longest_question(self) -> int:
        """Bytes of the board, of the moves of a game up to its ply cap, and of listed legal moves."""
        rules, longest = self.game.rules, len("a1xb2xc3 ")
        board = 2 * (rules.board.files + rules.board.ranks + 4) * (rules.board.ranks + 1)
        return longest * (rules.cap + (MOST_LEGAL if self.legal_moves else 0)) + board

    def take(self, n: int, number: int) -> list[Example]:
        """The first n examples of a set, as they were drawn."""
        most, tested = max(n, self.most), self.game if self.evidence == "sibling" else None
        return _all_examples(self.kind, self.source, most, self.sets, self.seed, self.teacher, tested)[number][:n]

    def take_filler(self, count: int, number: int) -> list[str]:
        """The first lines of the other game."""
        made = _all_examples(self.kind, self.other, count, self.sets, self.seed, self.teacher, None)
        return [self._write_example(self.other, example) for example in made[number]]

    def write_line(self, example: Example) -> str:
        """An example as the player reads it."""
        return self._write_example(self.source, example)

    def _write_example(self, source: Game, example: Example) -> str:
        skin, moves = self.skill.skin, self.skill.skin.write_moves(example.moves)
        if self.kind == "moves":
            return write_choice(moves[:-1], moves[-1])
        if self.kind == "annotated":
            moves = [write_value(move, value) for move, value in zip(moves, example.values, strict=True)]
        if self.kind == "outcomes":
            moves = [skin.write_cells(source.rules, example.last)]
        return write_example(moves, skin.write_result(example.result))

    def name_side(self, colour: str) -> str:
        """A side by the name that the skin has for it."""
        return self.skill.skin.sides[self.colours.index(colour)]

    def name_result(self, winner: int | None) -> str:
        """The result as examples have it."""
        return RESULTS[3 if winner is None else 1 + winner]

    def number_move(self, ply: int) -> int:
        """The moves of both sides are counted together."""
        return ply + 1

    def write_move(self, move: str) -> str:
        """A move in the notation of the skin."""
        return self.skill.skin.write_move(move)

    def list_names(self) -> dict[str, list[tuple[str, str]]]:
        """What the skin calls otherwise."""
        return self.skill.skin.list_names(self.game.rules)

    def rename_text(self, text: str) -> str:
        """A text in the notation of the skin."""
        return self.skill.skin.write_text(self.game.rules, text)

    def write_game(self, example: Example, end: str = "") -> str:
        """A whole game in the notation of the skin, as `AuthorView` says."""
        skin = self.skill.skin
        return write_example(skin.write_moves(example.moves), end or skin.write_result(example.result))

    def list_quotable(self, example: Example) -> list[tuple[str, ...]]:
        """The moves in the notation of the skin."""
        return [tuple(self.skill.skin.write_moves(example.moves))]

    def read_opening(self, example: Example) -> Opening:
        """The opening of a game in canonical notation."""
        return parse_opening(self.game, example.moves)

    def permute_notes(self, notes: Notes, rng: np.random.Generator) -> Notes:
        """The notes with other cells and numbers."""
        return permute_cells(notes, self.game.rules.board.names, rng)

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
        skill, source = self.skill, self.source.rules
        before, lines, after = self.list_lines(view, number, shown)
        return write_system(
            self.rules_text,
            lines,
            self.opening_plies,
            skill.sample_answer,
            self.wording,
            self.kind,
            unequal=find_teacher(self.teacher).unequal,
            pieces=write_pieces(skill.skin.sides, [skill.write_symbols(source, player) for player in (0, 1)]),
            before=before,
            after=after,
            notes=notes,
            origin=origin,
            lead=lead,
        )


@lru_cache(maxsize=16)
def _all_examples(
    kind: str, game: Game, n: int, sets: int, seed: int, teacher: str, tested: Game | None
) -> list[list[Example]]:
    return take_kind(kind, game, n, sets, seed, teacher, tested)
