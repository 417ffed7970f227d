"""Very large tables that only grow are partitioned by time."""

from __future__ import annotations

from pgplumb.catalog.relation import Column, Relation
from pgplumb.catalog.unread import Unread
from pgplumb.checks.column_statistics import column_statistics
from pgplumb.checks.column_types import DATE, TIMESTAMP, TIMESTAMPTZ
from pgplumb.checks.estimates import counters, pages, rows
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.foundation.text import count as count_text
from pgplumb.foundation.text import size

_BYTES = 50 * 1024**3
_ROWS = 100_000_000
_CHANGED = 0.1
_CORRELATION = 0.9


def time_key(table: Relation, facts: Facts) -> Column | Unread | None:
    """Return a time column by which the rows lie in the file in order; None where there is none."""
    unread = None
    for column in table.columns:
        if column.type_oid not in (TIMESTAMPTZ, TIMESTAMP, DATE):
            continue
        seen = column_statistics(table, column.number, facts)
        if isinstance(seen, Unread):
            unread = seen
        elif seen is not None and seen.correlation is not None and seen.correlation > _CORRELATION:
            return column
    return unread


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Look at size, at what the counters say of changes, and for a time column in file order."""
    if table.kind == "p":
        return
    block = int(facts.catalog.setting("block_size") or 8192)
    held, many = pages(table, facts) * block, rows(table, facts) or 0
    threshold = facts.profile.threshold
    if held < threshold("partition-candidate-bytes", _BYTES) and many < threshold(
        "partition-candidate-rows", _ROWS
    ):
        return
    report.checked()
    counted = counters(table, facts)
    if counted is None:
        report.unknown(f"nothing is counted for {table.qualified}: whether it only grows is not known")
        return
    if counted.inserted < 1000:
        report.unknown(f"{table.qualified} had {counted.inserted} inserts since the counters began: too few")
        return
    if counted.updated + counted.deleted > _CHANGED * counted.inserted:
        return
    column = time_key(table, facts)
    if isinstance(column, Unread):
        report.unknown(f"{table.qualified}: {column.reason}")
    elif column is not None:
        report.fail(
            table.id,
            f"{table.qualified} has {size(held)} in {count_text(int(many))} rows, only grows, and lies in "
            f"order of {column.name}: old rows can only go by DELETE",
            {
                "bytes": held,
                "rows": int(many),
                "inserted": counted.inserted,
                "changed": counted.updated + counted.deleted,
                "time_column": column.name,
            },
            related=(table.column_id(column),),
        )


RULE = Rule(
    id="partition-candidate",
    title="Huge append-only tables are partitioned",
    category=Category.PARTITIONING,
    severity=Severity.INFO,
    tier=Tier.SCALE,
    passes="No table of 50 GiB or 100 million rows (thresholds partition-candidate-bytes, -rows) whose "
    "rows are nearly only added, and lie in order of a time column, is unpartitioned.",
    why="Dropping a partition takes milliseconds, where deleting as many rows writes them all twice and "
    "leaves the space to vacuum. Size alone is no reason: the rows must come and go by time.",
    source="https://www.postgresql.org/docs/current/ddl-partitioning.html",
    looks_at="pg_class (relpages, reltuples), pg_stat_all_tables, pg_stats.correlation",
    each_table=check,
    reads=("statistics", "catalog.settings"),
    unknown_when="a huge table has no counters, or no column statistics",
    not_applicable_when="no table is that large",
)
