"""What ANALYZE found about a column, or why that is not known."""

from __future__ import annotations

from pgplumb.catalog.relation import Relation
from pgplumb.catalog.statistics import ColumnStatistics
from pgplumb.catalog.unread import Unread
from pgplumb.checks.estimates import rows
from pgplumb.checks.facts import Facts

MINIMUM_ROWS = 1000
"""Smaller tables are not read (statistics_column.sql): what a sample says of them changes no advice."""


def column_statistics(table: Relation, number: int, facts: Facts) -> ColumnStatistics | Unread | None:
    """Return a column's statistics; None where its table is too small for them to mean anything."""
    statistics = facts.statistics
    if isinstance(statistics, Unread):
        return Unread(f"statistics: {statistics.reason}")
    if isinstance(statistics.columns, Unread):
        return Unread(f"pg_stats: {statistics.columns.reason}")
    found = statistics.columns.get((table.oid, number))
    if found is not None:
        return found
    count = rows(table, facts)
    if count is not None and count < MINIMUM_ROWS:
        return None
    if table.oid in statistics.unreadable:
        return Unread(f"pg_stats of {table.qualified} needs SELECT on it, or pg_read_all_data")
    return Unread(f"{table.qualified} was never analysed")
