"""What queries cost with some of the candidates: the planner's answer, asked as seldom as can be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from pgplumb.workload.advisor.planner import PlanningDatabase
from pgplumb.workload.plan import Plan, explain_all
from pgplumb.workload.plan_node import PlanNode

_TOO_MANY = 5.0
"""Where the planner expects so many times more rows than calls returned, its price of an index is too high."""
_FLOOR = 8.0
"""Planner's units of one descent and one row."""


@dataclass(frozen=True, slots=True)
class Text:
    """One statement that the planner is asked for, as part of a query's cost."""

    sql: str = field(repr=False)
    """It may hold values of users' data."""
    weight: float = 1.0
    """How often one call of the query runs it, or how likely its values are."""


@dataclass(frozen=True, slots=True)
class Priced:
    """A query with all that one call of it makes the server plan and run."""

    query: str
    calls: float
    texts: tuple[Text, ...]
    tables: frozenset[str]
    """Qualified names of the tables that it touches: other candidates cannot change its cost."""
    search_path: str | None = None
    returned: float | None = None
    """Rows that one call really returned, where they are the rows that its one table was searched for."""


@dataclass(frozen=True, slots=True)
class _Answer:
    shown: frozenset[str]
    used: frozenset[str]
    cost: float
    likely: float


class Unplannable(Exception):  # noqa: N818
    """A query's plan cannot be had; the text says why and the next step."""


class Prices:
    """Costs in one planning database. `tables` gives the table of each candidate, by qualified names."""

    def __init__(self, database: PlanningDatabase, tables: Mapping[str, str]) -> None:
        self.database = database
        self.explained = 0
        """How many plans were asked for."""
        self._tables = tables
        self._known: dict[int, list[_Answer]] = {}
        self._by_bare = {_bare(name): name for name in tables}
        self._by_bare |= _of_partitions(database, self._by_bare)

    def cost(self, priced: Priced, shown: Iterable[str]) -> float:
        """Return what one call costs in the planner's units with these candidates. Raises Unplannable."""
        return self._answer(priced, shown).cost

    def likely(self, priced: Priced, shown: Iterable[str]) -> float:
        """Return the same, put right where calls returned far fewer rows than the planner expects."""
        return self._answer(priced, shown).likely

    def used(self, priced: Priced, shown: Iterable[str]) -> frozenset[str]:
        """Return the candidates that the plans of a query use. Raises Unplannable."""
        return self._answer(priced, shown).used

    def _answer(self, priced: Priced, wanted: Iterable[str]) -> _Answer:
        shown = frozenset(name for name in wanted if self._tables.get(name) in priced.tables)
        known = self._known.setdefault(id(priced), [])
        for answer in known:
            # What a plan leaves aside can be taken away without changing it.
            if answer.used <= shown <= answer.shown:
                return answer
        self.database.show(sorted(shown))
        self.explained += len(priced.texts)
        texts = [text.sql for text in priced.texts]
        cost = likely = 0.0
        used: set[str] = set()
        plans = explain_all(self.database.session, texts, search_path=priced.search_path)
        for text, plan in zip(priced.texts, plans, strict=True):
            if not isinstance(plan, Plan):
                raise Unplannable(str(plan))
            cost += text.weight * plan.root.total_cost
            likely += text.weight * _likely(plan.root, priced.returned)
            used |= self._used(plan, shown)
        known.append(_Answer(shown, frozenset(used), cost, likely))
        return known[-1]

    def _used(self, plan: Plan, shown: frozenset[str]) -> frozenset[str]:
        """Return which candidates a plan uses, by themselves or by their parts on partitions."""
        names = {node.index for node in plan.root.walk() if node.index is not None}
        return frozenset(self._by_bare[name] for name in names if name in self._by_bare) & shown


def _of_partitions(database: PlanningDatabase, known: Mapping[str, str]) -> dict[str, str]:
    """Return, by the bare name of a partition's index, the candidate on the partitioned table that it is part of."""
    with database.session.unit() as unit:
        rows = unit.query(
            "SELECT c.relname::text, p.relname::text FROM pg_catalog.pg_inherits i"
            " JOIN pg_catalog.pg_class c ON c.oid = i.inhrelid JOIN pg_catalog.pg_class p ON p.oid = i.inhparent"
            " WHERE p.relkind = 'I'"
        )
    parents: dict[str, str] = dict(rows)
    found = {}
    for child in parents:
        top, steps = child, 0
        while top in parents and steps < len(parents):
            top, steps = parents[top], steps + 1
        if top in known:
            found[child] = known[top]
    return found


def total(prices: Prices, queries: Sequence[Priced], shown: Iterable[str]) -> float:
    """Return the cost of the whole workload."""
    names = tuple(shown)
    return sum(query.calls * prices.cost(query, names) for query in queries)


def searched_rows(root: PlanNode) -> float | None:
    """Return how many rows the planner expects a statement to find; None where its rows are something else."""
    node = root
    while (
        node.node_type in ("ModifyTable", "LockRows", "Sort", "Gather", "Gather Merge", "Result")
        and node.children
    ):
        node = node.children[0]
    return node.rows if "Scan" in node.node_type else None


def _likely(root: PlanNode, returned: float | None) -> float:
    """Return a plan's cost, less where it fetches by an index and calls returned far fewer rows than expected."""
    expected = searched_rows(root) if returned is not None else None
    if expected is None or returned is None or expected < _TOO_MANY * max(returned, 1.0):
        return root.total_cost
    if any(node.node_type == "Seq Scan" for node in root.walk()):
        return root.total_cost
    return max(root.total_cost * max(returned, 1.0) / expected, min(_FLOOR, root.total_cost))


def _bare(name: str) -> str:
    """Return the last part of a qualified name, without quotes."""
    if name.endswith('"'):
        at = name.rindex('"', 0, len(name) - 1)
        while at > 0 and name[at - 1] == '"':
            at = name.rindex('"', 0, at - 1)
        return name[at + 1 : -1].replace('""', '"')
    return name.rsplit(".", 1)[-1]
