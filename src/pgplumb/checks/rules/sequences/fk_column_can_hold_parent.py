"""Columns of foreign keys can hold every key of the parent."""

from __future__ import annotations

from pgplumb.catalog.relation import Relation
from pgplumb.checks.column_types import INT2, INT4, INT8, type_text, without_domain
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier

_WIDTH = {INT2: 2, INT4: 4, INT8: 8}


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Compare the integer types of both sides of each foreign key."""
    catalog = facts.catalog
    for key in table.foreign_keys:
        parent = catalog.relations.get(key.foreign_relation)
        if parent is None:
            continue
        for number, foreign in zip(key.columns, key.foreign_columns, strict=False):
            own, theirs = table.column(number), parent.column(foreign)
            if own is None or theirs is None:
                continue
            mine, _ = without_domain(catalog, own.type_oid, own.typmod)
            wanted, _ = without_domain(catalog, theirs.type_oid, theirs.typmod)
            if mine not in _WIDTH or wanted not in _WIDTH:
                continue
            report.checked()
            if _WIDTH[mine] >= _WIDTH[wanted]:
                continue
            held, needed = type_text(catalog, mine), type_text(catalog, wanted)
            report.fail(
                table.column_id(own),
                f"{table.qualified}.{own.name} is {held} and refers to {parent.qualified}.{theirs.name}, "
                f"which is {needed}: larger keys cannot be referred to",
                {"type": held, "parent_type": needed, "constraint": key.name},
                related=(table.constraint_id(key), parent.column_id(theirs)),
                fix=Fix("change-type", {"table": table.qualified, "column": own.name, "type": needed}),
            )


RULE = Rule(
    id="fk-column-can-hold-parent",
    title="Foreign key columns hold every parent key",
    category=Category.SEQUENCES,
    severity=Severity.ERROR,
    tier=Tier.NOW,
    passes="No integer column of a foreign key is narrower than the column that it refers to.",
    why="The parent was made wide enough, the child was forgotten: once the parent's keys pass "
    "2,147,483,647, rows that refer to new parents fail with: integer out of range.",
    source="https://www.postgresql.org/docs/current/datatype-numeric.html#DATATYPE-INT",
    looks_at="pg_constraint (conkey, confkey), pg_attribute.atttypid",
    each_table=check,
    reads=("catalog.types",),
    not_applicable_when="no foreign key has integer columns",
)
