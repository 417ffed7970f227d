"""What a table's policies cost: what could be rewritten, an index that lacks, what is left."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pgplumb.rls.cost.barrier import barrier
from pgplumb.rls.cost.cost import PolicyCost
from pgplumb.rls.cost.indexed import indexed
from pgplumb.rls.cost.per_row import per_row
from pgplumb.rls.cost.rewriting import rewritten

if TYPE_CHECKING:
    from pgplumb.rls.cost.find import Met
    from pgplumb.rls.cost.trial import Trial


def findings(trial: Trial, met: Met) -> Iterator[PolicyCost]:
    """Yield what policies of one table cost: what could be rewritten, an index that lacks, what is left."""
    found = rewritten(trial, met)
    if found is not None:
        yield found
    mended = {e.key for e in found.effects} if found is not None and found.mend is not None else set()
    index = indexed(trial, met)
    if index is not None and (found is None or found.mend is None or index.saved > found.saved):
        # A rewrite that is offered and saves as much needs no index.
        yield index
        mended |= {e.key for e in index.effects}
    if found is None:
        left = per_row(trial, met)
        if left is not None:
            yield left
            mended |= {e.key for e in left.effects}
    held = barrier(trial, met, frozenset(mended))
    if held is not None:
        yield held
