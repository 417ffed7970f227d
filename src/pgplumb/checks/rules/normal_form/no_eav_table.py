"""No table keeps attributes as rows."""

from __future__ import annotations

from collections.abc import Iterable

from pgplumb.catalog.relation import Column, Relation
from pgplumb.checks.column_types import DATE, TIMESTAMP, TIMESTAMPTZ, leaves
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.name_words import vocabulary, words
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.wording import listed

_ATTRIBUTE = frozenset(("attribute", "attr", "property", "prop", "field", "param", "parameter", "meta"))
_VALUE = frozenset(("value", "val", "values"))
_SETTINGS = vocabulary(
    """setting settings config configs configuration configurations preference preferences option options translation
    translations flag flags cache"""
)
_TENANTS = frozenset(("tenant_id", "organization_id", "organisation_id", "org_id", "workspace_id"))
WIDEST = 10
_TIMES = frozenset((DATE, TIMESTAMP, TIMESTAMPTZ))


def attribute_column(columns: Iterable[Column]) -> Column | None:
    """Return the column that says which attribute a row is: attribute, attr_name, property_id, meta_key, key."""
    for column in columns:
        parts = words(column.name)
        if column.name == "key" or (parts[:1] and parts[0] in _ATTRIBUTE and parts[1:] in _ATTRIBUTE_ENDS):
            return column
    return None


_ATTRIBUTE_ENDS = ((), ("id",), ("name",), ("key",), ("code",))


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Look for an entity, an attribute and a value where the first two tell rows apart."""
    report.checked()
    columns = table.columns
    if not 3 <= len(columns) <= WIDEST:
        return
    attribute = attribute_column(columns)
    if attribute is None or not _SETTINGS.isdisjoint(words(table.name)):
        return
    key = table.primary_key
    own = key.columns[0] if key is not None and len(key.columns) == 1 else 0
    values = [c for c in columns if not _VALUE.isdisjoint(words(c.name)) and c is not attribute]
    tenants = {*_TENANTS, facts.tenancy.column_of.get(table.oid)}
    entities = [
        c
        for c in columns
        if c.name.endswith("_id") and c is not attribute and c.number != own and c.name not in tenants
    ]
    if values and entities and not _is_series(table, attribute, facts):
        names = (entities[0].name, attribute.name, values[0].name)
        report.fail(
            table.id,
            f"{table.qualified} keeps attributes as rows ({listed(names)}): no type, no NOT NULL and no foreign key "
            "holds for them",
            {"entity": names[0], "attribute": names[1], "value": names[2]},
            related=tuple(table.column_id(c) for c in (entities[0], attribute, values[0])),
        )


def _is_series(table: Relation, attribute: Column, facts: Facts) -> bool:
    """Whether rows are told apart by time as well: measurements, not attributes."""
    kinds = leaves(facts.catalog)
    timed = {c.number for c in table.columns if kinds[c.type_oid].oid in _TIMES}
    keys = [set(i.key_columns) for i in table.indexes if i.is_unique and attribute.number in i.key_columns]
    return bool(keys) and all(not timed.isdisjoint(columns) for columns in keys)


RULE = Rule(
    id="no-eav-table",
    title="Attributes are not kept as rows",
    category=Category.NORMAL_FORM,
    severity=Severity.WARNING,
    tier=Tier.GROWTH,
    passes="No table consists of an entity's id, an attribute and a value; settings without an entity, and series of "
    "measurements over time, are meant.",
    why="Reading one thing back takes a join for each attribute, and every value is a text that anything fits into. "
    "Real columns, or one jsonb column, keep types and can be indexed.",
    source="https://wiki.postgresql.org/wiki/Don%27t_Do_This",
    looks_at="pg_attribute.attname, pg_constraint, pg_index (indisunique, indkey)",
    each_table=check,
    reads=("tenancy", "catalog.types"),
    not_applicable_when="there is no table",
)
