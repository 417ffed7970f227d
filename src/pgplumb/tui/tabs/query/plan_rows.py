"""A plan as rows of a table: the tree with its conditions, estimated rows, cost, and what each node adds to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pgplumb.foundation.text import count, percent
from pgplumb.tui.widgets.columns import Column
from pgplumb.tui.widgets.ink import Cell, Line, Span
from pgplumb.tui.widgets.wrap import wrap
from pgplumb.workload.plan import Plan
from pgplumb.workload.plan_lines import PlanLine, lines
from pgplumb.workload.plan_lines import figures as measured
from pgplumb.workload.plan_node import PlanNode

MEASURED_FROM = 100
"""From so many columns on estimates stand beside what was measured."""
_BELOW_THE_PLAN = 1_000_000
_BELOW = {"├─ ": "│  ", "└─ ": "   "}
_FIGURES = 7 + 8 + 9 + 4 * 2
"""Cells that the figures take beside the tree."""
_MEASURED = 8 + 7 + 7 + 9 + 9 + 6 * 2
"""The same of a plan that was executed."""
_WRONG = 10.0
"""From this factor on an estimate is called wrong."""


@dataclass(frozen=True, slots=True)
class PlanRow:
    """One line of the drawn plan."""

    key: tuple[int, int]
    """Which line of the plan, and which part of it where it is broken."""
    tree: Line
    rows: float | None = None
    cost: float | None = None
    share: float | None = None
    """How much of the whole cost the node adds itself."""
    costliest: bool = False
    relation: tuple[str, str] | None = None
    """The table that the node reads or writes: schema and name."""
    measured: PlanLine | None = None
    """What was measured of the node, where the plan was executed."""


def own_costs(root: PlanNode) -> dict[int, float]:
    """Return what each node adds to the cost of the plan, by `id(node)`; the sum is the plan's cost.

    Costs in a plan include what is below a node, for one execution of it that runs to its end. A loop's inner
    side and a SubPlan are executed for each row of what drives them; below a LIMIT only a part is executed.
    """
    own: dict[int, float] = {}
    _share_out(root, root.total_cost, own)
    return own


def _share_out(node: PlanNode, cost: float, own: dict[int, float]) -> None:
    """Divide a node's effective cost among itself and what is below it."""
    factor = cost / node.total_cost if node.total_cost > 0 else 0.0
    repeated = [child for child in node.children if _is_repeated(node, child)]
    once = [child for child in node.children if not any(child is other for other in repeated)]
    below = sum(child.total_cost for child in once)
    rest = max(node.total_cost - below, 0.0)
    scale = factor * (node.total_cost / below if below > node.total_cost else 1.0)
    for child in once:
        _share_out(child, child.total_cost * scale, own)
    drivers = max((child.rows for child in once), default=node.rows)
    for child in repeated:
        part = min(child.total_cost * max(drivers, 1.0), rest)
        rest -= part
        _share_out(child, part * factor, own)
    own[id(node)] = rest * factor


def _is_repeated(node: PlanNode, child: PlanNode) -> bool:
    if child.parent_relationship == "SubPlan":
        return True
    return node.node_type == "Nested Loop" and child.parent_relationship == "Inner"


def costliest(plan: Plan) -> tuple[PlanNode, float]:
    """Return the node that adds most to the cost, and its share of the whole."""
    own = own_costs(plan.root)
    node = max(plan.root.walk(), key=lambda n: own[id(n)])
    return node, own[id(node)] / plan.root.total_cost if plan.root.total_cost else 0.0


def slowest(plan: Plan) -> tuple[PlanNode, float] | None:
    """Return the node that spent most of the time itself, and its share; None where it was not executed."""
    found = [(one.node, one.own_share) for one in lines(plan) if one.own_share is not None]
    return max(found, key=lambda pair: pair[1], default=None)


def plan_rows(plan: Plan, width: int, below: Sequence[Line] = ()) -> list[PlanRow]:
    """Return the plan as rows for a table of `width` cells, then other lines; long ones go on in the next row."""
    own, total = own_costs(plan.root), plan.root.total_cost or 1.0
    executed = plan.root.actual is not None
    worst, _ = slowest(plan) or costliest(plan)
    room = max(width - (_MEASURED if executed and width >= MEASURED_FROM else _FIGURES), 24)
    rows: list[PlanRow] = []
    for number, one in enumerate(lines(plan)):
        relation = (one.node.schema, one.node.relation) if one.node.schema and one.node.relation else None
        # Lines without figures have the whole width.
        for part, tree in enumerate(
            _broken(one, room if one.cost is not None else width - 2, one.node is worst)
        ):
            if one.cost is None or part:
                rows.append(PlanRow((number, part), tree, relation=relation))
                continue
            share = own[id(one.node)] / total
            measured = one if executed else None
            share = one.own_share or 0.0 if executed else share
            rows.append(
                PlanRow((number, 0), tree, one.rows, one.cost, share, one.node is worst, relation, measured)
            )
    for number, text in enumerate(below, _BELOW_THE_PLAN):
        parts = wrap(text, width - 4, 4) or [()]
        rows.extend(PlanRow((number, part), (Span("  "), *tree)) for part, tree in enumerate(parts))
    return rows


def _broken(one: PlanLine, room: int, worst: bool) -> list[Line]:
    """Break a line where it is too long; what follows stands below it in the tree."""
    below = one.branch
    if one.cost is not None:
        stem = one.branch[:-3] + _BELOW.get(one.branch[-3:], one.branch[-3:])
        below = stem + ("│  " if one.node.children else "   ")
    name, colon, text = one.text.partition(": ") if one.cost is None else ("", "", one.text)
    spans = (
        (Span(name + colon, "faint"), Span(text, "muted"))
        if one.cost is None
        else (Span(text, "warn" if worst else "strong"),)
    )
    found = wrap(spans, max(room - len(below), 16), 2 if one.cost is None else 0)
    return [(Span(one.branch if n == 0 else below, "rule"), *line) for n, line in enumerate(found)]


def _share(row: PlanRow) -> Cell:
    if row.share is None:
        return ""
    if row.costliest:
        return Span(f"! {percent(row.share)} ", "warn")
    return Span(f"{percent(row.share)} ", "text" if row.share >= 0.1 else "faint")


COLUMNS: tuple[Column[PlanRow], ...] = (
    Column("tree", "plan", lambda r: r.tree, min_width=24, max_width=200, grow=True),
    Column("rows", "rows", lambda r: "" if r.rows is None else count(r.rows), width=7, right=True),
    Column("cost", "cost", lambda r: "" if r.cost is None else cost(r.cost), width=8, right=True),
    Column("own", "own ", _share, width=9, right=True),
)


def _actual(row: PlanRow) -> Cell:
    found = row.measured
    if found is None:
        return ""
    if not found.loops:
        return Span("never", "faint")
    return count((found.actual_rows or 0.0) * found.loops)


def _expected(row: PlanRow) -> Cell:
    found = row.measured
    if found is None or row.rows is None:
        return ""
    return Span(count(row.rows * max(found.loops or 1.0, 1.0)), "muted")


def _off(row: PlanRow) -> Cell:
    wrong = row.measured.misestimate if row.measured is not None else None
    if wrong is None or wrong.factor < 2:
        return ""
    factor = f"{wrong.factor:,.0f}x" if wrong.factor < 10_000 else "much"
    return Span(f"! {factor}", "warn") if wrong.factor >= _WRONG else Span(factor, "muted")


def _ms(row: PlanRow) -> Cell:
    found = row.measured
    return "" if found is None or found.ms is None else f"{found.ms:,.1f} ms"


MEASURED: tuple[Column[PlanRow], ...] = (
    Column("tree", "executed plan", lambda r: r.tree, min_width=24, max_width=200, grow=True),
    Column("actual", "rows", _actual, width=7, right=True),
    Column("expected", "expected", _expected, width=8, right=True, priority=3),
    Column("off", "off by", _off, width=7, right=True, priority=1),
    Column("ms", "time", _ms, width=9, right=True),
    Column("own", "own ", _share, width=9, right=True, priority=2),
)


def cost(value: float) -> str:
    """Write a cost in the planner's units."""
    return f"{value:.2f}" if value < 99.995 else count(value)


def in_words(plan: Plan) -> str:
    """Return the plan as text, for `y`."""
    executed = plan.root.actual is not None
    kind = "plan as executed" if executed else "plan, not executed"
    found = [f"-- {kind}: costs are the planner's units\n-- {plan.root.total_cost:,.2f} in all"]
    for one in lines(plan):
        figures = "" if one.cost is None else f"  (cost={one.cost:.2f} rows={one.rows:.0f})"
        if one.cost is not None and executed:
            figures += f"  ({measured(one)})"
        found.append(f"{one.branch}{one.text}{figures}")
    return "\n".join(found)
