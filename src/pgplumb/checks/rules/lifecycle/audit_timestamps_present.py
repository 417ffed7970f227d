"""Tables say when each row was made and last changed."""

from __future__ import annotations

from pgplumb.catalog.relation import Column, Relation
from pgplumb.catalog.unread import Unread
from pgplumb.checks.column_types import (
    DATE,
    INT2,
    STRINGS,
    TIMESTAMP,
    TIMESTAMPTZ,
    rejects_null,
    type_text,
    without_domain,
)
from pgplumb.checks.estimates import counters
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.rules.tenancy.tenant_column_present import BOOKKEEPING
from pgplumb.checks.time_stamps import CREATED, UPDATED, is_appended, is_link, is_now, named

_INSERTS = 1000
"""So many rows added and none ever changed: the table needs no time of change."""


def is_reference(table: Relation, facts: Facts) -> bool:
    """Whether a table is a short list that others refer to by a code: countries, currencies, statuses."""
    key = table.primary_key
    if key is None or len(table.columns) > 4 or next(table.foreign_keys, None) is not None:
        return False
    first = table.column(key.columns[0])
    coded = first is not None and not first.has_default and first.type_oid in (*STRINGS, INT2)
    return coded and bool(facts.catalog.referencing.get(table.oid))


def never_changes(table: Relation, facts: Facts) -> bool:
    """Whether the counters show rows added and none changed."""
    counted = counters(table, facts)
    return counted is not None and counted.inserted >= _INSERTS and counted.updated == 0


def defects(table: Relation, column: Column, facts: Facts) -> list[str] | Unread:
    """Return what a time stamp lacks."""
    catalog = facts.catalog
    kind, _ = without_domain(catalog, column.type_oid, column.typmod)
    if kind not in (TIMESTAMPTZ, TIMESTAMP, DATE):
        return []
    said = []
    if kind != TIMESTAMPTZ:
        said.append(f"is {type_text(catalog, column.type_oid, column.typmod)}, not timestamptz")
    if not rejects_null(catalog, column):
        said.append("may be NULL")
    if not column.generated:
        given = is_now(column.default) if column.has_default else False
        if isinstance(given, Unread):
            return given
        if not given:
            said.append("has no default of now()")
    return said


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Look for both columns, then at their type, NOT NULL and default."""
    exempt = is_link(table) or is_appended(table) or table.name in BOOKKEEPING or is_reference(table, facts)
    if exempt:
        return
    report.checked()
    found = (named(table, CREATED), named(table, UPDATED))
    wanted = ["created_at"] if found[0] is None else []
    if found[1] is None and not never_changes(table, facts):
        wanted.append("updated_at")
    for name in wanted:
        report.fail(
            table.id,
            f"{table.qualified} has no {name}: nobody can tell when a row was "
            f"{'made' if name == 'created_at' else 'last changed'}",
            {"missing": name},
            fix=Fix(
                "add-column",
                {
                    "table": table.qualified,
                    "column": name,
                    "type": "timestamptz",
                    "default": "now()",
                    "not_null": True,
                },
            ),
        )
    for column in found:
        if column is None:
            continue
        said = defects(table, column, facts)
        if isinstance(said, Unread):
            report.unknown(f"the default of {table.qualified}.{column.name}: {said.reason}")
        elif said:
            report.fail(
                table.column_id(column),
                f"{table.qualified}.{column.name} {' and '.join(said)}",
                {"defects": tuple(said)},
                related=(table.id,),
                fix=Fix("set-default", {"table": table.qualified, "column": column.name, "default": "now()"})
                if said == ["has no default of now()"]
                else None,
            )


RULE = Rule(
    id="audit-timestamps-present",
    title="Tables have created_at and updated_at",
    category=Category.LIFECYCLE,
    severity=Severity.WARNING,
    tier=Tier.NOW,
    passes="Every table has a time of creation and of last change (created_at, updated_at or a usual "
    "synonym), both timestamptz, NOT NULL and with a default of now(). Link tables, logs, short "
    "reference lists and tables whose rows never change are left out.",
    why="They are the first thing asked for when data is wrong, and the only way to load changes step by "
    "step. Added later, they hold nothing for the rows that are already there.",
    source="https://www.postgresql.org/docs/current/datatype-datetime.html",
    looks_at="pg_attribute, pg_attrdef, pg_stat_all_tables (n_tup_ins, n_tup_upd)",
    each_table=check,
    reads=("statistics", "catalog.types"),
    unknown_when="a default could not be read because its table is locked",
    not_applicable_when="there is no table but links, logs and reference lists",
)
