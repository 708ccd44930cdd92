"""A person plays a level in the terminal, with the same prompts as a model."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import click

from quickstudy.tasks.answers import clean_text
from quickstudy.tasks.direct import write_records
from quickstudy.tasks.match import Question, Reply, play_match
from quickstudy.tasks.study import Study

PERSON = "person"


def play_person(game: str, level: str, colour: str, seed: int, folder: Path) -> Path:
    """Play one game and append its record to `folder`/GAME.jsonl; returns that path.

    The person types moves; `resign` or the end of the input gives the game up without recording it.
    """
    study = Study(game_name=game, examples=(0,), sets=1, games_per_match=2, seed=seed, opponents=(level,), retries=9)
    plan = study.plan(PERSON, "{}", 0, 0, 0)
    click.echo(plan.system + "\n\nType a move such as " + json.dumps({"move": "c3"})[10:-2] + ", or resign.")

    async def ask(question: Question) -> Reply:
        click.echo("\n" + question.messages[-1][1])
        text = clean_text(click.prompt("Your move", prompt_suffix="> ", type=str)).strip()
        if text == "resign":
            raise click.Abort
        return Reply(json.dumps({"move": text}))

    record = asyncio.run(play_match(plan, ask, only=0 if colour == "x" else 1))
    played = record["games"][0]
    click.echo(f"\n{played['moves']}\nThe game is over: {played['outcome'].replace('_', ' ')} for you.")
    path = folder / f"{study.game.name}.jsonl"
    write_records([record], path)
    return path
