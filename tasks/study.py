"""A study of one game: its conditions, its prompts and its match plans, checked before anything is played."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

from quickstudy.tasks.cell import Cell
from quickstudy.tasks.examples.corpus import MAX_EXAMPLES, MAX_SETS, TEACHER, take_examples
from quickstudy.tasks.examples.openings import opening_plies
from quickstudy.tasks.game_challenge import GameSkill
from quickstudy.tasks.games.game import Game, load_game
from quickstudy.tasks.match import MatchPlan
from quickstudy.tasks.opponents.ladder import Ladder, load_ladder
from quickstudy.tasks.opponents.levels import find_level
from quickstudy.tasks.prompts import WORDINGS, write_system


@dataclass(frozen=True)
class Study:
    """The conditions shared by all matches of one task: one game, several n, several example sets.

    `evidence` is `own` or the name of another game whose examples are shown instead; `opponents` is `adaptive` or
    level names. Raises ValueError, one sentence, for conditions that cannot be run.
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

    def __post_init__(self) -> None:
        _require(bool(self.examples), "examples", "give at least one n, for instance examples=0,1,4,16")
        for n in self.examples:
            _require(
                0 <= n <= MAX_EXAMPLES,
                "examples",
                f"n = {n} is beyond the corpus: choose 0 to {MAX_EXAMPLES}",
            )
        _require(len(set(self.examples)) == len(self.examples), "examples", "an n is listed twice")
        most = MAX_SETS if max(self.examples) else self.sets  # without examples a set is a number only
        _require(1 <= self.sets <= most, "sets", f"choose 1 to {MAX_SETS} (8 or more for honest intervals)")
        _require(
            self.games_per_match >= 2 and self.games_per_match % 2 == 0,
            "games_per_match",
            "a match has an even number of games, at least 2 (each opening is played with both colours)",
        )
        _require(self.rules in ("full", "none"), "rules", "choose full or none")
        _require(0 <= self.wording < len(WORDINGS), "wording", f"choose 0 to {len(WORDINGS) - 1}")
        _require(0 <= self.retries <= 10, "retries", "choose 0 to 10")
        _require(self.reply_tokens >= 1, "reply_tokens", "give at least 1 token")
        find_level(self.teacher)
        for level in self.opponents:
            self.ladder.rating_of(level)
        if self.evidence != "own":
            load_game(self.evidence)

    @cached_property
    def game(self) -> Game:
        """The game that is played."""
        return load_game(self.game_name)

    @cached_property
    def skill(self) -> GameSkill:
        """The game as the match loop plays it."""
        return GameSkill(self.game, self.legal_moves, self.wording)

    @cached_property
    def ladder(self) -> Ladder:
        """The ladder of the game."""
        return load_ladder(self.game_name)

    @cached_property
    def source(self) -> Game:
        """The game that the examples are of."""
        return self.game if self.evidence == "own" else load_game(self.evidence)

    def examples_of(self, n: int, number: int) -> list[str]:
        """The first n examples of a set (of the other game where `evidence` names one)."""
        most = max(n, *self.examples)
        return _all_examples(self.source, most, self.sets, self.seed, self.teacher)[number][:n]

    def write_system(self, n: int, number: int) -> str:
        """The constant part of the prompt for n examples of a set."""
        rules = self.game.text if self.rules == "full" else None
        examples, opening = self.examples_of(n, number), opening_plies(self.source)
        return write_system(rules, examples, opening, self.skill.sample_answer, self.wording)

    def plan(self, model: str, arguments: str, n: int, n_requested: int, number: int, match: int = 0) -> MatchPlan:
        """The plan of one match: one example set in one cell."""
        cell = Cell(
            model=model,
            arguments=arguments,
            skill=self.game.name,
            rules_hash=self.game.rules.hash,
            regime="examples" if n else "rules",
            layout="plain",
            n=n,
            n_requested=n_requested,
            m=n,
            slots=n,
            rules=self.rules,
            evidence=self.evidence,
            teacher=self.teacher,
            legal_moves=self.legal_moves,
            wording=self.wording,
            retries=self.retries,
            reply_tokens=self.reply_tokens,
            opponents=",".join(self.opponents) or "adaptive",
            seed=self.seed,
            ladder_version=self.ladder.version,
        )
        return MatchPlan(
            skill=self.skill,
            ladder=self.ladder,
            cell=cell.to_dict(),
            set=number,
            match=match,
            games=self.games_per_match,
            system=self.write_system(n, number),
            seed=self.seed,
            retries=self.retries,
            wording=self.wording,
            opponents=self.opponents or None,
        )


@lru_cache(maxsize=16)
def _all_examples(game: Game, n: int, sets: int, seed: int, teacher: str) -> list[list[str]]:
    return take_examples(game, n, sets, seed, teacher)


def _require(condition: bool, parameter: str, message: str) -> None:
    if not condition:
        raise ValueError(f"task parameter {parameter}: {message}")
