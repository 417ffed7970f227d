"""Foreign keys say what happens on delete."""

from __future__ import annotations

from pgplumb.catalog.relation import Relation
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.foreign_keys import declared, temporal
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.wording import columns_of


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Look for the action that nobody chose; one written NO ACTION looks the same in the catalog."""
    for key in declared(table):
        if temporal(key, facts.catalog):
            continue  # PERIOD allows NO ACTION alone
        report.checked()
        if key.on_delete != "a":
            continue
        parent = facts.catalog.relations.get(key.foreign_relation)
        target = parent.qualified if parent else "its parent"
        report.fail(
            table.constraint_id(key),
            f"{columns_of(table, key.columns)} references {target} without ON DELETE: NO ACTION holds, written or not",
            {"on_delete": "NO ACTION"},
            related=(parent.id,) if parent else (),
            fix=Fix(
                "replace-foreign-key",
                {"table": table.qualified, "constraint": key.name, "on_delete": "RESTRICT"},
            ),
        )


RULE = Rule(
    id="fk-explicit-on-delete",
    title="Foreign keys state ON DELETE",
    category=Category.KEYS,
    severity=Severity.WARNING,
    tier=Tier.GROWTH,
    passes="Every foreign key has an ON DELETE action other than NO ACTION, which is what stands when none is written.",
    why="Whether children go with their parent, stay without it or forbid its deletion is a decision about the "
    "data. Where nobody wrote it down, the first delete in production finds out.",
    source="https://www.postgresql.org/docs/current/sql-createtable.html#SQL-CREATETABLE-PARMS-REFERENCES",
    looks_at="pg_constraint.confdeltype",
    each_table=check,
    not_applicable_when="there is no foreign key",
)
