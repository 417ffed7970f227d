"""Rows are not too wide."""

from __future__ import annotations

from pgplumb.catalog.relation import Relation
from pgplumb.catalog.unread import Unread
from pgplumb.checks.column_statistics import column_statistics
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.foundation.text import size

_BYTES = 2000


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Add up the average widths of what is stored in the row itself."""
    widths: dict[str, float] = {}
    for column in table.columns:
        if column.generated == "v":
            continue
        found = column_statistics(table, column.number, facts)
        if found is None:
            return
        if isinstance(found, Unread):
            report.checked()
            report.unknown(found.reason)
            return
        widths[column.name] = (1 - found.null_fraction) * found.average_width
    if not widths:
        return
    report.checked()
    total = sum(widths.values())
    if total <= facts.profile.threshold("row-width-toast", _BYTES):
        return
    widest = max(widths, key=lambda name: widths[name])
    report.fail(
        table.id,
        f"a row of {table.qualified} has {size(int(total))} on average, so that a page holds "
        f"{max(int(8168 // total), 1)}; the widest column is {widest}",
        {"bytes": round(total), "widest": widest, "columns": len(widths)},
    )


RULE = Rule(
    id="row-width-toast",
    title="Rows are not too wide",
    category=Category.TYPES,
    severity=Severity.INFO,
    tier=Tier.SCALE,
    passes="The average row of tables with at least 1,000 rows has at most 2,000 bytes outside TOAST (threshold "
    "row-width-toast).",
    why="Whoever needs one narrow column reads and caches the whole row, and every UPDATE writes all of it again. What "
    "is wide and seldom read belongs into a table of its own.",
    source="https://www.postgresql.org/docs/current/storage-toast.html",
    looks_at="pg_stats (avg_width, null_frac)",
    each_table=check,
    reads=("statistics",),
    unknown_when="a large table was never analysed, or its pg_stats rows are hidden",
    not_applicable_when="no table has 1,000 rows",
)
