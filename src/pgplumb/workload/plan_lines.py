"""A plan as the lines of a tree: data for a terminal, without style."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pgplumb.foundation.names import dotted, part
from pgplumb.workload.plan import Plan
from pgplumb.workload.plan_node import PlanNode

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


def lines(plan: Plan, unicode: bool = True) -> tuple[PlanLine, ...]:
    """Return the plan as lines of a tree, a node's conditions right below it."""
    return tuple(_lines(plan.root, 0, "", "", _UNICODE if unicode else _ASCII))


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
    words = [_action(node)]
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


def _action(node: PlanNode) -> str:
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
