"""Tables do not need each other's rows first."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence

from pgplumb.catalog.relation import Constraint, Relation
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.foreign_keys import declared
from pgplumb.checks.rule import Category, Groups, Rule, Severity, Tier
from pgplumb.foundation.names import object_id

Edge = tuple[int, int, str]
"""A table and its target by oid, and the name of the foreign key."""


def binding(table: Relation, key: Constraint) -> bool:
    """Whether a row cannot be inserted before its parent: nothing is deferrable and no column may be null."""
    if key.deferrable or not key.enforced:
        return False
    columns = [table.column(number) for number in key.columns]
    return all(column is not None and column.not_null for column in columns)


def collect(table: Relation, facts: Facts) -> Iterator[tuple[None, tuple[int, str]]]:
    """Yield the target and the name of binding foreign keys, self references left out; partitions as their root.

    One that binds nothing stands as a target of 0: it is counted.
    """
    catalog = facts.catalog
    for key in declared(table):
        target = catalog.relations.get(key.foreign_relation)
        root = catalog.root(target).oid if target is not None else 0
        yield None, (root if root != table.oid and binding(table, key) else 0, key.name)


def edges(members: Mapping[int, Sequence[Hashable]]) -> dict[int, dict[int, Edge]]:
    """Return the first binding foreign key by table and target."""
    found: dict[int, dict[int, Edge]] = {}
    for oid, keys in members.items():
        for key in keys:
            assert isinstance(key, tuple)
            target, name = key
            if target:
                found.setdefault(oid, {}).setdefault(target, (oid, target, name))
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


def judge(_: Hashable, members: Mapping[int, Sequence[Hashable]], facts: Facts, report: Report) -> None:
    """Report each knot of binding foreign keys once, at the key of its first table by name."""
    relations = facts.catalog.relations
    report.checked(sum(map(len, members.values())))
    graph = edges(members)
    for knot in knots({oid: list(targets) for oid, targets in graph.items()}):
        inside = set(knot)
        chosen = [edge for oid in knot for target, edge in graph[oid].items() if target in inside]
        links = sorted((_key_id(relations[oid], name), relations[oid], name) for oid, _, name in chosen)
        tables = sorted({table.qualified for _, table, _ in links})
        first, table, name = links[0]
        report.fail(
            first,
            f"{', '.join(tables)} refer to each other in a circle of NOT NULL keys: "
            "no first row can be inserted into any of them",
            {"tables": tables, "foreign_keys": [n for _, _, n in links]},
            related=tuple(sorted({t.id for _, t, _ in links}) + [i for i, _, _ in links[1:]]),
            fix=Fix(
                "replace-foreign-key",
                {"table": table.qualified, "constraint": name, "initially_deferred": True},
            ),
        )


def _key_id(table: Relation, name: str) -> str:
    return object_id("fk", table.schema, table.name, name)


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
    each_group=Groups(collect, judge),
    not_applicable_when="there is no foreign key",
)
