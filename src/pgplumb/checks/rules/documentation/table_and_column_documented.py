"""Tables and columns have a comment."""

from __future__ import annotations

from pgplumb.catalog.relation import Relation
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.time_stamps import CREATED, UPDATED

_CLEAR = frozenset(("id", "uuid", "name", "deleted_at", *CREATED, *UPDATED))
"""Columns that say what they are by their name."""


def is_blank(comment: str | None) -> bool:
    """Whether a comment is missing, or nothing but spaces."""
    return comment is None or not comment.strip()


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Look at the comments of a table and of those columns that its keys do not explain."""
    report.checked()
    keyed = {number for c in table.constraints if c.kind == "f" for number in c.columns}
    tenant = facts.tenancy.column_of.get(table.oid)
    silent = tuple(
        c.name
        for c in table.columns
        if (c.comment is None or not c.comment.strip())
        and c.name not in _CLEAR
        and c.number not in keyed
        and c.name != tenant
    )
    blank = is_blank(table.comment)
    if not blank and not silent:
        return
    said = f"{table.qualified} has no comment" if blank else f"{table.qualified} has a comment"
    columns = f"{len(silent)} of its columns have none" if silent else ""
    joined = " and " if blank else ", but "
    report.fail(
        table.id,
        f"{said}{joined if columns else ''}{columns}",
        {"table": blank, "columns": silent},
    )


RULE = Rule(
    id="table-and-column-documented",
    title="Tables and columns have comments",
    category=Category.DOCUMENTATION,
    severity=Severity.INFO,
    tier=Tier.GROWTH,
    passes="Every table has a comment that is not blank, and so has every column but ids, names, time "
    "stamps, tenant and foreign key columns.",
    why="A comment travels with the table: every tool shows it, every dump keeps it. What a status of 7 "
    "means is otherwise known to whoever wrote it, as long as they stay.",
    source="https://www.postgresql.org/docs/current/sql-comment.html",
    looks_at="pg_description",
    each_table=check,
    reads=("tenancy",),
    not_applicable_when="there is no table",
)
