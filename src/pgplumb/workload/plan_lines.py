"""A plan as the lines of a tree: data for a terminal, without style."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from pgplumb.foundation.names import dotted, part
from pgplumb.foundation.text import percent
from pgplumb.workload.plan import Plan
from pgplumb.workload.plan_node import PlanNode
from pgplumb.workload.plan_times import Misestimate, misestimates, own_times, wall_times

_UNICODE = ("├─ ", "└─ ", "│  ", "   ")
_ASCII = ("|- ", "`- ", "|  ", "   ")
_AGGREGATES = {"Sorted": "GroupAggregate", "Hashed": "HashAggregate", "Mixed": "MixedAggregate"}


@dataclass(frozen=True, slots=True)
class PlanLine:
    """One line of a drawn plan. Texts hold names and expressions of the database: sanitise to show."""

    depth: int
    branch: str
    """The tree lines in front."""
    text: str
    cost: float | None
    """None in a line that adds a condition to the node above it."""
    rows: float | None
    node: PlanNode
    ms: float | None = None
    """The time of the node and all below it; None where it was not measured, as the next three."""
    own_share: float | None = None
    """The part of the whole time that the node spent itself, from 0 to 1."""
    actual_rows: float | None = None
    """Rows that came, an average of its loops as `rows` is; None for a node that never ran."""
    misestimate: Misestimate | None = None
    """None where the node was stopped early, too."""
    loops: float | None = None
    """0 for a node that never ran; None where the plan was not executed."""


def lines(plan: Plan, unicode: bool = True) -> tuple[PlanLine, ...]:
    """Return the plan as lines of a tree, a node's conditions right below it."""
    found = _lines(plan.root, 0, "", "", _UNICODE if unicode else _ASCII)
    return tuple(found) if plan.root.actual is None else tuple(_measured(plan.root, found))


def _measured(root: PlanNode, found: Iterable[PlanLine]) -> Iterator[PlanLine]:
    """Add to the lines of nodes what was measured of them."""
    walls, own, wrong = wall_times(root), own_times(root), misestimates(root)
    whole = walls.get(id(root), 0.0)
    for line in found:
        actual = line.node.actual
        if line.cost is None or actual is None:
            yield line
            continue
        key = id(line.node)
        yield replace(
            line,
            ms=walls.get(key),
            own_share=own[key] / whole if whole and key in own else None,
            actual_rows=None if actual.never_executed else actual.rows,
            misestimate=wrong.get(key),
            loops=actual.loops,
        )


def figures(line: PlanLine) -> str:
    """Return what was measured at a node as a short text: "12.1 ms (40 %), 500 rows of 5 expected (100x)"."""
    if line.loops is None:
        return ""
    if not line.loops:
        return "never executed"
    said = []
    if line.ms is not None:
        share = "" if line.own_share is None else f" ({percent(line.own_share)} its own)"
        said.append(f"{line.ms:,.1f} ms{share}")
    rows = f"{line.actual_rows or 0:,.0f} rows"
    if line.misestimate is not None and line.misestimate.factor >= 2:
        rows += f" of {line.rows or 0:,.0f} expected ({line.misestimate.factor:,.0f}x)"
    said.append(rows if line.loops == 1 else f"{rows} x {line.loops:,.0f} loops")
    return ", ".join(said)


def _lines(
    node: PlanNode, depth: int, lead: str, below: str, glyphs: tuple[str, str, str, str]
) -> Iterator[PlanLine]:
    fork, last, bar, blank = glyphs
    yield PlanLine(depth, lead, title(node), node.total_cost, node.rows, node)
    gutter = below + (bar if node.children else blank)
    for name, text in node.conditions:
        yield PlanLine(depth, gutter, f"{name}: {text}", None, None, node)
    if node.pruned:
        said = f"{node.pruned} partitions are not shown: pruned for NULL parameters"
        yield PlanLine(depth, gutter, said, None, None, node)
    for child in node.children:
        is_last = child is node.children[-1]
        yield from _lines(
            child, depth + 1, below + (last if is_last else fork), below + (blank if is_last else bar), glyphs
        )


def title(node: PlanNode) -> str:
    """Return what a node does and on what: "Index Scan using orders_pkey on public.orders o"."""
    words = [action(node)]
    if node.subplan:
        words.insert(0, f"{node.subplan}:")
    if node.workers:
        words.append(f"({node.workers} workers)")
    if node.index:
        bitmap = node.node_type == "Bitmap Index Scan"
        words += ["on" if bitmap else "using", part(node.index)]
    if node.relation:
        words += ["on", dotted(node.schema, node.relation) if node.schema else part(node.relation)]
    if node.alias and node.alias != node.relation:
        words += [part(node.alias)] if node.relation else ["on", part(node.alias)]
    return " ".join(words)


def action(node: PlanNode) -> str:
    """Return a node's type with what EXPLAIN's text form says beside it."""
    kind = node.node_type
    if kind == "ModifyTable" and node.operation:
        return node.operation
    if kind == "Aggregate":
        kind = _AGGREGATES.get(node.strategy or "", kind)
    elif node.join_type not in (None, "Inner"):
        kind = f"{kind.removesuffix(' Join')} {node.join_type} Join"
    elif node.backward:
        kind = f"{kind} Backward"
    if node.partial:
        kind = f"{node.partial} {kind}"
    return f"Parallel {kind}" if node.parallel else kind
