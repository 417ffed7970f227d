"""Sub-selects as rows that exist: each row of FROM gets a number, and what it passed is known of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from pgplumb.catalog.relation import Relation
from pgplumb.rls.prover import branches, comparisons, row_functions, sources, values
from pgplumb.rls.prover.kinds import UNKNOWN
from pgplumb.rls.prover.literals import Conjunction, Fact, Literal, Snippet
from pgplumb.rls.prover.reading import (
    ALWAYS,
    MOST_BRANCHES,
    NEVER,
    Disjunction,
    Query,
    Reading,
    Scope,
    Source,
    Stored,
    TooMany,
    Unreadable,
    add,
    multiply,
    only,
    resolve,
)
from pgplumb.rls.prover.terms import Call, Row, Term, cast, is_loose, loosened
from pgplumb.sql.node import Json, Node

SHOWN = "shown"
"""Key of the fact that marks a row of which a door shows something."""
Rows = list[tuple[Conjunction, tuple[Term, ...]]]
"""Rows that a SELECT may give: what holds of each, and its columns."""

_FIELDS = (
    *("targetList", "fromClause", "whereClause", "limitOption", "limitCount", "limitOffset", "sortClause"),
    *(
        "distinctClause",
        "groupClause",
        "havingClause",
        "op",
        "larg",
        "rarg",
        "all",
        "withClause",
        "windowClause",
    ),
)


def ways(reading: Reading, node: Node, scope: Scope, outcome: str) -> Disjunction:
    """Return when EXISTS or IN (SELECT) has an outcome. Only its truth is read. Raises Unreadable and TooMany."""
    only(node, "subLinkType", "subselect", "testexpr", "operName")
    select, kind = node.node("subselect"), node.text("subLinkType")
    if select is None or kind not in ("EXISTS_SUBLINK", "ANY_SUBLINK"):
        raise Unreadable
    if kind == "EXISTS_SUBLINK" and outcome == "U":
        return NEVER
    if outcome != "T":
        return _absent(reading, node, select, scope, outcome)
    rows = selected(reading, select, scope, targets=kind == "ANY_SUBLINK")
    if kind == "EXISTS_SUBLINK":
        return tuple(dict.fromkeys(condition for condition, _ in rows))
    operator, tested = node.words("operName") or ("=",), node.node("testexpr")
    if tested is None or len(operator) != 1 or operator[0] not in comparisons.COMPARISONS:
        raise Unreadable
    tests = tested.nodes("args") if tested.kind == "RowExpr" else (tested,)
    if len(tests) > 1 and operator[0] != "=":
        raise Unreadable
    snippet = Snippet(scope.source, node)
    found: Disjunction = NEVER
    for condition, terms in values.combined(reading, tests, scope):
        for given, columns in rows:
            if len(columns) != len(terms):
                raise Unreadable
            way = multiply((condition,), (given,))
            for left, right in zip(terms, columns, strict=True):
                way = multiply(way, comparisons.compare(left, operator[0], right, "T", snippet))
            found = add(found, way)
    return found


def _absent(reading: Reading, node: Node, select: Node, scope: Scope, outcome: str) -> Disjunction:
    """NOT EXISTS and NOT IN say something of the outer columns in them, and of the session, that is not read."""
    relations = [n for n in node.walk() if n.kind == "RangeVar"]
    catalog = reading.world.catalog
    subject = catalog.relations.get(reading.subject)
    if not scope.resolved or subject is None or any(n.text("relname") == subject.name for n in relations):
        raise Unreadable
    terms: list[Term] = []
    for ref in (n for n in node.walk() if n.kind == "ColumnRef"):
        try:
            terms.append(resolve(reading, ref.words("fields"), scope))
        except Unreadable:
            continue
    terms.append(Call("absent", (), UNKNOWN, reading.number(), True))
    return ((Literal(Fact.OTHER, tuple(dict.fromkeys(terms)), outcome, Snippet(scope.source, node, True)),),)


def selected(reading: Reading, select: Node, scope: Scope, targets: bool = True) -> Rows:
    """Return the rows that a SELECT may give; without `targets` only what holds of them."""
    return named(reading, select, scope, targets)[0]


def named(reading: Reading, select: Node, scope: Scope, targets: bool = True) -> tuple[Rows, tuple[str, ...]]:
    """Return the rows that a SELECT may give, and the names of its columns; empty where one has none."""
    if not select.fields.keys() <= set(_FIELDS) or (select.kind and select.kind != "SelectStmt"):
        raise Unreadable
    scope = _with_queries(select, scope)
    if select.text("op") == "SETOP_UNION":
        left, right = select.node("larg"), select.node("rarg")
        if left is None or right is None:
            raise Unreadable
        rows, called = named(reading, left, scope, targets)
        rows = rows + named(reading, right, scope, targets)[0]
        if any(is_loose(term) for _, terms in rows for term in terms):
            rows = [(condition, tuple(map(loosened, terms))) for condition, terms in rows]
        return rows, called
    if select.text("op") in ("SETOP_EXCEPT", "SETOP_INTERSECT"):
        # What the right side takes away is not used.
        left = select.node("larg")
        if left is None:
            raise Unreadable
        return named(reading, left, scope, targets)
    grouped = select.nodes("groupClause")
    if any(item.kind == "GroupingSet" for item in grouped):
        # Columns are null there that never are.
        raise Unreadable
    alone = not grouped and "havingClause" in select.fields
    if not reading.shows and (alone or "windowClause" in select.fields):
        raise Unreadable
    if select.text("op") != "SETOP_NONE" or (targets and not select.nodes("targetList")):
        raise Unreadable
    found: Rows = []
    names: tuple[str, ...] = ()
    for condition, frame in sources.items(reading, select.nodes("fromClause"), scope):
        inner = scope.within(frame)
        where = select.node("whereClause")
        columns = _starless(select, frame) if targets else select.nodes("targetList")
        names = tuple(_target_name(column) for column in columns)
        with reading.hidden():
            passed = branches.ways(reading, where, inner, "T") if where is not None else ALWAYS
        for way in multiply((condition,), passed):
            found += [(way + given, terms) for given, terms in _targets(reading, columns, inner, targets)]
        if len(found) > MOST_BRANCHES:
            raise TooMany
    return found, names


def always_one(reading: Reading, select: Node) -> bool:
    """Whether a SELECT gives exactly one row whatever happens."""
    if {"fromClause", "whereClause", "limitCount", "limitOffset", "larg"} & select.fields.keys():
        return False
    calls = [n.words("funcname") for n in select.walk() if n.kind == "FuncCall"]
    return not any(f.returns_set for name in calls for f in reading.functions("", name[-1]))


def no_row(select: Node, scope: Scope) -> Conjunction:
    """Return what holds where a SELECT gives nothing: a condition of its own, of which no more is known."""
    return (Literal(Fact.OTHER, (), f"no row {id(select.fields)}", Snippet(scope.source, select, True)),)


def _targets(reading: Reading, columns: tuple[Node, ...], scope: Scope, wanted: bool) -> Rows:
    found: Rows = [((), ())]
    for column in columns:
        only(column, "val", "name")
        value = column.node("val")
        if value is None:
            raise Unreadable
        if reading.shows and (told := row_functions.computed(reading, value)) is not None:
            found = [(c, (*terms, told)) for c, terms in found]
            continue
        # An aggregate would give a row where there is none.
        row_functions.refuse_aggregates(reading, value, scope)
        cast_to = value.node("typeName") if value.kind == "TypeCast" else None
        called = value.node("arg") if cast_to is not None else value
        rows = row_functions.rows_of(reading, called, scope) if called is not None else None
        if rows is not None and cast_to is not None:
            kind, sized = values.type_of(reading, cast_to, scope)
            if sized:
                raise Unreadable
            rows = [(c, tuple(cast(term, kind) for term in terms)) for c, terms in rows]
        if rows is not None:
            found = [(c + given, terms + of) for c, terms in found for given, of in rows]
        elif wanted:
            read = values.values(reading, value, scope)
            found = [(c + given, (*terms, term)) for c, terms in found for given, term in read]
    return found


def _target_name(column: Node) -> str:
    """Return the name of a column of a SELECT; empty where the server would find one."""
    value = column.node("val")
    if column.text("name"):
        return column.text("name")
    while value is not None and value.kind == "TypeCast":
        value = value.node("arg")
    if value is not None and value.kind == "ColumnRef":
        return value.words("fields")[-1]
    if value is not None and value.kind == "FuncCall":
        return value.words("funcname")[-1]
    return ""


def _starless(select: Node, frame: Mapping[str, Source]) -> tuple[Node, ...]:
    """Return the columns of a SELECT with * written out."""
    found: list[Node] = []
    for column in select.nodes("targetList"):
        value = column.node("val")
        fields = value.nodes("fields") if value is not None and value.kind == "ColumnRef" else ()
        if not fields or fields[-1].kind != "A_Star":
            found.append(column)
            continue
        qualifier = [field.text("sval") for field in fields[:-1]]
        if len(qualifier) > 1 or (not qualifier and any(n.words("usingClause") for n in select.walk())):
            raise Unreadable
        for alias in qualifier or frame:
            source = frame.get(alias)
            if source is None:
                raise Unreadable
            columns = [c.name for c in source.relation.columns] if isinstance(source, Stored) else source
            found += [_reference(alias, name) for name in columns]
    return tuple(found)


def _reference(*names: str) -> Node:
    fields: list[Json] = [{"String": {"sval": name}} for name in names]
    return Node("ResTarget", {"val": {"ColumnRef": {"fields": fields}}})


def _with_queries(select: Node, scope: Scope) -> Scope:
    """Return the scope with the queries that WITH names: each is read where it is used."""
    clause = select.node("withClause")
    for query in clause.nodes("ctes") if clause is not None else ():
        only(query, "ctename", "ctequery", "ctematerialized", "aliascolnames")
        inner = query.node("ctequery")
        if inner is None or inner.kind != "SelectStmt" or (clause and clause.flag("recursive")):
            raise Unreadable
        found = Query(inner, query.words("aliascolnames"), scope)
        scope = replace(scope, queries={**scope.queries, query.text("ctename"): found})
    return scope


def subject_row(relation: Relation) -> Stored:
    """Return the row that a gate tests."""
    return Stored(Row(0, relation.oid), relation)
