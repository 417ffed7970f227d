"""Indexes of tables with many deleted rows cover the live ones alone."""

from __future__ import annotations

from pgplumb.catalog.relation import Index, Relation
from pgplumb.catalog.unread import Unread
from pgplumb.checks.column_statistics import column_statistics
from pgplumb.checks.estimates import rows
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.soft_delete import deletion_time, is_live_only, live_condition

_ROWS = 10000
_DELETED = 0.05


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Compare the share of deleted rows, as ANALYZE saw it, with which indexes leave them out."""
    time = deletion_time(table)
    if time is None:
        return
    count = rows(table, facts)
    if count is not None and count < facts.profile.threshold("soft-delete-partial-index-rows", _ROWS):
        return
    seen = column_statistics(table, time.number, facts)
    if isinstance(seen, Unread):
        report.unknown(f"how many rows of {table.qualified} are deleted: {seen.reason}")
        return
    if seen is None:
        return
    report.checked()
    deleted = 1 - seen.null_fraction
    if deleted < facts.profile.threshold("soft-delete-partial-index", _DELETED):
        return
    full = [i for i in table.indexes if _is_candidate(i)]
    if not full or any(is_live_only(i, (time,)) is True for i in table.indexes):
        return
    first = full[0]
    columns = table.column_names(first.key_columns)
    report.fail(
        table.id,
        f"{deleted:.0%} of {table.qualified} are deleted rows, and each of its indexes carries them",
        {"deleted_fraction": round(deleted, 3), "indexes": tuple(i.name for i in full)},
        related=tuple(table.index_id(i) for i in full),
        fix=None
        if first.has_expressions
        else Fix(
            "create-index",
            {"table": table.qualified, "columns": columns, "where": live_condition(time)},
        ),
    )


def _is_candidate(index: Index) -> bool:
    return not index.enforces and not index.has_predicate and index.method == "btree" and index.is_valid


RULE = Rule(
    id="soft-delete-partial-index",
    title="Indexes leave deleted rows out",
    category=Category.LIFECYCLE,
    severity=Severity.INFO,
    tier=Tier.SCALE,
    passes="Tables of at least 10,000 rows of which 5 % are soft-deleted (thresholds "
    "soft-delete-partial-index-rows, soft-delete-partial-index) have an index whose predicate leaves "
    "these out.",
    why="Queries ask for live rows. Deleted ones make every index larger and every scan longer, though "
    "nothing looks for them.",
    source="https://www.postgresql.org/docs/current/indexes-partial.html",
    looks_at="pg_index.indpred, pg_stats.null_frac of the deletion time",
    each_table=check,
    reads=("statistics",),
    unknown_when="the table was never analysed, or its pg_stats rows are hidden from this role",
    not_applicable_when="no large table has soft delete",
)
