"""Unique keys have no nullable column."""

from __future__ import annotations

from pgplumb.catalog.relation import Column, Index, Relation
from pgplumb.catalog.unread import Unread
from pgplumb.checks.column_statistics import column_statistics
from pgplumb.checks.column_types import rejects_null
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.predicate_text import never_null, tested_not_null
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.wording import index_name, listed
from pgplumb.foundation.names import part


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Look at valid unique indexes but the primary key; nulls that the predicate shuts out are none."""
    for index in table.indexes:
        if not index.is_unique or index.is_primary or not index.is_valid:
            continue
        report.checked()
        if index.nulls_not_distinct:
            continue
        nullable = [
            c for c in table.columns if c.number in index.key_columns and not rejects_null(facts.catalog, c)
        ]
        if nullable:
            nullable = [c for c in nullable if not _guarded(table, c)]
        if nullable and index.has_predicate:
            if not isinstance(index.predicate, str):
                reason = index.predicate.reason if isinstance(index.predicate, Unread) else "not read"
                report.unknown(f"the predicate of {part(index.name)} is not known: {reason}")
                continue
            shut_out = never_null(index.predicate)
            nullable = [c for c in nullable if c.name not in shut_out]
        if nullable:
            _fail(table, index, nullable, facts, report)


def _guarded(table: Relation, column: Column) -> bool:
    """Whether a validated CHECK of this column alone keeps nulls out."""
    return any(
        c.kind == "c"
        and c.validated
        and c.columns == (column.number,)
        and isinstance(c.expression, str)
        and column.name in tested_not_null(c.expression)
        for c in table.constraints
    )


def _fail(table: Relation, index: Index, nullable: list[Column], facts: Facts, report: Report) -> None:
    names = tuple(c.name for c in nullable)
    constraint = next((c for c in table.constraints if c.index == index.oid and c.kind == "u"), None)
    report.fail(
        table.index_id(index),
        f"the unique {part(index.name)} of {table.qualified} lets equal rows in where {listed(names)} is null",
        {"columns": table.column_names(index.key_columns), "nullable": names, "partial": index.has_predicate},
        related=(table.id, *((table.constraint_id(constraint),) if constraint else ())),
        fix=_fix(table, index, nullable, facts),
    )


def _fix(table: Relation, index: Index, nullable: list[Column], facts: Facts) -> Fix | None:
    """Return NOT NULL where ANALYZE saw no null, else a key that takes nulls as equal in its place."""
    found = [column_statistics(table, c.number, facts) for c in nullable]
    if all(s is not None and not isinstance(s, Unread) and s.null_fraction == 0 for s in found):
        return Fix("set-not-null", {"table": table.qualified, "columns": tuple(c.name for c in nullable)})
    plain = not (index.has_predicate or index.has_expressions or index.included)
    held = any(c.index == index.oid for c in table.constraints) or table.oid in facts.catalog.referencing
    if held or not plain or index.key_count == 1 or facts.catalog.server_version < 150000:
        return None
    fields = {"table": table.qualified, "columns": table.column_names(index.key_columns)}
    return Fix(
        "create-index",
        {**fields, "unique": True, "nulls_not_distinct": True, "replaces": index_name(table, index)},
    )


RULE = Rule(
    id="unique-index-not-nullable-columns",
    title="Unique keys have no nullable column",
    category=Category.KEYS,
    severity=Severity.WARNING,
    tier=Tier.GROWTH,
    passes="The columns of a unique index are NOT NULL, or it is NULLS NOT DISTINCT, or its predicate shuts nulls out "
    "(WHERE column IS NOT NULL says that they are meant).",
    why="Two nulls are never equal, so that a unique key takes any number of rows with a null in it. A key over "
    "(email, deleted_at) keeps no two living users apart.",
    source="https://www.postgresql.org/docs/current/indexes-unique.html",
    looks_at="pg_index (indisunique, indnullsnotdistinct, indpred), pg_attribute.attnotnull",
    each_table=check,
    reads=("statistics", "catalog.types"),
    unknown_when="a predicate could not be read because its table is locked",
    not_applicable_when="there is no unique key beside primary keys",
)
