"""The keys of unique and exclusion indexes, as expressions to compare rows by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from pgplumb.migrate.probes.moment import Moment, Table
from pgplumb.migrate.probes.source_text import Piece
from pgplumb.sql.node import Node
from pgplumb.sql.quote import quote_identifier, quote_qualified


@dataclass(frozen=True, slots=True)
class Key:
    """What an index is on."""

    parts: tuple[str, ...]
    """Expressions, with their collations."""
    columns: tuple[str, ...]
    """The columns that it names, expressions' and predicate's included."""
    predicate: str | None = None
    operators: tuple[str, ...] = field(default=())
    """Of EXCLUDE, one for each part."""
    foreign: bool = False
    """Whether it compares by an operator class that is not the type's own."""


_SAME_EQUALITY = frozenset({"text_pattern_ops", "varchar_pattern_ops", "bpchar_pattern_ops"})


def plain(columns: Sequence[str]) -> Key:
    """Return a key of columns."""
    return Key(tuple(map(quote_identifier, columns)), tuple(columns))


def of_index(moment: Moment, node: Node) -> Key | None:
    """Return the key of CREATE INDEX; None where its text cannot be read."""
    relation = node.node("relation")
    if relation is None:
        return None
    rest = moment.text.after(relation.number("location"))
    found = rest.group()
    if found is None:
        return None
    inside, behind = found
    where = rest.find("where", start=behind)
    predicate = Piece(rest.tokens[where + 1 :]).text if where is not None else None
    return _key(inside, node.nodes("indexParams"), predicate, node.node("whereClause"))


def of_exclusion(moment: Moment, constraint: Node) -> Key | None:
    """Return the key of EXCLUDE; None where its text cannot be read."""
    rest = moment.text.after(constraint.number("location"))
    start = rest.find("exclude")
    found = rest.group(start or 0)
    if found is None:
        return None
    inside, behind = found
    predicate = None
    if constraint.node("where_clause") is not None:
        where = rest.find("where", start=behind)
        held = rest.group(where) if where is not None else None
        if held is None:
            return None
        predicate = held[0].text
    elements, operators = [], []
    for pair in constraint.nodes("exclusions"):
        element, operator = pair.nodes("items")[:2]
        elements.append(element)
        names = operator.words("items")
        schema = f"{quote_identifier(names[0])}." if len(names) > 1 else ""
        operators.append(f"OPERATOR({schema}{names[-1]})" if schema else names[-1])
    key = _key(inside, elements, predicate, constraint.node("where_clause"))
    return Key(key.parts, key.columns, key.predicate, tuple(operators)) if key else None


def _key(inside: Piece, elements: Sequence[Node], predicate: str | None, where: Node | None) -> Key | None:
    pieces = inside.split()
    if len(pieces) != len(elements):
        return None
    parts, columns, foreign = [], [], False
    for piece, element in zip(pieces, elements, strict=True):
        expression = element.node("expr")
        if expression is None:
            part = quote_identifier(element.text("name"))
            columns.append(element.text("name"))
        else:
            end = piece.group()
            if end is None:
                return None
            part = f"({Piece(piece.tokens[: end[1]]).text})"
            columns += columns_in(expression)
        if element.words("collation"):
            part = f"{part} COLLATE {quote_qualified(*element.words('collation'))}"
        parts.append(part)
        opclass = element.words("opclass")
        foreign = foreign or bool(opclass and opclass[-1] not in _SAME_EQUALITY)
    columns += columns_in(where) if where is not None else []
    return Key(tuple(parts), tuple(dict.fromkeys(columns)), predicate, foreign=foreign)


def columns_in(expression: Node) -> list[str]:
    """Return the columns that an expression names."""
    found = [n.words("fields")[-1] for n in expression.walk() if n.kind == "ColumnRef" and n.words("fields")]
    return list(dict.fromkeys(found))


def duplicates_sql(moment: Moment, table: Table, key: Key, *, nulls_distinct: bool) -> str:
    """Return the question whether two rows share a key."""
    named = [f"{part} AS k{number}" for number, part in enumerate(key.parts, 1)]
    names = [f"k{number}" for number in range(1, len(key.parts) + 1)]
    only = table.only or table.relation.kind != "p"
    inner = f"SELECT {', '.join(named)} FROM {table.shape.source(only=only)}"
    if key.predicate:
        inner += f" WHERE ({key.predicate})"
    kept = [f"{name} IS DISTINCT FROM NULL" for name in names] if nulls_distinct else []
    where = f" WHERE {' AND '.join(kept)}" if kept else ""
    grouped = ", ".join(names)
    return f"SELECT 1 FROM ({inner}) AS k{where} GROUP BY {grouped} HAVING count(*) > 1 LIMIT 1"


def overlaps_sql(table: Table, key: Key) -> str:
    """Return the question whether two rows exclude each other."""
    named = [f"{part} AS k{number}" for number, part in enumerate(key.parts, 1)]
    only = table.only or table.relation.kind != "p"
    source = table.shape.source(only=only, system=True)
    inner = f"SELECT tableoid AS k_table, ctid AS k_row, {', '.join(named)} FROM {source}"
    if key.predicate:
        inner += f" WHERE ({key.predicate})"
    both = [f"a.k{n} {operator} b.k{n}" for n, operator in enumerate(key.operators, 1)]
    return (
        f"SELECT 1 FROM ({inner}) AS a JOIN ({inner}) AS b ON {' AND '.join(both)}"
        " AND (a.k_table, a.k_row) < (b.k_table, b.k_row) LIMIT 1"
    )
