"""Which relations a statement names, as the server finds them by its search_path."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from pgplumb.sql.node import Node
from pgplumb.sql.parser import ParserMissing, SyntaxProblem, TooDeep, parse
from pgplumb.workload.plan_repair import repair

if TYPE_CHECKING:
    from pgplumb.server.session import Session


def named_in(query: str) -> frozenset[tuple[str, ...]] | None:
    """Return the names of relations in a text, qualified where they are so there; None where it cannot be read.

    Names of its own WITH queries are left out.
    """
    for text in dict.fromkeys((query, repair(query))):
        try:
            trees = parse(text)
        except SyntaxProblem:
            continue
        except (ParserMissing, TooDeep):
            return None
        return _names(trees)
    return None


def _names(trees: Iterable[Node]) -> frozenset[tuple[str, ...]]:
    found: set[tuple[str, ...]] = set()
    local: set[str] = set()
    for tree in trees:
        for node in tree.walk():
            if node.kind == "CommonTableExpr":
                local.add(node.text("ctename"))
            for range_var in _range_vars(node):
                schema, name = range_var.text("schemaname"), range_var.text("relname")
                found.add((schema, name) if schema else (name,))
    return frozenset(name for name in found if len(name) == 2 or name[0] not in local)


def _range_vars(node: Node) -> list[Node]:
    """Return the node itself where it is a RangeVar, or what it acts on: that field's type goes without saying."""
    if node.kind == "RangeVar":
        return [node]
    target = (
        node.node("relation")
        if node.kind in ("InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt")
        else None
    )
    return [target] if target is not None else []


def resolve(session: Session, queries: Iterable[str]) -> frozenset[str] | None:
    """Return the qualified names of the relations that queries read or write; None where one cannot be read.

    What the server does not find is left out: planning says so. Raises QueryError and LostConnection.
    """
    from pgplumb.foundation.names import dotted
    from pgplumb.sql.quote import quote_identifier, quote_qualified

    wanted: set[str] = set()
    for query in queries:
        names = named_in(query)
        if names is None:
            return None
        wanted |= {quote_qualified(*n) if len(n) == 2 else quote_identifier(n[0]) for n in names}
    with session.unit(as_user=True) as unit:
        rows = unit.query(
            "SELECT n.nspname::text, c.relname::text FROM pg_catalog.unnest(%s::text[]) AS w (name)"
            " JOIN pg_catalog.pg_class c ON c.oid = pg_catalog.to_regclass(w.name)"
            " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace",
            [sorted(wanted)],
        )
    return frozenset(dotted(schema, name) for schema, name in rows)
