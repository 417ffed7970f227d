"""Primary keys are short."""

from __future__ import annotations

from pgplumb.catalog.relation import Relation
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.wording import listed

LIMIT = 4
"""Tenant, time and a number are fine; the profile's `pk-max-columns` says otherwise."""


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Count the columns of the primary key."""
    key = table.primary_key
    if key is None:
        return
    report.checked()
    limit = facts.profile.threshold("pk-max-columns", LIMIT)
    if len(key.columns) > limit:
        columns = table.column_names(key.columns)
        report.fail(
            table.constraint_id(key),
            f"the primary key of {table.qualified} has {len(columns)} columns: {listed(columns)}",
            {"columns": columns, "limit": limit},
            related=(table.id,),
        )


RULE = Rule(
    id="pk-column-count-limit",
    title="Primary keys have at most 4 columns",
    category=Category.KEYS,
    severity=Severity.INFO,
    tier=Tier.GROWTH,
    passes="The primary key has at most 4 columns (pk-max-columns).",
    why="Every referencing table repeats the whole key and indexes it. A wide key makes those tables and their "
    "joins wide as well.",
    source="https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-PRIMARY-KEYS",
    looks_at="pg_constraint.conkey",
    each_table=check,
    not_applicable_when="no table has a primary key",
)
