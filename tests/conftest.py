"""Settings shared by all tests: hypothesis runs the same few examples everywhere."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

# `ci` is the default: derandomised, so that a failure is the change's and not the day's.
# Search wider with HYPOTHESIS_PROFILE=wide.
settings.register_profile(
    "ci",
    deadline=None,  # numba compiles within the first example
    derandomize=True,
    max_examples=25,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("wide", deadline=None, max_examples=500, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))

os.environ.setdefault("MPLBACKEND", "agg")  # inherited by the processes that tests start
