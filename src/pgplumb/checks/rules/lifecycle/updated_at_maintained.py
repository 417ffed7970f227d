"""The time of last change is kept by a trigger."""

from __future__ import annotations

from pgplumb.catalog.relation import Relation
from pgplumb.checks.column_types import TIMESTAMP, TIMESTAMPTZ, without_domain
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.time_stamps import UPDATED, is_appended, named


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Look for any enabled BEFORE UPDATE trigger for each row: which column it sets is not looked into."""
    column = named(table, UPDATED)
    if column is None or column.generated or is_appended(table):
        return
    kind, _ = without_domain(facts.catalog, column.type_oid, column.typmod)
    if kind not in (TIMESTAMPTZ, TIMESTAMP):
        return
    report.checked()
    for trigger in table.triggers:
        if (
            not trigger.internal
            and trigger.enabled in "OA"
            and trigger.timing == "BEFORE"
            and trigger.for_each_row
            and "UPDATE" in trigger.events
        ):
            return
    report.fail(
        table.column_id(column),
        f"no trigger keeps {table.qualified}.{column.name}: it is right only where every UPDATE remembers it",
        {"triggers": tuple(t.name for t in table.triggers if not t.internal)},
        related=(table.id,),
        fix=Fix("create-trigger", {"table": table.qualified, "column": column.name}),
    )


RULE = Rule(
    id="updated-at-maintained",
    title="updated_at is kept by a trigger",
    category=Category.LIFECYCLE,
    severity=Severity.WARNING,
    tier=Tier.NOW,
    passes="Every table with a time of last change has an enabled BEFORE UPDATE trigger for each row, or "
    "the column is generated. Waive it where the application's ORM sets the column.",
    why="A default fills the column once, when the row is made. Statements by hand, in migrations and in "
    "other services forget it, and whoever copies changed rows then misses them.",
    source="https://www.postgresql.org/docs/current/plpgsql-trigger.html",
    looks_at="pg_attribute, pg_trigger (tgtype, tgenabled)",
    each_table=check,
    reads=("catalog.types",),
    not_applicable_when="no table has a time of last change",
)
