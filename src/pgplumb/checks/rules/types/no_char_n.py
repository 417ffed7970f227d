"""No column is char(n)."""

from __future__ import annotations

from pgplumb.catalog.relation import Relation
from pgplumb.checks.column_types import BPCHAR, STRINGS, leaves
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.foundation.names import part

_PADDED = frozenset((BPCHAR,))


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Look for bpchar with a length beneath arrays and domains; "char" is another type."""
    kinds = leaves(facts.catalog)
    strings = kinds.made_of(STRINGS)
    padded = kinds.made_of(_PADDED)
    columns = [c for c in table.columns if c.type_oid in strings]
    report.checked(len(columns))
    for column in columns:
        if column.type_oid not in padded:
            continue
        leaf = kinds[column.type_oid]
        typmod = column.typmod if column.typmod >= 0 else leaf.typmod
        if typmod < 0:
            continue
        plain = column.type_oid == BPCHAR and not column.generated
        report.fail(
            table.column_id(column),
            f"{table.qualified}.{part(column.name)} is char({typmod - 4}): values are padded with blanks that "
            "comparisons then ignore",
            {"length": typmod - 4},
            related=(table.id,),
            fix=Fix("change-type", {"table": table.qualified, "column": column.name, "type": "text"})
            if plain
            else None,
        )


RULE = Rule(
    id="no-char-n",
    title="No column is char(n)",
    category=Category.TYPES,
    severity=Severity.WARNING,
    tier=Tier.GROWTH,
    passes="No column is char(n), arrays and domains of it included.",
    why="char(n) pads with blanks to its length, takes more space than text and compares 'a' and 'a ' as equal. It "
    "does not keep short values out, either.",
    source="https://wiki.postgresql.org/wiki/Don%27t_Do_This#Don.27t_use_char.28n.29",
    looks_at="pg_attribute (atttypid, atttypmod), pg_type (typelem, typbasetype, typtypmod)",
    each_table=check,
    reads=("catalog.types",),
    not_applicable_when="no column is text, varchar or char",
)
