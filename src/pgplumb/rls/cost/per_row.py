"""What a policy runs for each row and cannot ask once."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from pgplumb.foundation.text import sanitise
from pgplumb.rls.cost import words
from pgplumb.rls.cost.cost import LEAST, PolicyCost
from pgplumb.rls.cost.ends import FILTER, SUBPLAN, End
from pgplumb.rls.cost.figures import effects
from pgplumb.sql.lexer import significant

if TYPE_CHECKING:
    from pgplumb.rls.cost.find import Met
    from pgplumb.rls.cost.trial import Query, Trial

OPERATOR_COST = 0.0025
"""cpu_operator_cost as it is by default: what a function of cost 1 adds to a plan for one row."""
DEAR = 1 / 3
"""The part of a plan's cost that a policy takes when it is said without anything cheaper being known."""


def per_row(trial: Trial, met: Met) -> PolicyCost | None:
    """Return what is run for each row and cannot be asked once, where it takes much of a plan."""
    trees = [t for (oid, _), t in trial.all_trees.items() if oid == met.relation.oid]
    prices = dict(one for tree in trees for one in tree.prices)
    found: list[tuple[Query, End, float]] = []
    for query in met.queries:
        plan = met.plans[query.number]
        for end in met.ends[query.number]:
            each = sum(prices[name] for name in called(end.condition) & prices.keys()) * OPERATOR_COST
            cost = end.rows * (end.below if end.where == SUBPLAN else each if end.where == FILTER else 0.0)
            cost = min(cost, plan.root.total_cost)
            if cost >= LEAST and cost >= DEAR * plan.root.total_cost:
                found.append((query, end, cost))
    if not found:
        return None
    end = max((one for _, one, _ in found), key=lambda one: one.rows)
    before = {q.number: met.plans[q.number].root.total_cost for q, _, _ in found}
    after = {q.number: before[q.number] - cost for q, _, cost in found}
    dearer = effects(list({q.number: q for q, _, _ in found}.values()), before, after)
    names = tuple(tree.name for tree in trees)
    if end.where == SUBPLAN:
        what, why = (
            "runs a sub-select for each row",
            "it is no membership by one equal column, so no equal predicate is known that asks once",
        )
    else:
        names_called = sorted(called(end.condition) & prices.keys())
        what, why = (
            f"calls {', '.join(f'{sanitise(name)}()' for name in names_called)} for each row",
            (
                "what is called depends on the row: a predicate that asks for the set once, such as"
                " column = ANY (ARRAY(SELECT ...)), is another one, and nothing proves it equal"
            ),
        )
    said = (
        f"{words.policies(names, met.relation.qualified)} {what},{words.rows(end)}; without it"
        f" {words.cost(dearer)}"
    )
    return PolicyCost(
        "per-row",
        met.relation.oid,
        met.relation.id,
        met.relation.qualified,
        names,
        end.condition,
        end.where,
        end.rows,
        end.at_least,
        said,
        dearer,
        declined=why,
    )


def called(condition: str) -> frozenset[str]:
    """Return the names of what a condition of a plan calls, without their schemas."""
    tokens = list(significant(condition))
    return frozenset(
        token.text[1:-1].replace('""', '"') if token.kind == "quoted" else token.text
        for token, following in pairwise(tokens)
        if token.kind in ("word", "quoted") and following.text == "("
    )
