"""From the English rules of a game back to its spec, as a player has to understand them.

Written against the text alone: the table of `sentences.py` gives each sentence its meaning, and a sentence that is
not in it is an error.
"""

from __future__ import annotations

from quickstudy.tasks.games.rules import Rules
from quickstudy.tasks.learners.draft import Draft, ReadError
from quickstudy.tasks.learners.sentences import SENTENCES


def read_rules(text: str) -> Rules:
    """Recover the spec from its English text.

    Blank lines and spaces at the end of lines do not matter. Where the text leaves the order of kinds open,
    the placed kind comes first, then X's in the order of the set-up, then O's.
    Raises ReadError for a sentence that is not understood, that is missing, or that contradicts another.
    """
    draft = Draft()
    for line in map(str.rstrip, text.split("\n")):
        if line:
            _read(draft, line)
    return draft.build()


def _read(draft: Draft, sentence: str) -> None:
    """Take in one sentence."""
    draft.sentence = sentence
    for pattern, handler, values, claim in SENTENCES:
        found = pattern.fullmatch(sentence)
        if found:
            groups = found.groupdict()
            handler(draft, groups, **values)
            if claim is not None:
                draft.claims.append((sentence, claim, groups))
            return
    raise ReadError(f"this sentence is not understood: {sentence!r}")
