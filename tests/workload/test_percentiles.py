"""A bound is never passed, a fit is close, and nothing is said that the figures do not carry."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace

import pytest

from pgplumb.workload.percentiles import p95, two_speeds
from pgplumb.workload.statements import Statement
from tests.workload.entries import entry

SAMPLES = 200_000

Draw = Callable[[random.Random], float]

SHAPES: dict[str, tuple[Draw, str, float]] = {
    "normal(10, 2)": (lambda r: max(r.gauss(10, 2), 0.01), "fit", 0.03),
    "exponential(10)": (lambda r: r.expovariate(0.1), "bound", 0.0),
    "lognormal, sigma 0.3": (lambda r: r.lognormvariate(1, 0.3), "fit", 0.01),
    "gamma(4)": (lambda r: r.gammavariate(4, 2), "fit", 0.03),
    "uniform(1, 9)": (lambda r: r.uniform(1, 9), "fit", 0.15),
    "lognormal, sigma 1": (lambda r: r.lognormvariate(1, 1), "bound", 0.0),
    "97 % 1 ms, 3 % 500 ms": (lambda r: 500.0 if r.random() < 0.03 else 1.0, "bound", 0.0),
    "90 % 1 ms, 10 % 100 ms": (lambda r: 100.0 if r.random() < 0.1 else 1.0, "bound", 0.0),
    "99.9 % 1 ms, 0.1 % 10 s": (lambda r: 10_000.0 if r.random() < 0.001 else 1.0, "bound", 0.0),
}
"""How a call's time is drawn, what is to be said of it, and how far off a fit was measured to be."""


def drawn(draw: Draw, count: int = SAMPLES) -> tuple[Statement, float]:
    """An entry of so many calls, and their true 95th percentile."""
    rng = random.Random(17)
    times = sorted(draw(rng) for _ in range(count))
    mean = sum(times) / count
    stddev = (sum((t - mean) ** 2 for t in times) / count) ** 0.5
    made = replace(
        entry([1.0]),
        calls=count,
        total_ms=sum(times),
        mean_ms=mean,
        stddev_ms=stddev,
        min_ms=times[0],
        max_ms=times[-1],
    )
    return made, times[int(0.95 * count)]


@pytest.mark.parametrize("name", SHAPES)
def test_a_bound_is_never_below_the_truth_and_a_fit_is_near_it(name: str) -> None:
    draw, kind, error = SHAPES[name]
    made, truth = drawn(draw)
    found = p95(made)
    assert found.ms is not None
    assert found.kind == kind
    if kind == "fit":
        assert found.ms == pytest.approx(truth, rel=error)
    else:
        assert found.ms >= truth


FEW: dict[str, tuple[Draw, float]] = {
    "normal(10, 2)": (lambda r: max(r.gauss(10, 2), 0.01), 0.05),
    "exponential(10)": (lambda r: r.expovariate(0.1), 0.1),
    "lognormal, sigma 0.5": (lambda r: r.lognormvariate(1, 0.5), 0.05),
}


@pytest.mark.parametrize("name", FEW)
def test_where_no_call_is_far_away_a_fit_is_as_near_as_was_measured(name: str) -> None:
    draw, error = FEW[name]
    made, truth = drawn(draw, 2_000)
    found = p95(made)
    assert found.kind == "fit"
    assert found.ms == pytest.approx(truth, rel=error)


def test_a_bound_holds_for_any_mixture() -> None:
    rng = random.Random(5)
    for _ in range(300):
        slow, share = rng.uniform(1, 1000), rng.random()
        made, truth = drawn(lambda r, s=slow, p=share: s if r.random() < p else 1.0, 200)  # type: ignore[misc]
        found = p95(made)
        assert found.ms is not None
        assert found.kind == "fit" or found.ms >= truth * (1 - 1e-9)


def test_a_bound_is_never_above_the_longest_call() -> None:
    assert p95(entry([1.0] * 99 + [500.0])).ms == pytest.approx(min(500.0, 5.99 + 4.359 * 49.65), rel=1e-3)
    assert p95(entry([1.0] * 30 + [2.0, 30.0])).ms == pytest.approx(1.9375 + 4.359 * 5.046, rel=1e-3)
    assert p95(entry([3.0, 4.0])).ms == 4.0


def test_few_calls_give_a_bound_and_no_fit() -> None:
    assert p95(entry([1.0, 1.1] * 5)).kind == "bound"
    assert p95(entry([1.0, 1.1] * 10)).kind == "fit"


def test_an_interval_has_no_longest_call_and_so_no_fit() -> None:
    found = p95(entry([10.0, 30.0] * 20, max_ms=None, min_ms=None))
    assert found.kind == "bound"
    assert found.ms == pytest.approx(20 + 4.3589 * 10, rel=1e-4)


def test_without_a_deviation_or_calls_nothing_is_said() -> None:
    assert p95(entry([1.0] * 30, stddev_ms=None)).kind == "none"
    assert p95(entry([1.0], calls=0)).ms is None
    assert p95(entry([0.0] * 30)).kind == "none"


def test_two_speeds_are_named_where_the_mean_stands_for_no_call() -> None:
    assert two_speeds(entry([1.0] * 90 + [100.0] * 10)) == pytest.approx(29.7 / 10.9, rel=1e-3)
    assert two_speeds(entry([10.0, 30.0] * 20)) is None
    assert two_speeds(entry([1.0] * 8 + [900.0])) is None, "nine calls tell no two speeds"
    assert two_speeds(entry([0.0] * 30)) is None
