"""Conditions of queries that wait for the policy: an operator that is not leakproof may see no row before it.

Source: https://www.postgresql.org/docs/current/rules-privileges.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgplumb.foundation.text import sanitise
from pgplumb.rls.cost import words
from pgplumb.rls.cost.cost import Effect, PolicyCost, pays
from pgplumb.rls.cost.ends import FILTER, form, parts, scans
from pgplumb.sql.lexer import significant
from pgplumb.twin.migrated import NotMigrated
from pgplumb.workload.plan import Plan

if TYPE_CHECKING:
    from pgplumb.rls.cost.find import Met
    from pgplumb.rls.cost.trial import Query, Trial
    from pgplumb.workload.plan_node import PlanNode
    from pgplumb.workload.statements import Key

_TEXT = 25
"""pg_type.oid of text, as which varchar is compared."""


def barrier(trial: Trial, met: Met, mended: frozenset[Key]) -> PolicyCost | None:
    """Return the conditions that an index serves only without the policies, and what that costs."""
    queries = [
        q
        for q in met.queries
        if q.entry.key not in mended and _waiting(trial, met, met.plans[q.number].root, q)
    ]
    if not queries:
        return None
    try:
        with trial.unprotected(met.relation):
            without = trial.plans(queries)
    except NotMigrated:
        return None
    effects: list[Effect] = []
    conditions: dict[str, None] = {}
    for query in queries:
        free = without[query.number]
        plan = met.plans[query.number]
        if not isinstance(free, Plan) or not pays(plan.root.total_cost, free.root.total_cost):
            continue
        # By columns: where a query says LIKE 'x%', an index is asked for a range.
        served = _served(trial, met, free.root) - _served(trial, met, plan.root)
        waiting = _waiting(trial, met, plan.root, query).items()
        leaky = [
            text
            for one, text in sorted(waiting)
            if served.intersection(_columns(met, one)) and _leaky(trial, met, one)
        ]
        if leaky:
            conditions.update(dict.fromkeys(leaky))
            entry = query.entry
            effects.append(
                Effect(
                    entry.key,
                    entry.query or "",
                    query.role,
                    query.share,
                    plan.root.total_cost,
                    free.root.total_cost,
                )
            )
    if not effects:
        return None
    condition = next(iter(conditions))
    names = tuple(policy.name for policy in met.relation.policies)
    said = (
        f"the query's own condition {words.plain(condition)} waits for {words.policies(names, met.relation.qualified)}:"
        " its operator is not LEAKPROOF, so that no index serves it before the policy is asked; without the policy"
        f" {words.cost(effects)}"
    )
    why = (
        "no other predicate of the policy changes that. An index that leads with the policy's own column narrows what"
        f" is read before; {sanitise(met.relation.name)}'s rows of one tenant are then filtered"
    )
    return PolicyCost(
        "barrier",
        met.relation.oid,
        met.relation.id,
        met.relation.qualified,
        names,
        condition,
        FILTER,
        0.0,
        False,
        said,
        tuple(sorted(effects, key=lambda e: (-e.share, e.key))),
        declined=why,
    )


def _waiting(trial: Trial, met: Met, root: PlanNode, query: Query) -> dict[str, str]:
    """Return the filters of a table that are the query's own, by their one form."""
    own = met.own[query.number]
    return {
        one: part
        for node, _ in scans(root, met.relation, trial.world.catalog)
        for part in parts(node.filter or "")
        if (one := form(part, node.alias)) not in own
    }


def _served(trial: Trial, met: Met, root: PlanNode) -> frozenset[str]:
    """Return the columns by which an index finds rows of a table."""
    found: set[str] = set()
    for node, _ in scans(root, met.relation, trial.world.catalog):
        for below in node.walk():
            if below.index_cond is not None:
                found.update(_columns(met, below.index_cond))
    return frozenset(found)


def _columns(met: Met, condition: str) -> frozenset[str]:
    """Return the table's columns that a condition names."""
    tokens = [t for t in significant(condition) if t.kind in ("word", "quoted")]
    names = {t.text[1:-1].replace('""', '"') if t.kind == "quoted" else t.text for t in tokens}
    return frozenset(column.name for column in met.relation.columns if column.name in names)


def _leaky(trial: Trial, met: Met, condition: str) -> bool:
    """Whether an operator of a condition on a column of the table leaks, all of its name for the column's type."""
    tokens = list(significant(condition))
    operators = [t.text for t in tokens if t.kind == "operator" and t.text != "::"]
    columns = _columns(met, condition)
    types = [column.type_oid for column in met.relation.columns if column.name in columns]
    if not operators or not types:
        return False
    return trial.operators(operators, [*types, *([_TEXT] if any(t.text == "text" for t in tokens) else [])])
