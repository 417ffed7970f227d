"""Entries and readings of pg_stat_statements for tests of the screen."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from pgplumb.workload.statements import Statement, Statements, order

NOON = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)


def entry(queryid: int, query: str | None = "SELECT 1", **figures: object) -> Statement:
    """One entry; what is not said is plain."""
    known = {"userid": 10, "role": "web", "calls": 10, "total_ms": 100.0, "rows": 10, **figures}
    mean = float(str(known["total_ms"])) / max(int(str(known["calls"])), 1)
    return Statement(queryid=queryid, mean_ms=mean, query=query, **known)  # type: ignore[arg-type]


def reading(*entries: Statement, seconds: float = 0.0, **about: object) -> Statements:
    """One reading, so many seconds after noon."""
    at = NOON + timedelta(seconds=seconds)
    known = {"stats_reset": NOON - timedelta(hours=3), "maximum": 5000, "evictions": 0, **about}
    return Statements(read_at=at, entries=tuple(sorted(entries, key=order)), **known)  # type: ignore[arg-type]
