"""The Inspect task on notes that outlive the instance: what a study stage writes down, a fresh instance plays by.

Run it as `inspect eval quickstudy/memory -T game=NAME -T generations=8 -T games=16 -T budget=1024 --model ...`.
"""

from __future__ import annotations

from inspect_ai import Task, task

from quickstudy.scorers.stage_metrics import stage_score
from quickstudy.tasks.checked_task import checked
from quickstudy.tasks.examples.corpus import TEACHER
from quickstudy.tasks.inspect_chain import build_chains
from quickstudy.tasks.parameters import read_course
from quickstudy.tasks.study import Study


@task
@checked
def memory(
    game: str,
    regime: str = "notes",
    generations: int = 8,
    games: int = 16,
    budget: int = 1024,
    chains: int = 8,
    play_games: int = 32,
    kinds: str | list[str] = "mistake,reason,advice",
    control: str = "none",
    practice: str = "mcts",
    verifier_calls: int = 64,
    own_tasks: int = 0,
    artefact: str = "notes",
    keep: int = 16,
    reviews: int = 0,
    examples: int = 0,
    window: int | None = None,
    rules: str = "full",
    legal_moves: bool = False,
    wording: int = 0,
    seed: int = 0,
    retries: int = 2,
    teacher: str = TEACHER,
    skin: int = 0,
    reply_tokens: int = 8192,
    rings: str | list[str] = "openings",
    ring_generations: str | int | list[str] | list[int] = "last",
) -> Task:
    """How strong does a fresh instance become by the notes of those before it?

    The model roles `player`, `author` and `reviewer` play, write and review; without them the model does all.

    Args:
        game: A name of the catalogue (`quickstudy list`) or the path of a spec file.
        regime: `notes` of own games, `distil` for notes of examples written once, `state`, notes of more and more,
            `practice` with answers of the rules alone, or `study`, which chooses the examples to keep.
        generations: How often the notes are edited; `distil` writes once.
        games: Games of each generation: played by the player, or the next examples of the chain's set.
        budget: Most tokens (UTF-8 bytes / 4) of the notes.
        chains: Independent chains, the statistical clusters.
        play_games: Games that each generation of a chain plays with its notes, an even number.
        kinds: Kinds of notes that may be written, separated by commas: `mistake`, `reason`, `advice`.
        control: `none`, or what is switched off: `empty`, `think`, `placebo`, `permuted`, `no_carry`, `random`,
            `oracle` or `matched`.
        practice: Opponents of the player's own games: `mcts`, `alphabeta`, or `all` levels of the ladder.
        verifier_calls: Questions to the rules in each generation of `practice`, the tasks included.
        own_tasks: How many of them judge tasks that the learner makes.
        artefact: What crosses from `practice`: `notes`, or its finished games as `examples`.
        keep: Most games that cross as examples.
        reviews: Most moves that a reviewer names as the worst of each of the player's own games; 0 for no reviews.
        examples: Examples in view beside the notes while playing, as many as the window holds.
        window: A context window of the player in tokens to impose (else its own, where Inspect knows it).
        rules: `full`, `none` to withhold them, or `wrong`: those of a game that differs in one atom.
        legal_moves: Whether each question lists the legal moves.
        wording: Which of the three paraphrases of the prompt's fixed words.
        seed: Seed of examples, openings and engines.
        retries: How often a faulty answer may be mended.
        teacher: Whose games are the examples: `strong`, `weak`, `mixed`, a level, or two with a slash between them.
        skin: 0, or the number of a skin: other names and another notation.
        reply_tokens: Tokens reserved for each reply, reasoning included.
        rings: Where the notes are read besides unseen `openings`: `seen`, `family`, `skin`, `rewritten`, `sibling`.
        ring_generations: In which generations they are read there: numbers, `last` among them.
    """
    parameters = dict(locals())
    shown = ("rules", "legal_moves", "wording", "seed", "retries", "teacher", "skin", "reply_tokens")
    study = {name: parameters.pop(name) for name in shown}
    own = {name: parameters.pop(name) for name in ("verifier_calls", "own_tasks", "artefact", "keep")}
    course = read_course(Study, study=study, own=own, **parameters)
    return build_chains(course, stage_score(), window)
