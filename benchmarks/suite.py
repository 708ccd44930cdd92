"""Suites: which games, models and conditions a run covers, read from versioned YAML files and checked."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from quickstudy.benchmarks.strict_yaml import read_yaml
from quickstudy.benchmarks.suite_tasks import GAMES as GAMES
from quickstudy.benchmarks.suite_tasks import MEMORY_TASK as MEMORY_TASK
from quickstudy.benchmarks.suite_tasks import PROBES as PROBES
from quickstudy.benchmarks.suite_tasks import READING_TASK as READING_TASK
from quickstudy.benchmarks.suite_tasks import ROLES as ROLES
from quickstudy.benchmarks.suite_tasks import TASK as TASK
from quickstudy.benchmarks.suite_tasks import TASKS as TASKS
from quickstudy.benchmarks.suite_tasks import SuiteError as SuiteError
from quickstudy.benchmarks.suite_tasks import find_task as find_task
from quickstudy.benchmarks.suite_tasks import fit_rings, fit_task, read_work
from quickstudy.benchmarks.suite_tasks import list_parameters as list_parameters
from quickstudy.scorers.recall import View
from quickstudy.tasks.strict_json import name_missing
from quickstudy.tasks.tracks import find_track, name_parameter, split_task

if TYPE_CHECKING:
    from quickstudy.benchmarks.plan import Plan
    from quickstudy.tasks.chains.artefacts import Artefact

FOLDER = Path(__file__).parent / "suites"
_CHAINS = (MEMORY_TASK, READING_TASK)
_NAMES = {PROBES: "probes", "replay": "replay", "report": "report", READING_TASK: "reading"}
_KEYS = {"version", "title", "games", "models", "conditions"}
_PLAN = "plan"
_VERSION = re.compile(r"[1-9]\d*-[A-Z]+")
# parameters of chains that are younger than the first logs, whose names they leave alone where they say nothing new
_YOUNG = ("window", "verifier_calls", "own_tasks", "artefact", "keep", "reviews")


@dataclass(frozen=True)
class Suite:
    """Games x models x conditions; a condition is a set of parameters of its task, `board_game` if it names none.

    A condition whose `thinking` is a list stands for one with each of its levels.
    With a `plan` the conditions are not played as they stand: they say what can be bought (see `purchases`).
    """

    name: str
    version: str
    title: str
    games: tuple[str, ...]
    models: tuple[str, ...]
    conditions: tuple[dict[str, Any], ...]
    plan: Plan | None = None

    def narrow(
        self,
        games: Sequence[str] = (),
        models: Sequence[str] = (),
        examples: Sequence[int] = (),
        sets: int | None = None,
        budget: str = "",
        author: str = "",
    ) -> Suite:
        """The suite with other games, models, n, number of sets, budget or author of notes where they are given.

        Raises SuiteError where the suite has nothing that one of them could change; ValueError for what is no budget.
        """
        works = {read_work(condition) for condition in self.conditions}
        for option, given, without in (("--n", examples, {*_CHAINS}), ("--sets", sets, {READING_TASK})):
            if given and works <= without:
                raise SuiteError(f"{option}: no condition of the suite {self.name} has numbers that it could change")
        if author and MEMORY_TASK not in works:
            raise SuiteError(f"the suite {self.name} has no chains that an author could write notes in: try notes")
        plan = self.plan
        if budget:
            from quickstudy.benchmarks.plan import read_budget

            if plan is None:
                raise SuiteError(f"the suite {self.name} has no plan that a budget could limit: try ceiling-lite")
            read_budget(budget)
            plan = replace(plan, budget=budget)
        changes: dict[str, Any] = {"examples": list(examples)} if examples else {}
        changes |= {"sets": sets} if sets is not None else {}
        chains: dict[str, Any] = {"chains": sets} if sets is not None else {}
        chains |= {"author": author} if author else {}
        changed = {MEMORY_TASK: chains, READING_TASK: {}}
        return replace(
            self,
            games=tuple(games) or self.games,
            models=tuple(models) or self.models,
            conditions=tuple(
                {**condition, **changed.get(read_work(condition), changes)} for condition in self.conditions
            ),
            plan=plan,
        )


@dataclass(frozen=True)
class Job:
    """One task of a suite: a model on a game under one condition.

    `samples` are the names of the matches to play where not all are, `name` that of its log, `task` what is played,
    and `roles` the models that do what `model` does not, as Inspect's model roles.
    """

    model: str
    arguments: dict[str, Any]
    samples: tuple[str, ...] = ()
    name: str = ""
    task: str = TASK
    roles: dict[str, str] = field(default_factory=dict)

    @property
    def work(self) -> str:
        """What is done, whatever the track: `game`, `probe`, `replay`, or the task of chains."""
        return split_task(self.task)[1]

    @property
    def label(self) -> str:
        """What a person reads about the job."""
        usual = list_parameters(self.task)
        named = (
            *("rules", "evidence", "kind", "teacher", "skin", "layouts", "order", "thinking"),
            *(("regime", "control", "budget", "kinds", "practice", "examples") if self.work == MEMORY_TASK else ()),
            *(("rings", "verifier_calls", "artefact", "reviews") if self.work == MEMORY_TASK else ()),
        )
        given = {key: self.arguments[key] for key in named if key in self.arguments}
        extra = [f"{key}={value}" for key, value in given.items() if value != usual[key] or key == "regime"]
        extra += [f"{role}={model}" for role, model in self.roles.items()]
        if self.task == READING_TASK:
            extra.append(f"notes_from={Path(str(self.arguments['notes_from']).removeprefix(f'{WRITTEN}:')).stem}")
        return " ".join(filter(None, [self.model, self.arguments["game"], *extra, _NAMES.get(self.work, "")]))

    @property
    def parameters(self) -> dict[str, Any]:
        """The arguments under the names of the task's parameters."""
        told = {name_parameter(self.task): self.arguments["game"]}
        return told | {name: value for name, value in self.arguments.items() if name != "game"}

    @property
    def stem(self) -> str:
        """A file name that follows from task and versions (rules, ladder, probes), and all but views and sets."""
        from quickstudy.tasks.cell import TASK_VERSION, YOUNGER
        from quickstudy.tasks.chains.rings import SIBLING
        from quickstudy.tasks.games.game import SIBLING as SUFFIX

        game = str(self.arguments["game"])
        track = find_track(game)
        versions = [TASK_VERSION, track.identify(game).rules_hash, track.read_ladder(game).version]
        versions += [] if self.task == TASK else [self.task]
        versions += [track.load_probes(game).version] if self.work == PROBES else []
        condition = {**list_parameters(self.task), **self.arguments}
        if SIBLING in condition.get("rings", ""):
            versions.append(track.read_ladder(game + SUFFIX).version)
        if not self.is_chain:
            for shown in ("examples", "layouts", "m", "slots", "sets"):
                del condition[shown]
            condition.pop("phase_0", None)  # follows from the logs
            if self.is_plain:  # there nothing is filled
                del condition["filler"]
        young = {**YOUNGER, "filler": "other", "thinking": None, "rings": "openings", "ring_generations": "last"}
        young |= {key: value for key, value in list_parameters(self.task).items() if key in _YOUNG and self.is_chain}
        condition = {key: value for key, value in condition.items() if key not in young or value != young[key]}
        if self.task == READING_TASK:  # what is read counts, not where it lies
            condition["notes_from"] = self.artefact.digest
        told = [self.model, condition, versions, *([self.roles] if self.roles else [])]
        content = json.dumps(told, sort_keys=True)
        digest = hashlib.sha256(content.encode()).hexdigest()[:8]
        named = "-".join(filter(None, [Path(game).stem, _NAMES.get(self.work, ""), self.model]))
        return re.sub(r"[^a-z0-9]+", "-", named.lower()) + f"-{digest}"

    @property
    def matches(self) -> int:
        """Number of matches (samples); sittings of probes, replays and the stages of chains count as such."""
        if self.task == READING_TASK:
            return len(self.artefact.notes)
        if self.is_chain:
            from quickstudy.tasks.chains.rings import count_rings
            from quickstudy.tasks.parameters import read_words

            given = {**list_parameters(self.task), **self.arguments}
            stages = 0 if given["control"] in ("empty", "matched") else int(given["generations"])
            beside = count_rings(read_words(given["rings"]), read_words(given["ring_generations"]), stages)
            return int(given["chains"]) * (2 * stages + 1 + beside)
        return len(self.samples) or len(self.views) * int(self.arguments["sets"])

    @property
    def is_chain(self) -> bool:
        """Whether its samples are stages of chains, which have no views."""
        return self.work in _CHAINS

    @property
    def artefact(self) -> Artefact:
        """The notes that a task of reading reads. Raises ValueError where they cannot be read."""
        from quickstudy.tasks.inspect_reading import read_artefact

        given = {**list_parameters(READING_TASK), **self.arguments}
        return read_artefact(
            Path(given["notes_from"]), str(given["game"]), int(given["play_games"]), int(given["generation"])
        )

    @property
    def is_plain(self) -> bool:
        """Whether all its cells are plain."""
        return bool(self.arguments.get("layouts", "plain") == "plain")

    @property
    def plain(self) -> Job:
        """The job on the plain cells of the same conditions."""
        padded = ("layouts", "m", "slots", "filler")
        return replace(self, arguments={name: value for name, value in self.arguments.items() if name not in padded})

    @property
    def views(self) -> tuple[View, ...]:
        """What the player is shown, cell by cell."""
        from quickstudy.tasks.parameters import read_views

        if self.is_chain:
            return ()
        names = ("examples", "layouts", "m", "slots")
        return read_views(**{name: self.arguments[name] for name in names if name in self.arguments})

    def places(self) -> dict[tuple[View, int], str]:
        """The name of each match by what is asked to be in view and the example set."""
        from quickstudy.tasks.study_task import name_sample

        asked, sets = str(self.arguments["game"]), int(self.arguments.get("sets", 0))
        game = find_track(asked).identify(asked).name
        named = {(view, number): name_sample(game, view, number) for view in self.views for number in range(sets)}
        return {place: name for place, name in named.items() if not self.samples or name in self.samples}


def list_suites() -> list[str]:
    """Names of the suites that come with the package."""
    return sorted(path.stem for path in FOLDER.glob("*.yaml"))


def load_suite(name: str) -> Suite:
    """Read a suite by its name or by the path of a YAML file. Raises SuiteError saying what is wrong."""
    path = FOLDER / f"{name}.yaml" if name in list_suites() else Path(name)
    if path.suffix in (".yaml", ".yml") and not path.is_file():
        raise SuiteError(name_missing(path))
    if path.suffix not in (".yaml", ".yml"):
        raise SuiteError(f"unknown suite {name!r}: choose one of {', '.join(list_suites())}, or give a YAML file")
    try:
        data = read_yaml(path)
    except (OSError, ValueError) as error:
        raise SuiteError(f"cannot read the suite {path}: {error}") from error
    return check_suite(path.stem, data, str(path))


def check_suite(name: str, data: Any, where: str) -> Suite:
    """Turn a suite file's content into a Suite. Raises SuiteError naming the key that is wrong."""
    if not isinstance(data, dict) or set(data) - {_PLAN} != _KEYS:
        found = sorted(map(str, data)) if isinstance(data, dict) else type(data).__name__
        named = ", ".join(sorted(_KEYS))
        raise SuiteError(f"{where}: a suite has exactly the keys {named}, and can have {_PLAN}; found {found}")
    if not isinstance(data["version"], str) or not _VERSION.fullmatch(data["version"]):
        raise SuiteError(f"{where}: version is a number and letters, as in 1-A, and not {data['version']!r}")
    if not isinstance(data["title"], str) or not data["title"].strip():
        raise SuiteError(f"{where}: title must be text, as in 'My games', and is {data['title']!r}")
    for key in ("games", "models", "conditions"):
        if not isinstance(data[key], list) or not data[key]:
            raise SuiteError(f"{where}: {key} must be a list with at least one entry")
    for condition in data["conditions"]:
        if not isinstance(condition, dict):
            raise SuiteError(f"{where}: each condition maps task parameters to values, not {condition!r}")
        task = condition.get("task", TASK)
        if task not in TASKS:
            raise SuiteError(f"{where}: unknown task {task!r}; known: {', '.join(TASKS)}")
        known = {*list_parameters(task), *(ROLES if read_work(condition) == MEMORY_TASK else ())}
        unknown = sorted(set(condition) - known - {"task"})
        if unknown:
            raise SuiteError(f"{where}: unknown task parameter {unknown[0]!r}; known: {', '.join(sorted(known))}")
        if task == READING_TASK and "notes_from" not in condition:
            raise SuiteError(f"{where}: reading needs notes_from: a log, or {WRITTEN} for the notes of this suite")
        if read_work(condition) not in _CHAINS and not isinstance(condition.get("examples", []), list):
            raise SuiteError(f"{where}: examples must be a list of whole numbers, as in [0, 1, 4, 16]")
    return Suite(
        name,
        data["version"],
        data["title"],
        tuple(map(str, data["games"])),
        tuple(map(str, data["models"])),
        tuple(data["conditions"]),
        _read_plan(data, where),
    )


def _read_plan(data: dict[str, Any], where: str) -> Plan | None:
    from quickstudy.benchmarks.plan import read_plan

    if _PLAN not in data:
        return None
    try:
        return read_plan(data[_PLAN])
    except ValueError as error:
        raise SuiteError(f"{where}: {error}") from error


def list_jobs(suite: Suite) -> list[Job]:
    """The tasks of a suite, each once, with all the parameters that differ from the task's own defaults.

    `evidence: other` stands for the next game of the suite that has other rules.
    """
    names = list(suite.games)
    jobs: list[Job] = []
    games = {name: find_track(name).identify(name).rules_hash for name in names}
    for condition in suite.conditions:
        for i, game in enumerate(names):
            if find_track(game).find_unfit(game, condition):  # `list_unfit` tells
                continue
            task = fit_task(condition.get("task", TASK), game, condition)
            if read_work(condition) in _CHAINS:
                jobs += _list_chains(task, {**fit_rings(game, condition)[0], "game": game}, suite.models, jobs)
                continue
            usual = [int(n) for n in list_parameters(task)["examples"].split(",")]
            arguments = {"examples": usual, "sets": 8, **condition, "game": game}
            arguments.pop("task", None)
            if arguments.get("evidence") == "other":
                track = find_track(game)
                others = [name for name in names[i:] + names[:i] if games[name] != games[game]]
                others = [name for name in others if find_track(name) is track]
                if not others:
                    raise SuiteError("evidence: other needs at least two games in the suite, of one track")
                arguments["evidence"] = others[0]
            for part in (part for level in _cross_thinking(arguments) for part in _split_layouts(level)):
                new = [Job(model, part, task=task) for model in dict.fromkeys(suite.models)]
                jobs += [job for job in new if job not in jobs]
    if not jobs:
        raise SuiteError(f"nothing is left to play of the suite {suite.name}: {list_unfit(suite)[0]}")
    return jobs


def list_unfit(suite: Suite) -> list[str]:
    """What is left out of a suite, because a game of its track cannot have a condition, or a ring, that others have."""
    told = list[str]()
    for condition in suite.conditions:
        for game in suite.games:
            unfit = find_track(game).find_unfit(game, condition)
            if unfit:
                told.append(f"{game} is left out where {unfit}")
            elif lacking := fit_rings(game, condition)[1]:
                told.append(f"notes on {game} are not read in the rings {', '.join(lacking)}, which it has not")
    return list(dict.fromkeys(told))


WRITTEN = "suite"
"""For `notes_from` in a suite: the notes of all its chains."""


def _list_chains(task: str, condition: dict[str, Any], models: Sequence[str], jobs: Sequence[Job]) -> list[Job]:
    """The tasks of a condition of chains; whoever reads the suite's own notes reads those of `jobs` by others."""
    arguments = {key: value for key, value in condition.items() if key not in ("task", *ROLES)}
    new: list[Job] = []
    for model in dict.fromkeys(models):
        player, author = (str(condition.get(role, model)) for role in ROLES)
        roles = {"author": author} if author != player else {}
        new.append(Job(player, arguments, task=task, roles=roles))
    if arguments.get("notes_from") == WRITTEN:
        from quickstudy.tasks.chains.course import WITHOUT_AUTHOR

        written = [job for job in jobs if job.work == MEMORY_TASK and job.arguments["game"] == arguments["game"]]
        written = [job for job in written if job.arguments.get("control") not in WITHOUT_AUTHOR]
        if not written:
            raise SuiteError(f"notes_from: {WRITTEN} needs chains that write notes in a condition before it")
        new = [
            replace(reader, arguments={**arguments, "notes_from": f"{WRITTEN}:{job.stem}"})
            for job in written
            for reader in new
            if reader.model != job.roles.get("author", job.model)
        ]
    return [job for i, job in enumerate(new) if job not in new[:i]]


def _cross_thinking(arguments: dict[str, Any]) -> list[dict[str, Any]]:
    """The same conditions with each level of thinking that is listed."""
    given = arguments.get("thinking")
    if not isinstance(given, list):
        return [arguments]
    if not given:
        raise SuiteError("thinking must list at least one level, as in [0, 1024, 4096] or [low, high]")
    return [{**arguments, "thinking": level} for level in given]


def _split_layouts(arguments: dict[str, Any]) -> list[dict[str, Any]]:
    """The same conditions with plain and padded layouts apart, so that plain cells are in logs of one name."""
    given = arguments.get("layouts", "plain")
    layouts = [word.strip() for word in (given if isinstance(given, list) else str(given).split(","))]
    others = [layout for layout in layouts if layout != "plain"]
    if "plain" not in layouts or not others:
        return [arguments]
    return [{**arguments, "layouts": "plain", "m": 0, "slots": 0}, {**arguments, "layouts": ",".join(others)}]
