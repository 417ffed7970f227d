"""What proofs rely on: rows of memberships and parents. A role that can write them reaches other tenants in two steps.

Of a membership, a row of another tenant that is written counts; of parents, one of another tenant that is changed.
Deleting takes rows away, and fewer rows let fewer others pass.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pgplumb.foundation.names import part
from pgplumb.rls.draft import Draft, two_step
from pgplumb.rls.verdict import Cell, Reliance, Verdict

_HELD = (Verdict.ISOLATED, Verdict.DENIED)
_LEAKS = (Verdict.PARTIAL, Verdict.OPEN)


@dataclass(frozen=True, slots=True)
class Risk:
    """How a role may write rows of a relation beyond its tenant."""

    why: str
    proved: bool
    suspected: bool

    def worse_than(self, other: Risk) -> bool:
        """Whether it is the more certain of two."""
        return (self.proved, self.suspected) > (other.proved, other.suspected)


Way = tuple[int, str, bool]
"""A relation, a role, and whether rows are changed that are another tenant's; else some become another tenant's."""


def trusted_by(cells: Sequence[Cell]) -> frozenset[int]:
    """Return the relations that the proofs of isolated cells rely on."""
    return frozenset(oid for cell in cells if cell.verdict is Verdict.ISOLATED for oid in cell.trusts)


def risks_of(drafts: Sequence[Draft], cells: Sequence[Cell]) -> dict[Way, Risk]:
    """Return the worst ways to write rows that are not known to stay in the tenant."""
    found: dict[Way, Risk] = {}
    for draft, cell in zip(drafts, cells, strict=True):
        if draft.writes is None or cell.verdict in _HELD:
            continue
        verb = "INSERT into" if cell.command == "INSERT" else "UPDATE"
        for changed, leaks in _ways(draft):
            # That rows get past policies does not say that those do which would be of use.
            proved = leaks and draft.unbound
            may = "may" if proved else "may perhaps"
            why = f"two steps: {part(cell.role)} {may} {verb} {cell.object}, whose rows the proof trusts"
            # What a witness confirmed of a cell does not stand in its draft.
            suspected = cell.suspected or cell.verdict in _LEAKS
            risk = Risk(why, proved, not proved and (leaks or suspected))
            way = (draft.writes, cell.role, changed)
            if way not in found or risk.worse_than(found[way]):
                found[way] = risk
    return found


def _ways(draft: Draft) -> Iterator[tuple[bool, bool]]:
    """Yield whether rows of others are changed or rows become another's, and whether that is known to leak."""
    updates = draft.command == "UPDATE"
    fixed = any(part.either for part in draft.parts)
    if draft.verdict is not None or fixed:
        yield False, True
        # Who may not write the tenant takes no row of another's.
        if updates and not fixed:
            yield True, True
        return
    for gate in draft.gates:
        if gate.proof.verdict not in _HELD:
            yield gate.gate.which == "using", gate.proof.leaks


def downgraded(cell: Cell, risks: Mapping[Way, Risk]) -> Cell:
    """Return a cell; one that is isolated only while its role does not write what is relied on, changed."""
    if cell.verdict is not Verdict.ISOLATED:
        return cell
    worst: Risk | None = None
    for one in sorted(cell.relies, key=lambda one: (one.relation, one.keyed, one.plain)):
        risk = _risk(one, len(cell.relies) == 1, cell.role, risks)
        # Writes of a table that leads to its own tenant are judged by its own cells.
        if risk is not None and one.relation != cell.relation and (worst is None or risk.worse_than(worst)):
            worst = risk
    return two_step(cell, worst.why, worst.proved, worst.suspected) if worst is not None else cell


def _risk(one: Reliance, alone: bool, role: str, risks: Mapping[Way, Risk]) -> Risk | None:
    """Return how a role may write what is relied on. That this suffices is certain of a membership on which alone a
    proof relies: of a parent, the row that would be of use must be there and be seen too."""
    risk = risks.get((one.relation, role, one.keyed))
    if risk is None or (one.plain and alone and not one.keyed):
        return risk
    return Risk(risk.why, False, risk.suspected or risk.proved)
