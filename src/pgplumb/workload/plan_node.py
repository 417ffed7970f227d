"""A plan as EXPLAIN (FORMAT JSON) prints it, read with defaults: its keys differ from version to version.

Source: https://www.postgresql.org/docs/current/using-explain.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pgplumb.workload.plan_actual import Actual, number, objects, read_actual, text

CONDITIONS = (
    "Index Cond",
    "Recheck Cond",
    "TID Cond",
    "Hash Cond",
    "Merge Cond",
    "Join Filter",
    "One-Time Filter",
    "Filter",
    "Order By",
    "Sort Key",
    "Presorted Key",
    "Group Key",
    "Cache Key",
    "Conflict Filter",
)
"""What a node tests or arranges its rows by, in the order in which it is shown."""


@dataclass(frozen=True, slots=True)
class PlanNode:
    """One node of a plan. Costs are the planner's units, rows and width its estimates."""

    node_type: str
    """As EXPLAIN names it: "Index Scan", "Hash Join"."""
    startup_cost: float
    total_cost: float
    rows: float
    width: int
    schema: str | None = None
    relation: str | None = None
    """A table; for scans of functions and CTEs, their name."""
    alias: str | None = None
    index: str | None = None
    join_type: str | None = None
    strategy: str | None = None
    operation: str | None = None
    """Insert, Update, Delete or Merge of a ModifyTable."""
    filter: str | None = None
    index_cond: str | None = None
    join_cond: str | None = None
    """Hash Cond or Merge Cond; Join Filter is apart."""
    join_filter: str | None = None
    keys: tuple[str, ...] = ()
    """Sort Key or Group Key."""
    parent_relationship: str | None = None
    """Outer, Inner, Member, InitPlan, SubPlan, Subquery."""
    subplan: str | None = None
    """Subplan Name: "CTE x", "SubPlan 1"."""
    workers: int | None = None
    parallel: bool = False
    backward: bool = False
    partial: str | None = None
    """Partial or Finalize, of an aggregate in two steps."""
    pruned: int = 0
    """Partitions left out because of the parameters: before 16 the plan was made for NULLs."""
    conditions: tuple[tuple[str, str], ...] = ()
    """All of `CONDITIONS` that the node has, by EXPLAIN's own names."""
    children: tuple[PlanNode, ...] = ()
    actual: Actual | None = None
    """What EXPLAIN ANALYZE measured; None where the plan was not executed."""
    command: str | None = None
    """Of a SetOp: Intersect, Except, Intersect All, Except All."""
    disabled: bool = False
    """Chosen although an enable_ setting spoke against it, 18 and later."""

    def walk(self) -> Iterator[PlanNode]:
        """This node and all below it, parents first."""
        yield self
        for child in self.children:
            yield from child.walk()


def read_node(raw: Mapping[str, object]) -> PlanNode:
    """Return a "Plan" object with all below it; what is missing or odd gets a default."""
    return PlanNode(
        node_type=text(raw, "Node Type") or "?",
        startup_cost=number(raw, "Startup Cost"),
        total_cost=number(raw, "Total Cost"),
        rows=number(raw, "Plan Rows"),
        width=int(number(raw, "Plan Width")),
        schema=text(raw, "Schema"),
        relation=text(raw, "Relation Name") or text(raw, "CTE Name") or text(raw, "Function Name"),
        alias=text(raw, "Alias"),
        index=text(raw, "Index Name"),
        join_type=text(raw, "Join Type"),
        strategy=text(raw, "Strategy"),
        operation=text(raw, "Operation"),
        filter=text(raw, "Filter"),
        index_cond=text(raw, "Index Cond"),
        join_cond=text(raw, "Hash Cond") or text(raw, "Merge Cond"),
        join_filter=text(raw, "Join Filter"),
        keys=_texts(raw, "Sort Key") or _texts(raw, "Group Key"),
        parent_relationship=text(raw, "Parent Relationship"),
        subplan=text(raw, "Subplan Name"),
        workers=int(number(raw, "Workers Planned")) if "Workers Planned" in raw else None,
        parallel=raw.get("Parallel Aware") is True,
        backward=raw.get("Scan Direction") == "Backward",
        partial=partial if (partial := text(raw, "Partial Mode")) != "Simple" else None,
        pruned=int(number(raw, "Subplans Removed")),
        conditions=tuple((name, ", ".join(found)) for name in CONDITIONS if (found := _texts(raw, name))),
        children=tuple(read_node(below) for below in objects(raw, "Plans")),
        actual=read_actual(raw),
        command=text(raw, "Command"),
        disabled=raw.get("Disabled") is True,
    )


def _texts(raw: Mapping[str, object], key: str) -> tuple[str, ...]:
    """Return one text or a list of texts."""
    value = raw.get(key)
    if isinstance(value, str):
        return (value,)
    return tuple(v for v in value if isinstance(v, str)) if isinstance(value, list) else ()
