"""The embedded learners by name."""

from __future__ import annotations

from functools import lru_cache

from quickstudy.tasks.learners.copycat import Copycat
from quickstudy.tasks.learners.imitator import Imitator
from quickstudy.tasks.learners.intuitive import Intuitive
from quickstudy.tasks.learners.learner import Greedy, Learner, Random
from quickstudy.tasks.learners.limits import Instrument, parse_limit
from quickstudy.tasks.learners.notebook import LineNotebook, Notebook, WindowNotebook
from quickstudy.tasks.learners.sampler import Sampler
from quickstudy.tasks.learners.scorer import Scorer
from quickstudy.tasks.learners.weigher import GuessingWeigher, SilentWeigher, Weigher

_KINDS = (
    *(Random, Greedy, Copycat, Imitator, Sampler, Scorer, Notebook, WindowNotebook, LineNotebook),
    *(Weigher, GuessingWeigher, SilentWeigher, Intuitive),
)
LEARNERS: dict[str, type[Learner]] = {kind.name: kind for kind in _KINDS}


@lru_cache(maxsize=64)
def find_learner(name: str) -> Learner | Instrument:
    """The learner of that name, or the instrument `LEARNER:LIMIT-LENGTH`. Raises ValueError listing the known ones."""
    kind, colon, limit = name.partition(":")
    if kind not in LEARNERS:
        raise ValueError(f"unknown learner quickstudy/{name}: choose one of {', '.join(sorted(LEARNERS))}")
    return Instrument(LEARNERS[kind](), parse_limit(limit)) if colon else LEARNERS[kind]()
