"""What the planner surely keeps of a predicate or query: relations in what it drops need no privilege.

It works out constants, drops arms of AND, OR and CASE that do not matter, and what nothing asks for. Source:
src/backend/optimizer/util/clauses.c, prep/prepqual.c and plan/subselect.c.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from pgplumb.rls.identities import predicate
from pgplumb.sql.node import Node
from pgplumb.sql.parser import ParserMissing, SyntaxProblem, TooDeep, parse_statement

Name = tuple[str, str]
_LISTS = {"List": "items", "RowExpr": "args", "A_ArrayExpr": "elements"}


def stay(texts: tuple[str, ...], never_null: frozenset[str]) -> bool:
    """Whether every sub-select of some predicates of a relation stays, and the predicates."""
    return all(_stays(text, never_null) for text in texts) and not _share(texts)


@lru_cache(maxsize=8192)
def surely_read(text: str) -> frozenset[Name]:
    """Return schema and name of the relations that an expression reads where its sub-selects stay: what stands in FROM.

    Queries of WITH that nothing reads, columns that nothing asks for and the order of what only must be there go.
    """
    tree = predicate(text)
    return frozenset(_of_expression(tree)) if tree is not None else frozenset()


def read_in_from(query: str) -> frozenset[Name]:
    """Return schema and name of the relations that a query reads whatever is asked of it."""
    try:
        select = parse_statement(query.strip().rstrip(";"))
    except (SyntaxProblem, ParserMissing, TooDeep):
        return frozenset()
    return frozenset(_of_select(select, {})) if select.kind == "SelectStmt" else frozenset()


def _of_expression(node: Node) -> Iterator[Name]:
    select = node.node("subselect") if node.kind == "SubLink" else None
    if select is not None:
        yield from _of_select(select, {})
    for name, value in node.fields.items():
        for item in value if isinstance(value, list) else (value,):
            child = Node.of(item) if name != "subselect" else None
            if child is not None:
                yield from _of_expression(child)


def _of_select(select: Node, queries: Mapping[str, Node]) -> Iterator[Name]:
    clause = select.node("withClause")
    for query in clause.nodes("ctes") if clause is not None else ():
        inner = query.node("ctequery")
        if inner is not None and clause is not None and not clause.flag("recursive"):
            queries = {**queries, query.text("ctename"): inner}
    for side in (select.node("larg"), select.node("rarg")):
        if side is not None:
            yield from _of_select(side, queries)
    for item in select.nodes("fromClause"):
        yield from _of_item(item, queries)
    where = select.node("whereClause")
    if where is not None:
        # Which columns of its own tables are never null is not looked up: any may be.
        named = frozenset(word for n in where.walk() if n.kind == "ColumnRef" for word in n.words("fields"))
        if not _folds(where, named) and _kept(where, named):
            yield from _of_expression(where)


def _of_item(item: Node, queries: Mapping[str, Node]) -> Iterator[Name]:
    name = item.text("relname")
    if item.kind == "RangeVar" and item.text("schemaname"):
        yield item.text("schemaname"), name
    elif item.kind == "RangeVar" and name in queries:
        yield from _of_select(queries[name], {n: q for n, q in queries.items() if n != name})
    inner = item.node("subquery") if item.kind == "RangeSubselect" else None
    if inner is not None:
        yield from _of_select(inner, queries)
    for side in (item.node("larg"), item.node("rarg")) if item.kind == "JoinExpr" else ():
        if side is not None:
            yield from _of_item(side, queries)


@lru_cache(maxsize=8192)
def _share(texts: tuple[str, ...]) -> bool:
    """Whether arms of an OR have a condition in common: of `(a AND b) OR b` the planner keeps b alone."""
    trees = [tree for text in texts if (tree := predicate(text)) is not None]
    arms = [arm for tree in trees for arm in _parts(tree, "OR_EXPR")]
    return _repeat(arms)


def _repeat(arms: list[Node]) -> bool:
    parts = [part for arm in arms for part in {_form(one) for one in _parts(arm, "AND_EXPR")}]
    return len(set(parts)) < len(parts)


def _parts(node: Node, joined: str) -> list[Node]:
    """Return what AND or OR joins, whatever the brackets."""
    if node.kind != "BoolExpr" or node.text("boolop") != joined:
        return [node]
    return [part for arm in node.nodes("args") for part in _parts(arm, joined)]


def _form(node: Node) -> str:
    """Return an expression in one form, wherever it stands in its text."""
    return re.sub(r'"(stmt_)?location": \d+,? ?', "", json.dumps([node.kind, node.fields], sort_keys=True))


@lru_cache(maxsize=8192)
def _stays(text: str, never_null: frozenset[str]) -> bool:
    tree = predicate(text)
    return tree is not None and not _folds(tree, never_null) and _kept(tree, never_null)


def _kept(node: Node, never_null: frozenset[str]) -> bool:
    """Whether no sub-select goes because something beside it decides AND, OR or CASE."""
    if not any(n.kind == "SubLink" for n in node.walk()):
        return True
    if node.kind == "BoolExpr":
        decides = {"AND_EXPR": "FU", "OR_EXPR": "T"}.get(node.text("boolop"), "")
        arms = node.nodes("args")
        if any(outcome in decides for arm in arms for outcome in _folds(arm, never_null)):
            return False
        if node.text("boolop") == "OR_EXPR" and _repeat(_parts(node, "OR_EXPR")):
            return False
        return all(_kept(arm, never_null) for arm in arms)
    if node.kind == "CaseExpr":
        results = [*(arm.node("result") for arm in node.nodes("args")), node.node("defresult")]
        tested = [arm.node("expr") for arm in node.nodes("args")]
        return not _folds(node, never_null) and all(
            _kept(one, never_null) for one in (*tested, *results) if one is not None
        )
    return True


def _folds(node: Node, never_null: frozenset[str]) -> str:
    """Return the outcomes, of T, F and U, that the planner may make of an expression; none where it surely stays."""
    if node.kind == "BoolExpr":
        arms = [_folds(arm, never_null) for arm in node.nodes("args")]
        if node.text("boolop") == "NOT_EXPR":
            return "".join({"T": "F", "F": "T", "U": "U"}[outcome] for outcome in arms[0])
        weak, strong = ("FU", "T") if node.text("boolop") == "AND_EXPR" else ("T", "FU")
        if any(outcome in weak for arm in arms for outcome in arm):
            return "TFU"
        return strong if all(arms) else ""
    if node.kind == "A_Const" and (value := node.node("boolval")) is not None:
        return "T" if value.flag("boolval") else "F"
    argument = node.node("arg")
    if node.kind == "CaseExpr" and argument is None:
        tested = [arm.node("expr") for arm in node.nodes("args")]
        return "TFU" if any(one is None or _folds(one, never_null) for one in tested) else ""
    if node.kind == "BooleanTest" and argument is not None:
        return "TFU" if _folds(argument, never_null) else ""
    if node.kind == "NullTest" and argument is not None and argument.kind == "ColumnRef":
        outcome = "F" if node.text("nulltesttype") == "IS_NULL" else "T"
        return outcome if never_null.intersection(argument.words("fields")) else ""
    return "" if node.kind in ("A_Expr", "SubLink", "ColumnRef") and _asks(node) else "TFU"


def _asks(node: Node) -> bool:
    """Whether an expression is surely evaluated anew: of a row, of a table or of the session."""
    inner = list(node.walk())
    passed_over = {id(constant.fields) for one in inner for constant in _beside(one)}
    for constant in inner:
        told = constant.kind == "A_Const" and (constant.flag("isnull") or "boolval" in constant.fields)
        if told and id(constant.fields) not in passed_over:
            return False
    return _solid(node)


def _solid(node: Node) -> bool:
    """Whether the planner cannot work out an expression: what it asks stands under operators of PostgreSQL's own.

    A function of users may be a constant that is put in its place; so may an arm of CASE.
    """
    if node.kind in ("ColumnRef", "SubLink", "SQLValueFunction"):
        return True
    if node.kind == "FuncCall":
        return node.words("funcname") == ("current_setting",)
    if node.kind == "CoalesceExpr":
        return any(map(_solid, node.nodes("args")[:1]))
    if node.kind == "A_Expr":
        name = node.words("name")
        sides = [side for side in (node.node("lexpr"), node.node("rexpr")) if side is not None]
        return len(name) == 1 and any(map(_solid, sides))
    if node.kind in ("TypeCast", "CollateClause"):
        argument = node.node("arg")
        return argument is not None and _solid(argument)
    return node.kind in _LISTS and any(map(_solid, node.nodes(_LISTS[node.kind])))


def _beside(node: Node) -> tuple[Node, ...]:
    """Return constants that decide nothing: those of current_setting('...', true), and the later ones of COALESCE."""
    if node.kind == "FuncCall" and node.words("funcname") == ("current_setting",):
        return node.nodes("args")
    return node.nodes("args")[1:] if node.kind == "CoalesceExpr" else ()
