"""Foreign key columns have the type of what they refer to."""

from __future__ import annotations

from pgplumb.catalog.model import Catalog
from pgplumb.catalog.relation import Column, Relation
from pgplumb.checks.column_types import TEXT, VARCHAR, type_text, without_domain
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.foreign_keys import declared
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.foundation.names import part


def matches(child: Column, parent: Column, catalog: Catalog) -> bool:
    """Whether the types beneath domains are equal. Text beside varchar is: both compare alike."""
    if child.type_oid == parent.type_oid and child.typmod == parent.typmod:
        return True
    one = without_domain(catalog, child.type_oid, child.typmod)
    other = without_domain(catalog, parent.type_oid, parent.typmod)
    return one == other or {one[0], other[0]} == {TEXT, VARCHAR}


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Compare each pair of columns of each foreign key."""
    catalog = facts.catalog
    for key in declared(table):
        target = catalog.relations.get(key.foreign_relation)
        if target is None:
            continue
        report.checked()
        for number, foreign_number in zip(key.columns, key.foreign_columns, strict=True):
            child, parent = table.column(number), target.column(foreign_number)
            if child is None or parent is None or matches(child, parent, catalog):
                continue
            has = type_text(catalog, child.type_oid, child.typmod)
            wants = type_text(catalog, parent.type_oid, parent.typmod)
            report.fail(
                table.constraint_id(key),
                f"{table.qualified}.{part(child.name)} is {has} and refers to {target.qualified}."
                f"{part(parent.name)}, which is {wants}",
                {"column": child.name, "type": has, "foreign_column": parent.name, "foreign_type": wants},
                related=(table.column_id(child), target.column_id(parent)),
                fix=Fix("change-type", {"table": table.qualified, "column": child.name, "type": wants}),
            )


RULE = Rule(
    id="fk-type-matches-target",
    title="Foreign keys have the type of their target",
    category=Category.KEYS,
    severity=Severity.ERROR,
    tier=Tier.NOW,
    passes="Each foreign key column has the type and length or precision of the referenced column, domains looked "
    "through; text beside varchar is no difference.",
    why="A narrower column cannot hold every key of its parent: inserts fail once the keys grow past it. Every "
    "check and join has to convert, and some cannot use an index then.",
    source="https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-FK",
    looks_at="pg_constraint (conkey, confkey), pg_attribute (atttypid, atttypmod), pg_type.typbasetype",
    each_table=check,
    reads=("catalog.types",),
    not_applicable_when="there is no foreign key",
)
