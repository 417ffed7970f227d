"""Keys do not change."""

from __future__ import annotations

from pgplumb.catalog.relation import Relation
from pgplumb.checks.column_types import DATE, FLOAT4, FLOAT8, NUMERIC, STRINGS, TIMESTAMP, TIMESTAMPTZ, leaves
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.foreign_keys import foreign_key_columns
from pgplumb.checks.name_words import vocabulary, words
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.wording import columns_of

_CHANGING = vocabulary(
    "email mail name username login phone mobile title address url label nickname surname firstname lastname"
)
"""Last words of names for what people change."""
_MEASURED = frozenset((NUMERIC, FLOAT4, FLOAT8, DATE, TIMESTAMP, TIMESTAMPTZ))


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Look at primary keys of one column: whether it names, dates or measures something."""
    key = table.primary_key
    if key is None or len(key.columns) != 1 or table.partition_key is not None:
        return
    report.checked()
    column = table.column(key.columns[0])
    if column is None or key.columns[0] in foreign_key_columns(table):
        return
    leaf = leaves(facts.catalog)[column.type_oid]
    changing = leaf.oid in STRINGS and not _CHANGING.isdisjoint(words(column.name)[-1:])
    # A numeric without digits after the point is a large integer. A table with nothing beside its key is a list.
    whole = leaf.oid == NUMERIC and column.typmod >= 0 and not (column.typmod - 4) & 0x7FF
    measured = leaf.oid in _MEASURED and not whole
    if not (changing or measured) or not facts.catalog.referencing.get(table.oid):
        return
    report.fail(
        table.id,
        f"{columns_of(table, key.columns)} is what other tables refer to, and it is "
        + ("a name that people change" if changing else "a measure, not an identity"),
        {"column": column.name, "referring": len(facts.catalog.referencing[table.oid])},
        related=(table.constraint_id(key),),
    )


RULE = Rule(
    id="pk-surrogate-preferred",
    title="Primary keys are not names or measures",
    category=Category.KEYS,
    severity=Severity.INFO,
    tier=Tier.GROWTH,
    passes="No primary key to which foreign keys refer is a single text named email, name, login, phone, title, "
    "address or url, or a single date, time stamp, float or fractional number; codes and slugs are fine.",
    why="When a key changes, every row that refers to it changes too, and so does whatever was stored elsewhere. A "
    "number without meaning never has to, and the name stays unique by a constraint of its own.",
    source="https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-PRIMARY-KEYS",
    looks_at="pg_constraint (contype p and f), pg_attribute (attname, atttypid)",
    each_table=check,
    reads=("catalog.types",),
    not_applicable_when="no table has a primary key of one column",
)
