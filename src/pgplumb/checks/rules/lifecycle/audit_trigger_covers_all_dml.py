"""Audit triggers see every kind of change."""

from __future__ import annotations

import re

from pgplumb.catalog.model import Catalog
from pgplumb.catalog.relation import Relation, Trigger
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier

_AUDIT = re.compile(r"audit|(^|_)(log|track|record)_?(change|changes|history|row|dml)|(^|_)histori[sz]e")
_DML = ("INSERT", "UPDATE", "DELETE")


def audits(table: Relation, catalog: Catalog) -> list[Trigger]:
    """Return the triggers that are called like an audit trail, or call a function that is."""
    found = []
    for trigger in table.triggers:
        if trigger.internal:
            continue
        function = catalog.functions.get(trigger.function)
        names = (trigger.name.lower(), function.name.lower() if function else "")
        if any(_AUDIT.search(name) for name in names):
            found.append(trigger)
    return found


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Add up the events of the enabled triggers that write an audit trail, by their names."""
    found = audits(table, facts.catalog)
    if not found:
        return
    report.checked()
    active = [trigger for trigger in found if trigger.enabled in "OA"]
    seen = {event for trigger in active for event in trigger.events}
    missing = tuple(event for event in _DML if event not in seen)
    updating = [trigger for trigger in active if "UPDATE" in trigger.events]
    narrowed = bool(updating) and all(trigger.columns for trigger in updating)
    if not missing and not narrowed:
        return
    what = " and ".join(missing) if missing else "an UPDATE of columns that its trigger does not name"
    report.fail(
        table.trigger_id(found[0]),
        f"the audit trail of {table.qualified} misses {what}",
        {"triggers": tuple(t.name for t in found), "missing": missing, "truncate": "TRUNCATE" in seen},
        related=(table.id,),
    )


RULE = Rule(
    id="audit-trigger-covers-all-dml",
    title="Audit triggers see INSERT, UPDATE and DELETE",
    category=Category.LIFECYCLE,
    severity=Severity.WARNING,
    tier=Tier.GROWTH,
    passes="Where a table has a trigger that is called, or calls a function called, like an audit trail, "
    "the enabled ones together fire on INSERT, UPDATE (of every column) and DELETE.",
    why="An audit trail with a hole proves nothing: what is not in it may still have happened. TRUNCATE is "
    "in the evidence too, since only a trigger for it would see that.",
    source="https://www.postgresql.org/docs/current/sql-createtrigger.html",
    looks_at="pg_trigger (tgtype, tgenabled, tgattr), pg_proc.proname",
    each_table=check,
    reads=("catalog.functions",),
    not_applicable_when="no table has a trigger that is called like an audit trail",
)
