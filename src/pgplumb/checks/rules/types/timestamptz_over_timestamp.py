"""Points in time are timestamptz."""

from __future__ import annotations

from pgplumb.catalog.model import Catalog
from pgplumb.catalog.relation import Column, Relation
from pgplumb.checks.column_types import TIMESTAMP, TIMESTAMPTZ, leaves, type_text
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.name_words import words
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.foundation.names import part
from pgplumb.sql.quote import quote_identifier

_MOMENTS = frozenset((TIMESTAMP, TIMESTAMPTZ))
_LOCAL = frozenset(("local", "localtime", "wall", "wallclock", "opens", "closes", "opening", "closing"))
"""Words of columns that hold the time on a clock somewhere, on purpose."""


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Look at what columns are made of beneath arrays, domains and ranges."""
    kinds = leaves(facts.catalog)
    moments = kinds.made_of(_MOMENTS)
    judged = 0
    for column in [c for c in table.columns if c.type_oid in moments]:
        if kinds[column.type_oid].oid == TIMESTAMPTZ:
            judged += 1
        elif _LOCAL.isdisjoint(words(column.name)):
            judged += 1
            shown = type_text(facts.catalog, column.type_oid, column.typmod)
            report.fail(
                table.column_id(column),
                f"{table.qualified}.{part(column.name)} is {shown}: which moment it means depends on who reads it",
                {"type": shown},
                related=(table.id,),
                fix=_fix(table, column, facts.catalog),
            )
    report.checked(judged)


def _fix(table: Relation, column: Column, catalog: Catalog) -> Fix | None:
    """Return a change for plain columns that nothing else hangs on, supposing that they hold UTC."""
    key = table.partition_key
    if column.type_oid != TIMESTAMP or column.generated or (key is not None and column.number in key.columns):
        return None
    using = f"{quote_identifier(column.name)} AT TIME ZONE 'UTC'"
    wanted = type_text(catalog, TIMESTAMPTZ, column.typmod)
    return Fix(
        "change-type", {"table": table.qualified, "column": column.name, "type": wanted, "using": using}
    )


RULE = Rule(
    id="timestamptz-over-timestamp",
    title="Points in time are timestamptz",
    category=Category.TYPES,
    severity=Severity.WARNING,
    tier=Tier.NOW,
    passes="No column is timestamp without time zone, arrays, domains and ranges of it included; names with local or "
    "opening times are meant.",
    why="timestamp keeps what a clock showed and forgets whose clock it was, so that two servers or a summer time "
    "shift read different moments. timestamptz takes the same 8 bytes and means one moment.",
    source="https://wiki.postgresql.org/wiki/Don%27t_Do_This#Don.27t_use_timestamp_.28without_time_zone.29",
    looks_at="pg_attribute.atttypid, pg_type (typelem, typbasetype)",
    each_table=check,
    reads=("catalog.types",),
    not_applicable_when="no column holds points in time",
)
