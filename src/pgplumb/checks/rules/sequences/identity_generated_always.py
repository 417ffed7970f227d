"""Identity columns refuse values by hand."""

from __future__ import annotations

from pgplumb.catalog.relation import Relation
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Look at each identity column."""
    for column in table.columns:
        if not column.identity:
            continue
        report.checked()
        if column.identity == "d":
            report.fail(
                table.column_id(column),
                f"{table.qualified}.{column.name} takes values by hand, which its sequence then gives again",
                {"generated": "BY DEFAULT"},
                related=(table.id,),
                fix=Fix(
                    "set-identity",
                    {"table": table.qualified, "column": column.name, "generated": "ALWAYS"},
                ),
            )


RULE = Rule(
    id="identity-generated-always",
    title="Identity columns are GENERATED ALWAYS",
    category=Category.SEQUENCES,
    severity=Severity.INFO,
    tier=Tier.NOW,
    passes="Every identity column is GENERATED ALWAYS. Waive tables that are loaded with their keys.",
    why="BY DEFAULT lets an INSERT bring its own value, of which the sequence knows nothing: later it "
    "gives the same one, and that INSERT fails. ALWAYS demands OVERRIDING SYSTEM VALUE of whoever "
    "means it.",
    source="https://www.postgresql.org/docs/current/ddl-identity-columns.html",
    looks_at="pg_attribute.attidentity",
    each_table=check,
    not_applicable_when="there is no identity column",
)
