"""No trigger is disabled."""

from __future__ import annotations

from pgplumb.catalog.relation import Relation
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.foundation.names import part


def check(relation: Relation, facts: Facts, report: Report) -> None:
    """Look at the triggers that people made, a partitioned table's once."""
    for trigger in relation.triggers:
        if trigger.internal or (trigger.parent and _off_above(relation, trigger.parent, facts)):
            continue
        report.checked()
        if trigger.enabled == "D":
            report.fail(
                relation.trigger_id(trigger),
                f"the trigger {part(trigger.name)} on {relation.qualified} is disabled",
                {"timing": trigger.timing, "events": trigger.events},
                related=(relation.id,),
                fix=Fix("enable-trigger", {"table": relation.qualified, "trigger": trigger.name}),
            )


def _off_above(partition: Relation, parent_trigger: int, facts: Facts) -> bool:
    parents = (facts.catalog.relations.get(oid) for oid in partition.parents)
    return any(
        p is not None and any(t.oid == parent_trigger and t.enabled == "D" for t in p.triggers)
        for p in parents
    )


RULE = Rule(
    id="no-disabled-trigger",
    title="No trigger is disabled",
    category=Category.KEYS,
    severity=Severity.WARNING,
    tier=Tier.NOW,
    passes="No trigger that people made is disabled; ENABLE REPLICA and ENABLE ALWAYS are meant.",
    why="What a trigger keeps right (audit rows, totals, updated_at) goes wrong silently while it is off. Triggers "
    "are switched off for a bulk load and forgotten.",
    source="https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-DISABLE-ENABLE-TRIGGER",
    looks_at="pg_trigger (tgisinternal, tgenabled)",
    each_relation=check,
    not_applicable_when="there is no trigger",
)
