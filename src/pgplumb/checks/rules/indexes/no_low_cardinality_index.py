"""No plain index over a few values."""

from __future__ import annotations

from pgplumb.catalog.held import held_index_pages
from pgplumb.catalog.relation import Column, Index, Relation
from pgplumb.catalog.statistics import ColumnStatistics
from pgplumb.catalog.unread import Unread
from pgplumb.checks.column_statistics import column_statistics
from pgplumb.checks.column_types import BOOL, leaves
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.key_cover import supports_foreign_key
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.foundation.names import part

FEW = 3
SKEWED = 0.9
"""Where one value has this share, an index finds the others well."""


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Judge whole btrees that enforce nothing by each of their key columns: one that tells rows apart is enough."""
    for index in table.indexes:
        if index.enforces or index.method != "btree" or index.has_predicate or 0 in index.columns:
            continue
        report.checked()
        columns = [c for n in index.key_columns if (c := table.column(n)) is not None]
        answers = [_has_few(table, column, facts) for column in columns]
        if False in answers or supports_foreign_key(index, table, facts):
            continue
        unread = next((a for a in answers if isinstance(a, Unread)), None)
        if unread is not None:
            report.unknown(unread.reason)
        else:
            _fail(table, index, columns[0], facts, report)


def _has_few(table: Relation, column: Column, facts: Facts) -> bool | Unread:
    """Whether a column holds next to no different values, spread so that none is rare."""
    is_bool = leaves(facts.catalog)[column.type_oid].oid == BOOL
    found = column_statistics(table, column.number, facts)
    if isinstance(found, ColumnStatistics):
        if found.most_common_frequency is not None and found.most_common_frequency >= SKEWED:
            return False
        return is_bool or 0 < found.distinct <= FEW
    if is_bool:
        return True
    return found if isinstance(found, Unread) else False


def _fail(table: Relation, index: Index, column: Column, facts: Facts, report: Report) -> None:
    found = column_statistics(table, column.number, facts)
    known = found if isinstance(found, ColumnStatistics) else None
    seen = f"{known.distinct:.0f} values" if known else "true and false"
    report.fail(
        table.index_id(index),
        f"the index {part(index.name)} of {table.qualified} tells {seen} apart: each search finds a large part of the "
        "table, which is read faster as a whole",
        {
            "column": column.name,
            "distinct": known.distinct if known else None,
            "most_common_frequency": known.most_common_frequency if known else None,
            "pages": held_index_pages(index, table, facts.catalog),
        },
        related=(table.column_id(column), table.id),
    )


RULE = Rule(
    id="no-low-cardinality-index",
    title="No plain index over a few values",
    category=Category.INDEXES,
    severity=Severity.INFO,
    tier=Tier.GROWTH,
    passes="No btree without a predicate consists of booleans and columns of at most 3 values, unless one value has "
    "90 % of the rows, or the index enforces something or serves a foreign key.",
    why="A search for a value that a third of the rows have reads nearly every page anyway. A partial index for the "
    "rare value is a fraction of the size and gets used.",
    source="https://www.postgresql.org/docs/current/indexes-partial.html",
    looks_at="pg_index, pg_attribute.atttypid, pg_stats (n_distinct, most_common_freqs)",
    each_table=check,
    reads=("statistics", "catalog.types"),
    unknown_when="a table was never analysed, or its statistics may not be read",
    not_applicable_when="no btree is there for speed alone",
)
