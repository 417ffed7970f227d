"""Tables have a primary key."""

from __future__ import annotations

from pgplumb.catalog.held import held_rows
from pgplumb.catalog.relation import Relation
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.unique_keys import primary_key_fix


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Look for a constraint of kind p; a unique index is not one."""
    report.checked()
    for constraint in table.constraints:
        if constraint.kind == "p":
            return
    report.fail(
        table.id,
        f"{table.qualified} has no primary key: nothing tells two equal rows apart",
        {"rows": held_rows(table, facts.catalog), "unlogged": table.persistence == "u"},
        fix=primary_key_fix(table, facts.catalog),
    )


RULE = Rule(
    id="table-has-primary-key",
    title="Tables have a primary key",
    category=Category.KEYS,
    severity=Severity.ERROR,
    tier=Tier.NOW,
    passes="Every ordinary or partitioned table has a PRIMARY KEY; partitions are spoken for by their root.",
    why="Without one, equal rows cannot be told apart, so that one of them can be neither corrected nor deleted. "
    "Foreign keys have nothing to point at and logical replication refuses updates and deletes.",
    source="https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-PRIMARY-KEYS",
    looks_at="pg_class (relkind, relispartition), pg_constraint.contype",
    each_table=check,
    not_applicable_when="there is no table",
)
