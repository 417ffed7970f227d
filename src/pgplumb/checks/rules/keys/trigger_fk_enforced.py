"""The triggers that enforce foreign keys are on."""

from __future__ import annotations

from pgplumb.catalog.relation import Constraint, Relation, Trigger
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier


def check(relation: Relation, facts: Facts, report: Report) -> None:
    """Look for disabled internal triggers; those that fire on replicas alone are meant."""
    if not relation.is_table:
        return
    catalog = facts.catalog
    pointing = catalog.referencing.get(relation.oid, ())
    own = [c for c in relation.constraints if c.kind == "f"]
    if not relation.is_partition:
        report.checked(len(own) + len(pointing))
    off = [t for t in relation.triggers if t.internal and t.enabled == "D"]
    if not off:
        return
    by_constraint: dict[int, list[Trigger]] = {}
    for trigger in off:
        if not _off_above(relation, trigger, facts):
            by_constraint.setdefault(trigger.constraint, []).append(trigger)
    known: dict[int, tuple[Relation, Constraint]] = {c.oid: (relation, c) for c in relation.constraints}
    known.update({c.oid: (table, c) for table, c in pointing})
    for oid, triggers in by_constraint.items():
        if not own and not pointing:
            report.checked()
        _fail(relation, triggers, known.get(oid), report)


def _off_above(partition: Relation, trigger: Trigger, facts: Facts) -> bool:
    """Whether the trigger was cloned from one that is off on the partitioned table, where it is reported."""
    if not trigger.parent:
        return False
    parents = (facts.catalog.relations.get(oid) for oid in partition.parents)
    return any(p is not None and any(t.oid == trigger.parent for t in p.triggers) for p in parents)


def _fail(
    relation: Relation, triggers: list[Trigger], owner: tuple[Relation, Constraint] | None, report: Report
) -> None:
    names = tuple(sorted(t.name for t in triggers))
    if owner is None:
        object_id, what = relation.trigger_id(triggers[0]), "a constraint"
    else:
        table, constraint = owner
        object_id, what = table.constraint_id(constraint), f"{constraint.name} of {table.qualified}"
    report.fail(
        object_id,
        f"{what} is not enforced: its triggers on {relation.qualified} are disabled, and rows written since then "
        "were not checked",
        {"triggers": names, "table": relation.qualified},
        related=(relation.id, *(relation.trigger_id(t) for t in triggers)),
        fix=Fix("enable-trigger", {"table": relation.qualified, "triggers": names}),
    )


RULE = Rule(
    id="trigger-fk-enforced",
    title="Foreign keys are enforced",
    category=Category.KEYS,
    severity=Severity.ERROR,
    tier=Tier.NOW,
    passes="No internal trigger of a foreign key or deferrable unique constraint is disabled.",
    why="ALTER TABLE ... DISABLE TRIGGER ALL switches foreign keys off while the catalog still shows them as valid. "
    "It is often left behind by a bulk load.",
    source="https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-DISABLE-ENABLE-TRIGGER",
    looks_at="pg_trigger (tgisinternal, tgenabled, tgconstraint)",
    each_relation=check,
    not_applicable_when="there is no foreign key",
)
