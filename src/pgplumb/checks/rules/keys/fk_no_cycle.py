"""Tables do not need each other's rows first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pgplumb.catalog.model import Catalog
from pgplumb.catalog.relation import Constraint, Relation
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.foreign_keys import declared
from pgplumb.checks.rule import Category, Rule, Severity, Tier

Edge = tuple[Relation, Constraint]


def binding(table: Relation, key: Constraint) -> bool:
    """Whether a row cannot be inserted before its parent: nothing is deferrable and no column may be null."""
    if key.deferrable or not key.enforced:
        return False
    columns = [table.column(number) for number in key.columns]
    return all(column is not None and column.not_null for column in columns)


def edges(catalog: Catalog, report: Report) -> dict[int, dict[int, Edge]]:
    """Return the binding foreign keys by table and target, self references left out; partitions as their root."""
    found: dict[int, dict[int, Edge]] = {}
    for table in catalog.tables:
        for key in declared(table):
            report.checked()
            target = catalog.relations.get(key.foreign_relation)
            if target is None:
                continue
            root = catalog.root(target).oid if target.is_partition else target.oid
            if root != table.oid and binding(table, key):
                found.setdefault(table.oid, {}).setdefault(root, (table, key))
    return found


def knots(graph: Mapping[int, Sequence[int]]) -> list[list[int]]:
    """Return the strongly connected components of more than one node (Tarjan, without recursion)."""
    number: dict[int, int] = {}
    low: dict[int, int] = {}
    stack: list[int] = []
    on_stack: set[int] = set()
    found = []
    for start in graph:
        if start in number:
            continue
        work = [(start, iter(graph[start]))]
        number[start] = low[start] = len(number)
        stack.append(start)
        on_stack.add(start)
        while work:
            node, following = work[-1]
            for other in following:
                if other not in number:
                    number[other] = low[other] = len(number)
                    stack.append(other)
                    on_stack.add(other)
                    work.append((other, iter(graph.get(other, ()))))
                    break
                if other in on_stack:
                    low[node] = min(low[node], number[other])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == number[node]:
                    knot: list[int] = []
                    while not knot or knot[-1] != node:
                        knot.append(stack.pop())
                        on_stack.discard(knot[-1])
                    if len(knot) > 1:
                        found.append(knot)
    return found


def check(facts: Facts, report: Report) -> None:
    """Report each knot of binding foreign keys once, at the key of its first table by name."""
    graph = edges(facts.catalog, report)
    for knot in knots({oid: list(targets) for oid, targets in graph.items()}):
        inside = set(knot)
        links = sorted(
            (edge for oid in knot for target, edge in graph[oid].items() if target in inside),
            key=lambda edge: edge[0].constraint_id(edge[1]),
        )
        tables = sorted({table.qualified for table, _ in links})
        first, key = links[0]
        report.fail(
            first.constraint_id(key),
            f"{', '.join(tables)} refer to each other in a circle of NOT NULL keys: "
            "no first row can be inserted into any of them",
            {"tables": tables, "foreign_keys": [k.name for _, k in links]},
            related=tuple(sorted({t.id for t, _ in links}) + [t.constraint_id(k) for t, k in links[1:]]),
            fix=Fix(
                "replace-foreign-key",
                {"table": first.qualified, "constraint": key.name, "initially_deferred": True},
            ),
        )


RULE = Rule(
    id="fk-no-cycle",
    title="Foreign keys form no closed circle",
    category=Category.KEYS,
    severity=Severity.INFO,
    tier=Tier.GROWTH,
    passes="No circle of two or more tables is made of foreign keys that are all NOT NULL and not deferrable.",
    why="In such a circle every row needs another one first, so that nothing can be inserted, restored row by row "
    "or deleted in order. One deferrable or nullable key opens it.",
    source="https://www.postgresql.org/docs/current/sql-set-constraints.html",
    looks_at="pg_constraint (conrelid, confrelid, condeferrable), pg_attribute.attnotnull",
    whole=check,
    reads=("catalog.relations",),
    not_applicable_when="there is no foreign key",
)
