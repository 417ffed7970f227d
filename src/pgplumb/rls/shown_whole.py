"""Relations of which a query shows every row that it may read, whatever else it does: a leak of theirs is its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

from pgplumb.rls.shape import aggregates
from pgplumb.sql.node import Node
from pgplumb.sql.parser import ParserMissing, SyntaxProblem, TooDeep, parse_statement

_LOSES_NOTHING = frozenset(
    (
        "targetList",
        "fromClause",
        "groupClause",
        "sortClause",
        "windowClause",
        "withClause",
        "limitOption",
        "op",
    )
)
Name = tuple[str, str]


@lru_cache(maxsize=4096)
def shown_whole(query: str) -> frozenset[Name]:
    """Return their schemas and names; `query` is as pg_get_viewdef prints it."""
    try:
        select = parse_statement(query.strip().rstrip(";"))
    except (SyntaxProblem, ParserMissing, TooDeep):
        return frozenset()
    return frozenset(_of_select(select, {}))


def _of_select(select: Node, queries: Mapping[str, Node]) -> Iterator[Name]:
    clause = select.node("withClause")
    for query in clause.nodes("ctes") if clause is not None else ():
        inner = query.node("ctequery")
        if inner is not None and clause is not None and not clause.flag("recursive"):
            queries = {**queries, query.text("ctename"): inner}
    if select.text("op") == "SETOP_UNION":
        for side in (select.node("larg"), select.node("rarg")):
            if side is not None:
                yield from _of_select(side, queries)
        return
    items = select.nodes("fromClause")
    if select.text("op") not in ("", "SETOP_NONE") or len(items) != 1:
        return
    if not select.fields.keys() <= _LOSES_NOTHING:
        return
    targets = select.nodes("targetList")
    grouped = bool(select.nodes("groupClause"))
    if not grouped and any(aggregates(node) for target in targets for node in target.walk()):
        return
    # Something of the row must be there to be seen.
    named = [n.words("fields") for t in targets for n in t.walk() if n.kind == "ColumnRef"]
    for alias, item in _kept(items[0]):
        if not any(len(fields) == 1 or fields[-2] == alias for fields in named):
            continue
        subquery = item.node("subquery") if item.kind == "RangeSubselect" else None
        if item.kind == "RangeVar" and item.text("schemaname"):
            yield item.text("schemaname"), item.text("relname")
        elif item.kind == "RangeVar" and item.text("relname") in queries:
            inner = queries[item.text("relname")]
            yield from _of_select(inner, {n: q for n, q in queries.items() if n != item.text("relname")})
        elif subquery is not None:
            yield from _of_select(subquery, queries)


def _kept(item: Node) -> Iterator[tuple[str, Node]]:
    """Yield the items of FROM whose rows no join leaves out, with their aliases."""
    if item.kind == "JoinExpr":
        kind, left, right = item.text("jointype"), item.node("larg"), item.node("rarg")
        if left is not None and kind in ("JOIN_LEFT", "JOIN_FULL"):
            yield from _kept(left)
        if right is not None and kind in ("JOIN_RIGHT", "JOIN_FULL"):
            yield from _kept(right)
        return
    alias = item.node("alias")
    yield (alias.text("aliasname") if alias is not None else item.text("relname")), item
