"""The Inspect task on notes on chess and its variants, which outlive the instance that wrote them.

Run it as `inspect eval quickstudy/chess_memory -T variant=NAME -T generations=8 -T games=16 --model ...`.
"""

from __future__ import annotations

from inspect_ai import Task, task

from quickstudy.scorers.stage_metrics import stage_score
from quickstudy.tasks.checked_task import checked
from quickstudy.tasks.chess_study import ChessStudy
from quickstudy.tasks.inspect_chain import build_chains
from quickstudy.tasks.opponents.engine_choice import choose_engine
from quickstudy.tasks.parameters import read_course


@task
@checked
def chess_memory(
    variant: str = "orthodox",
    regime: str = "notes",
    generations: int = 8,
    games: int = 16,
    budget: int = 1024,
    chains: int = 8,
    play_games: int = 32,
    kinds: str | list[str] = "mistake,reason,advice",
    control: str = "none",
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
    teacher: str = "strong",
    examples_from: str = "",
    least_rating: int = 0,
    reply_tokens: int = 8192,
    rings: str | list[str] = "openings",
    ring_generations: str | int | list[str] | list[int] = "last",
) -> Task:
    """How strong does a fresh instance become at chess, or at a variant, by the notes of those before it?

    The model roles `player`, `author` and `reviewer` play, write and review; without them the model does all.

    Args:
        variant: `orthodox`, a published or an invented variant (`quickstudy list-chess`), or the path of a spec file.
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
        verifier_calls: Questions to the rules in each generation of `practice`, the tasks included.
        own_tasks: How many of them judge tasks that the learner makes.
        artefact: What crosses from `practice`: `notes`, or its finished games as `examples`.
        keep: Most games that cross as examples.
        reviews: Most moves that a reviewer names as the worst of each of the player's own games; 0 for no reviews.
        examples: Examples in view beside the notes while playing, as many as the window holds.
        window: A context window of the player in tokens to impose (else its own, where Inspect knows it).
        rules: `full`, `none` to withhold them, or `wrong`: those of an invented variant that differs in one atom.
        legal_moves: Whether each question lists the legal moves.
        wording: Which of the three paraphrases of the prompt's fixed words.
        seed: Seed of examples, openings and engines.
        retries: How often a faulty answer may be mended.
        teacher: Whose games are the examples: `strong`, `weak` or a level.
        examples_from: A PGN file, or a set that comes with quickstudy, whose games are the examples instead.
        least_rating: Rating that both players of a game in that file must have.
        reply_tokens: Tokens reserved for each reply, reasoning included.
        rings: Where the notes are read besides unseen `openings`: `seen`, and of invented variants `skin`, `rewritten`
            and `sibling`.
        ring_generations: In which generations they are read there: numbers, `last` among them.
    """
    parameters = dict(locals())
    shown = ("rules", "legal_moves", "wording", "seed", "retries", "teacher", "examples_from", "least_rating")
    study = {name: parameters.pop(name) for name in (*shown, "reply_tokens")}
    own = {name: parameters.pop(name) for name in ("verifier_calls", "own_tasks", "artefact", "keep")}
    course = read_course(ChessStudy, parameters.pop("variant"), study=study, own=own, **parameters)
    return build_chains(course, stage_score(), window, engine=choose_engine().describe())
