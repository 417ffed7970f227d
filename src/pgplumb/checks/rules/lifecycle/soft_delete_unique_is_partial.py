"""Unique keys of tables with soft delete hold for live rows alone."""

from __future__ import annotations

from pgplumb.catalog.relation import Index, Relation
from pgplumb.catalog.unread import Unread
from pgplumb.checks.column_types import UUID
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.soft_delete import is_live_only, live_condition, marks
from pgplumb.checks.wording import index_name


def is_surrogate(index: Index, table: Relation) -> bool:
    """Whether a key's values are made up for one row and never used again."""
    columns = [table.column(number) for number in index.key_columns]
    return any(c is not None and (c.identity or c.type_oid == UUID) for c in columns)


def may_be_replaced(index: Index, table: Relation, facts: Facts) -> bool:
    """Whether an index stands for itself: no constraint is backed by it, and it is made of whole columns."""
    if index.has_predicate or index.has_expressions or index.included or index.is_partitioned:
        return False
    backing = {c.index for c in table.constraints if c.kind in "pux"}
    backing |= {key.index for _, key in facts.catalog.referencing.get(table.oid, ())}
    return index.oid not in backing


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Look at the predicate of each unique index but the primary key and the targets of foreign keys."""
    columns = marks(table)
    if not columns:
        return
    referred = {key.index for _, key in facts.catalog.referencing.get(table.oid, ())}
    for index in table.indexes:
        if not index.is_unique or index.is_primary or index.oid in referred or is_surrogate(index, table):
            continue
        if any(c.number in index.key_columns for c in columns):
            continue
        report.checked()
        answer = is_live_only(index, columns)
        if isinstance(answer, Unread):
            report.unknown(f"the predicate of {index.name}: {answer.reason}")
            continue
        if answer:
            continue
        names = table.column_names(index.key_columns)
        report.fail(
            table.index_id(index),
            f"{index.name} keeps the {', '.join(names)} of deleted rows of {table.qualified} taken: it "
            "cannot be used again",
            {"columns": names, "instead": f"UNIQUE ({', '.join(names)}) WHERE {live_condition(columns[0])}"},
            related=(table.id,),
            fix=Fix(
                "create-index",
                {
                    "table": table.qualified,
                    "columns": names,
                    "unique": True,
                    "where": live_condition(columns[0]),
                    "replaces": index_name(table, index),
                },
            )
            if may_be_replaced(index, table, facts)
            else None,
        )


RULE = Rule(
    id="soft-delete-unique-is-partial",
    title="Unique keys ignore soft-deleted rows",
    category=Category.LIFECYCLE,
    severity=Severity.WARNING,
    tier=Tier.GROWTH,
    passes="Every UNIQUE key of a table with soft delete has a predicate on the mark, or includes it; "
    "primary keys, surrogates and keys that foreign keys refer to aside. Waive keys that may never be "
    "used again.",
    why="A user who deleted an account cannot sign up again with the same address, because the dead row "
    "still holds it. The error names a row that nobody can see.",
    source="https://www.postgresql.org/docs/current/indexes-partial.html",
    looks_at="pg_index (indisunique, indpred), pg_constraint",
    each_table=check,
    unknown_when="an index predicate could not be read because its table is locked",
    not_applicable_when="no table with soft delete has a UNIQUE key besides its primary key",
)
