"""What goes with its parent goes with it softly too."""

from __future__ import annotations

from pgplumb.catalog.relation import Relation
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.soft_delete import marks
from pgplumb.checks.wording import columns_of


def carries_on(parent: Relation, numbers: frozenset[int]) -> bool:
    """Whether a trigger after UPDATE of the parent can mark its children: BEFORE ones change the row itself."""
    return any(
        not t.internal
        and t.enabled in "OA"
        and t.timing == "AFTER"
        and "UPDATE" in t.events
        and (not t.columns or not numbers.isdisjoint(t.columns))
        for t in parent.triggers
    )


def check(parent: Relation, facts: Facts, report: Report) -> None:
    """Look at children by ON DELETE CASCADE of a parent that is only marked as deleted."""
    found = marks(parent)
    if not found:
        return
    carried = carries_on(parent, frozenset(c.number for c in found))
    for table, key in facts.catalog.referencing.get(parent.oid, ()):
        if key.on_delete != "c" or key.parent or table.is_partition or table.oid == parent.oid:
            continue
        report.checked()
        if carried or marks(table):
            continue
        report.fail(
            table.constraint_id(key),
            f"{columns_of(table, key.columns)} goes when its row of {parent.qualified} is deleted, but that row is "
            f"only marked ({found[0].name}): a mark fires no cascade, and nothing marks the children",
            {"parent": parent.qualified, "mark": found[0].name},
            related=(parent.id, table.id),
        )


RULE = Rule(
    id="soft-delete-fk-cascade",
    title="Soft delete reaches the children",
    category=Category.LIFECYCLE,
    severity=Severity.INFO,
    tier=Tier.GROWTH,
    passes="Where a table with soft delete has children by ON DELETE CASCADE, they have a mark of their own, or an "
    "AFTER UPDATE trigger of the parent can mark or remove them. Rows themselves are not read.",
    why="The cascade says that children live and die with their parent, but marking is an UPDATE, on which no cascade "
    "fires. Children of deleted parents go on being found, counted and billed.",
    source="https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-FK",
    looks_at="pg_constraint.confdeltype, pg_attribute.attname, pg_trigger (tgtype, tgattr)",
    each_table=check,
    not_applicable_when="no table with a mark of soft delete has children by ON DELETE CASCADE",
)
