"""No index is the beginning of another."""

from __future__ import annotations

from pgplumb.catalog.held import held_index_pages
from pgplumb.catalog.relation import Index, Relation
from pgplumb.catalog.unread import Unread
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.index_key import is_prefix
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.wording import index_name
from pgplumb.foundation.names import part


def check(relation: Relation, facts: Facts, report: Report) -> None:
    """Compare plain indexes with every longer valid one; what enforces something is never the shorter."""
    if relation.kind not in "rpm":
        return
    indexes = [i for i in relation.indexes if i.is_valid]
    judged = 0
    for index in indexes:
        if index.parent or index.enforces or index.method != "btree" or index.is_replica_identity:
            continue
        judged += 1
        unread: Unread | None = None
        for other in indexes:
            answer = is_prefix(index, other)
            if isinstance(answer, Unread):
                unread = answer
            elif answer:
                _fail(relation, index, other, facts, report)
                break
        else:
            if unread is not None:
                report.unknown(
                    f"an expression of an index on {relation.qualified} is not known: {unread.reason}"
                )
    report.checked(judged)


def _fail(table: Relation, index: Index, longer: Index, facts: Facts, report: Report) -> None:
    pages, longer_pages = (held_index_pages(one, table, facts.catalog) for one in (index, longer))
    report.fail(
        table.index_id(index),
        f"the index {part(index.name)} of {table.qualified} is the beginning of {part(longer.name)}, which finds the "
        f"same rows ({pages:,} pages beside {longer_pages:,})",
        {
            "columns": table.column_names(index.key_columns),
            "longer": table.column_names(longer.key_columns),
            "pages": pages,
            "longer_pages": longer_pages,
        },
        related=(table.index_id(longer), table.id),
        fix=None if index.is_clustered else Fix("drop-index", {"index": index_name(table, index)}),
    )


RULE = Rule(
    id="no-redundant-prefix-index",
    title="No index is the beginning of another",
    category=Category.INDEXES,
    severity=Severity.WARNING,
    tier=Tier.GROWTH,
    passes="No btree index that enforces nothing has keys that begin another valid btree's, with the same operator "
    "classes, collations, order and predicate, and carries no INCLUDE column that the other lacks.",
    why="A btree over (a, b) also serves searches for a. The shorter index is written with every row for nothing, "
    "unless it is much smaller and read very often: both sizes are shown.",
    source="https://www.postgresql.org/docs/current/indexes-multicolumn.html",
    looks_at="pg_index (indkey, indnkeyatts, indclass, indcollation, indoption, indexprs, indpred), pg_class.relpages",
    each_relation=check,
    unknown_when="an expression could not be read because the table is locked",
    not_applicable_when="no btree index is there for speed alone",
)
