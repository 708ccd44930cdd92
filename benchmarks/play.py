"""A person plays a level in the terminal, with the same prompts as a model."""

from __future__ import annotations

import json
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import click

from quickstudy.scorers.recall import View
from quickstudy.tasks.answers import clean_text
from quickstudy.tasks.direct import write_records
from quickstudy.tasks.match import Question, Reply, play_match
from quickstudy.tasks.study import Study

PERSON = "person"


class GivenUp(Exception):
    """The person resigned or the input ended: there is no result to record."""


def play_person(game: str, level: str, colour: str, seed: int, folder: Path) -> Path:
    """Play one game and append its record to `folder`/GAME.jsonl; returns that path.

    The person types moves. Raises GivenUp at `resign` or the end of the input, OSError where the folder cannot be
    written, both before anything is recorded.
    """
    study = Study(game_name=game, examples=(0,), sets=1, games_per_match=2, seed=seed, opponents=(level,), retries=9)
    path = folder / f"{study.game.name}.jsonl"
    write_records([], path)  # better to fail now than after the game
    # each game is a match of its own, else a second one would count as a copy of the first
    played_before = len(path.read_text(encoding="utf-8").splitlines())
    plan = study.plan(PERSON, "{}", View.plain(0), 0, played_before)
    click.echo(plan.system + "\n\nType a move such as " + study.skill.sample_answer + ", or resign.")

    async def ask(question: Question) -> Reply:
        click.echo("\n" + question.messages[-1][1])
        try:
            text = clean_text(input("Your move> ")).strip()
        except EOFError:
            click.echo()
            raise GivenUp from None
        if text == "resign":
            raise GivenUp
        return Reply(json.dumps({"move": text}))

    record = _complete(play_match(plan, ask, only=0 if colour == "x" else 1))
    played = record["games"][0]
    click.echo(f"\n{played['moves']}\nThe game is over: {played['outcome'].replace('_', ' ')} for you.")
    write_records([record], path)
    return path


def _complete(game: Coroutine[Any, Any, dict[str, Any]]) -> dict[str, Any]:
    """Run a coroutine that never waits. An event loop would swallow the first ^C at the prompt."""
    try:
        game.send(None)
    except StopIteration as done:
        record: dict[str, Any] = done.value
        return record
    raise RuntimeError("a person's game waits for nothing but the person")
