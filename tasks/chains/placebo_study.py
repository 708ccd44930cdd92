"""The study of the placebo: another game's, with the conditions of the one that is played as far as they reach."""

from __future__ import annotations

from dataclasses import replace

from quickstudy.tasks.conditions import Conditions
from quickstudy.tasks.regimes.placebo_game import find_foreign, find_placebo
from quickstudy.tasks.study import Study


def open_placebo(study: Conditions, practice: str) -> Study:
    """The study of the game whose notes stand in for those of `study`; of opponents for `practice`, where it has such.

    Variants of chess share squares, pawns and kings, and notes of one would help in another; so that the placebo of any
    is a board game. Raises ValueError, one sentence, where the conditions are none of a board game.
    """
    if isinstance(study, Study):
        return replace(study, game_name=find_placebo(study.game.rules, practice).name)
    if study.teacher not in ("strong", "weak"):
        raise ValueError("task parameter teacher: the placebo is a board game, of strong or weak teachers only")
    return Study(
        find_foreign(study.own_text, Study.families[0]).name,
        examples=study.examples,
        sets=study.sets,
        rules=study.rules,
        legal_moves=study.legal_moves,
        wording=study.wording,
        retries=study.retries,
        reply_tokens=study.reply_tokens,
        seed=study.seed,
        teacher=study.teacher,
        thinking=study.thinking,
    )
