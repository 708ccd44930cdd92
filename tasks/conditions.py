"""What studies of every track share: conditions, views, match plans, checked before anything is played."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from quickstudy.scorers.recall import LAYOUTS, PADDED, View
from quickstudy.tasks.author_view import AuthorView
from quickstudy.tasks.cell import Cell
from quickstudy.tasks.challenge import Playable
from quickstudy.tasks.checks import require
from quickstudy.tasks.examples.corpus import MAX_EXAMPLES, MAX_SETS
from quickstudy.tasks.examples.filler import repeat_lines, split_filler
from quickstudy.tasks.examples.kinds import Example
from quickstudy.tasks.examples.probe_sets import Probe, ProbeSet
from quickstudy.tasks.match import MatchPlan, PhaseZero
from quickstudy.tasks.opponents.ladder import Ladder
from quickstudy.tasks.prompts.play import WORDINGS, number_lines
from quickstudy.tasks.seeds import new_generator
from quickstudy.tasks.thinking import check_room, read_thinking

MAX_ORDER = 1_000_000


@dataclass(frozen=True)
class Conditions(AuthorView):
    """The conditions shared by all matches of one task: one skill, several n, several example sets.

    What a track means by `game_name`, `rules`, `evidence`, `teacher`, `kind`, `skin` and `filler` is said there
    (`study.py`, `chess_study.py`). Padded `layouts` show `m` examples among lines of the game `filler`, which take the
    tokens of `slots` examples in all; `duplicate` repeats them instead. `order` numbers another order of the same
    examples, 0 is the one in which they were drawn. Opponents are level names, adaptive without any. `thinking` is as
    `read_thinking` gives it. Raises ValueError, one sentence, for conditions that cannot be run.
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
    teacher: str = "strong"
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
        require(bool(self.examples), "examples", "give at least one n, for instance examples=0,1,4,16")
        self._check_layouts()
        for n in self.examples:
            require(
                0 <= n <= MAX_EXAMPLES,
                "examples",
                f"n = {n} is beyond the corpus: choose 0 to {MAX_EXAMPLES}",
            )
        require(len(set(self.examples)) == len(self.examples), "examples", "an n is listed twice")
        most = MAX_SETS if self.most else self.sets  # without examples a set is a number only
        require(1 <= self.sets <= most, "sets", f"choose 1 to {MAX_SETS} (8 or more for honest intervals)")
        require(
            self.games_per_match >= 2 and self.games_per_match % 2 == 0,
            "games_per_match",
            "a match has an even number of games, at least 2 (each opening is played with both colours)",
        )
        require(0 <= self.order <= MAX_ORDER, "order", f"choose 0 (as drawn) to {MAX_ORDER}")
        require(0 <= self.wording < len(WORDINGS), "wording", f"choose 0 to {len(WORDINGS) - 1}")
        require(0 <= self.retries <= 10, "retries", "choose 0 to 10")
        require(self.reply_tokens >= 1, "reply_tokens", "give at least 1 token")
        require(read_thinking(self.thinking) == self.thinking, "thinking", f"{self.thinking!r}: give a canonical one")
        check_room(self.thinking, self.reply_tokens)
        self._check()
        for level in self.opponents:
            self.ladder.rating_of(level)

    @abstractmethod
    def _check(self) -> None:
        """Refuse conditions that the track cannot run. Raises ValueError."""

    @abstractmethod
    def _check_filler(self) -> None:
        """Refuse a filler that is no other game. Raises ValueError."""

    @property
    @abstractmethod
    def name(self) -> str:
        """The name of the skill."""

    @property
    @abstractmethod
    def title(self) -> str:
        """The name of the skill as players read it."""

    @property
    @abstractmethod
    def rules_hash(self) -> str:
        """The hash of the rules that are played."""

    @property
    @abstractmethod
    def source_hash(self) -> str:
        """The hash of the rules that examples are of."""

    @property
    @abstractmethod
    def skill(self) -> Playable:
        """The skill as the match loop plays it."""

    @property
    @abstractmethod
    def ladder(self) -> Ladder:
        """The ladder of the skill."""

    @property
    @abstractmethod
    def probe_set(self) -> ProbeSet:
        """The probes of the skill. Raises ProbeError where it has none of its ladder."""

    @abstractmethod
    def value_position(self, words: tuple[str, ...], again: int = 0) -> Probe:
        """The position that the words of a game lead to, with the value of each legal move as probes have it.

        Each number `again` gives other values of the same, so that what was chosen by one can be judged by another.
        Raises ProbeError where the skill has no probes, or for moves that are none of a game; EngineFault.
        """

    @property
    @abstractmethod
    def teacher_name(self) -> str:
        """The teacher as cells name it."""

    @property
    @abstractmethod
    def opening_plies(self) -> int:
        """How many of the first moves of each example game were made at random."""

    @property
    @abstractmethod
    def filler_name(self) -> str:
        """The game whose lines fill padded layouts."""

    @property
    @abstractmethod
    def counts(self) -> bool:
        """Whether questions show what is counted and the board does not show."""

    @property
    @abstractmethod
    def longest_question(self) -> int:
        """The most bytes of a question beside its fixed words: moves so far, board, legal moves."""

    @abstractmethod
    def take(self, n: int, number: int) -> list[Example]:
        """The first n examples of a set, as they were drawn."""

    @abstractmethod
    def write_line(self, example: Example) -> str:
        """An example as the player reads it."""

    @abstractmethod
    def take_filler(self, count: int, number: int) -> list[str]:
        """The first lines of the game that fills padded layouts."""

    @abstractmethod
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

    def _check_layouts(self) -> None:
        require(bool(self.layouts), "layouts", f"choose from {', '.join(LAYOUTS)}")
        for layout in self.layouts:
            require(layout in LAYOUTS, "layouts", f"{layout!r} is none: choose from {', '.join(LAYOUTS)}")
        require(len(set(self.layouts)) == len(self.layouts), "layouts", "one is listed twice")
        if set(self.layouts) == {"plain"}:
            return
        require(1 <= self.slots <= MAX_EXAMPLES, "slots", f"padded layouts need 1 to {MAX_EXAMPLES}")
        if set(self.layouts) - {"plain", "filler"}:
            require(1 <= self.m <= self.slots, "m", f"padded layouts need 1 to {self.slots} informative examples")
        if not set(self.layouts) & set(PADDED):
            return
        self._check_filler()

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

    def examples_of(self, n: int, number: int) -> list[str]:
        """The first n examples of a set, as the player reads them."""
        return [self.write_line(example) for example in self.take(n, number)]

    def arrange(self, view: View, number: int) -> list[Example]:
        """The informative examples of a view in the order in which they are shown, each once."""
        drawn = self.take(view.m, number)
        if self.order == 0:
            return drawn
        stream = ("order", self.source_hash, self.seed, number, view.m, self.order)
        return [drawn[i] for i in new_generator(*stream).permutation(len(drawn))]

    def filler_of(self, view: View, number: int) -> tuple[list[str], list[str]]:
        """The lines of another game before and after a padded view's informative examples; none of other views."""
        if view.layout not in PADDED:
            return [], []
        return split_filler(
            view, self.examples_of(view.slots, number), lambda count: self.take_filler(count, number), self.kind
        )

    def list_lines(
        self, view: View, number: int, shown: Sequence[Example] | None = None
    ) -> tuple[list[str], list[str], list[str]]:
        """The lines of filler before a view's examples, of the examples (or those `shown`), and of filler after."""
        before, after = self.filler_of(view, number)
        arranged = self.arrange(view, number) if shown is None else shown
        lines = [self.write_line(example) for example in arranged]
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
            skill=self.name,
            rules_hash=self.rules_hash,
            regime=conditions.pop("regime", "examples" if view.slots else "rules"),
            layout=view.layout,
            n=view.m,
            n_requested=(requested or view).m,
            m=view.m,
            slots=view.slots,
            rules=self.rules,
            evidence=self.evidence,
            teacher=self.teacher_name,
            legal_moves=self.legal_moves,
            wording=self.wording,
            retries=self.retries,
            reply_tokens=self.reply_tokens,
            opponents=",".join(self.opponents) or "adaptive",
            seed=self.seed,
            ladder_version=self.ladder.version,
            kind=self.kind,
            skin=self.skin,
            counts=self.counts,
            filler=self.filler_name if view.layout in PADDED else "",
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


def list_views(examples: Sequence[int], layouts: Sequence[str], m: int, slots: int) -> tuple[View, ...]:
    """Each n of `examples` where `plain` is among the layouts, then each other layout of `m` in `slots`."""
    plain = [View.plain(n) for n in examples] if "plain" in layouts else []
    padded = [View(layout, 0 if layout == "filler" else m, slots) for layout in LAYOUTS[1:] if layout in layouts]
    return (*plain, *padded)
