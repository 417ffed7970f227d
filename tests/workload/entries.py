"""Entries and readings as pg_stat_statements would give them, made by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from statistics import pstdev

from pgplumb.workload.statements import Statement, Statements

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def entry(times: list[float], queryid: int = 7, **more: object) -> Statement:
    """An entry as the extension counts these execution times."""
    total = sum(times)
    made = Statement(
        queryid,
        10,
        "app",
        len(times),
        total,
        total / len(times),
        len(times),
        min_ms=min(times),
        max_ms=max(times),
        stddev_ms=pstdev(times),
    )
    return replace(made, **more)  # type: ignore[arg-type]


def reading(*entries: Statement, seconds: float = 0, **more: object) -> Statements:
    """A reading so long after noon."""
    made = Statements(
        NOON + timedelta(seconds=seconds),
        NOON - timedelta(days=1),
        entries,
        evictions=3,
        started=NOON - timedelta(days=2),
    )
    return replace(made, **more)  # type: ignore[arg-type]
