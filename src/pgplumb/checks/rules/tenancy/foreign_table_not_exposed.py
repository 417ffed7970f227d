"""Foreign tables are not open to applications."""

from __future__ import annotations

from pgplumb.catalog.relation import Relation
from pgplumb.checks.exposure import exposure, revocation, shown
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier


def check(relation: Relation, facts: Facts, report: Report) -> None:
    """Look at who can read a foreign table."""
    if relation.kind != "f":
        return
    report.checked()
    who = exposure(facts.catalog)
    readers = who.readers(relation)
    if not readers:
        return
    report.fail(
        relation.id,
        f"{shown(readers)} can read {relation.qualified}, which can have no policies and asks "
        f"{relation.foreign_server} with the rights of its user mapping",
        {"readers": readers, "server": relation.foreign_server},
        fix=revocation(relation.id, ("SELECT",), who.grantees(relation, "r")),
    )


RULE = Rule(
    id="foreign-table-not-exposed",
    title="Foreign tables are closed to applications",
    category=Category.TENANCY,
    severity=Severity.WARNING,
    tier=Tier.NOW,
    passes="No foreign table can be read by an application role other than its owner.",
    why="Row-level security cannot be enabled on a foreign table, and the other server sees one user for everybody. "
    "What must be shown can be shown by a view that asks whose rows they are.",
    source="https://www.postgresql.org/docs/current/ddl-foreign-data.html",
    looks_at="pg_class (relkind f, relacl), pg_foreign_table",
    each_relation=check,
    reads=("catalog.roles", "catalog.memberships", "catalog.schemas"),
    not_applicable_when="there is no foreign table",
)
