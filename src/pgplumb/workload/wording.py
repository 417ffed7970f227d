"""Figures of statements in words, for every face of the program."""

from __future__ import annotations

from pgplumb.foundation.text import count, duration
from pgplumb.workload.percentiles import Percentile


def spent(milliseconds: float) -> str:
    """Write a sum of times with three digits: `48.2 s`, `12.3 min`, `4.5 h`."""
    seconds = milliseconds / 1000
    if seconds < 9.95:
        return duration(seconds)
    for unit, length in (("s", 1), ("min", 60), ("h", 3600)):
        if seconds < 99.95 * length:
            return f"{seconds / length:.1f} {unit}"
    return f"{seconds / 86400:,.1f} d"


def few(number: float) -> str:
    """Write a number for each call: with a decimal where it is small and not whole."""
    return f"{number:.1f}" if number < 9.95 and abs(number - round(number)) >= 0.05 else count(number)


def near(percentile: Percentile) -> str:
    """Write a percentile with the sign of how well it is known: `~ 12 ms`, `≤ 390 ms`; nothing where it is not."""
    if percentile.ms is None:
        return ""
    sign = "~" if percentile.kind == "fit" else "≤"
    return f"{sign} {duration(percentile.ms / 1000)}"
