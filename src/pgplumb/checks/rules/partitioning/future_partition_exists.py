"""Tables partitioned by time have partitions for the days to come."""

from __future__ import annotations

from datetime import datetime, timedelta

from pgplumb.catalog.relation import Relation
from pgplumb.catalog.unread import Unread
from pgplumb.checks.column_types import DATE, TIMESTAMP, TIMESTAMPTZ
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report, Value
from pgplumb.checks.partition_bounds import (
    MAXVALUE,
    Partition,
    next_bound,
    range_parents,
    ranges,
    read_time,
)
from pgplumb.checks.rule import Category, Rule, Severity, Tier

_DAYS = 7
_STEPS = 10_000


def by_time(parent: Relation) -> bool | None:
    """Whether the first key column is a time; None for an expression, which its bounds must tell."""
    key = parent.partition_key
    column = parent.column(key.columns[0]) if key and key.columns[0] else None
    return None if column is None else column.type_oid in (DATE, TIMESTAMP, TIMESTAMPTZ)


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Compare the last upper bound with the server's clock; report a tree once, at its root."""
    for parent in range_parents(table, facts.catalog):
        kind = by_time(parent)
        if kind is False:
            continue
        parts = ranges(parent, facts.catalog)
        if isinstance(parts, Unread):
            report.unknown(f"the bounds of {parent.qualified}: {parts.reason}")
            continue
        if any(p.range.high[0] in (MAXVALUE, "infinity") for p in parts):
            report.checked()
            continue
        times = [(time, p) for p in parts if (time := read_time(p.range.high[0])) is not None]
        if len(times) < len(parts):
            if kind:
                report.unknown(f"the bounds of {parent.qualified} are no ISO dates")
            continue
        if not parts and kind is None:
            continue
        report.checked()
        days = facts.profile.threshold("future-partition-exists", _DAYS)
        wanted = facts.now + timedelta(days=days)
        last, part = max(times, key=lambda found: found[0], default=(None, None))
        if last is not None and last >= wanted:
            continue
        message, fix = _message(parent, part, days), _fix(parent, part, wanted, facts)
        report.fail(table.id, message, _evidence(parent, part, facts), fix=fix)
        return


def _message(parent: Relation, part: Partition | None, days: float) -> str:
    if part is None:
        return f"{parent.qualified} is partitioned by time and has no partition: no row can be added"
    return (
        f"the last partition of {parent.qualified} ends at {part.range.high[0]}: rows of the next {days:g} "
        "days have none"
    )


def _evidence(parent: Relation, part: Partition | None, facts: Facts) -> dict[str, str | bool | None]:
    key = parent.partition_key
    return {
        "last": part.relation.qualified if part else None,
        "ends": part.range.high[0] if part else None,
        "today": facts.now.date().isoformat(),
        "default_partition": bool(key and key.default_partition),
    }


def _fix(parent: Relation, part: Partition | None, wanted: datetime, facts: Facts) -> Fix | None:
    """Add one partition from where the last ends, as many steps of its kind long as it takes to be enough.

    Where that time has begun, its rows are in the default partition, and come in there while the fix runs.
    """
    bound = next_bound(part.range) if part else None
    steps = 1
    while bound is not None and part is not None and (end := read_time(bound[1])) and end < wanted:
        steps += 1
        bound = next_bound(part.range, steps) if steps < _STEPS else None
    if bound is None:
        return None
    fields: dict[str, Value] = {"table": parent.qualified, "from": bound[0], "to": bound[1]}
    begins = read_time(bound[0])
    if parent.partition_key is not None and parent.partition_key.default_partition and begins is not None:
        fields |= {"move": True} if begins <= facts.now else {}
    return Fix("create-partition", fields)


RULE = Rule(
    id="future-partition-exists",
    title="Partitions exist for the days to come",
    category=Category.PARTITIONING,
    severity=Severity.ERROR,
    tier=Tier.NOW,
    passes="Every table partitioned by a range of time has partitions that reach at least 7 days (threshold "
    "future-partition-exists) past now, or to MAXVALUE.",
    why="When the last partition ends, every INSERT fails at once, usually at midnight on the first. Where "
    "a default partition takes the rows, the missing partition cannot be added any more without moving "
    "them.",
    source="https://www.postgresql.org/docs/current/ddl-partitioning.html",
    looks_at="pg_class.relpartbound, pg_partitioned_table",
    each_table=check,
    reads=("now",),
    unknown_when="bounds could not be read because a partition is locked",
    not_applicable_when="no table is partitioned by a range of time",
)
