"""What a learner decides by itself while it studies: what it asks of the rules, and which examples it keeps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from quickstudy.tasks.checks import require

PRACTICE, STUDY = REGIMES = ("practice", "study")
EXAMPLES = "examples"
RANDOM = "random"
"""The control that keeps examples drawn at random."""
CONTROLS = {
    PRACTICE: ("", "empty", "think", "placebo", "permuted", "no_carry"),
    STUDY: ("", "empty", RANDOM, "no_carry"),
}
MOST_CALLS, MOST_KEPT = 4096, 4096


@dataclass(frozen=True)
class SelfStudy:
    """Conditions of the regimes `practice` and `study`.

    In each generation a practising learner has `verifier_calls` answers of the rules, of which `own_tasks` judge tasks
    that it makes. What crosses is notes, or its finished games where `artefact` is `examples`. `keep` is the most games
    that cross as examples, in both regimes. Raises ValueError, one sentence, for conditions that cannot be run.
    """

    verifier_calls: int = 64
    own_tasks: int = 0
    artefact: str = "notes"
    keep: int = 16

    def __post_init__(self) -> None:
        require(1 <= self.verifier_calls <= MOST_CALLS, "verifier_calls", f"choose 1 to {MOST_CALLS}")
        require(0 <= self.own_tasks < self.verifier_calls, "own_tasks", "choose fewer than verifier_calls")
        require(self.artefact in ("notes", EXAMPLES), "artefact", "choose notes or examples")
        require(1 <= self.keep <= MOST_KEPT, "keep", f"choose 1 to {MOST_KEPT}")

    def carries_examples(self, regime: str) -> bool:
        """Whether games, not notes, are handed to a fresh instance."""
        return regime == STUDY or (regime == PRACTICE and self.artefact == EXAMPLES)

    def conditions(self, regime: str) -> dict[str, Any]:
        """What the cell of a play stage has of them; nothing of other regimes."""
        carries = self.carries_examples(regime)
        kept = {"artefact": EXAMPLES, "keep": self.keep} if carries else {}
        calls = {"verifier_calls": self.verifier_calls, "own_tasks": self.own_tasks} if regime == PRACTICE else {}
        return {**calls, **kept}

    @classmethod
    def of_cell(cls, cell: Mapping[str, Any]) -> Self:
        """The conditions that the cell of a play stage tells; what does not matter in its regime is as usual."""
        calls, keep = int(cell.get("verifier_calls", 0)), int(cell.get("keep", 0))
        carries = cell["regime"] == PRACTICE and keep > 0
        return cls(
            calls or cls.verifier_calls,
            int(cell.get("own_tasks", 0)),
            EXAMPLES if carries else cls.artefact,
            keep or cls.keep,
        )

    def check(self, regime: str, control: str, examples: int) -> None:
        """Refuse what cannot be run together. Raises ValueError, one sentence; `examples` are those in view beside."""
        known = CONTROLS.get(regime)
        if known is None:
            require(control != RANDOM, "control", f"{RANDOM} is a control of the regime {STUDY}")
            require(self.artefact == "notes", "artefact", f"only {PRACTICE} can hand on examples")
            return
        if self.carries_examples(regime):
            known = tuple(name for name in known if name not in ("think", "placebo", "permuted"))
            require(examples == 0, "examples", "those that are kept are the examples in view: give 0")
        named = ", ".join(filter(None, known))
        require(control in known, "control", f"the regime {regime} has {named}" + (" here" if control else ""))
