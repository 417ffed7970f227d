"""Text search vectors are indexed."""

from __future__ import annotations

from pgplumb.catalog.held import held_rows
from pgplumb.catalog.model import Catalog
from pgplumb.catalog.relation import Relation
from pgplumb.checks.column_types import TSVECTOR, leaves
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.foundation.names import part

_TSVECTOR = frozenset((TSVECTOR,))
_METHODS = frozenset(("gin", "gist", "rum"))


def searchable(relation: Relation, name: str, catalog: Catalog) -> bool:
    """Whether a column has an index for @@, on every partition where the partitioned table has none."""
    column = relation.column_named(name)
    if column is None:
        return False
    if any(i.method in _METHODS and i.is_valid and column.number in i.key_columns for i in relation.indexes):
        return True
    parts = [c for c in catalog.children.get(relation.oid, ()) if c.is_partition]
    return bool(parts) and all(searchable(child, name, catalog) for child in parts)


def check(relation: Relation, facts: Facts, report: Report) -> None:
    """Look at the tsvector columns of tables and materialized views."""
    if relation.kind not in "rpm" or relation.is_partition:
        return
    kinds = leaves(facts.catalog)
    vectors = kinds.made_of(_TSVECTOR)
    for column in [c for c in relation.columns if c.type_oid in vectors]:
        if kinds[column.type_oid].is_array:
            continue
        report.checked()
        if not searchable(relation, column.name, facts.catalog):
            report.fail(
                relation.column_id(column),
                f"{relation.qualified}.{part(column.name)} is a tsvector without a GIN or GiST index: each search "
                "reads every row",
                {"rows": held_rows(relation, facts.catalog)},
                related=(relation.id,),
                fix=Fix(
                    "create-index", {"table": relation.qualified, "columns": (column.name,), "method": "gin"}
                ),
            )


RULE = Rule(
    id="gin-on-tsvector",
    title="Text search vectors are indexed",
    category=Category.INDEXES,
    severity=Severity.WARNING,
    tier=Tier.NOW,
    passes="Every tsvector column is a key of a valid GIN, GiST or RUM index.",
    why="A stored tsvector exists to be searched with @@, which only these methods serve. Without one every search "
    "reads and detoasts the whole table.",
    source="https://www.postgresql.org/docs/current/textsearch-indexes.html",
    looks_at="pg_attribute.atttypid, pg_index (indkey, indisvalid), pg_am",
    each_relation=check,
    reads=("catalog.types",),
    not_applicable_when="no column is a tsvector",
)
