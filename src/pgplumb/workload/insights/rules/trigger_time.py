"""Triggers take a good part of a change."""

from __future__ import annotations

from collections.abc import Iterator

from pgplumb.catalog.relation import Constraint, Relation
from pgplumb.foundation.names import part
from pgplumb.foundation.text import count, duration, percent
from pgplumb.workload.insights.context import Context
from pgplumb.workload.insights.insight import Severity
from pgplumb.workload.insights.measures import share
from pgplumb.workload.insights.raw import Explained
from pgplumb.workload.insights.rule import Found, Needs, Rule

SHARE = 0.2
MILLISECONDS = 10
"""Below, the share says nothing."""
EACH = 0.1
"""Milliseconds a call: a foreign key that finds its rows by an index is quicker."""


def look(plan: Explained, context: Context) -> Iterator[Found]:
    """Look at each trigger's time."""
    for trigger in plan.figures.triggers:
        spent, runs, constraint = trigger.ms, max(trigger.calls, 1), trigger.constraint
        if spent < MILLISECONDS or share(spent, plan.milliseconds) < SHARE:
            continue
        name = constraint or trigger.name
        found = _foreign_key(constraint, trigger.relation, context)
        bare = found is not None and not _indexed(*found)
        if constraint is not None and not bare and spent / runs < EACH:
            continue
        table = found[0] if found else None
        key = list(found[0].column_names(found[1].columns)) if found else []
        yield Found(
            plan.root,
            f"{part(name)} took {duration(spent / 1000)} in {count(runs)} calls, "
            f"{percent(share(spent, plan.milliseconds))} of the time"
            + (f": {table.qualified} ({', '.join(map(part, key))}) has no index" if table and bare else ""),
            {
                "trigger": trigger.name,
                "constraint": constraint,
                "milliseconds": spent,
                "calls": runs,
                "share": round(share(spent, plan.milliseconds), 3),
                "referencing_table": table.qualified if table else None,
                "columns": key,
                "indexed": None if found is None else not bare,
            },
            hint=None if constraint else "Make the trigger's function cheaper, or a statement trigger of it.",
            subject=f"trigger {name}",
        )


def _foreign_key(
    name: str | None, relation: str | None, context: Context
) -> tuple[Relation, Constraint] | None:
    """Return the foreign key of a name whose table, or referenced table, the trigger is on."""
    if name is None or context.catalog is None:
        return None
    found = [
        (table, key)
        for table in context.catalog.relations.values()
        for key in table.foreign_keys
        if key.name == name and relation in (table.name, _referenced(key, context))
    ]
    return found[0] if len(found) == 1 else None


def _referenced(key: Constraint, context: Context) -> str | None:
    found = context.catalog.relations.get(key.foreign_relation) if context.catalog else None
    return found.name if found else None


def _indexed(table: Relation, key: Constraint) -> bool:
    return any(
        index.is_valid and set(index.key_columns[: len(key.columns)]) == set(key.columns)
        for index in table.indexes
    )


RULE = Rule(
    id="trigger-time",
    title="Triggers take a good part of a change",
    severity=Severity.WARNING,
    needs=Needs.ANALYSED,
    fires="a trigger took at least 20 % of the time and 10 ms; a foreign key's also 0.1 ms a call, or its columns "
    "have no index",
    silent="quick triggers, foreign keys that find their rows by an index, plans without the triggers beside them",
    why="A foreign key is checked by triggers: deleting a row or changing its key looks for rows that refer to it. "
    "Without an index on the referencing columns each look reads that whole table.",
    source="https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-FK",
    hint="Index the referencing columns of the foreign key.",
    look=look,
    advise=True,
)
