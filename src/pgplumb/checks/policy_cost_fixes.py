"""What policies cost, as findings with the fix that is offered."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pgplumb.checks.finding import Finding, Fix, Value

if TYPE_CHECKING:
    from pgplumb.rls.cost.cost import PolicyCost


def findings_of(cost: PolicyCost) -> Iterator[Finding]:
    """Yield a finding for each fix: one a policy, or an index; one without a fix where none is offered."""
    if cost.mend is None:
        yield Finding(cost.object, cost.message)
        return
    if cost.mend.columns:
        fix = Fix("create-index", {"table": cost.table, "columns": cost.mend.columns})
        yield Finding(cost.object, cost.message, fix=fix)
    for one in cost.mend.alterations:
        fields: dict[str, Value] = {"table": cost.table, "policy": one.policy}
        fields |= {
            side: text for side, text in (("using", one.using), ("check", one.check)) if text is not None
        }
        yield Finding(cost.object, cost.message, fix=Fix("alter-policy", fields))
