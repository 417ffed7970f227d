"""Partitioned indexes exist on every partition."""

from __future__ import annotations

from pgplumb.catalog.relation import Relation
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Look at indisvalid of each partitioned index: it is set when the last partition has its part."""
    for index in table.indexes:
        if not index.is_partitioned:
            continue
        report.checked()
        if index.is_valid:
            continue
        lacking = tuple(
            child.qualified
            for child in facts.catalog.children.get(table.oid, ())
            if child.is_partition and not any(i.parent == index.oid and i.is_valid for i in child.indexes)
        )
        first = f", {lacking[0]} among them" if lacking else ""
        report.fail(
            table.index_id(index),
            f"{index.name} is not valid: {len(lacking)} partitions of {table.qualified} lack it{first}",
            {"lacking": lacking, "columns": table.column_names(index.key_columns)},
            related=(table.id,),
        )


RULE = Rule(
    id="partition-local-index-complete",
    title="Partitioned indexes are complete",
    category=Category.PARTITIONING,
    severity=Severity.WARNING,
    tier=Tier.NOW,
    passes="Every index of a partitioned table is valid, which means that each partition has its part of it.",
    why="CREATE INDEX ON ONLY starts an index that is finished partition by partition. Left half-way, some "
    "partitions are searched row by row, and a UNIQUE index enforces nothing.",
    source="https://www.postgresql.org/docs/current/ddl-partitioning.html#DDL-PARTITIONING-DECLARATIVE-MAINTENANCE",
    looks_at="pg_index.indisvalid of partitioned indexes, pg_inherits",
    each_table=check,
    not_applicable_when="no partitioned table has an index",
)
