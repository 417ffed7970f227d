"""A partition's bound as a condition on rows.

Source: https://www.postgresql.org/docs/current/sql-createtable.html#SQL-CREATETABLE-PARTITION
"""

from __future__ import annotations

from collections.abc import Sequence

from pgplumb.catalog.relation import Relation
from pgplumb.catalog.unread import Unread
from pgplumb.migrate.probes.moment import Moment
from pgplumb.migrate.probes.source_text import Piece, SourceText
from pgplumb.sql.node import Node
from pgplumb.sql.parser import SyntaxProblem, parse_statement
from pgplumb.sql.quote import quote_identifier, quote_literal, quote_qualified


class Unreadable(Exception):  # noqa: N818
    """A bound that cannot be made a condition; the text says why."""


def inside(moment: Moment, parent: Relation, bound: Node, text: SourceText) -> str:
    """Return the condition that rows of the partition meet: never null. Raises Unreadable."""
    key = parent.partition_key
    if key is None or any(number == 0 for number in key.columns):
        raise Unreadable(f"{parent.qualified} is divided by an expression")
    columns = [quote_identifier(name) for name in parent.column_names(key.columns)]
    if bound.flag("is_default"):
        return _default(moment, parent)
    if bound.text("strategy") == "h":
        name = quote_literal(quote_qualified(parent.schema, parent.name))
        given = f"{bound.number('modulus')}, {bound.number('remainder')}, {', '.join(columns)}"
        return f"pg_catalog.satisfies_hash_partition(CAST({name} AS regclass), {given})"
    rest = text.after(bound.number("location"))
    first = rest.group()
    if first is None:
        raise Unreadable("the bound could not be read")
    if bound.text("strategy") == "l":
        return _list(columns[0], first[0].split())
    second = rest.group(first[1])
    if second is None:
        raise Unreadable("the bound could not be read")
    low, high = first[0].split(), second[0].split()
    if len(low) != len(columns) or len(high) != len(columns):
        raise Unreadable("the bound has another number of values than the key")
    known = " AND ".join(f"{c} IS NOT NULL" for c in columns)
    return f"({known} AND {_beyond(columns, low, '>')} AND {_beyond(columns, high, '<')})"


def _list(column: str, values: Sequence[Piece]) -> str:
    texts = [v.text for v in values if v.text.lower() != "null"]
    parts = [f"({column} IS NOT NULL AND {column} IN ({', '.join(texts)}))"] if texts else []
    if len(texts) < len(values):
        parts.append(f"{column} IS NULL")
    return f"({' OR '.join(parts)})"


def _beyond(columns: Sequence[str], ends: Sequence[Piece], direction: str) -> str:
    """Return that a row lies at or above a low end (`>`), or below a high one (`<`)."""
    number = next(
        (n for n, end in enumerate(ends) if end.text.lower() in ("minvalue", "maxvalue")), len(ends)
    )
    left, right = ", ".join(columns[:number]), ", ".join(e.text for e in ends[:number])
    infinite = ends[number].text.lower() if number < len(ends) else ""
    if not number:
        return "true" if (infinite == "minvalue") == (direction == ">") else "false"
    # A low end is part of the partition, a high one is not; an infinite rest decides for all that share its beginning.
    includes = infinite == "minvalue" if direction == ">" else infinite == "maxvalue"
    equal = "=" if includes or (direction == ">" and not infinite) else ""
    if number == 1:
        return f"{left} {direction}{equal} {right}"
    return f"({left}) {direction}{equal} ({right})"


def _default(moment: Moment, parent: Relation) -> str:
    """A default partition takes what no other does."""
    others = []
    for child in moment.catalog.children.get(parent.oid, ()):
        if child.partition_bound is None or isinstance(child.partition_bound, Unread):
            raise Unreadable(f"the bound of {child.qualified} is not known")
        if child.partition_bound == "DEFAULT":
            continue
        text = f"ALTER TABLE a ATTACH PARTITION b {child.partition_bound}"
        try:
            node = parse_statement(text)
        except SyntaxProblem as problem:
            raise Unreadable(f"the bound of {child.qualified} could not be read") from problem
        command = node.nodes("cmds")[0].node("def")
        bound = command.node("bound") if command else None
        if bound is None:
            raise Unreadable(f"the bound of {child.qualified} could not be read")
        others.append(inside(moment, parent, bound, SourceText(text)))
    return f"NOT ({' OR '.join(others)})" if others else "true"
