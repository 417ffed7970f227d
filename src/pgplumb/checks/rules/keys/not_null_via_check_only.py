"""NOT NULL is said by NOT NULL."""

from __future__ import annotations

from pgplumb.catalog.relation import Relation
from pgplumb.catalog.unread import Unread
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.predicate_text import conjuncts, not_null_test
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.foundation.names import part


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Look for validated checks that say IS NOT NULL of one nullable column and nothing more."""
    for constraint in table.constraints:
        if constraint.kind != "c" or len(constraint.columns) != 1 or not constraint.validated:
            continue
        report.checked()
        text = constraint.expression
        if not isinstance(text, str):
            reason = text.reason if isinstance(text, Unread) else "not read"
            report.unknown(f"a check on {table.qualified} is not known: {reason}")
            continue
        parts = conjuncts(text)
        column = table.column(constraint.columns[0])
        if len(parts) != 1 or column is None or column.not_null or not_null_test(parts[0]) != column.name:
            continue
        report.fail(
            table.column_id(column),
            f"{table.qualified}.{part(column.name)} is kept from null by the check {part(constraint.name)} alone: "
            "the planner and clients take it for nullable",
            {"constraint": constraint.name},
            related=(table.constraint_id(constraint),),
            fix=Fix("set-not-null", {"table": table.qualified, "column": column.name}),
        )


RULE = Rule(
    id="not-null-via-check-only",
    title="NOT NULL is not left to a CHECK",
    category=Category.KEYS,
    severity=Severity.INFO,
    tier=Tier.GROWTH,
    passes="No nullable column has a validated CHECK that only says IS NOT NULL.",
    why="It is what an online change to NOT NULL leaves behind when its last step was forgotten. SET NOT NULL uses "
    "the check instead of reading the table, and the check can go.",
    source="https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-SET-DROP-NOT-NULL",
    looks_at="pg_constraint (contype c, conbin), pg_attribute.attnotnull",
    each_table=check,
    unknown_when="a CHECK could not be read because its table is locked",
    not_applicable_when="no validated CHECK speaks of a single column",
)
