"""No column is timetz."""

from __future__ import annotations

from pgplumb.catalog.relation import Relation
from pgplumb.checks.column_types import TIME, TIMETZ, leaves
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.foundation.names import part

_TIMES = frozenset((TIME, TIMETZ))


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Look at what columns are made of beneath arrays and domains."""
    kinds = leaves(facts.catalog)
    times = kinds.made_of(_TIMES)
    for column in [c for c in table.columns if c.type_oid in times]:
        report.checked()
        if kinds[column.type_oid].oid == TIMETZ:
            report.fail(
                table.column_id(column),
                f"{table.qualified}.{part(column.name)} is time with time zone: an offset without a date fits no zone "
                "that knows summer time",
                {"type": "time with time zone"},
                related=(table.id,),
            )


RULE = Rule(
    id="no-timetz",
    title="No column is time with time zone",
    category=Category.TYPES,
    severity=Severity.WARNING,
    tier=Tier.NOW,
    passes="No column is time with time zone (timetz), arrays and domains of it included.",
    why="A zone's offset depends on the date, which a time of day does not have. The type exists for the SQL "
    "standard; PostgreSQL's own documentation advises against it.",
    source="https://www.postgresql.org/docs/current/datatype-datetime.html#DATATYPE-TIMEZONES",
    looks_at="pg_attribute.atttypid, pg_type (typelem, typbasetype)",
    each_table=check,
    reads=("catalog.types",),
    not_applicable_when="no column holds a time of day",
)
