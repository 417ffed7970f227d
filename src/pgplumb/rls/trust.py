"""What proofs trust: rows of memberships and parents. A role that can write them reaches other tenants in two steps.

INSERT and UPDATE count: deleting takes rows away, and fewer trusted rows let fewer others pass.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pgplumb.foundation.names import part
from pgplumb.rls.draft import Draft, two_step
from pgplumb.rls.verdict import Cell, Verdict


@dataclass(frozen=True, slots=True)
class Risk:
    """How a role may write rows of a relation beyond its tenant."""

    why: str
    proved: bool
    suspected: bool

    def worse_than(self, other: Risk) -> bool:
        """Whether it is the more certain of two."""
        return (self.proved, self.suspected) > (other.proved, other.suspected)


def trusted_by(cells: Sequence[Cell]) -> frozenset[int]:
    """Return the relations that the proofs of isolated cells trust."""
    return frozenset(oid for cell in cells if cell.verdict is Verdict.ISOLATED for oid in cell.trusts)


def risks_of(drafts: Sequence[Draft], cells: Sequence[Cell]) -> dict[tuple[int, str], Risk]:
    """Return, by relation and role, the worst way to write rows of it that are not known to stay in the tenant."""
    found: dict[tuple[int, str], Risk] = {}
    for draft, cell in zip(drafts, cells, strict=True):
        if draft.writes is None or cell.verdict in (Verdict.ISOLATED, Verdict.DENIED):
            continue
        proved = cell.verdict is not Verdict.UNPROVED or draft.unbound
        may = "may" if proved else "may perhaps"
        verb = "INSERT into" if cell.command == "INSERT" else "UPDATE"
        why = f"two steps: {part(cell.role)} {may} {verb} {cell.object}, whose rows the proof trusts"
        risk = Risk(why, proved, cell.suspected)
        known = found.get((draft.writes, cell.role))
        if known is None or risk.worse_than(known):
            found[draft.writes, cell.role] = risk
    return found


def downgraded(cell: Cell, risks: Mapping[tuple[int, str], Risk]) -> Cell:
    """Return a cell; one that is isolated only while its role does not write what is trusted, changed."""
    if cell.verdict is not Verdict.ISOLATED:
        return cell
    worst: Risk | None = None
    for oid in sorted(cell.trusts):
        risk = risks.get((oid, cell.role))
        # Writes of a table that leads to its own tenant are judged by its own cells.
        if risk is not None and oid != cell.relation and (worst is None or risk.worse_than(worst)):
            worst = risk
    return two_step(cell, worst.why, worst.proved, worst.suspected) if worst is not None else cell
