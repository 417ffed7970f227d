"""Unique keys have a constraint's name."""

from __future__ import annotations

from pgplumb.catalog.model import Catalog
from pgplumb.catalog.relation import Index, Relation
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.wording import columns_of, index_name
from pgplumb.foundation.names import part


def could_be(index: Index, table: Relation, catalog: Catalog) -> bool:
    """Whether a unique index is one that a constraint could take over: whole, over columns, in the default order."""
    if not index.is_unique or not index.is_valid or index.has_predicate or index.has_expressions:
        return False
    if index.method != "btree" or any(index.options):
        return False
    for number, opclass, collation in zip(index.key_columns, index.opclasses, index.collations, strict=False):
        kind, column = catalog.opclasses.get(opclass), table.column(number)
        if kind is None or not kind.default or column is None or column.collation != collation:
            return False
    return True


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Look for unique indexes that no constraint has."""
    backing = {c.index for c in table.constraints if c.kind in "pux"}
    for index in table.indexes:
        if index.parent or not could_be(index, table, facts.catalog):
            continue
        report.checked()
        if index.oid in backing:
            continue
        report.fail(
            table.index_id(index),
            f"{columns_of(table, index.key_columns)} is unique by the index {part(index.name)} alone, not by a "
            "constraint",
            {"columns": table.column_names(index.key_columns)},
            related=(table.id,),
            fix=Fix("add-unique", {"table": table.qualified, "index": index_name(table, index)})
            if table.kind == "r"
            else None,
        )


RULE = Rule(
    id="unique-index-backed-by-constraint",
    title="Unique keys are constraints",
    category=Category.KEYS,
    severity=Severity.INFO,
    tier=Tier.GROWTH,
    passes="Every unique index that a constraint could take over (all rows, plain columns, default order) backs a "
    "primary key or a unique constraint.",
    why="Foreign keys and ON CONFLICT (columns) are content with the index, but ON CONFLICT ON CONSTRAINT, "
    "information_schema and the tools that read it see constraints alone. The constraint can take the index over.",
    source="https://www.postgresql.org/docs/current/indexes-unique.html",
    looks_at="pg_index (indisunique, indpred, indexprs, indoption), pg_constraint.conindid, pg_opclass",
    each_table=check,
    reads=("catalog.opclasses",),
    not_applicable_when="no unique index could be a constraint",
    optional=True,
)
