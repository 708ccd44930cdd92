"""The Inspect wrappers: total on any data, and shown and read back by a real evaluation, offline."""

import math
from pathlib import Path
from typing import Any, cast

import pytest
from inspect_ai import Task
from inspect_ai import eval as inspect_eval
from inspect_ai.analysis import evals_df, samples_df
from inspect_ai.dataset import Sample
from inspect_ai.log import read_eval_log
from inspect_ai.model import (
    ChatMessage,
    GenerateConfig,
    ModelAPI,
    ModelOutput,
    ModelUsage,
    get_model,
    modelapi,
)
from inspect_ai.scorer import Metric, SampleScore, Score
from inspect_ai.solver import Generate, Solver, TaskState, solver
from inspect_ai.tool import ToolChoice, ToolInfo

from quickstudy.scorers.metrics import (
    RECORD_KEY,
    forfeits,
    legality,
    match_score,
    points,
    readability,
    score_record,
    strength,
)
from quickstudy.scorers.rating import estimate_strength


def game(
    result: float | None, outcome: str, readings: tuple[str, ...] = ("move",), elo: float = 200.0
) -> dict[str, Any]:
    """Build the part of a game record that scoring reads."""
    return {
        "opponent": "eps50", "opponent_elo": elo, "result": result, "outcome": outcome,
        "forfeit": int(outcome.startswith("forfeit")), "moves": "c3 d4",
        "answers": [{"reading": reading, "text": "..."} for reading in readings],
    }  # fmt: skip


def record(*games: dict[str, Any], column: int = 0) -> dict[str, Any]:
    return {"set": column, "match": 0, "games": list(games)}


def sample(score: Score, **metadata: Any) -> SampleScore:
    return SampleScore(score=score, sample_metadata=metadata)


def measure(metric: Metric, scores: list[SampleScore]) -> Any:
    """Call a metric as Inspect does; its declared type is a union that also holds a retired form."""
    return cast(Any, metric)(scores)


WIN, LOSS, DRAW = game(1.0, "win"), game(0.0, "loss"), game(0.5, "draw")


def test_a_record_becomes_points_and_shares() -> None:
    score = score_record(
        record(WIN, DRAW, LOSS, game(0.0, "forfeit_illegal", ("illegal", "unreadable", "illegal")), column=3)
    )
    assert score.value == {
        "points": 0.375, "games": 4, "legality": 0.5, "readability": pytest.approx(5 / 6), "forfeits": 0.25,
    }  # fmt: skip
    assert score.answer == "1.5/4"
    assert score.explanation is not None and score.explanation.count("**Game ") == 4
    assert "forfeit illegal" in score.explanation and "against eps50 (200 Elo)" in score.explanation
    assert score.metadata is not None
    assert score.metadata == record(
        WIN, DRAW, LOSS, game(0.0, "forfeit_illegal", ("illegal", "unreadable", "illegal")), column=3
    )


def test_counts_stand_in_for_missing_answers() -> None:
    bare = {**WIN, "answers": [], "asked": 10, "illegal": 2, "unreadable": 1}
    value = score_record(record(bare)).value
    assert isinstance(value, dict)
    assert (value["legality"], value["readability"]) == (pytest.approx(0.7), pytest.approx(0.9))


@pytest.mark.parametrize(
    "empty",
    [None, {}, {"games": []}, record(game(None, "error")), record(game(float("nan"), "error"))],
)
def test_a_match_without_scored_games_is_unscored_not_zero(empty: object) -> None:
    score = score_record(empty)
    assert score.value != score.value  # NaN is Inspect's mark of an unscored sample
    assert score.reason in ("no_games", "no_scored_games")


def test_strength_is_given_per_n_and_layout() -> None:
    scores = [
        sample(score_record(record(WIN, LOSS, WIN, LOSS, column=column)), n=n, layout=layout)
        for n, layout in ((0, "plain"), (16, "plain"), (16, "middle"))
        for column in range(4)
    ]
    shown = measure(strength(), scores)
    assert set(shown) == {f"n={n}{suffix}" for n in ("0", "16", "16 middle") for suffix in ("", " low", " high")}
    table: dict[str, Any] = {
        "opponent_elo": [200.0] * 16,
        "result": [1.0, 0.0] * 8,
        "forfeit": [0] * 16,
        "set": [i // 4 for i in range(16)],
    }
    assert shown["n=16 low"] == pytest.approx(estimate_strength(table).low)


def test_n_is_what_was_in_view() -> None:
    fitted = {**record(WIN, LOSS), "cell": {"n": 8, "layout": "plain"}}
    assert set(measure(strength(), [sample(score_record(fitted), n=16)])) == {"n=8", "n=8 low", "n=8 high"}


def test_undefined_strength_is_left_out() -> None:
    lost, won = record(LOSS, LOSS), record(WIN, WIN)
    shown = measure(strength(), [sample(score_record(lost), n=0, set=0), sample(score_record(won), n=4, set=0)])
    assert set(shown) == {"n=0 high", "n=4 low"}


@pytest.mark.parametrize(
    "scores",
    [
        [],
        [sample(Score.unscored())],
        [SampleScore(score=Score(value="C"))],
        [sample(Score(value={"points": 1.0}, metadata={"games": [{"result": "won"}, None, 7]}), n="many")],
        [sample(Score(value={}, metadata={"games": [{**LOSS, "forfeit": 2}]}), n=1)],
        [sample(Score(value={}, metadata={"games": None}), n=None)],
    ],
)
def test_metrics_are_total(scores: list[SampleScore]) -> None:
    assert measure(strength(), scores) == {}
    shown = {metric: measure(metric, scores) for metric in (points(), legality(), readability(), forfeits())}
    assert all(math.isnan(value) or value == 1.0 for value in shown.values()), "a share that nothing tells is not 0"


@modelapi("scorers-test")
class SilentAPI(ModelAPI):
    """A provider that answers one fixed move and counts tokens itself, so that nothing is downloaded."""

    def __init__(self, model_name: str, base_url: str | None, api_key: str | None, config: GenerateConfig) -> None:
        super().__init__(model_name, base_url, api_key, [], config)

    async def count_text_tokens(self, text: str) -> int:
        return max(1, len(text) // 4)

    async def generate(
        self, input: list[ChatMessage], tools: list[ToolInfo], tool_choice: ToolChoice, config: GenerateConfig
    ) -> ModelOutput:
        output = ModelOutput.from_content(self.model_name, '{"move": "c3"}')
        output.usage = ModelUsage(input_tokens=3, output_tokens=4, total_tokens=7)
        return output


@solver
def planted() -> Solver:
    """Ask once, then leave the record that the sample's metadata plants."""

    async def solve(state: TaskState, generate: Generate) -> TaskState:
        state = await generate(state)
        if state.metadata["plant"] is not None:
            state.store.set(RECORD_KEY, state.metadata["plant"])
        return state

    return solve


def test_a_real_evaluation_shows_strength_and_its_log_reads_back(tmp_path: Path) -> None:
    plants = [(n, column, record(WIN, LOSS, DRAW, WIN, column=column)) for n in (0, 16) for column in range(3)]
    samples = [
        Sample(
            input="move",
            id=f"{n}-{column}",
            metadata={"n": n, "set": column, "layout": "plain", "plant": plant},
        )
        for n, column, plant in [*plants, (4, 0, record(LOSS, LOSS)), (4, 1, None)]
    ]
    task = Task(dataset=samples, solver=planted(), scorer=match_score(), name="planted")
    [log] = inspect_eval(task, model=get_model("scorers-test/one"), log_dir=str(tmp_path), display="none")
    assert log.status == "success", log.error
    read = read_eval_log(log.location)
    assert read.results is not None
    [shown] = read.results.scores
    assert (shown.scored_samples, shown.unscored_samples) == (7, 1)
    metrics = {name: metric.value for name, metric in shown.metrics.items()}
    assert {"n=0", "n=0 low", "n=0 high", "n=16", "n=4 high", "points", "legality", "forfeits"} <= set(metrics)
    assert "n=4" not in metrics
    assert metrics["n=0 low"] < metrics["n=0"] < metrics["n=0 high"]
    assert metrics["legality"] == 1.0
    frame = evals_df(str(tmp_path))
    assert frame["score_match_score_n=16"].iloc[0] == pytest.approx(metrics["n=16"])
    table = samples_df(str(tmp_path))
    assert len(table) == 8
    assert table["score_match_score"].notna().sum() >= 7


def test_a_run_without_a_scored_match_shows_no_share_as_zero(tmp_path: Path) -> None:
    task = Task(dataset=[Sample(input="move", metadata={"plant": None})], solver=planted(), scorer=match_score())
    [log] = inspect_eval(task, model=get_model("scorers-test/one"), log_dir=str(tmp_path), display="none")
    assert log.status == "success" and log.results is not None
    metrics = log.results.scores[0].metrics
    assert {"points", "legality", "readability", "forfeits"} <= set(metrics)
    assert all(math.isnan(metric.value) for metric in metrics.values())
