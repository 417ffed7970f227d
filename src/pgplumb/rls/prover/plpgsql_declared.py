"""Declarations of plpgsql: what a variable holds, and what it may do to what is put into it."""

from __future__ import annotations

from dataclasses import replace

from pgplumb.catalog.relation import Column
from pgplumb.rls.prover import (
    kinds,
    plpgsql,
    texts,
    values,
)
from pgplumb.rls.prover.kinds import UNKNOWN, Kind
from pgplumb.rls.prover.plpgsql_body import Body
from pgplumb.rls.prover.reading import Reading, Scope, Unreadable
from pgplumb.rls.prover.terms import NULL, Call


def declaration(
    reading: Reading, body: Body, states: list[plpgsql.State], scope: Scope
) -> list[plpgsql.State]:
    """Read one declaration: the states with the variable. Raises Unreadable and TooMany."""
    name = body.take()
    if not body.new(name, scope.parameters):
        # It would hide another one to the end of its block only.
        raise Unreadable
    declared = body.until(";")
    words = [token.lower or token.text for token in declared]
    if words[:1] == ["constant"]:
        declared, words = declared[1:], words[1:]
    place = next((n for n, word in enumerate(words) if word in (":=", "=", "default")), len(words))
    if "not" in words[:place] or name == "alias" or not words:
        raise Unreadable
    layout = _layout(reading, words[:place], scope)
    if words[:place] == ["record"] or layout is not None:
        if place != len(words):
            raise Unreadable
        body.records.add(name)
        if layout is None:
            return states
        body.layouts[name] = layout
        fields: plpgsql.Variables = {f"{name}.{column}": NULL for column, _ in layout}
        row = Call(plpgsql.ROW, (NULL,) * len(layout), UNKNOWN)
        return [(c, {**known, **fields, plpgsql.whole(name): row}) for c, known in states]
    kind = UNKNOWN
    if words[max(place - 2, 0) : place] == ["%", "type"]:
        kind = _of_column(reading, words[: place - 2], scope)
    else:
        _, node, _ = texts.expression(f"NULL::{body.cut(declared[:place])}")
        if node is None or node.kind != "TypeCast":
            raise Unreadable
        kind, sized = values.type_of(reading, node.node("typeName"), scope)
        # What is put into it may be cut.
        kind = Kind(f"{kind.name}{sized}") if sized else kind
    if not kind.name:
        raise Unreadable
    body.types[name] = kind
    if place == len(words):
        return [(c, {**known, name: NULL}) for c, known in states]
    return plpgsql.assign(reading, body, name, body.cut(declared[place + 1 :]), states, scope)


def _layout(reading: Reading, words: list[str], scope: Scope) -> tuple[tuple[str, Kind], ...] | None:
    """Return the columns of the relation whose row type is named, `%ROWTYPE` or not; None for any other type. A kind
    without a name takes no other column's value. Raises Unreadable."""
    spelled = words[-2:] == ["%", "rowtype"]
    names = [word.strip('"') for word in (words[:-2] if spelled else words) if word != "."]
    if not names or len(names) > 2 or (not spelled and len(names) == 1 and _is_type(reading, names[0])):
        if spelled:
            raise Unreadable
        return None
    relation = texts.relation_named(
        reading, names[0] if len(names) == 2 else "", names[-1], replace(scope, resolved=False)
    )
    if relation is None:
        if spelled:
            raise Unreadable
        return None
    return tuple((column.name, _kind(reading, column)) for column in relation.columns)


def _is_type(reading: Reading, name: str) -> bool:
    return any(kind.name == name for kind in reading.world.catalog.types.values())


def _kind(reading: Reading, column: Column) -> Kind:
    """Return the type that a variable has which is declared as a column's; UNKNOWN where it may cut or compare
    otherwise."""
    catalog = reading.world.catalog
    collation = catalog.collations.get(column.collation)
    if column.typmod >= 0 or (column.collation and (collation is None or not collation.deterministic)):
        return UNKNOWN
    return kinds.of_cast(catalog, column.type_oid)


def _of_column(reading: Reading, words: list[str], scope: Scope) -> Kind:
    """Return the type that `members.user_id%TYPE` names."""
    names = [word.strip('"') for word in words if word != "."]
    if len(names) not in (2, 3):
        raise Unreadable
    schema = names[0] if len(names) == 3 else ""
    relation = texts.relation_named(reading, schema, names[-2], replace(scope, resolved=False))
    column = relation.column_named(names[-1]) if relation is not None else None
    if column is None:
        raise Unreadable
    return _kind(reading, column)
