"""Calls of functions that give rows or arrays, and what stands for a row among the columns of a SELECT."""

from __future__ import annotations

from pgplumb.rls.prover import arguments, functions, inlining, kinds, subselects, values
from pgplumb.rls.prover.kinds import TEXT, UNKNOWN, Kind
from pgplumb.rls.prover.literals import Conjunction, Fact, Literal, Snippet
from pgplumb.rls.prover.reading import Reading, Scope, Unreadable, only
from pgplumb.rls.prover.terms import Call, Term
from pgplumb.sql.node import Node

_ELEMENTS = (
    "jsonb_array_elements_text",
    "json_array_elements_text",
    "unnest",
    "string_to_table",
    "regexp_split_to_table",
    "jsonb_object_keys",
)
"""Functions that give the elements of one value as rows."""
_AS_ARRAY = {"string_to_table": "string_to_array", "regexp_split_to_table": "regexp_split_to_array"}


def rows_of(reading: Reading, node: Node, scope: Scope) -> subselects.Rows | None:
    """Return the rows of a call of a user's function that gives rows; None where it is no such call."""
    if node.kind != "FuncCall":
        return None
    name = node.words("funcname")
    if len(name) == 1 and (scope.resolved or not reading.functions("", name[0])):
        return _elements(reading, name[0], node, scope)
    found: subselects.Rows = []
    for condition, passed in arguments.given(reading, node, scope):
        facts = functions.candidates(reading, name, passed, scope)
        if facts is None or not facts.returns_set:
            return None
        for more, typed in arguments.in_order(reading, facts, passed, scope):
            read = inlining.rows(reading, facts, typed, scope)
            if read is None:
                raise Unreadable
            found += [(condition + more + given, terms) for given, terms in read]
    return found


def arrays_of(
    reading: Reading, node: Node, scope: Scope
) -> list[tuple[Conjunction, Node, Scope, Kind]] | None:
    """Return the SELECT whose rows are the elements of the array that a call of a user's function gives, the scope of
    its body, and the type of array that it declares; None where it is no such function."""
    name = node.words("funcname")
    if not reading.functions(name[0] if len(name) > 1 else "", name[-1]):
        return None
    found: list[tuple[Conjunction, Node, Scope, Kind]] = []
    for condition, passed in arguments.given(reading, node, scope):
        facts = functions.candidates(reading, name, passed, scope)
        if facts is None or facts.returns_set or (facts.schema, facts.name) in reading.protected:
            return None
        for more, typed in arguments.in_order(reading, facts, passed, scope):
            body = inlining.array_body(reading, facts, typed, scope)
            if body is None:
                return None
            found.append((condition + more, *body, kinds.of_oid(reading.world.catalog, facts.returns)))
    return found


def _elements(reading: Reading, name: str, node: Node, scope: Scope) -> subselects.Rows | None:
    if name not in _ELEMENTS:
        return None
    only(node, *functions.FIELDS)
    found: subselects.Rows = []
    for condition, terms in values.combined(reading, node.nodes("args"), scope):
        array = terms[0].kind.name
        kind = TEXT if name != "unnest" else kinds.named(array[:-2]) if array.endswith("[]") else UNKNOWN
        if name == "unnest" and len(terms) != 1:
            raise Unreadable
        there = Literal(Fact.OTHER, terms, "has elements", Snippet(scope.source, node))
        if name in _AS_ARRAY:
            terms = (Call(_AS_ARRAY[name], terms, Kind("text[]")),)
        found.append(((*condition, there), (Call("element", terms, kind, reading.number()),)))
    return found


def computed(reading: Reading, node: Node) -> Term | None:
    """Return a column of a SELECT that PostgreSQL's own functions work out of the rows in FROM, aggregates among
    them, as a value of its own; None for one that may read more, or that is a value to be read.

    A window function looks at rows that a query around it may leave out again.
    """
    calls = [n for n in node.walk() if n.kind == "FuncCall"]
    if not calls or any(n.kind == "SubLink" for n in node.walk()):
        return None
    settings = all(call.words("funcname")[-1:] == ("current_setting",) for call in calls)
    if settings and not any(n.kind == "ColumnRef" for n in node.walk()):
        # What the session says is to be read.
        return None
    for call in calls:
        name = call.words("funcname")
        own = len(name) == 1 or name[0] == "pg_catalog"
        if not own or name[-1].startswith(functions.READERS) or reading.users(name[-1]):
            return None
    looks_around = reading.nested and any("over" in call.fields for call in calls)
    return Call("?window" if looks_around else "computed", (), UNKNOWN, reading.number())


def refuse_aggregates(reading: Reading, node: Node, scope: Scope) -> None:
    """Raise Unreadable where a column of a SELECT may be an aggregate, or give several rows."""
    for call in (n for n in node.walk() if n.kind == "FuncCall"):
        name = call.words("funcname")
        if name[-1] in ("current_setting", *functions.PURE, *functions.SESSION, *_ELEMENTS) and name[:-1] in (
            (),
            ("pg_catalog",),
        ):
            continue
        if name[-1] in reading.world.unread_functions or not reading.functions(
            name[0] if len(name) > 1 else "", name[-1]
        ):
            raise Unreadable
