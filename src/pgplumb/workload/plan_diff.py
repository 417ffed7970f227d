"""Plan against plan: are they of the same shape, and if not, which node became what.

The shape of a plan is what it does and in which order: node types, relations, indexes, join types, strategies and
what runs in parallel. Costs, rows and the number of workers are no part of it.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from pgplumb.foundation.names import dotted, part
from pgplumb.workload.plan import Plan
from pgplumb.workload.plan_lines import action, title
from pgplumb.workload.plan_node import PlanNode

_OWN = "(an index)"
"""Stands for an index whose name does not matter."""


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. Texts hold names of the database: sanitise to show."""

    before: str | None
    """None for what is new."""
    after: str | None
    """None for what is gone."""
    before_cost: float | None = None
    """The node's whole cost; None where no one node is meant."""
    after_cost: float | None = None

    def __str__(self) -> str:
        """ "Seq Scan on orders became Index Scan using i on orders"."""
        if self.before is None:
            return f"{self.after} is new"
        if self.after is None:
            return f"{self.before} is gone"
        return f"{self.before} became {self.after}"


@dataclass(frozen=True, slots=True)
class PlanDiff:
    """What differs between two plans of one statement."""

    same_shape: bool
    changes: tuple[Change, ...]
    """Scans first, then joins, then the rest; empty for plans of the same shape."""
    before_cost: float
    after_cost: float
    before_rows: float
    after_rows: float

    @property
    def cost_ratio(self) -> float:
        """The cost after divided by the cost before: below 1 is cheaper."""
        return _ratio(self.after_cost, self.before_cost)

    @property
    def rows_ratio(self) -> float:
        """The rows expected after divided by those before."""
        return _ratio(self.after_rows, self.before_rows)

    @property
    def costs(self) -> str:
        """ "18,334 -> 7": the cost of the whole plan before and after."""
        return f"{_cost(self.before_cost)} -> {_cost(self.after_cost)}"

    @property
    def sentence(self) -> str:
        """One short sentence."""
        if self.same_shape:
            if math.isclose(self.before_cost, self.after_cost, rel_tol=0.005):
                return f"The same plan, of the same cost: {_cost(self.after_cost)}"
            return f"The same plan, of another cost: {self.costs}"
        first = str(self.changes[0]) if self.changes else "The order of its parts changed"
        more = len(self.changes) - 1
        others = f" and {more} more {'changes' if more > 1 else 'change'}" if more > 0 else ""
        return f"{first}{others}: {self.costs}"

    def lines(self) -> tuple[str, ...]:
        """All that differs, one line each: data for a terminal, without style."""
        found = []
        for change in self.changes:
            costs = ""
            if change.before_cost is not None and change.after_cost is not None:
                costs = f"  {_cost(change.before_cost)} -> {_cost(change.after_cost)}"
            found.append(f"{change}{costs}")
        if not self.same_shape and not self.changes:
            found.append("The order of its parts changed")
        found.append(f"cost {self.costs} ({_times(self.cost_ratio)})")
        if not math.isclose(self.before_rows, self.after_rows, rel_tol=0.005):
            found.append(
                f"rows {_cost(self.before_rows)} -> {_cost(self.after_rows)} ({_times(self.rows_ratio)})"
            )
        return tuple(found)


def shape(node: PlanNode, candidates: Collection[str] = ()) -> str:
    """Return the shape of a plan as a text: equal texts, equal shapes.

    `candidates` are names of indexes that do not matter, as those of an index that exists in a twin alone.
    """
    below = sorted(
        (c for c in node.children if c.parent_relationship in ("InitPlan", "SubPlan")),
        key=lambda c: shape(c, candidates),
    )
    straight = [c for c in node.children if c.parent_relationship not in ("InitPlan", "SubPlan")]
    parts = [shape(child, candidates) for child in straight]
    if node.node_type in ("BitmapAnd", "BitmapOr"):
        parts.sort()
    parts += [f"{_subplan(child)}: {shape(child, candidates)}" for child in below]
    head = _head(node, candidates)
    return f"{head}({', '.join(parts)})" if parts else head


def diff(before: Plan, after: Plan, candidates: Collection[str] = ()) -> PlanDiff:
    """Compare two plans of one statement; see `shape` for `candidates`."""
    same = shape(before.root, candidates) == shape(after.root, candidates)
    changes = () if same else tuple(_changes(before.root, after.root, candidates))
    return PlanDiff(
        same, changes, before.root.total_cost, after.root.total_cost, before.root.rows, after.root.rows
    )


def _subplan(node: PlanNode) -> str:
    """Return a subplan's kind; its number differs from plan to plan, and 17 named them anew."""
    name = node.subplan or ""
    return name if name.startswith("CTE ") else node.parent_relationship or ""


def _head(node: PlanNode, candidates: Collection[str]) -> str:
    words = [action(node)]
    if node.strategy and node.node_type not in ("Aggregate",):
        words.append(node.strategy)
    elif node.node_type == "Aggregate" and node.strategy in (None, "Plain"):
        words.append("Plain")
    if node.command:
        words.append(node.command)
    if node.index:
        words.append("using " + (_OWN if _is_candidate(node, candidates) else part(node.index)))
    if node.relation:
        words.append("on " + (dotted(node.schema, node.relation) if node.schema else part(node.relation)))
    if node.alias and node.alias != node.relation:
        words.append(part(node.alias))
    return " ".join(words)


def _is_candidate(node: PlanNode, candidates: Collection[str]) -> bool:
    """Whether an index is among the names, which may be qualified or not."""
    index = node.index or ""
    return index in candidates or any(
        name in candidates for name in (part(index), dotted(node.schema or "", index))
    )


def _changes(before: PlanNode, after: PlanNode, candidates: Collection[str]) -> Iterator[Change]:
    """Yield scans that changed, by what they scan; joins, by what they join; then what else came and went."""
    for collect in (_scans, _joins):
        old, new = collect(before), collect(after)
        for key in dict.fromkeys((*old, *new)):
            was, now = old.get(key), new.get(key)
            if was is None or now is None or _accesses(was, candidates) != _accesses(now, candidates):
                yield Change(
                    _said(was, collect is _joins),
                    _said(now, collect is _joins),
                    was.total_cost if was else None,
                    now.total_cost if now else None,
                )
    old_rest, new_rest = Counter(_rest(before)), Counter(_rest(after))
    yield from (Change(name, None) for name in (old_rest - new_rest).elements())
    yield from (Change(None, name) for name in (new_rest - old_rest).elements())


def _scans(root: PlanNode) -> dict[object, PlanNode]:
    """Return the nodes that read a relation, by it and its alias; of several, counted."""
    found: dict[object, PlanNode] = {}
    for node in root.walk():
        if node.relation and node.node_type not in ("ModifyTable", "Bitmap Index Scan"):
            key = (node.schema, node.relation, node.alias)
            number = sum(1 for k in found if isinstance(k, tuple) and k[:3] == key)
            found[(*key, number)] = node
    return found


def _joins(root: PlanNode) -> dict[object, PlanNode]:
    """Return the joins, by the aliases of all that they join."""
    return {
        frozenset(_aliases(node)): node
        for node in root.walk()
        if node.join_type and node.node_type.endswith(("Join", "Loop"))
    }


def _aliases(node: PlanNode) -> Iterator[str]:
    return (n.alias or n.relation or "" for n in node.walk() if n.relation)


def _accesses(node: PlanNode, candidates: Collection[str]) -> tuple[str, ...]:
    """Return how a node reads or joins: itself and, below a bitmap scan, the indexes."""
    own = _head(node, candidates)
    return (own, *(sorted(_head(n, candidates) for n in _bitmaps(node))))


def _bitmaps(node: PlanNode) -> Iterable[PlanNode]:
    if node.node_type != "Bitmap Heap Scan":
        return ()
    return (n for n in node.walk() if n.node_type == "Bitmap Index Scan")


def _said(node: PlanNode | None, is_join: bool) -> str | None:
    if node is None:
        return None
    if is_join:
        return f"{action(node)} of {', '.join(sorted(map(part, set(_aliases(node)))))}"
    using = ", ".join(dict.fromkeys(part(n.index) for n in _bitmaps(node) if n.index))
    return f"{title(node)} using {using}" if using else title(node)


def _rest(root: PlanNode) -> Iterator[str]:
    for node in root.walk():
        is_join = node.join_type and node.node_type.endswith(("Join", "Loop"))
        is_bitmap = node.node_type.startswith("Bitmap")
        if not is_join and not is_bitmap and (not node.relation or node.node_type == "ModifyTable"):
            yield action(node)


def _ratio(after: float, before: float) -> float:
    if before == after:
        return 1.0
    return after / before if before else math.inf


def _times(ratio: float) -> str:
    if ratio < 1:
        return f"{1 / ratio:,.1f} times less" if ratio else "nothing left"
    return "the same" if ratio == 1 else f"{ratio:,.1f} times more" if math.isfinite(ratio) else "more"


def _cost(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 or value == round(value) else f"{value:.2f}"
