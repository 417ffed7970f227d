"""Time stamps are not rounded."""

from __future__ import annotations

from pgplumb.catalog.relation import Relation
from pgplumb.checks.column_types import TIMESTAMP, TIMESTAMPTZ, leaves, type_text
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.foundation.names import part

_STAMPS = frozenset((TIMESTAMP, TIMESTAMPTZ))
_FULL = 6


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Look for a precision of fewer than six digits."""
    kinds = leaves(facts.catalog)
    stamps = kinds.made_of(_STAMPS)
    for column in [c for c in table.columns if c.type_oid in stamps]:
        report.checked()
        leaf = kinds[column.type_oid]
        digits = column.typmod if column.typmod >= 0 else leaf.typmod
        if not 0 <= digits < _FULL:
            continue
        shown = type_text(facts.catalog, column.type_oid, column.typmod)
        changeable = not leaf.is_array and not leaf.is_domain and not column.generated
        key = table.partition_key
        if key is not None and column.number in key.columns:
            changeable = False
        report.fail(
            table.column_id(column),
            f"{table.qualified}.{part(column.name)} is {shown}: it rounds, so that a time may lie in the future",
            {"type": shown, "digits": digits},
            related=(table.id,),
            fix=Fix(
                "change-type",
                {"table": table.qualified, "column": column.name, "type": type_text(facts.catalog, leaf.oid)},
            )
            if changeable
            else None,
        )


RULE = Rule(
    id="no-timestamp-precision",
    title="Time stamps are not rounded",
    category=Category.TYPES,
    severity=Severity.INFO,
    tier=Tier.GROWTH,
    passes="No timestamp or timestamptz column has a precision below six digits.",
    why="timestamp(0) does not cut fractions off, it rounds: half of all rows carry a second that had not begun, and a "
    "row may seem to be made after it was changed. It saves no space either.",
    source="https://wiki.postgresql.org/wiki/Don%27t_Do_This#Don.27t_use_timestamp.280.29_or_timestamptz.280.29",
    looks_at="pg_attribute (atttypid, atttypmod), pg_type.typtypmod",
    each_table=check,
    reads=("catalog.types",),
    not_applicable_when="there is no time stamp column",
)
