"""Row-level security policies of a relation."""

from __future__ import annotations

from pgplumb.tui.tabs.detail.part import DetailRow, Look, Part, column, said
from pgplumb.tui.widgets.ink import Span

COMMANDS = {"r": "SELECT", "a": "INSERT", "w": "UPDATE", "d": "DELETE", "*": "ALL"}


def rows(look: Look) -> list[DetailRow]:
    """Return one row a policy."""
    r = look.relation
    return [
        DetailRow(
            p.oid,
            (
                p.name,
                COMMANDS[p.command],
                "permissive" if p.permissive else Span("restrictive", "accent"),
                ", ".join(look.catalog.role_name(oid) for oid in p.roles or (0,)),
                said(p.using) if p.has_using else Span("-", "faint"),
                said(p.check) if p.has_check else Span("-", "faint"),
            ),
            r.policy_id(p),
            p.name,
        )
        for p in r.policies
    ]


PART = Part(
    "policies",
    "policies",
    (
        column(0, "policy", max_width=32),
        column(1, "for", width=6),
        column(2, "kind", width=11, priority=3),
        column(3, "to", max_width=24, priority=2),
        column(4, "using", max_width=70, grow=True),
        column(5, "with check", max_width=60, priority=1),
    ),
    rows,
    "no policies",
)
