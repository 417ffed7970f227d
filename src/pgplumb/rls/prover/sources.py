"""FROM: what each item gives, row by row: relations with what row security lets a role see of them, views, joins,
sub-selects, queries of WITH, functions that give rows."""

from __future__ import annotations

from collections.abc import Mapping

from pgplumb.catalog.relation import Relation
from pgplumb.rls.access import security_invoker
from pgplumb.rls.prover import (
    branches,
    comparisons,
    filters,
    inlining,
    row_functions,
    subselects,
    texts,
    values,
)
from pgplumb.rls.prover.kinds import UNKNOWN
from pgplumb.rls.prover.literals import Conjunction, Fact, Literal, Snippet
from pgplumb.rls.prover.reading import (
    ALWAYS,
    DEEPEST,
    MOST_BRANCHES,
    NEVER,
    Disjunction,
    Reading,
    Scope,
    Source,
    Stored,
    TooMany,
    Unreadable,
    multiply,
    only,
)
from pgplumb.rls.prover.terms import Column, Row
from pgplumb.sql.node import Node

Items = list[tuple[Conjunction, Mapping[str, Source]]]


def items(reading: Reading, listed: tuple[Node, ...], scope: Scope) -> Items:
    """Return what the items of FROM give together. Raises Unreadable and TooMany."""
    found: Items = [((), {})]
    for item in listed:
        longer: Items = []
        for condition, frame in found:
            for given, more in _item(reading, item, scope.within(frame), scope):
                if frame.keys() & more.keys():
                    raise Unreadable
                longer.append((condition + given, {**frame, **more}))
        found = longer
        if len(found) > MOST_BRANCHES:
            raise TooMany
    return found


def _item(reading: Reading, item: Node, scope: Scope, outer: Scope) -> Items:
    """Read one item of FROM: `scope` sees those before it too, `outer` does not."""
    if item.kind == "RangeVar":
        return _relation(reading, item, scope)
    if item.kind == "JoinExpr":
        return _join(reading, item, scope, outer)
    if item.kind == "RangeSubselect":
        only(item, "lateral", "subquery", "alias")
        select, alias = item.node("subquery"), item.node("alias")
        if select is None or alias is None:
            raise Unreadable
        only(alias, "aliasname", "colnames")
        # Without LATERAL its columns are not those of what stands beside it.
        around = scope if item.flag("lateral") else outer
        with reading.inside():
            found = subselects.named(reading, select, around)
        return _columns_as(found, alias.text("aliasname"), alias.words("colnames"))
    if item.kind == "RangeFunction":
        return _function(reading, item, scope)
    raise Unreadable


def _columns_as(
    found: tuple[subselects.Rows, tuple[str, ...]], alias: str, renamed: tuple[str, ...]
) -> Items:
    """Return the rows of a query as an item of FROM."""
    rows, names = found
    called = (*renamed, *names[len(renamed) :])
    if len(set(called)) != len(called):
        raise Unreadable
    return [(c, {alias: dict(zip(called, terms, strict=True))}) for c, terms in rows]


def _function(reading: Reading, item: Node, scope: Scope) -> Items:
    """A function of users that gives rows, read as its SELECT."""
    only(item, "lateral", "functions", "alias")
    alias, listed = item.node("alias"), item.nodes("functions")
    if alias is None or len(listed) != 1 or listed[0].kind != "List":
        raise Unreadable
    only(alias, "aliasname", "colnames")
    calls = listed[0].nodes("items")
    with reading.inside():
        rows = (
            row_functions.rows_of(reading, calls[0], scope) if calls and calls[0].kind == "FuncCall" else None
        )
    if rows is None:
        raise Unreadable
    names = alias.words("colnames") or (alias.text("aliasname"),)
    if any(len(terms) != len(names) for _, terms in rows):
        raise Unreadable
    return [(c, {alias.text("aliasname"): dict(zip(names, terms, strict=True))}) for c, terms in rows]


def _join(reading: Reading, item: Node, scope: Scope, outer: Scope) -> Items:
    only(item, "jointype", "larg", "rarg", "quals", "usingClause", "rtindex")
    left, right, kind = item.node("larg"), item.node("rarg"), item.text("jointype")
    if left is None or right is None or kind not in ("JOIN_INNER", "JOIN_LEFT", "JOIN_RIGHT", "JOIN_FULL"):
        raise Unreadable
    found: Items = []
    lefts = _item(reading, left, scope, outer)
    rights: Items = []
    for condition, frame in lefts:
        inner = scope.within(frame)
        rights = _item(reading, right, inner, outer)
        for given, more in rights:
            both = {**frame, **more}
            if frame.keys() & more.keys():
                raise Unreadable
            matched = multiply((condition + given,), _on(reading, item, scope, (frame, more)))
            found += [(way, both) for way in matched]
    # An outer join gives the rows of one side with NULLs for the other too; that none matched is not used.
    if kind in ("JOIN_LEFT", "JOIN_FULL"):
        absent: dict[str, Source] = dict.fromkeys(_names(right))
        found += [(condition, {**frame, **absent}) for condition, frame in lefts]
    if kind in ("JOIN_RIGHT", "JOIN_FULL"):
        missing: dict[str, Source] = dict.fromkeys(_names(left))
        found += [(given, {**missing, **more}) for given, more in _item(reading, right, scope, outer)]
    return found


def _names(item: Node) -> list[str]:
    """Return the names that an item of FROM brings."""
    if item.kind == "JoinExpr":
        sides = (item.node("larg"), item.node("rarg"))
        return [name for side in sides if side is not None for name in _names(side)]
    alias = item.node("alias")
    return [alias.text("aliasname") if alias is not None else item.text("relname")]


def _on(
    reading: Reading, item: Node, scope: Scope, sides: tuple[Mapping[str, Source], Mapping[str, Source]]
) -> Disjunction:
    quals = item.node("quals")
    found = ALWAYS
    if quals is not None:
        with reading.hidden():
            found = branches.ways(reading, quals, scope.within({**sides[0], **sides[1]}), "T")
    if item.words("usingClause") and reading.world.overrides.equality:
        raise Unreadable
    for name in item.words("usingClause"):
        left, right = (values.column_in(reading, side, name) for side in sides)
        found = multiply(found, comparisons.compare(left, "=", right, "T", Snippet(scope.source, item)))
    return found


def _relation(reading: Reading, item: Node, scope: Scope) -> Items:
    only(item, "schemaname", "relname", "inh", "relpersistence", "alias")
    alias = item.node("alias")
    if alias is not None:
        only(alias, "aliasname", "colnames")
    name = alias.text("aliasname") if alias is not None else item.text("relname")
    renamed = alias.words("colnames") if alias is not None else ()
    query = scope.queries.get(item.text("relname")) if not item.text("schemaname") else None
    if query is not None:
        # It sees what stood around WITH, as whom the whole runs now.
        with reading.inside():
            found = subselects.named(reading, query.select, query.scope)
        return _columns_as(found, name, (*renamed, *query.columns[len(renamed) :]))
    relation = texts.relation_named(reading, item.text("schemaname"), item.text("relname"), scope)
    if relation is None or relation.kind not in "rpmfv" or not item.flag("inh"):
        raise Unreadable
    if relation.kind == "v":
        with reading.inside():
            found = of_view(reading, relation, scope)
        return _columns_as(found, name, renamed)
    if renamed:
        raise Unreadable
    stored = Stored(Row(reading.number(), relation.oid), relation)
    reading.met_subject = reading.met_subject or relation.oid == reading.subject
    mark = (
        (Literal(Fact.OTHER, (Column(stored.row, "", UNKNOWN),), subselects.SHOWN),) if reading.shows else ()
    )
    with reading.hidden():
        return [(mark + way, {name: stored}) for way in filters.own_policies(reading, stored, scope)]


def of_view(reading: Reading, view: Relation, scope: Scope) -> tuple[subselects.Rows, tuple[str, ...]]:
    """Return the rows of a view: read as its owner or, with security_invoker, as who asks. current_user stays."""
    text = reading.world.views.get(view.oid)
    select = inlining.statement(text.strip().rstrip(";")) if text is not None else None
    if text is None or select is None or scope.depth >= DEEPEST:
        raise Unreadable
    names = tuple(column.name for column in view.columns)
    if filters.own_policies(reading, Stored(Row(reading.number(), view.oid), view), scope) == NEVER:
        return [], names
    # With security_invoker that is who runs the statement, also where the view stands behind another's.
    acting = scope.caller if security_invoker(view) else view.owner
    inner = Scope(
        text,
        role=acting if scope.role else 0,
        caller=scope.caller,
        depth=scope.depth + 1,
        active=scope.active,
    )
    rows = subselects.selected(reading, select, inner)
    if any(len(terms) != len(names) for _, terms in rows):
        raise Unreadable
    return rows, names
