"""A study of one game: its conditions, its prompts and its match plans, checked before anything is played."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from quickstudy.scorers.recall import LAYOUTS, PADDED, View
from quickstudy.tasks.cell import Cell
from quickstudy.tasks.examples.corpus import MAX_EXAMPLES, MAX_SETS
from quickstudy.tasks.examples.filler import SOURCES, repeat_lines, split_filler
from quickstudy.tasks.examples.kinds import KINDS, Example, take_kind
from quickstudy.tasks.examples.openings import opening_plies
from quickstudy.tasks.examples.teachers import TEACHER, find_teacher
from quickstudy.tasks.game_challenge import GameSkill
from quickstudy.tasks.games.game import Game, load_game
from quickstudy.tasks.games.rules import Rules
from quickstudy.tasks.games.siblings import find_sibling, find_wrong_rules
from quickstudy.tasks.games.skin import MAX_SKIN
from quickstudy.tasks.match import MatchPlan, PhaseZero
from quickstudy.tasks.opponents.ladder import Ladder, load_ladder
from quickstudy.tasks.prompts import (
    WORDINGS,
    number_lines,
    write_choice,
    write_example,
    write_pieces,
    write_system,
    write_value,
)
from quickstudy.tasks.seeds import new_generator
from quickstudy.tasks.thinking import check_room, read_thinking

MAX_ORDER = 1_000_000


@dataclass(frozen=True)
class Study:
    """The conditions shared by all matches of one task: one game, several n, several example sets.

    `rules` are `full`, `none` (withheld) or `wrong` (those of the most misleading sibling). `evidence` is `own`,
    `sibling` (the nearest one) or the name of another game: whose examples are shown, of which `kind`. `skin` numbers
    the names and the notation in which the player sees all of it. Padded `layouts` show `m` examples among lines of the
    game `filler`, which take the tokens of `slots` examples in all; `duplicate` repeats them instead. `order` numbers
    another order of the same examples, 0 is the one in which they were drawn. Opponents are level names, adaptive
    without any. `thinking` is as `read_thinking` gives it. Raises ValueError, one sentence, for conditions that cannot
    be run.
    """

    game_name: str
    examples: tuple[int, ...] = (0, 1, 4, 16)
    sets: int = 8
    games_per_match: int = 4
    rules: str = "full"
    evidence: str = "own"
    legal_moves: bool = False
    wording: int = 0
    retries: int = 2
    reply_tokens: int = 8192
    seed: int = 0
    teacher: str = TEACHER
    opponents: tuple[str, ...] = ()
    kind: str = "games"
    skin: int = 0
    layouts: tuple[str, ...] = ("plain",)
    m: int = 0
    slots: int = 0
    filler: str = "other"
    order: int = 0
    thinking: str = ""

    def __post_init__(self) -> None:
        _require(bool(self.examples), "examples", "give at least one n, for instance examples=0,1,4,16")
        self._check_layouts()
        for n in self.examples:
            _require(
                0 <= n <= MAX_EXAMPLES,
                "examples",
                f"n = {n} is beyond the corpus: choose 0 to {MAX_EXAMPLES}",
            )
        _require(len(set(self.examples)) == len(self.examples), "examples", "an n is listed twice")
        most = MAX_SETS if self.most else self.sets  # without examples a set is a number only
        _require(1 <= self.sets <= most, "sets", f"choose 1 to {MAX_SETS} (8 or more for honest intervals)")
        _require(
            self.games_per_match >= 2 and self.games_per_match % 2 == 0,
            "games_per_match",
            "a match has an even number of games, at least 2 (each opening is played with both colours)",
        )
        _require(self.rules in ("full", "none", "wrong"), "rules", "choose full, none or wrong")
        _require(self.kind in KINDS, "kind", f"choose one of {', '.join(KINDS)}")
        _require(0 <= self.skin <= MAX_SKIN, "skin", f"choose 0 (none) to {MAX_SKIN}")
        _require(0 <= self.order <= MAX_ORDER, "order", f"choose 0 (as drawn) to {MAX_ORDER}")
        _require(0 <= self.wording < len(WORDINGS), "wording", f"choose 0 to {len(WORDINGS) - 1}")
        _require(0 <= self.retries <= 10, "retries", "choose 0 to 10")
        _require(self.reply_tokens >= 1, "reply_tokens", "give at least 1 token")
        _require(read_thinking(self.thinking) == self.thinking, "thinking", f"{self.thinking!r}: give a canonical one")
        check_room(self.thinking, self.reply_tokens)
        teacher = find_teacher(self.teacher)
        _require(
            self.kind != "moves" or teacher.first == teacher.second,
            "teacher",
            "single positions (kind=moves) show the choices of one player: give one level",
        )
        for level in self.opponents:
            self.ladder.rating_of(level)
        if self.evidence not in ("own", "sibling"):
            load_game(self.evidence)

    def _check_layouts(self) -> None:
        _require(bool(self.layouts), "layouts", f"choose from {', '.join(LAYOUTS)}")
        for layout in self.layouts:
            _require(layout in LAYOUTS, "layouts", f"{layout!r} is none: choose from {', '.join(LAYOUTS)}")
        _require(len(set(self.layouts)) == len(self.layouts), "layouts", "one is listed twice")
        if set(self.layouts) == {"plain"}:
            return
        _require(1 <= self.slots <= MAX_EXAMPLES, "slots", f"padded layouts need 1 to {MAX_EXAMPLES}")
        if set(self.layouts) - {"plain", "filler"}:
            _require(1 <= self.m <= self.slots, "m", f"padded layouts need 1 to {self.slots} informative examples")
        if not set(self.layouts) & set(PADDED):
            return
        shown, other = {self.game.rules.hash, self.source.rules.hash}, self.other
        _require(other.rules.hash not in shown, "filler", f"{other.name} is the game itself or shown: name another")

    @cached_property
    def views(self) -> tuple[View, ...]:
        """What the player is shown, cell by cell: each n in the plain layout, then the padded layouts."""
        return list_views(self.examples, self.layouts, self.m, self.slots)

    @property
    def has_phases(self) -> bool:
        """Whether each cell's first match (set 0) is played before its others, which begin from what it tells."""
        return not self.opponents and self.sets > 1

    @property
    def most(self) -> int:
        """The most examples of a set that any view takes the tokens of."""
        return max(view.slots for view in self.views)

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

    def examples_of(self, n: int, number: int) -> list[str]:
        """The first n examples of a set, as the player reads them."""
        return [self._write_example(self.source, example) for example in self.take(n, number)]

    def take(self, n: int, number: int) -> list[Example]:
        """The first n examples of a set, as they were drawn."""
        most, tested = max(n, self.most), self.game if self.evidence == "sibling" else None
        return _all_examples(self.kind, self.source, most, self.sets, self.seed, self.teacher, tested)[number][:n]

    def arrange(self, view: View, number: int) -> list[Example]:
        """The informative examples of a view in the order in which they are shown, each once."""
        drawn = self.take(view.m, number)
        if self.order == 0:
            return drawn
        stream = ("order", self.source.rules.hash, self.seed, number, view.m, self.order)
        return [drawn[i] for i in new_generator(*stream).permutation(len(drawn))]

    def filler_of(self, view: View, number: int) -> tuple[list[str], list[str]]:
        """The lines of another game before and after a padded view's informative examples; none of other views."""
        if view.layout not in PADDED:
            return [], []
        other = self.other

        def take(count: int) -> list[str]:
            made = _all_examples(self.kind, other, count, self.sets, self.seed, self.teacher, None)
            return [self._write_example(other, example) for example in made[number]]

        return split_filler(view, self.examples_of(view.slots, number), take, self.kind)

    def _write_example(self, source: Game, example: Example) -> str:
        skin, moves = self.skill.skin, self.skill.skin.write_moves(example.moves)
        if self.kind == "moves":
            return write_choice(moves[:-1], moves[-1])
        if self.kind == "annotated":
            moves = [write_value(move, value) for move, value in zip(moves, example.values, strict=True)]
        if self.kind == "outcomes":
            moves = [skin.write_cells(source.rules, example.last)]
        return write_example(moves, skin.write_result(example.result))

    def list_lines(
        self, view: View, number: int, shown: Sequence[Example] | None = None
    ) -> tuple[list[str], list[str], list[str]]:
        """The lines of filler before a view's examples, of the examples (or those `shown`), and of filler after."""
        before, after = self.filler_of(view, number)
        arranged = self.arrange(view, number) if shown is None else shown
        lines = [self._write_example(self.source, example) for example in arranged]
        if view.layout == "duplicate":
            lines = repeat_lines(lines, self.examples_of(view.slots, number), self.kind)
        return before, lines, after

    def count_carried(
        self,
        view: View,
        number: int,
        notes: Sequence[str] | None = None,
        shown: Sequence[Example] | None = None,
    ) -> int:
        """UTF-8 bytes of what reaches the player beside rules and position: the lines of examples and of notes."""
        before, lines, after = self.list_lines(view, number, shown)
        filler = number_lines([*before, *after], self.kind, other=True)
        seen = [*number_lines(lines, self.kind), *filler]
        return sum(len("\n".join(part).encode()) for part in (seen, notes or ()))

    def write_system(
        self,
        view: View,
        number: int,
        shown: Sequence[Example] | None = None,
        notes: Sequence[str] | None = None,
        origin: Sequence[str] = (),
        lead: str = "",
    ) -> str:
        """The constant part of the prompt with what is in view of a set, or with the `shown` examples instead.

        `notes` are the lines of an earlier player's notes, `origin` what is said of them where they are no usual ones;
        None where the prompt says nothing of any. A `lead` stands above `shown` examples that are no teacher's.
        """
        rules, skill = self.shown_rules, self.skill
        before, lines, after = self.list_lines(view, number, shown)
        teacher, source = find_teacher(self.teacher), self.source.rules
        return write_system(
            None if rules is None else skill.skin.write_rules(rules),
            lines,
            opening_plies(self.source),
            skill.sample_answer,
            self.wording,
            self.kind,
            unequal=teacher.first != teacher.second,
            pieces=write_pieces(skill.skin.sides, [skill.write_symbols(source, player) for player in (0, 1)]),
            before=before,
            after=after,
            notes=notes,
            origin=origin,
            lead=lead,
        )

    def plan(
        self,
        model: str,
        arguments: str,
        view: View,
        number: int,
        match: int = 0,
        *,
        requested: View | None = None,
        phase_zero: PhaseZero | None = None,
        notes: Sequence[str] | None = None,
        origin: Sequence[str] = (),
        **conditions: Any,
    ) -> MatchPlan:
        """The plan of one match: one example set in one cell. `requested` is what was asked for, if not the view.

        `notes` and `origin` are shown as in `write_system`; `conditions` are those of the cell that follow from them.
        """
        cell = Cell(
            model=model,
            arguments=arguments,
            skill=self.game.name,
            rules_hash=self.game.rules.hash,
            regime=conditions.pop("regime", "examples" if view.slots else "rules"),
            layout=view.layout,
            n=view.m,
            n_requested=(requested or view).m,
            m=view.m,
            slots=view.slots,
            rules=self.rules,
            evidence=self.evidence,
            teacher=find_teacher(self.teacher).name,
            legal_moves=self.legal_moves,
            wording=self.wording,
            retries=self.retries,
            reply_tokens=self.reply_tokens,
            opponents=",".join(self.opponents) or "adaptive",
            seed=self.seed,
            ladder_version=self.ladder.version,
            kind=self.kind,
            skin=self.skin,
            counts=self.skill.counts,
            filler=self.other.name if view.layout in PADDED else "",
            order=self.order,
            thinking=self.thinking,
            **conditions,
        )
        return MatchPlan(
            skill=self.skill,
            ladder=self.ladder,
            cell=cell.to_dict(),
            set=number,
            match=match,
            games=self.games_per_match,
            system=self.write_system(view, number, notes=notes, origin=origin),
            carried=self.count_carried(view, number, notes),
            seed=self.seed,
            retries=self.retries,
            wording=self.wording,
            opponents=self.opponents or None,
            phase_zero=phase_zero,
        )


@lru_cache(maxsize=16)
def _all_examples(
    kind: str, game: Game, n: int, sets: int, seed: int, teacher: str, tested: Game | None
) -> list[list[Example]]:
    return take_kind(kind, game, n, sets, seed, teacher, tested)


def list_views(examples: Sequence[int], layouts: Sequence[str], m: int, slots: int) -> tuple[View, ...]:
    """Each n of `examples` where `plain` is among the layouts, then each other layout of `m` in `slots`."""
    plain = [View.plain(n) for n in examples] if "plain" in layouts else []
    padded = [View(layout, 0 if layout == "filler" else m, slots) for layout in LAYOUTS[1:] if layout in layouts]
    return (*plain, *padded)


def _require(condition: bool, parameter: str, message: str) -> None:
    if not condition:
        raise ValueError(f"task parameter {parameter}: {message}")
