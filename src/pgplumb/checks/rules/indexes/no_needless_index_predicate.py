"""No index predicate is always true."""

from __future__ import annotations

from pgplumb.catalog.relation import Relation
from pgplumb.catalog.unread import Unread
from pgplumb.checks.column_types import rejects_null
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.predicate_text import tested_not_null
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.wording import listed
from pgplumb.foundation.names import part


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Look for IS NOT NULL of columns that are never null."""
    for index in table.indexes:
        if not index.has_predicate:
            continue
        report.checked()
        if not isinstance(index.predicate, str):
            reason = index.predicate.reason if isinstance(index.predicate, Unread) else "not read"
            report.unknown(f"the predicate of {part(index.name)} is not known: {reason}")
            continue
        tested = tested_not_null(index.predicate)
        needless = tuple(c.name for c in table.columns if c.name in tested and rejects_null(facts.catalog, c))
        if needless:
            report.fail(
                table.index_id(index),
                f"the predicate of {part(index.name)} asks for {listed(needless)} IS NOT NULL, which always holds in "
                f"{table.qualified}",
                {"predicate": index.predicate, "columns": needless},
                related=(table.id,),
            )


RULE = Rule(
    id="no-needless-index-predicate",
    title="No index predicate is always true",
    category=Category.INDEXES,
    severity=Severity.INFO,
    tier=Tier.GROWTH,
    passes="No index predicate tests IS NOT NULL of a column that is NOT NULL.",
    why="A partial index cannot back a constraint or a foreign key and serves fewer queries, here for nothing in "
    "return. It shows that somebody thought the column nullable.",
    source="https://www.postgresql.org/docs/current/indexes-partial.html",
    looks_at="pg_index.indpred, pg_attribute.attnotnull",
    each_table=check,
    reads=("catalog.types",),
    unknown_when="a predicate could not be read because its table is locked",
    not_applicable_when="there is no partial index",
)
