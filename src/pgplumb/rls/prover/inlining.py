"""Bodies of helper functions, read in place of their calls: LANGUAGE sql, and plpgsql that only returns a value."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache

from pgplumb.rls.prover import aggregates, arrays, changes, kinds, plpgsql, subselects, values
from pgplumb.rls.prover.gate import FunctionFacts
from pgplumb.rls.prover.literals import Fact, Literal, Snippet
from pgplumb.rls.prover.reading import DEEPEST, Reading, Scope, Unreadable
from pgplumb.rls.prover.terms import NULL, Constant, Term, cast, is_null
from pgplumb.sql.node import Json, Node
from pgplumb.sql.parser import ParserMissing, SyntaxProblem, TooDeep, parse

_ATOMIC = re.compile(r"\s*BEGIN ATOMIC\s+(.*?);?\s*END\s*\Z", re.DOTALL)
_RETURN = re.compile(r"\s*RETURN\s+(.*)\Z", re.DOTALL)
_RETURNED = re.compile(r"\s*BEGIN\s+RETURN\s+([^;]+);\s*END\s*;?\s*\Z", re.IGNORECASE)
_VOID = 2278
_PATH = re.compile(r"search_path=(.*)\Z", re.DOTALL)


@lru_cache(maxsize=1024)
def statement(text: str) -> Node | None:
    """Return the tree of a body that is one SELECT; None for any other."""
    try:
        found = parse(text)
    except (SyntaxProblem, TooDeep, ParserMissing):
        return None
    select = found[0].node("stmt") if len(found) == 1 else None
    return select if select is not None and select.kind == "SelectStmt" else None


def value(
    reading: Reading, facts: FunctionFacts, arguments: tuple[Term, ...], scope: Scope
) -> values.Values | None:
    """Return what a call gives by the function's body, or None where the body is not read. Raises TooMany."""
    inner = _scope(reading, facts, arguments, scope)
    if inner is None or facts.body is None:
        return None
    result = kinds.of_cast(reading.world.catalog, facts.returns)
    try:
        if facts.language == "plpgsql":
            if facts.columns or facts.returns == _VOID:
                # RETURN says nothing of what they give.
                return None
            found = plpgsql.value(reading, facts.body, inner)
        else:
            select = _select(facts)
            if select is None:
                return None
            inner = _at(inner, select[0])
            found = scalar(reading, select[1], inner)
    except Unreadable:
        return None
    if facts.strict and any(not isinstance(a, Constant) for a in arguments):
        missing = Literal(
            Fact.OTHER, arguments, "a NULL argument", Snippet(f"an argument of {facts.name} is NULL")
        )
        found = (*found, ((missing,), NULL))
    if facts.strict and any(is_null(a) for a in arguments):
        return values.single(NULL)
    return tuple((c, cast(t, result) if result.name else t) for c, t in found)


def scalar(reading: Reading, select: Node, scope: Scope) -> values.Values:
    """Return what a SELECT of one column gives: NULL where there is no row. Raises Unreadable and TooMany."""
    return tuple((condition, terms[0]) for condition, terms in columns(reading, select, scope, 1))


def columns(reading: Reading, select: Node, scope: Scope, width: int) -> subselects.Rows:
    """Return what the first row of a SELECT may be: NULLs where there is none. Raises Unreadable and TooMany."""
    found = subselects.selected(reading, select, scope)
    if any(len(terms) != width for _, terms in found):
        raise Unreadable
    return (
        found
        if subselects.always_one(reading, select)
        else [*found, (subselects.no_row(select, scope), (NULL,) * width)]
    )


def rows(
    reading: Reading, facts: FunctionFacts, arguments: tuple[Term, ...], scope: Scope
) -> subselects.Rows | None:
    """Return the rows that a function gives by its body, or None where the body is not read. Raises TooMany."""
    found = given(reading, facts, arguments, scope)
    catalog = reading.world.catalog
    declared = [kinds.of_cast(catalog, oid) for oid in facts.columns or (facts.returns,)]
    if found is None or any(len(terms) != len(declared) for _, terms in found):
        return None
    # Columns are converted to the types that are declared.
    if not all(kind.name for kind in declared):
        return None
    return [(c, tuple(cast(t, kind) for t, kind in zip(terms, declared, strict=True))) for c, terms in found]


def given(
    reading: Reading, facts: FunctionFacts, arguments: tuple[Term, ...], scope: Scope
) -> subselects.Rows | None:
    """Return the rows of a function's queries, not yet of the types that it declares. Raises TooMany."""
    inner = _scope(reading, facts, arguments, scope)
    if inner is None:
        return None
    try:
        if facts.language == "plpgsql":
            return plpgsql.rows(reading, facts.body or "", inner)
        select = _select(facts)
        return subselects.selected(reading, select[1], _at(inner, select[0])) if select is not None else None
    except Unreadable:
        return None


def _at(scope: Scope, source: str) -> Scope:
    return Scope(
        source,
        parameters=scope.parameters,
        variables=scope.variables,
        resolved=scope.resolved,
        role=scope.role,
        caller=scope.caller,
        path=scope.path,
        depth=scope.depth,
    )


def _select(facts: FunctionFacts) -> tuple[str, Node] | None:
    body = facts.body or ""
    if facts.sql_body:
        atomic, returned = _ATOMIC.match(body), _RETURN.match(body)
        body = atomic[1] if atomic else f"SELECT {returned[1]}" if returned else ""
    select = statement(body)
    return (body, select) if select is not None else None


def array_body(
    reading: Reading, facts: FunctionFacts, arguments: tuple[Term, ...], scope: Scope
) -> tuple[Node, Scope] | None:
    """Return the SELECT whose rows are the elements of the array that a function in SQL gives: of array_agg(x), of
    ARRAY(SELECT x), or of such inside COALESCE with an empty array."""
    inner = _scope(reading, facts, arguments, scope)
    found = _select(facts) if facts.language == "sql" else _only_returned(facts)
    if inner is not None and facts.language != "sql":
        inner = replace(inner, variables=True)
    if inner is None or found is None or reading.users("array_agg"):
        return None
    inner, select = _at(inner, found[0]), found[1]
    gathered = aggregates.argument(select, ("array_agg",))
    if gathered is not None:
        return gathered, inner
    columns = select.nodes("targetList")
    if len(columns) != 1:
        return None
    value = columns[0].node("val")
    if value is not None and value.kind == "CoalesceExpr":
        first, *rest = value.nodes("args")
        empty = [n.node("arg") if n.kind == "TypeCast" else n for n in rest]
        if any(n is None or not _is_empty(n) for n in empty):
            return None
        value = first
        gathered = aggregates.argument(_with_only(select, first), ("array_agg",))
        if gathered is not None:
            return gathered, inner
    if not select.fields.keys() <= {"targetList", "limitOption", "op"}:
        return None
    inside = arrays.array_of_rows(value) if value is not None and value.kind == "SubLink" else None
    return (inside, inner) if inside is not None else None


def _only_returned(facts: FunctionFacts) -> tuple[str, Node] | None:
    """Return the SELECT that a body in plpgsql is, which only returns an expression."""
    found = _RETURNED.match(facts.body or "") if facts.language == "plpgsql" else None
    source = f"SELECT {found[1]}" if found else ""
    select = statement(source) if found else None
    return (source, select) if select is not None else None


def _is_empty(node: Node) -> bool:
    """Whether an array without elements is written out."""
    if node.kind == "A_ArrayExpr":
        return not node.nodes("elements")
    return node.fields.get("sval") == {"sval": "{}"}


def _with_only(select: Node, value: Node) -> Node:
    target: Json = [{"ResTarget": {"val": {value.kind: value.fields}}}]
    return Node(select.kind, {**select.fields, "targetList": target})


def body_select(facts: FunctionFacts) -> Node | None:
    """Return the only SELECT of a function's body in SQL; None where it is anything else."""
    found = _select(facts)
    return found[1] if found is not None else None


def _scope(reading: Reading, facts: FunctionFacts, arguments: tuple[Term, ...], scope: Scope) -> Scope | None:
    if facts.kind != "f" or facts.language not in ("sql", "plpgsql") or facts.body is None:
        return None
    if scope.depth >= DEEPEST or len(arguments) != len(facts.arguments):
        return None
    if "set_config" in facts.body.lower():
        raise changes.ChangesSession
    if facts.sets:
        return None
    path: tuple[str, ...] = ()
    for found in filter(None, map(_PATH.match, facts.config)):
        path = tuple(name.strip().strip('"') for name in found[1].split(","))
        if "$user" in path:
            return None
    parameters: dict[str, Term] = {}
    for place, term in enumerate(arguments, start=1):
        parameters[f"${place}"] = term
        if place <= len(facts.argument_names) and facts.argument_names[place - 1]:
            name = facts.argument_names[place - 1]
            parameters[name] = parameters[f"{facts.name}.{name}"] = term
    caller = facts.owner if facts.security_definer else scope.caller
    reading.inlined.add(f"{facts.schema}.{facts.name}")
    return Scope(
        facts.body,
        parameters=parameters,
        resolved=facts.sql_body,
        # Under no role at all, as identities are read, bodies are too.
        role=caller if scope.role else 0,
        caller=caller,
        path=path,
        depth=scope.depth + 1,
    )
