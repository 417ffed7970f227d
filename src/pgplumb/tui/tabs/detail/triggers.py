"""Triggers and rewrite rules of a relation."""

from __future__ import annotations

from pgplumb.tui.tabs.detail.part import DetailRow, Look, Part, column
from pgplumb.tui.widgets.ink import Cell, Span

ENABLED: dict[str, Cell] = {
    "O": "",
    "D": Span("DISABLED", "warn"),
    "R": Span("replica only", "muted"),
    "A": Span("always", "muted"),
}
EVENTS = {"1": "SELECT", "2": "UPDATE", "3": "INSERT", "4": "DELETE"}


def rows(look: Look) -> list[DetailRow]:
    """Return one row a trigger, then one row a rule."""
    r, functions = look.relation, look.catalog.functions
    found = []
    for t in r.triggers:
        function = functions.get(t.function)
        called = f"{function.schema}.{function.name}()" if function else "a built-in function"
        each = "each row" if t.for_each_row else "each statement"
        found.append(
            DetailRow(
                t.oid,
                (
                    t.name,
                    f"{t.timing} {' OR '.join(t.events)}",
                    each,
                    called,
                    ENABLED.get(t.enabled, t.enabled),
                ),
                r.trigger_id(t),
                t.name,
            )
        )
    for rule in r.rules:
        does = "DO INSTEAD" if rule.instead else "DO ALSO"
        found.append(
            DetailRow(
                rule.oid, (rule.name, f"ON {EVENTS.get(rule.event, '?')}", "rule", does, ""), None, rule.name
            )
        )
    return found


PART = Part(
    "triggers",
    "triggers",
    (
        column(0, "trigger", max_width=40),
        column(1, "fires", max_width=40),
        column(2, "for", max_width=14, priority=2),
        column(3, "calls", max_width=50, grow=True),
        column(4, "state", width=12, priority=1),
    ),
    rows,
    "no triggers",
)
