"""What proofs trust: rows of memberships and parents. A role that can write them reaches other tenants in two steps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pgplumb.foundation.names import part
from pgplumb.rls.draft import Draft, two_step
from pgplumb.rls.verdict import Cell, Verdict

_GROWS = ("INSERT", "UPDATE")
"""Deleting takes rows away, and fewer rows of what is trusted let fewer pass."""


@dataclass(frozen=True, slots=True)
class _Risk:
    """How a role may write a relation beyond its tenant."""

    why: str
    proved: bool
    suspected: bool


def downgraded(drafts: Sequence[Draft], cells: Sequence[Cell]) -> Iterator[Cell]:
    """Give the cells of drafts, those changed that are isolated only while the role does not write what is trusted."""
    trusted = {oid for cell in cells if cell.verdict is Verdict.ISOLATED for oid in cell.trusts}
    if not trusted:
        yield from cells
        return
    risks = _risks(drafts, cells, trusted)
    for cell in cells:
        found = [
            risks[oid, cell.role]
            for oid in (sorted(cell.trusts) if cell.verdict is Verdict.ISOLATED else ())
            # Writes of a table that leads to its own tenant are judged by its own cells.
            if oid != cell.relation and (oid, cell.role) in risks
        ]
        worst = min(found, key=lambda risk: (not risk.proved, not risk.suspected), default=None)
        yield two_step(cell, worst.why, worst.proved, worst.suspected) if worst else cell


def _risks(drafts: Sequence[Draft], cells: Sequence[Cell], trusted: set[int]) -> dict[tuple[int, str], _Risk]:
    """Return, by relation and role, the worst way to write rows of it that are not known to stay in the tenant."""
    found: dict[tuple[int, str], _Risk] = {}
    for draft, cell in zip(drafts, cells, strict=True):
        if draft.writes not in trusted or cell.command not in _GROWS:
            continue
        if cell.verdict in (Verdict.ISOLATED, Verdict.DENIED):
            continue
        proved = cell.verdict is not Verdict.UNPROVED or draft.unbound
        may = "may" if proved else "may perhaps"
        verb = "INSERT into" if cell.command == "INSERT" else "UPDATE"
        why = f"two steps: {part(cell.role)} {may} {verb} {cell.object}, whose rows the proof trusts"
        risk = _Risk(why, proved, cell.suspected)
        known = found.get((draft.writes, cell.role))
        if known is None or (risk.proved, risk.suspected) > (known.proved, known.suspected):
            found[draft.writes, cell.role] = risk
    return found
