"""Soft delete is recorded as a time, consistently."""

from __future__ import annotations

from pgplumb.catalog.relation import Column, Relation
from pgplumb.catalog.unread import Unread
from pgplumb.checks.column_types import TIMESTAMPTZ, type_text, without_domain
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.soft_delete import deletion_flag, deletion_time


def agree(table: Relation, time: Column, flag: Column) -> bool | Unread:
    """Whether a CHECK ties the two columns together."""
    unread = None
    for constraint in table.constraints:
        if constraint.kind != "c":
            continue
        if isinstance(constraint.expression, Unread):
            unread = constraint.expression
        elif {time.number, flag.number} <= set(constraint.columns):
            return True
    return unread or False


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Look at the two columns by which a row can be marked as deleted."""
    time, flag = deletion_time(table), deletion_flag(table)
    if time is None and flag is None:
        return
    report.checked()
    catalog = facts.catalog
    if time is None:
        assert flag is not None
        report.fail(
            table.column_id(flag),
            f"{table.qualified}.{flag.name} says that a row is deleted, but nothing says since when",
            {"flag": flag.name},
            related=(table.id,),
            fix=Fix("add-column", {"table": table.qualified, "column": "deleted_at", "type": "timestamptz"}),
        )
        return
    kind, _ = without_domain(catalog, time.type_oid, time.typmod)
    if kind != TIMESTAMPTZ:
        shown = type_text(catalog, time.type_oid, time.typmod)
        report.fail(
            table.column_id(time),
            f"{table.qualified}.{time.name} is {shown}, not timestamptz",
            {"type": shown},
            related=(table.id,),
            fix=Fix("change-type", {"table": table.qualified, "column": time.name, "type": "timestamptz"})
            if shown.startswith("timestamp")
            else None,
        )
    if flag is None or flag.generated or time.generated:
        return
    answer = agree(table, time, flag)
    if isinstance(answer, Unread):
        report.unknown(f"the CHECKs of {table.qualified}: {answer.reason}")
    elif not answer:
        report.fail(
            table.id,
            f"{table.qualified} has both {time.name} and {flag.name}, and no CHECK keeps them from "
            "disagreeing",
            {"time": time.name, "flag": flag.name},
            related=(table.column_id(time), table.column_id(flag)),
            fix=Fix(
                "add-check",
                {"table": table.qualified, "expression": f"{flag.name} = ({time.name} IS NOT NULL)"},
            ),
        )


RULE = Rule(
    id="soft-delete-pair",
    title="Soft delete has a time, and one truth",
    category=Category.LIFECYCLE,
    severity=Severity.INFO,
    tier=Tier.GROWTH,
    passes="Tables with soft delete have deleted_at as timestamptz; where they have a flag too, a CHECK "
    "ties both together or one is generated.",
    why="A flag alone cannot say when rows may be removed for good. Two columns that nothing ties together "
    "end up saying different things.",
    source="https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-CHECK-CONSTRAINTS",
    looks_at="pg_attribute, pg_constraint (contype c)",
    each_table=check,
    reads=("catalog.types",),
    unknown_when="CHECK constraints could not be read because the table is locked",
    not_applicable_when="no table has soft delete",
)
