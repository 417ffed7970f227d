"""Indexes leave out what is mostly null."""

from __future__ import annotations

from pgplumb.catalog.held import held_index_pages
from pgplumb.catalog.relation import Column, Index, Relation
from pgplumb.catalog.unread import Unread
from pgplumb.checks.column_statistics import column_statistics
from pgplumb.checks.column_types import rejects_null
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.wording import index_name
from pgplumb.foundation.names import part
from pgplumb.foundation.text import percent
from pgplumb.sql.quote import quote_identifier

HALF = 0.5
"""The profile's `null-fraction` says otherwise."""


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Look at whole btrees of one nullable column that enforce nothing."""
    limit = facts.profile.threshold("null-fraction", HALF)
    for index in table.indexes:
        if index.enforces or index.method != "btree" or index.has_predicate or index.key_count != 1:
            continue
        column = table.column(index.columns[0])
        if column is None or rejects_null(facts.catalog, column):
            continue
        found = column_statistics(table, column.number, facts)
        if found is None:
            continue
        report.checked()
        if isinstance(found, Unread):
            report.unknown(found.reason)
        elif found.null_fraction >= limit:
            where = f"{quote_identifier(column.name)} IS NOT NULL"
            report.fail(
                table.index_id(index),
                f"{percent(found.null_fraction)} of the index {part(index.name)} of {table.qualified} are nulls: "
                f"with WHERE {where} it would be as much smaller",
                {
                    "column": column.name,
                    "null_fraction": found.null_fraction,
                    "pages": held_index_pages(index, table, facts.catalog),
                },
                related=(table.column_id(column), table.id),
                fix=_fix(table, index, column, where, facts),
            )


def _fix(table: Relation, index: Index, column: Column, where: str, facts: Facts) -> Fix | None:
    """Return the same index without nulls in its place, where nothing of it would be lost."""
    opclass = facts.catalog.opclasses.get(index.opclasses[0])
    usual = opclass is not None and opclass.default and index.collations[0] == column.collation
    if not usual or index.included or index.options[0]:
        return None
    fields = {"table": table.qualified, "columns": (column.name,), "where": where}
    return Fix("create-index", {**fields, "replaces": index_name(table, index)})


RULE = Rule(
    id="nullable-index-partial",
    title="Indexes leave out what is mostly null",
    category=Category.INDEXES,
    severity=Severity.INFO,
    tier=Tier.GROWTH,
    passes="No btree of one column without a predicate has nulls in half of the rows or more (null-fraction); unique "
    "keys are not meant.",
    why="Nulls are entries like any others, though searches by value never want them. Where IS NULL is searched for, "
    "the index is right: waive it.",
    source="https://www.postgresql.org/docs/current/indexes-partial.html",
    looks_at="pg_index, pg_attribute.attnotnull, pg_stats.null_frac",
    each_table=check,
    reads=("statistics", "catalog.types"),
    unknown_when="a table was never analysed, or its statistics may not be read",
    not_applicable_when="no index is over one nullable column of a table with many rows",
)
