"""What policies cost in the queries seen, worked out in the twin."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pgplumb.catalog.unread import Unread
from pgplumb.tui.verdicts import Verdicts

if TYPE_CHECKING:
    from pgplumb.catalog.model import Catalog
    from pgplumb.rls.cost.cost import PolicyCosts
    from pgplumb.tui.live.twin_work import Made
    from pgplumb.tui.state import State
    from pgplumb.workload.statements import Statements


@dataclass(frozen=True, slots=True)
class CostedPolicies:
    """What was found, and the catalog that it is true of."""

    costs: PolicyCosts
    catalog: Catalog


def costed_policies(
    made: Made, state: State, statements: Statements, watch: Callable[[], None]
) -> CostedPolicies | Unread:
    """Plan the top statements with policies as they are and as they might be. Raises what planning does."""
    from pgplumb.rls.cost.find import policy_costs
    from pgplumb.twin.migrated import NotMigrated

    verdicts = state.verdicts
    if not isinstance(verdicts, Verdicts):
        return verdicts if isinstance(verdicts, Unread) else Unread("row security was not judged yet")
    world = verdicts.judgement.world
    try:
        found = policy_costs(
            made.twin, world, statements.entries, statements.total_ms, watch, statements.hidden_entries
        )
    except NotMigrated as problem:
        return Unread(f"the twin does not take a change of policies: {problem.why}")
    return CostedPolicies(found, world.catalog)
