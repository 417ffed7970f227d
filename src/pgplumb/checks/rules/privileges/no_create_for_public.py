"""Nobody but its owners creates objects in a schema."""

from __future__ import annotations

from pgplumb.catalog.acl import grants
from pgplumb.checks.exposure import revocation
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier


def check(facts: Facts, report: Report) -> None:
    """Look for CREATE among the privileges of PUBLIC on each schema."""
    for schema in sorted(facts.catalog.schemas.values(), key=lambda s: s.name):
        if schema.extension is not None:
            continue
        report.checked()
        if any(not g.grantee and g.holds("C") for g in grants(schema.acl)):
            report.fail(
                schema.id,
                f"every role may create objects in schema {schema.name}, and so put its own function or "
                "table in the way of others'",
                {"acl": schema.acl},
                fix=revocation(schema.id, ("CREATE",), ("PUBLIC",)),
            )


RULE = Rule(
    id="no-create-for-public",
    title="PUBLIC creates nothing in any schema",
    category=Category.PRIVILEGES,
    severity=Severity.ERROR,
    tier=Tier.NOW,
    passes="No schema grants CREATE to PUBLIC.",
    why="Who may create in a schema on the search_path can make a function that others call in place of "
    "the one they mean (CVE-2018-1058). New databases are closed since PostgreSQL 15; upgraded ones "
    "keep what they had.",
    source="https://www.postgresql.org/docs/current/ddl-schemas.html#DDL-SCHEMAS-PATTERNS",
    looks_at="pg_namespace.nspacl",
    whole=check,
    reads=("catalog.schemas",),
    not_applicable_when="there is no schema but PostgreSQL's own",
)
