"""Trees say what happens to their branches."""

from __future__ import annotations

from pgplumb.catalog.relation import Relation
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.foreign_keys import declared
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.wording import columns_of


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Look at what deleting a row does to those that name it as their parent."""
    for key in declared(table):
        if key.foreign_relation != table.oid:
            continue
        report.checked()
        if key.on_delete != "a":
            continue
        nullable = all((c := table.column(n)) is not None and not c.not_null for n in key.columns)
        report.fail(
            table.constraint_id(key),
            f"{columns_of(table, key.columns)} refers to rows of its own table, and nothing says what becomes of "
            "them when their parent is deleted",
            {"on_delete": "NO ACTION", "nullable": nullable},
            related=(table.id,),
            fix=Fix(
                "replace-foreign-key",
                {
                    "table": table.qualified,
                    "constraint": key.name,
                    "on_delete": "SET NULL" if nullable else "RESTRICT",
                },
            ),
        )


RULE = Rule(
    id="fk-self-reference-delete-policy",
    title="Trees say what happens to their branches",
    category=Category.KEYS,
    severity=Severity.INFO,
    tier=Tier.GROWTH,
    passes="A foreign key from a table to itself has ON DELETE CASCADE, SET NULL, SET DEFAULT or RESTRICT, not the NO "
    "ACTION that stands there when nobody decided.",
    why="In a tree the first deleted row that has children fails, on some day in production. Whether a branch goes, "
    "moves up or holds its parent is a decision about the data.",
    source="https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-FK",
    looks_at="pg_constraint (conrelid, confrelid, confdeltype)",
    each_table=check,
    not_applicable_when="no table refers to itself",
)
