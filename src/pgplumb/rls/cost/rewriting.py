"""Rewrites of a table's policies, tried in the twin, and offered only where they are proved to say the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pgplumb.foundation.text import sanitise
from pgplumb.rls.cost import rewrites, words
from pgplumb.rls.cost.cost import Alteration, Mend, PolicyCost, pays
from pgplumb.rls.cost.ends import scans
from pgplumb.rls.cost.figures import costs, effects, least, total, worst
from pgplumb.rls.cost.policy_tree import by_column, objection
from pgplumb.rls.cost.rewrites import EXISTS
from pgplumb.rls.cost.same import difference
from pgplumb.rls.cost.variants import VARIANTS, NewTexts, new_texts, priced
from pgplumb.twin.migrated import NotMigrated
from pgplumb.workload.plan import Plan

if TYPE_CHECKING:
    from pgplumb.rls.cost.find import Met
    from pgplumb.rls.cost.trial import Planned, Texts, Trial

MOST_VALUES = 1_000
"""So many values an array of a policy may hold, by the planner's estimate; beyond it a person measures first."""
_TAKEN = 10
"""How many values the planner takes an array to hold that it does not know."""
_SIMPLER = 0.95
"""A rewrite that changes more must cost less than this part of the simpler one."""


@dataclass(frozen=True, slots=True)
class _Way:
    """One variant that pays."""

    new: Mapping[str, NewTexts]
    after: Mapping[int, float]
    total: float
    values: float
    """How many values its largest array would hold."""

    @property
    def texts(self) -> Texts:
        return {name: one.texts for name, one in self.new.items()}

    @property
    def is_array(self) -> bool:
        return any(one.is_array for one in self.new.values())

    @property
    def arguments(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(a for one in self.new.values() for a in one.arguments))


def rewritten(trial: Trial, met: Met) -> PolicyCost | None:
    """Return the rewrite that pays best of those that may be offered; else the best with why it is not."""
    before = costs(met.plans)
    in_place_of_exists = new_texts(met.relation.policies, rewrites.as_in, met.relation.name)
    if in_place_of_exists:
        # EXISTS is priced as if it ran for each row even where the planner hashes it: IN tells what that costs.
        texts = {name: one.texts for name, one in in_place_of_exists.items()}
        before = least(before, costs(_planned(trial, met, texts)))
    ways = _in_order(_ways(trial, met, before))
    if not ways:
        return None
    chosen, why_not, mend = ways[0], None, None
    for way in ways:
        refused, mend = _offered(trial, met, way, before)
        if mend is not None:
            chosen, why_not = way, None
            break
        why_not = why_not or refused
    return _finding(met, chosen, before, mend, why_not)


def _ways(trial: Trial, met: Met, before: Mapping[int, float]) -> Iterator[_Way]:
    """Yield the variants that make some query really cheaper."""
    name = met.relation.name
    for variant in VARIANTS:
        new = new_texts(met.relation.policies, variant, name)
        if not new:
            continue
        plans = _planned(trial, met, {policy: one.texts for policy, one in new.items()})
        held = {number: _values(plan) for number, plan in plans.items()}
        after = costs(plans)
        if any(one.is_array for one in new.values()):
            after = {n: cost + _untold(trial, met, plans[n], held[n]) for n, cost in after.items()}
        if texts := priced(new, name):
            after = least(after, costs(_planned(trial, met, texts)))
        if any(pays(before[number], after[number]) for number in after):
            yield _Way(new, after, total(met.queries, before, after), max(held.values(), default=0.0))


def _in_order(ways: Iterator[_Way]) -> list[_Way]:
    """Return the best first: one that changes more comes before a simpler one only where it is clearly cheaper."""
    found: list[_Way] = []
    for way in ways:
        at = next((n for n, other in enumerate(found) if way.total < _SIMPLER * other.total), len(found))
        found.insert(at, way)
    return found


def _finding(
    met: Met, way: _Way, before: Mapping[int, float], mend: Mend | None, why_not: str | None
) -> PolicyCost:
    paying = [q for q in met.queries if q.number in way.after and pays(before[q.number], way.after[q.number])]
    gained, end, relation = effects(paying, before, way.after), worst(met, paying), met.relation
    where = words.WHERE[end.where] if end is not None else "is part of the plan"
    what = "compared with an array" if way.is_array else "asked once a statement"
    said = f"{words.policies(tuple(way.new), relation.qualified)} {where}{words.rows(end)}"
    return PolicyCost(
        "rewrite",
        relation.oid,
        relation.id,
        relation.qualified,
        tuple(way.new),
        end.condition if end else "",
        end.where if end else "",
        end.rows if end else 0.0,
        end.at_least if end else False,
        f"{said}; {what} it costs {words.cost(gained)}",
        gained,
        mend,
        why_not,
    )


def _planned(trial: Trial, met: Met, texts: Texts) -> Planned:
    """Return the plans with other texts; none where the server does not take them."""
    try:
        with trial.altered(met.relation, texts):
            return trial.plans(met.queries)
    except NotMigrated:
        return {}


def _offered(
    trial: Trial, met: Met, way: _Way, before: Mapping[int, float]
) -> tuple[str | None, Mend | None]:
    """Return why a rewrite is not offered, or the rewrite with its proof."""
    relation, world, after = met.relation, trial.world, way.after
    worse = next(
        (q for q in met.queries if q.number in after and pays(after[q.number], before[q.number])), None
    )
    if worse is not None:
        return f"another query would get dearer: {words.plain(worse.entry.query or '')}", None
    if way.is_array and way.values > MOST_VALUES:
        return f"the array would hold about {way.values:,.0f} values at once: measure first", None
    trees = trial.all_trees
    own = {name: tree for name in way.new if (tree := trees.get((relation.oid, name))) is not None}
    if len(own) < len(way.new):
        return "a policy is not in the twin", None
    for tree in own.values():
        why = objection(tree, trees, world.catalog)
        if why is None and EXISTS in way.arguments:
            why = by_column(tree, world.catalog)
        if why is not None:
            return why, None
    with trial.altered(relation, way.texts):
        there = trial.trees([relation.oid])
    printed: dict[str, tuple[str | None, str | None]] = {}
    for name, tree in own.items():
        made = there.get((relation.oid, name))
        if made is None or made.operators != tree.operators or made.reads != tree.reads or made.unlike(tree):
            return f"the server would compare by other operators in policy {sanitise(name)}", None
        printed[name] = (made.using, made.check)
    why, gates = difference(world, relation, printed)
    if why is not None:
        return why, None
    if not gates:
        return "no role that may use the table is bound by it: there is nothing to prove", None
    alterations = tuple(Alteration(name, *one.texts) for name, one in way.new.items())
    return None, Mend(alterations, (), way.arguments, gates)


def _values(plan: object) -> float:
    """Return how many rows the largest sub-select gives that a plan runs once."""
    if not isinstance(plan, Plan):
        return 0.0
    return max((n.rows for n in plan.root.walk() if (n.subplan or "").startswith("InitPlan")), default=0.0)


def _untold(trial: Trial, met: Met, plan: object, values: float) -> float:
    """Return what a plan costs more where an array holds more values than the planner takes it to hold."""
    if not isinstance(plan, Plan) or values <= _TAKEN:
        return 0.0
    read = sum(node.total_cost for node, _ in scans(plan.root, met.relation, trial.world.catalog))
    return read * (values / _TAKEN - 1)
