"""EXPLAIN (FORMAT JSON) as a tree that can be asked: every key has a default, for none is in every version.

Numbers per loop are averages, rounded to whole rows before 18. Below a Gather the loops of all processes are
counted together, and the planner's rows are those of one process.
Source: https://www.postgresql.org/docs/current/sql-explain.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from pgplumb.workload.plan_actual import PlanFigures, read_figures
from pgplumb.workload.plan_lines import title
from pgplumb.workload.plan_node import read_node

Raw = Mapping[str, object]

_LARGEST = 1e18
"""Larger numbers are no measurements; with this bound no arithmetic here overflows."""
_GATHERS = ("Gather", "Gather Merge")
_TITLE_KEYS = frozenset(
    [
        *("Node Type", "Schema", "Relation Name", "CTE Name", "Function Name", "Alias", "Index Name"),
        *("Join Type", "Strategy", "Operation", "Scan Direction", "Partial Mode", "Parallel Aware"),
        "Subplan Name",
    ]
)


def number(raw: Raw, key: str) -> float | None:
    """Return a number; None where the key is missing or holds something else."""
    value = raw.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if -_LARGEST < value < _LARGEST else None


def objects(raw: Raw, key: str) -> tuple[Raw, ...]:
    """Return a list of objects; empty where the key is missing or holds something else."""
    value = raw.get(key)
    return tuple(v for v in value if isinstance(v, dict)) if isinstance(value, list) else ()


def inner(raw: Raw, key: str) -> Raw:
    """Return an object within; empty where the key is missing or holds something else."""
    value = raw.get(key)
    return value if isinstance(value, dict) else {}


@dataclass(slots=True, eq=False)
class Node:
    """One node of the tree. It knows its parent; nothing changes after the tree was read."""

    raw: Raw
    path: str
    """Child numbers from the root, which is "0": "0.1.0"."""
    parent: Node | None
    children: list[Node] = field(default_factory=list)

    @property
    def kind(self) -> str:
        """EXPLAIN's "Node Type"."""
        return self.text("Node Type") or "?"

    @property
    def title(self) -> str:
        """What it does and on what, as the drawn plan says."""
        return title(read_node({k: v for k, v in self.raw.items() if k in _TITLE_KEYS}))

    def text(self, key: str) -> str | None:
        """Return a text."""
        value = self.raw.get(key)
        return value if isinstance(value, str) else None

    def texts(self, key: str) -> tuple[str, ...]:
        """Return one text or a list of texts."""
        value = self.raw.get(key)
        if isinstance(value, str):
            return (value,)
        return tuple(v for v in value if isinstance(v, str)) if isinstance(value, list) else ()

    def number(self, key: str) -> float:
        """Return a number, 0 where there is none."""
        return number(self.raw, key) or 0.0

    @property
    def loops(self) -> float:
        """How often it ran; 0 means never, or not analysed."""
        return max(self.number("Actual Loops"), 0.0)

    @property
    def returned(self) -> float:
        """Rows over all loops."""
        return self.number("Actual Rows") * self.loops

    @property
    def expected(self) -> float:
        """The planner's rows per loop, of all processes together."""
        return self.number("Plan Rows") * self._planned_processes

    def removed(self, key: str) -> float:
        """Return "Rows Removed by ..." over all loops."""
        return self.number(key) * self.loops

    @property
    def milliseconds(self) -> float:
        """How much of the statement's time passed in it and below; 0 where time was not taken."""
        return self.number("Actual Total Time") * self.loops / self._processes

    @property
    def workers(self) -> tuple[Raw, ...]:
        """What each parallel worker said apart from the leader."""
        return objects(self.raw, "Workers")

    @property
    def filter(self) -> str:
        """Its Filter, empty where there is none."""
        return self.text("Filter") or ""

    @property
    def condition(self) -> str | None:
        """The condition of its index look-up, its own or that of the bitmap index scans below it."""
        if self.kind == "Bitmap Heap Scan":
            below = (n.text("Index Cond") for n in self.walk() if n.kind == "Bitmap Index Scan")
            return next((text for text in below if text), None) or self.text("Recheck Cond")
        return self.text("Index Cond")

    def above(self) -> Iterator[Node]:
        """The nodes above, nearest first."""
        node = self.parent
        while node is not None:
            yield node
            node = node.parent

    def walk(self) -> Iterator[Node]:
        """This node and all below, parents first."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(reversed(node.children))

    def side(self, relationship: str) -> Node | None:
        """Return the first child in a role: "Outer" or "Inner"."""
        return next((c for c in self.children if c.text("Parent Relationship") == relationship), None)

    @property
    def gather(self) -> Node | None:
        """The Gather that it runs below, in parallel; None where it runs in one process.

        What is read before the workers start (InitPlan) is not parallel.
        """
        node: Node | None = self
        while node is not None:
            if node.text("Parent Relationship") == "InitPlan":
                return None
            node = node.parent
            if node is not None and node.kind in _GATHERS:
                return node
        return None

    @property
    def _processes(self) -> float:
        gather = self.gather
        return 1.0 if gather is None else max(gather.number("Workers Launched"), 0.0) + 1

    @property
    def _planned_processes(self) -> float:
        """By how much the planner divided the rows: get_parallel_divisor() of costsize.c."""
        gather = self.gather
        if gather is None:
            return 1.0
        workers = max(gather.number("Workers Planned"), 1.0)
        return workers + max(1 - 0.3 * workers, 0.0)


@dataclass(frozen=True, eq=False)
class Explained:
    """One plan with what EXPLAIN says beside it. Not slotted: it keeps the list of its nodes."""

    root: Node
    figures: PlanFigures
    """What EXPLAIN says around the plan: times, triggers, JIT, settings; may be empty."""

    @cached_property
    def nodes(self) -> tuple[Node, ...]:
        """All nodes, parents first."""
        return tuple(self.root.walk())

    @property
    def analysed(self) -> bool:
        """Whether the statement was run."""
        return "Actual Loops" in self.root.raw

    @property
    def milliseconds(self) -> float:
        """How long it ran: Execution Time, else the root's own time; 0 where time was not taken."""
        return self.figures.execution_ms or self.root.milliseconds


def read_explained(raw: Raw, figures: PlanFigures | None = None) -> Explained:
    """Return a tree from one element of EXPLAIN (FORMAT JSON), or from its "Plan" object alone."""
    plan = raw.get("Plan")
    root = Node(plan if isinstance(plan, dict) else raw, "0", None)
    waiting = [root]
    while waiting:
        node = waiting.pop()
        below = objects(node.raw, "Plans")
        node.children = [Node(child, f"{node.path}.{i}", node) for i, child in enumerate(below)]
        waiting += node.children
    return Explained(root, figures or read_figures(raw if isinstance(plan, dict) else {}))
