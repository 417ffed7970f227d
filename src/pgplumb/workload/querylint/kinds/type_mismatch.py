"""The plan casts an indexed column because the other side has another type."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pgplumb.catalog.relation import Column, Relation
from pgplumb.workload.plan_node import PlanNode
from pgplumb.workload.querylint.access import led_by
from pgplumb.workload.querylint.context import LintContext
from pgplumb.workload.querylint.finding import Found, Kind, Rewrite
from pgplumb.workload.querylint.query import Query
from pgplumb.workload.querylint.rewrites import typed_parameter
from pgplumb.workload.querylint.splice import Places
from pgplumb.workload.querylint.wording import by_size, numbers

_CAST = re.compile(
    r'\(\(?(?:(?:"(?:[^"]|"")+"|\w+)\.)?("(?:[^"]|"")+"|\w+)\)::'
    r"(numeric|double precision|real|bigint|integer|smallint|text|"
    r"character varying|bpchar|timestamp with(?:out)? time zone|date)"
)
_TESTS = ("Filter", "Join Filter", "Hash Cond", "Merge Cond")
_RELABELLED = ("varchar", "text")


def look(query: Query, context: LintContext) -> Iterator[Found]:
    """Look at the conditions of the plan for casts of columns that the text does not ask for."""
    if context.plan is None:
        return
    seen: set[tuple[int, int]] = set()
    for node in context.plan.root.walk():
        relation = _relation(context, node)
        for condition in (text for name, text in node.conditions if name in _TESTS):
            for match in _CAST.finditer(condition):
                raw, wanted = match[1], match[2]
                name = raw[1:-1].replace('""', '"') if raw.startswith('"') else raw
                for table in (relation,) if relation is not None else query.relations:
                    column = table.column_named(name)
                    indexes = led_by(table, column.number) if column is not None else ()
                    base = context.base_type(column) if column is not None else None
                    if column is None or not indexes or base is None or (table.oid, column.number) in seen:
                        continue
                    if base.name in _RELABELLED or f"{name}::{wanted}" in _unquoted(query.text):
                        continue
                    seen.add((table.oid, column.number))
                    own = context.type_label(column)
                    yield Found(
                        f"{table.name}.{name} is {own}, but compared as {wanted}: the plan casts every value, and "
                        f"index {indexes[0].name} cannot be used",
                        {
                            **numbers(context, table),
                            "column": name,
                            "column_type": own,
                            "compared_as": wanted,
                            "condition": condition,
                            "index": indexes[0].name,
                        },
                        (table.column_id(column), table.index_id(indexes[0])),
                        _rewrite(query, context, table, column),
                        severity=by_size(context, table),
                    )


def _relation(context: LintContext, node: PlanNode) -> Relation | None:
    """Return the table that a node reads; for a partition, the table that it is a part of."""
    found = context.catalog.by_name.get((node.schema or "", node.relation or ""))
    return context.catalog.root(found) if found is not None else None


def _rewrite(query: Query, context: LintContext, table: Relation, column: Column) -> Rewrite | None:
    """Return the query with the other side cast to the column's type, where it names a wider one itself."""
    places = Places(query)
    for block in query.blocks:
        for named in block.columns:
            found = query.resolve(named)
            span = places.column(named) if found is not None else None
            if found is None or span is None or found.relation is not table or found.column is not column:
                continue
            made = typed_parameter.rewrite(query, context, found, places, span[1])
            if made is not None:
                return made
    return None


def _unquoted(text: str) -> str:
    """Return a text as conditions are printed, to see whether the cast is the user's own."""
    return text.lower().replace("(", "").replace(")", "").replace('"', "").replace(" ", "")


KIND = Kind(
    id="type-mismatch",
    title="A comparison of two types casts the column",
    severity="warning",
    why="Where the types of both sides differ and no operator takes the pair, the server casts the column, and an "
    "index of its own type no longer fits. Drivers that send every number as numeric do this to primary keys.",
    source="https://www.postgresql.org/docs/current/typeconv-oper.html",
    look=look,
)
