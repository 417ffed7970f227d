"""What every row has is a column."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pgplumb.catalog.relation import Column, Relation
from pgplumb.catalog.unread import Text, Unread
from pgplumb.checks.column_types import JSON, JSONB, leaves
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.foundation.names import part

_KEYS = 4
_DOCUMENTS = frozenset((JSON, JSONB))


def texts(table: Relation) -> Iterator[Text]:
    """Yield the expressions that the schema itself reads rows by: of indexes, CHECKs, generated columns, policies."""
    for index in table.indexes:
        yield from (t for t in (index.predicate, index.expressions) if t is not None)
    yield from (c.expression for c in table.constraints if c.kind == "c" and c.expression is not None)
    yield from (c.default for c in table.columns if c.generated and c.default is not None)
    for policy in table.policies:
        yield from (t for t in (policy.using, policy.check) if t is not None)


def keys_of(text: str, column: Column) -> set[str]:
    """Return the top-level keys of a column that an expression names: `(data ->> 'status'::text)`."""
    quoted = rf'(?:"{re.escape(column.name)}"|(?<![\w"]){re.escape(column.name)}(?![\w"]))'
    return set(re.findall(rf"{quoted}\)*\s*(?:->>?|#>>?|\?)\s*'\{{?([^',{{}}]+)", text))


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Count the fixed keys of each document column that the schema names."""
    kinds = leaves(facts.catalog)
    documents = [
        c for c in table.columns if kinds[c.type_oid].oid in _DOCUMENTS and not kinds[c.type_oid].is_array
    ]
    if not documents:
        return
    found = list(texts(table))
    unread = next((t for t in found if isinstance(t, Unread)), None)
    limit = int(facts.profile.threshold("no-json-as-table", _KEYS))
    for column in documents:
        report.checked()
        named = sorted(
            {
                key
                for text in found
                if isinstance(text, str) and column.name in text
                for key in keys_of(text, column)
            }
        )
        if len(named) >= limit:
            report.fail(
                table.column_id(column),
                f"indexes, checks and policies of {table.qualified} name {len(named)} keys of {part(column.name)}: "
                f"{', '.join(named[:4])}; what the schema counts on is a column",
                {"keys": tuple(named)},
                related=(table.id,),
            )
        elif unread is not None:
            report.unknown(f"an expression of {table.qualified} is not known: {unread.reason}")


RULE = Rule(
    id="no-json-as-table",
    title="Documents are not tables in disguise",
    category=Category.NORMAL_FORM,
    severity=Severity.INFO,
    tier=Tier.GROWTH,
    passes="Indexes, CHECKs, generated columns and policies name fewer than 4 different keys of a json or jsonb column "
    "(threshold no-json-as-table). Keys that queries alone name cannot be seen: pg_stat_statements replaces them.",
    why="A key that indexes and checks rely on is in every row, only without a type, a NOT NULL or statistics for the "
    "planner. As a column it has all three, needs less space, and a misspelt name is an error.",
    source="https://www.postgresql.org/docs/current/datatype-json.html#JSON-DOC-DESIGN",
    looks_at="pg_index (indpred, indexprs), pg_constraint (contype c), pg_attrdef, pg_policy",
    each_table=check,
    reads=("catalog.types",),
    unknown_when="an expression could not be read because its table is locked",
    not_applicable_when="no column is json or jsonb",
)
