"""JSON is stored as jsonb."""

from __future__ import annotations

from pgplumb.catalog.relation import Relation
from pgplumb.checks.column_types import JSON, JSONB, leaves
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.name_words import words
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.foundation.names import part
from pgplumb.sql.quote import quote_identifier

_DOCUMENTS = frozenset((JSON, JSONB))
_VERBATIM = frozenset(("signed", "signature", "verbatim"))
"""Words of columns that must keep the text as it came, blanks and order of keys included."""


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Look for json beneath arrays and domains."""
    kinds = leaves(facts.catalog)
    documents = kinds.made_of(_DOCUMENTS)
    for column in [c for c in table.columns if c.type_oid in documents]:
        if kinds[column.type_oid].oid == JSONB:
            report.checked()
        elif _VERBATIM.isdisjoint(words(column.name)):
            report.checked()
            using = f"{quote_identifier(column.name)}::jsonb"
            fields = {"table": table.qualified, "column": column.name, "type": "jsonb", "using": using}
            plain = column.type_oid == JSON and not column.generated
            report.fail(
                table.column_id(column),
                f"{table.qualified}.{part(column.name)} is json: it is parsed anew at every look and cannot be indexed",
                {"type": "json"},
                related=(table.id,),
                fix=Fix("change-type", fields) if plain else None,
            )


RULE = Rule(
    id="jsonb-over-json",
    title="JSON is stored as jsonb",
    category=Category.TYPES,
    severity=Severity.WARNING,
    tier=Tier.GROWTH,
    passes="No column is json, arrays and domains of it included; names with signed or verbatim keep their text "
    "on purpose.",
    why="json keeps the text and parses it at each access; it has no equality, no containment and no GIN index. "
    "jsonb has all of these and takes about the same space.",
    source="https://www.postgresql.org/docs/current/datatype-json.html",
    looks_at="pg_attribute.atttypid, pg_type (typelem, typbasetype)",
    each_table=check,
    reads=("catalog.types",),
    not_applicable_when="no column holds JSON",
)
