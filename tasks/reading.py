"""The Inspect task on notes of others: players read what the chains of a finished course have written.

Run it as `inspect eval quickstudy/reading -T game=NAME -T notes_from=LOG.eval --model ...`.
"""

from __future__ import annotations

from pathlib import Path

from inspect_ai import Task, task

from quickstudy.scorers.stage_metrics import stage_score
from quickstudy.tasks.checked_task import check_kind, checked
from quickstudy.tasks.inspect_reading import build_reading, read_artefact


@task
@checked
def reading(game: str, notes_from: str, generation: int = 0, play_games: int = 32) -> Task:
    """How strong does a player become by the notes of another?

    Rules, openings, seeds and all other conditions are those of the course whose notes are read.

    Args:
        game: A name of the catalogue (`quickstudy list`), a variant of chess, or the path of a spec file.
        notes_from: The log of a finished task `memory` or `chess_memory`.
        generation: Of which generation; 0 for the last that every chain has.
        play_games: Games that are played with the notes of each chain, an even number.
    """
    check_reading(generation, play_games)
    return build_reading(read_artefact(Path(notes_from), game, play_games, generation), stage_score())


def check_reading(generation: int = 0, play_games: int = 32) -> None:
    """Refuse parameters that no log would allow. Raises ValueError, one sentence."""
    for name, value in (("generation", generation), ("play_games", play_games)):
        check_kind(name, value, (int,))
    if generation < 0:
        raise ValueError("task parameter generation: choose 1 or more, or 0 for the last")
    if play_games < 2 or play_games % 2:
        raise ValueError("task parameter play_games: give an even number, at least 2")
