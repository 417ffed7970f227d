"""What a mean and a standard deviation say about the slow calls of a statement, and no more than that.

pg_stat_statements keeps no percentile. A lognormal fit is close for calls of one kind and far off for a mixture of
fast and slow ones, so it is given only where the figures allow one kind; else there is a bound that always holds.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log, log1p, sqrt
from typing import Literal

from pgplumb.workload.statements import Statement

ENOUGH = 20
"""Calls below which figures say nothing about how calls differ."""
FIT_SPREAD = 1.5
"""Ratio of standard deviation to mean up to which a lognormal fit is given."""
FIT_REACH = 10.0
"""Standard deviations above the mean that the longest call may be away for it."""
TWO_SPEEDS = 2.0
"""From this ratio on there are fast and slow calls, and the mean stands for neither."""
_NORMAL_95 = 1.6448536269514722
_CANTELLI_95 = sqrt(0.95 / 0.05)
_ROUNDING = 1 + 1e-9


@dataclass(frozen=True, slots=True)
class Percentile:
    """Where 95 of 100 calls end."""

    kind: Literal["fit", "bound", "none"]
    """fit: about there, by a lognormal fit; bound: there or sooner, however calls differ; none: not known."""
    ms: float | None = None


NONE = Percentile("none")


def p95(statement: Statement) -> Percentile:
    """Return what is known of the 95th percentile of execution times; a fit never passes the bound."""
    mean, stddev, longest = statement.mean_ms, statement.stddev_ms, statement.max_ms
    if not statement.calls or stddev is None or mean <= 0:
        return NONE
    # Cantelli: at most 1 / (1 + k^2) of any distribution is k or more standard deviations above its mean.
    bound = (mean + _CANTELLI_95 * stddev) * _ROUNDING
    if longest is not None:
        bound = min(bound, longest)
    if statement.calls < ENOUGH or longest is None:
        return Percentile("bound", bound)
    if stddev > FIT_SPREAD * mean or longest > mean + FIT_REACH * stddev:
        return Percentile("bound", bound)
    variance = log1p((stddev / mean) ** 2)
    fit = exp(log(mean) - variance / 2 + _NORMAL_95 * sqrt(variance))
    return Percentile("fit", min(fit, bound))


def two_speeds(statement: Statement) -> float | None:
    """Return how many times the mean the standard deviation is, where that is too much for calls of one kind."""
    stddev, mean = statement.stddev_ms, statement.mean_ms
    if stddev is None or statement.calls < ENOUGH or stddev <= TWO_SPEEDS * mean:
        return None
    return stddev / mean if mean else None
