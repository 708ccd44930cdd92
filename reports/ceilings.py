"""Ceilings of learning curves, from a table of games: the verdict as figures for programs and as a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import stdtrit
from threadpoolctl import threadpool_limits

from quickstudy.reports.advice import deal_games, format_next, list_next
from quickstudy.reports.pooling import add_pools, format_pool
from quickstudy.reports.probe_curves import add_probes, tell_unused
from quickstudy.reports.records import TableError
from quickstudy.reports.results import MOST_EXAMPLES, Curve, Point, correlate_points, split_curves, tell_left_out
from quickstudy.reports.spending import format_spending
from quickstudy.scorers.ceiling import DECIDED, FARTHEST, Ceiling, Estimate, find_ceiling
from quickstudy.scorers.recall import PADDED
from quickstudy.scorers.recall_efficiency import measure_recall
from quickstudy.scorers.scale import Z95

FIGURES = ("start", "ceiling", "gain", "n50", "n_knee", "loss_recall", "loss_context", "shortfall", "window")
CAUSE_WORDS = {
    "saturation": "more examples would not help (saturation)",
    "context_full": "the window is full",
    "recall_failure": "examples in the window are not recalled (recall failure)",
    "no_learning": "it does not learn from examples",
}


def judge_curves(
    frame: pd.DataFrame,
    probes: pd.DataFrame | None = None,
    *,
    n_max: int | None = None,
    window: int | None = None,
    seed: int = 0,
    advise: bool = False,
    more: int | None = None,
    bar: float = DECIDED,
) -> list[dict[str, Any]]:
    """The verdict on each curve of a checked table of games (see `results`), ready for JSON.

    `probes` are the answers of the same players to probes (see `probe_curves`), which count where they agree.
    `n_max` is the most examples that the model's window holds; else it follows from `window` (tokens) and the column
    `tokens`; else it is the most examples that were in view. With `advise` an undecided verdict says what to play
    `next`, and how to `deal` so many `more` games. A cause is named from a posterior of `bar` on. Raises TableError
    where n goes beyond n_max, or tokens are missing.
    """
    with threadpool_limits(1):  # matrices are small: several threads only wait for each other
        curves = [curve if probes is None else add_probes(curve, games, probes) for curve, games in split_curves(frame)]
        judged = [_judge_curve(curve, n_max, window, seed, advise, more, bar) for curve in curves]
    verdicts = [verdict for verdict, _ in judged]
    add_pools(verdicts, [ceiling for _, ceiling in judged])
    return verdicts


def judge_table(
    frame: pd.DataFrame,
    probes: pd.DataFrame | None = None,
    *,
    n_max: int | None = None,
    window: int | None = None,
    more: int | None = None,
) -> list[dict[str, Any]]:
    """The verdicts of `judge_curves` with advice, and warnings that tell which games and probes count for no curve.

    A run's report has pages of its own for those; of anybody's table nothing else would tell. Raises TableError.
    """
    verdicts = judge_curves(frame, probes, n_max=n_max, window=window, advise=True, more=more)
    for verdict in verdicts:
        own = frame[frame["model"].eq(verdict["model"]) & frame["skill"].eq(verdict["skill"])]
        notes = [tell_left_out(own), None if probes is None else tell_unused(verdict, probes)]
        verdict["warnings"] += [note for note in notes if note is not None]
    return verdicts


def _judge_curve(
    curve: Curve, n_max: int | None, window: int | None, seed: int, advise: bool, more: int | None, bar: float
) -> tuple[dict[str, Any], Ceiling | None]:
    """The verdict on one curve; `warnings` say what weakens it. A curve without two usable points has no figures."""
    warnings = list(curve.warnings)
    most = max((point.view.slots for point in curve.points), default=0)
    limit = n_max if n_max is not None else _count_examples(curve, window) if window is not None else most
    name = f"{curve.model} on {curve.skill}"
    option = "--n-max" if window is None else "--window"
    if most > limit:
        held = f"n_max = {limit}" if window is None else f"n_max = {limit}, which a window of {window} tokens holds"
        raise TableError(f"{name}: n = {most} is beyond {held}: give a greater {option}, or drop those games")
    if limit > MOST_EXAMPLES:
        raise TableError(f"{name}: n_max = {limit} is more than {MOST_EXAMPLES:,} examples: give a smaller {option}")
    used = list_used(curve)
    padded = {point.view.layout for point in used if point.view.layout in PADDED}
    verdict: dict[str, Any] = {"model": curve.model, "skill": curve.skill, "settings": curve.settings, "n_max": limit}
    shown = _describe_recall(used) | {"points": _list_points(curve), "probes": _describe_probes(curve)}
    ceiling = fit_ceiling(curve, limit, seed=seed)
    if ceiling is None:
        warnings.append("a curve needs strengths at two numbers of examples at least")
        return verdict | _describe(None) | shown | {"warnings": warnings}, None
    common = curve.agreement.se_common if curve.agreement is not None else 0.0
    # opponents' ratings and the probes' mapping err in what is absolute; their error cancels in all else
    shared = float(np.hypot(np.mean([point.se_opponents for point in used]), common))
    ceiling = replace(ceiling, start=ceiling.start.widen(shared), ceiling=ceiling.ceiling.widen(shared))
    if not padded:
        warnings.append("no padded layouts: the shape of a curve alone does not tell the cause")
    elif "filler" not in padded:
        warnings.append("no filler-only cell: interference by other examples may be taken for a failure of recall")
    if max(ceiling.posterior.values()) < bar:
        ceiling = replace(ceiling, decision="undecided")
    above = [point for point in used if point.strength.elo is None and point.strength.low is not None]
    if above:
        warnings.append("the player beat every opponent it met: its ceiling is a lower bound, and the cause is open")
        bound = max(float(point.strength.low or 0.0) for point in above)
        ceiling = replace(ceiling, decision="undecided", ceiling=Estimate(None, bound, None))
    if ceiling.chi2 > 2 * ceiling.df:
        warnings.append(f"misfit: chi2 {ceiling.chi2:.1f} on {ceiling.df} degrees of freedom")
    described = _describe(ceiling)
    described["window_tokens"] = _count_tokens(curve, ceiling.window.value)
    if advise and ceiling.decision == "undecided":
        described["next"] = list_next(used, limit, seed=seed)
        if more is not None:
            described["deal"] = deal_games(used, limit, more, seed=seed)
    return verdict | described | shown | {"warnings": warnings}, ceiling


def fit_ceiling(curve: Curve, n_max: int, *, seed: int = 0) -> Ceiling | None:
    """The ceiling of a curve; None without strengths at two numbers of examples at least."""
    used = list_used(curve)
    if n_max < 2 or len({point.n for point in used if point.view.layout == "plain"}) < 2:
        return None
    elo, se = np.array([point.elo for point in used]), np.array([point.se for point in used])
    views, correlation = [point.view for point in used], correlate_points(used)
    return find_ceiling(views, elo, se, n_max, correlation=correlation, seed=seed)


def list_used(curve: Curve) -> list[Point]:
    """The cells of a curve that have a strength."""
    return [point for point in curve.points if point.elo is not None and point.se is not None]


def _count_examples(curve: Curve, window: int) -> int:
    where = f"{curve.model} on {curve.skill}: a window of {window} tokens"
    if curve.tokens is None:
        raise TableError(
            f"{where} tells n_max only with the column tokens (of the prompt) of plain games at two or more n; give "
            "--n-max instead"
        )
    if curve.tokens[1] <= 0.0:
        raise TableError(
            f"{where} does not tell n_max, since the column tokens does not grow with n ({curve.tokens[1]:g} for each "
            "example): mend it, or give --n-max instead"
        )
    return max(int((window - curve.tokens[0]) / curve.tokens[1]), 0)


def _count_tokens(curve: Curve, examples: float | None) -> float | None:
    """Tokens of so many examples, without the rest of the prompt; None where either is unknown."""
    if examples is None or curve.tokens is None or curve.tokens[1] <= 0.0:
        return None
    return curve.tokens[1] * examples


def _describe(ceiling: Ceiling | None) -> dict[str, Any]:
    shown: dict[str, Any] = {}
    for figure in FIGURES:
        found: Estimate = getattr(ceiling, figure) if ceiling is not None else Estimate(None, None, None)
        ends = [found.low, found.high]
        value: float | str | None = found.value
        if figure == "shortfall" and ceiling is not None and ceiling.gain.value is not None:
            beyond = f"> {FARTHEST:g}"  # the posterior has no number there
            value = beyond if value is None and found.high is None and ceiling.n50.value is not None else value
        shown |= {figure: value, f"{figure}_interval": ends}
    if ceiling is None:
        return shown | {
            "window_tokens": None,
            "recall_efficiency": {},
            "recall_efficiency_interval": {},
            "posterior": None,
            "bayes_factors": None,
            "decision": "undecided",
            "chi2_df": None,
            "curve": [],
        }
    return shown | {
        "posterior": ceiling.posterior,
        "bayes_factors": ceiling.bayes_factors,
        "decision": ceiling.decision,
        "chi2_df": ceiling.chi2 / ceiling.df,
        "shapes": ceiling.shapes,
        "kernels": ceiling.kernels,
        "curve": [
            dict(zip(("n", "elo", "low", "high"), map(float, row), strict=True))
            for row in zip(ceiling.numbers, *ceiling.curve, strict=True)
        ],
    }


def _describe_recall(points: Sequence[Point]) -> dict[str, Any]:
    elo, se = [float(point.elo or 0.0) for point in points], [float(point.se or 0.0) for point in points]
    found = measure_recall([point.view for point in points], elo, se)
    return {
        "recall_efficiency": {place: ratio.value for place, ratio in found.items()},
        "recall_efficiency_interval": {place: [ratio.low, ratio.high] for place, ratio in found.items()},
    }


def _list_points(curve: Curve) -> list[dict[str, Any]]:
    return [
        {
            "n": point.n,
            "layout": point.view.layout,
            "m": point.view.m,
            "slots": point.view.slots,
            **_show_strength(point, curve.agreement.se_common if curve.agreement is not None else 0.0),
            "flag": point.strength.flag,
            "games": point.strength.games,
            "sets": point.strength.clusters,
            "forfeit_rate": point.strength.forfeit_rate,
            "games_elo": point.strength.elo,
            "games_interval": [point.strength.low, point.strength.high],
            "probes": point.probes.probes if point.probes is not None else 0,
            "probes_elo": point.probes.elo if point.probes is not None else None,
            "probes_per_game": point.probes.per_game if point.probes is not None else None,
            "effective_games": point.effective_games,
        }
        for point in curve.points
    ]


def _show_strength(point: Point, se_common: float) -> dict[str, Any]:
    """Elo and interval of a cell: of games and probes where they are combined, else of its games."""
    strength = point.strength
    if not point.combined or point.elo is None or point.se is None:
        return {"elo": strength.elo, "interval": [strength.low, strength.high]}
    t = float(stdtrit(strength.clusters - 1, 0.975)) if strength.clusters > 1 else Z95
    reach = float(np.hypot(t * point.se, Z95 * np.hypot(se_common, point.se_opponents)))
    return {"elo": point.elo, "interval": [point.elo - reach, point.elo + reach]}


def _describe_probes(curve: Curve) -> dict[str, Any] | None:
    found = curve.agreement
    if found is None:
        return None
    shown = {"offset": found.offset, "offset_se": found.se_offset, "z": found.z, "combined": found.combined}
    return shown | {"chi2": found.chi2, "df": found.df}


def format_verdict(verdict: dict[str, Any]) -> str:
    """A verdict in a few lines: where the curve starts and stops, why, and what weakens it."""
    name = f"{verdict['skill']}, {verdict['model']}" + (f" ({verdict['settings']})" if verdict["settings"] else "")
    if verdict["posterior"] is None:
        return "\n".join([f"{name}: no curve", *(f"  note: {text}" for text in verdict["warnings"])])
    best = max(verdict["posterior"], key=lambda cause: verdict["posterior"][cause])
    if verdict["decision"] == "undecided":
        why = f"what stops it is undecided (most likely {best}, posterior {verdict['posterior'][best]:.2f})"
    else:
        why = f"{CAUSE_WORDS[verdict['decision']]}, posterior {verdict['posterior'][best]:.2f}"
    lines = [
        f"{name}: from {show_figure(verdict, 'start')} to {show_figure(verdict, 'ceiling')} Elo; {why}",
        f"  gain {show_figure(verdict, 'gain')}, half of it at n = {show_figure(verdict, 'n50')}, nine tenths at n = "
        f"{show_figure(verdict, 'n_knee')} of n_max = {verdict['n_max']}",
        *format_pool(verdict),
        f"  lost to recall {show_figure(verdict, 'loss_recall')}, to the window's end "
        f"{show_figure(verdict, 'loss_context')} Elo; shortfall {show_figure(verdict, 'shortfall')} windows",
        *_show_recall(verdict),
        f"  {_show_window(verdict)}",
        "  posterior " + ", ".join(f"{cause} {share:.2f}" for cause, share in verdict["posterior"].items()),
        *_show_probes(verdict),
        *format_spending(verdict.get("spending")),
        *format_next(verdict),
    ]
    return "\n".join([*lines, *(f"  note: {text}" for text in verdict["warnings"])])


def _show_probes(verdict: dict[str, Any]) -> list[str]:
    found = verdict["probes"]
    if found is None:
        return []
    worth = [point["effective_games"] for point in verdict["points"]]
    counted = f"cells worth {min(worth):.0f} to {max(worth):.0f} games" if found["combined"] else "not counted"
    lies = f"{found['offset']:+.0f} Elo off the games (z {found['z']:+.1f}, chi2 {found['chi2']:.1f} on {found['df']})"
    return [f"  probes lie {lies}: {counted}"]


def _show_recall(verdict: dict[str, Any]) -> list[str]:
    shown = [
        f"{place} {verdict['recall_efficiency'][place]:.2f} [{low:.2f}, {high:.2f}]"
        for place, (low, high) in verdict["recall_efficiency_interval"].items()
    ]
    return [f"  recall efficiency {', '.join(shown)}"] if shown else []


def _show_window(verdict: dict[str, Any]) -> str:
    if verdict["window"] is None:
        return "effective window unknown"
    tokens = verdict.get("window_tokens")  # verdicts of older runs lack it
    size = f"{show_figure(verdict, 'window')} examples" + ("" if tokens is None else f" ({tokens:.0f} tokens)")
    return f"every place of a window of {size} is recalled by half"


def show_figure(verdict: dict[str, Any], figure: str) -> str:
    """A figure of a verdict with its interval, as a person reads it."""
    value, (low, high) = verdict[figure], verdict[f"{figure}_interval"]
    if isinstance(value, str):
        return value
    if value is None:
        return "unknown" if low is None else f"at least {low:.0f}"
    digits = 1 if figure == "shortfall" else 0
    ends = [f"> {FARTHEST:g}" if end is None else f"{end:.{digits}f}" for end in (low, high)]
    return f"{value:.{digits}f} [{ends[0]}, {ends[1]}]"
