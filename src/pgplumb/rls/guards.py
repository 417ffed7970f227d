"""Triggers and rules that stand between a statement and the rows: what they may change of a verdict."""

from __future__ import annotations

import re

from pgplumb.catalog.relation import Relation, Trigger
from pgplumb.foundation.names import part
from pgplumb.rls.prover.changes import changes_settings, text_changes_settings
from pgplumb.rls.prover.gate import World
from pgplumb.rls.surface import Surface

_RULE_EVENTS = {"SELECT": "1", "UPDATE": "2", "INSERT": "3", "DELETE": "4"}
_MAY_STOP = re.compile(
    r"\braise\s+(?!notice|debug|info|log|warning)|\breturn\s+(?!new\s*;)|\bnew\s*:?=|\binto\s+(strict\s+)?new\b|\bexecute\b|\bperform\b",
    re.I,
)


def rule_over(relation: Relation, command: str) -> str | None:
    """Return the rewrite rule that a statement meets, in words."""
    event = _RULE_EVENTS.get(command)
    found = next((r for r in relation.rules if r.event == event and r.enabled in "OA"), None)
    return f"rule {part(found.name)} rewrites {command}" if found else None


def instead_of(view: Relation, command: str) -> str | None:
    """Return the INSTEAD OF trigger that a statement on a view runs, in words."""
    for trigger in view.triggers:
        if trigger.timing == "INSTEAD OF" and command in trigger.events and trigger.enabled in "OA":
            return f"trigger {part(trigger.name)} runs instead of {command}"
    return None


def trigger_over(relation: Relation, command: str, columns: frozenset[str], surface: Surface) -> str | None:
    """Return the trigger that might keep a foreign row from being written: it may change what is asked of a new row,
    some columns, or refuse."""
    for trigger in relation.triggers:
        if trigger.internal or trigger.enabled not in "OA" or command not in trigger.events:
            continue
        if any(_may_guard(trigger, column, surface) for column in columns):
            return f"trigger {part(trigger.name)} may change or refuse the row"
    return None


def sets_before(relation: Relation, command: str, surface: Surface, world: World) -> str | None:
    """Return the trigger or default that may change who the session is before rows are tested, in words."""
    if command not in ("INSERT", "UPDATE", "DELETE"):
        return None
    for trigger in relation.triggers:
        if trigger.timing != "BEFORE" or command not in trigger.events or trigger.enabled not in "OA":
            continue
        function = surface.functions.get(trigger.function)
        if function is not None and changes_settings(world, function):
            return f"trigger {part(trigger.name)} may change settings"
    for column in relation.columns:
        filled = column.generated == "s" or (command == "INSERT" and not column.generated)
        if filled and isinstance(column.default, str) and text_changes_settings(world, column.default):
            return f"what {part(column.name)} is by default may change settings"
    return None


def left_alone(relation: Relation, command: str, columns: frozenset[str], surface: Surface) -> frozenset[str]:
    """Return those of some columns that a statement which may not write them leaves as they are: no generated ones,
    and none that a trigger might write."""
    if any(
        trigger.timing == "BEFORE"
        and command in trigger.events
        and trigger.enabled in "OA"
        and any(_may_guard(trigger, column, surface) for column in columns)
        for trigger in relation.triggers
    ):
        return frozenset()
    return columns.difference(column.name for column in relation.columns if column.generated)


def _may_guard(trigger: Trigger, column: str, surface: Surface) -> bool:
    """Whether a trigger's function could do more than stamp other columns, as far as its text tells."""
    function = surface.functions.get(trigger.function)
    if function is None or function.body is None or function.language != "plpgsql":
        return True
    return column.lower() in function.body.lower() or _MAY_STOP.search(function.body) is not None
