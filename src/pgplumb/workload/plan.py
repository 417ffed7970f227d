"""The planner's plan of a normalised statement, parameters and all, without running it.

Source: https://www.postgresql.org/docs/current/sql-explain.html (GENERIC_PLAN, 16 and later) and, before 16,
https://www.postgresql.org/docs/current/sql-prepare.html with plan_cache_mode.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pgplumb.server.session import Session


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
    children: tuple[PlanNode, ...] = ()

    def walk(self) -> Iterator[PlanNode]:
        """This node and all below it, parents first."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True)
class Plan:
    """A generic plan: made without knowing the parameters' values."""

    root: PlanNode
    query: str
    """What was explained, after repair."""
    repaired: bool
    """Whether the text had to be rewritten so that the server could read it (`interval $1`)."""
    parameters: int
    """How many $n it has; 0 means that the plan is that of the very text."""
    raw: Mapping[str, object]
    """The "Plan" object of EXPLAIN (FORMAT JSON)."""


@dataclass(frozen=True, slots=True)
class Unplanned:
    """Why there is no plan."""

    what: str
    why: str
    next_step: str
    sqlstate: str | None = None

    def __str__(self) -> str:
        """One line: what, why, the next step."""
        return f"{self.what}: {self.why}. {self.next_step}"


@dataclass(frozen=True, slots=True)
class PlanLine:
    """One line of a drawn plan: data for a terminal, without style. Texts are not sanitised."""

    depth: int
    branch: str
    """The tree lines in front."""
    text: str
    cost: float | None
    """None in a line that adds a condition to the node above it."""
    rows: float | None
    node: PlanNode


def explain(session: Session, query_text: str, statement_timeout_ms: int = 5000) -> Plan | Unplanned:
    """Return the generic plan of exactly one statement, in a read-only unit; it is never executed."""
    raise NotImplementedError


def lines(plan: Plan, unicode: bool = True) -> tuple[PlanLine, ...]:
    """Return the plan as lines of a tree, conditions below their nodes."""
    raise NotImplementedError
