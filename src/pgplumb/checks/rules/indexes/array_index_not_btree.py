"""Documents and arrays are not btree keys."""

from __future__ import annotations

from pgplumb.catalog.relation import Column, Index, Relation
from pgplumb.checks.column_types import JSONB, TSVECTOR, leaves, type_text
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.wording import index_name
from pgplumb.foundation.names import part


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Look at key columns of btrees that enforce nothing; INCLUDE columns are fine."""
    judged = 0
    kinds = leaves(facts.catalog)
    for index in table.indexes:
        if index.method != "btree" or index.enforces:
            continue
        judged += 1
        for number in index.key_columns:
            column = table.column(number)
            if column is None:
                continue
            leaf = kinds[column.type_oid]
            if leaf.is_array or leaf.oid in (JSONB, TSVECTOR):
                _fail(table, index, column, facts, report)
                break
    report.checked(judged)


def _fail(table: Relation, index: Index, column: Column, facts: Facts, report: Report) -> None:
    shown = type_text(facts.catalog, column.type_oid, column.typmod)
    fields = {"table": table.qualified, "columns": (column.name,), "method": "gin"}
    replaceable = index.key_count == 1 and not (index.has_predicate or index.included)
    report.fail(
        table.index_id(index),
        f"the btree {part(index.name)} of {table.qualified} has {part(column.name)} ({shown}) as a key: it finds whole "
        "values that are equal, never what they contain",
        {"column": column.name, "type": shown},
        related=(table.column_id(column), table.id),
        fix=Fix("create-index", {**fields, "replaces": index_name(table, index)}) if replaceable else None,
    )


RULE = Rule(
    id="array-index-not-btree",
    title="Arrays and documents are not btree keys",
    category=Category.INDEXES,
    severity=Severity.WARNING,
    tier=Tier.GROWTH,
    passes="No btree that enforces nothing has an array, jsonb or tsvector as a key column.",
    why="A btree compares whole values, so that @>, && and @@ cannot use it, and an entry of more than 2.7 kB makes "
    "the insert fail. GIN indexes the parts.",
    source="https://www.postgresql.org/docs/current/gin.html",
    looks_at="pg_index (indkey, indnkeyatts), pg_am, pg_type (typcategory, typbasetype)",
    each_table=check,
    reads=("catalog.types",),
    not_applicable_when="no btree is there for speed alone",
)
