"""By what a session says who it is, as policies suggest: settings, claims, users, memberships.

A guess for people to confirm: it reads what the tenant column is compared with. The prover decides what follows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

from pgplumb.catalog.model import Catalog
from pgplumb.rls.tenant_map import TenantPath
from pgplumb.sql.node import Node
from pgplumb.sql.parser import ParserMissing, SyntaxProblem, TooDeep, parse_statement
from pgplumb.sql.quote import quote_identifier, quote_literal, quote_qualified

_USERS = {
    "SVFOP_CURRENT_USER": "current_user",
    "SVFOP_CURRENT_ROLE": "current_user",
    "SVFOP_USER": "current_user",
    "SVFOP_SESSION_USER": "session_user",
}
_EQUALITY = ("AEXPR_OP", "AEXPR_OP_ANY", "AEXPR_IN", "AEXPR_NOT_DISTINCT")


def inferred_identities(catalog: Catalog, path_of: Mapping[int, TenantPath]) -> tuple[str, ...]:
    """Return what policies compare tenants with, sorted; equal catalogs give equal answers."""
    columns = {path.column for path in path_of.values()}
    found: set[str] = set()
    for oid in path_of:
        relation = catalog.relations.get(oid)
        for policy in relation.policies if relation and relation.is_table else ():
            for text in (policy.using, policy.check):
                if isinstance(text, str):
                    found.update(_of_text(text, frozenset(columns)))
    return tuple(sorted(found))


@lru_cache(maxsize=4096)
def _of_text(text: str, columns: frozenset[str]) -> tuple[str, ...]:
    tree = predicate(text)
    return tuple(_identities(tree, columns)) if tree is not None else ()


def predicate(text: str) -> Node | None:
    """Return the tree of an expression, or None where there is none to be had."""
    try:
        select = parse_statement(f"SELECT {text}")
    except (SyntaxProblem, ParserMissing, TooDeep):
        return None
    targets = select.nodes("targetList")
    return targets[0].node("val") if select.kind == "SelectStmt" and len(targets) == 1 else None


def _identities(tree: Node, columns: frozenset[str]) -> Iterator[str]:
    for node in tree.walk():
        if node.kind == "A_Expr" and node.text("kind") in _EQUALITY and node.name("name")[-1:] == ("=",):
            one, other = node.node("lexpr"), node.node("rexpr")
            for column, value in ((one, other), (other, one)):
                if column is not None and value is not None and _column(column) in columns:
                    found = session_text(value)
                    if found is not None:
                        yield found
        if node.kind == "SubLink" and (select := node.node("subselect")) is not None:
            yield from _memberships(select, columns)


def _memberships(select: Node, columns: frozenset[str]) -> Iterator[str]:
    """Give the membership that a sub-select of one table reads: its tenant column, and who is a member."""
    sources, where = select.nodes("fromClause"), select.node("whereClause")
    if len(sources) != 1 or sources[0].kind != "RangeVar" or where is None:
        return
    table = sources[0]
    alias = table.node("alias")
    known = alias.text("aliasname") if alias is not None else table.text("relname")
    tenants = [_own(n, known) for n in select.walk() if n.kind == "ColumnRef" and _own(n, known) in columns]
    for node in where.walk():
        if node.kind != "A_Expr" or node.name("name")[-1:] != ("=",) or not tenants:
            continue
        for column, value in (
            (node.node("lexpr"), node.node("rexpr")),
            (node.node("rexpr"), node.node("lexpr")),
        ):
            person = session_text(value) if value is not None else None
            member = _own(_bare(column), known) if column is not None else ""
            if person is not None and member and member not in columns:
                names = [n for n in (table.text("schemaname"), table.text("relname")) if n]
                tenant = quote_identifier(tenants[0])
                yield f"{quote_qualified(*names)}({tenant}) where {quote_identifier(member)} = {person}"


def _column(node: Node) -> str:
    bare = _bare(node)
    return bare.words("fields")[-1] if bare.kind == "ColumnRef" and bare.words("fields") else ""


def _own(node: Node, table: str) -> str:
    """Return the column's name where a node is one of the table."""
    fields = node.words("fields") if node.kind == "ColumnRef" else ()
    return fields[-1] if fields[:-1] in ((), (table,)) and fields else ""


def _bare(node: Node) -> Node:
    """Take away casts."""
    while node.kind == "TypeCast" and (inner := node.node("arg")) is not None:
        node = inner
    return node


def session_text(node: Node) -> str | None:
    """Return a value that the session alone determines, as an identity is written; None for any other."""
    node = _bare(node)
    if node.kind == "SubLink" and node.text("subLinkType") == "EXPR_SUBLINK":
        select = node.node("subselect")
        targets = select.nodes("targetList") if select and not select.nodes("fromClause") else ()
        value = targets[0].node("val") if len(targets) == 1 else None
        return session_text(value) if value is not None else None
    if node.kind == "SQLValueFunction":
        return _USERS.get(node.text("op"))
    if node.kind == "A_Expr" and node.text("kind") == "AEXPR_NULLIF":
        value = node.node("lexpr")
        return session_text(value) if value is not None else None
    if node.kind == "A_Expr" and node.name("name")[-1:] == ("->>",):
        return _claim(node)
    return _call(node) if node.kind == "FuncCall" else None


def _call(node: Node) -> str | None:
    names, arguments = node.name("funcname"), node.nodes("args")
    if names[-1:] == ("current_setting",) and arguments:
        setting = _string(arguments[0])
        return f"current_setting({quote_literal(setting)})" if setting else None
    if arguments or not names or names[0] == "pg_catalog" or len(names) == 1:
        return None
    return f"{quote_qualified(*names)}()"


def _claim(node: Node) -> str | None:
    source, key = node.node("lexpr"), node.node("rexpr")
    name = _string(key) if key is not None else ""
    held = session_text(source) if source is not None else None
    if not name or held is None:
        return None
    cast = source.node("typeName") if source is not None and source.kind == "TypeCast" else None
    held = f"({held})::{cast.words('names')[-1]}" if cast is not None else held
    return f"({held} ->> {quote_literal(name)})"


def _string(node: Node) -> str:
    bare = _bare(node)
    value = bare.node("sval") if bare.kind == "A_Const" else None
    return value.text("sval") if value is not None else ""
