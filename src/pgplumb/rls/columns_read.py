"""Columns that a predicate's sub-selects read of other relations, and whether a role may read them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from pgplumb.foundation.names import part
from pgplumb.rls.access import AccessMatrix
from pgplumb.rls.identities import predicate
from pgplumb.rls.surface import Surface


def column_it_may_not_read(
    matrix: AccessMatrix, surface: Surface, role: int, expressions: Iterable[str]
) -> str | None:
    """Say which column predicates read that their role may not: most likely every statement under them fails."""
    for expression in expressions:
        for schema, name, column in columns_read(expression) if "SELECT" in expression else ():
            table = matrix.catalog.by_name.get((schema, name))
            if table is None or not matrix.held_on_columns_only(table.oid, role, "SELECT"):
                continue
            if not surface.may_read(table.oid, role, column):
                who = part(matrix.catalog.role_name(role))
                return f"a policy reads {table.qualified}.{part(column)}, which {who} may not: the statement fails"
    return None


@lru_cache(maxsize=8192)
def columns_read(expression: str) -> tuple[tuple[str, str, str], ...]:
    """Return schema, relation and column of what is read by name, as pg_get_expr qualifies it; names that stand for
    several relations are left out."""
    tree = predicate(expression)
    if tree is None:
        return ()
    named: dict[str, set[tuple[str, str]]] = {}
    for node in tree.walk():
        if node.kind == "RangeVar":
            alias = node.node("alias")
            name = alias.text("aliasname") if alias is not None else node.text("relname")
            renamed = alias is not None and alias.fields.get("colnames")
            said = {("", name)} if renamed else {(node.text("schemaname"), node.text("relname"))}
            named.setdefault(name, set()).update(said)
    found: dict[tuple[str, str, str], None] = {}
    for node in tree.walk():
        words = node.words("fields") if node.kind == "ColumnRef" else ()
        if len(words) == 2 and len(named.get(words[0], ())) == 1:
            ((schema, relation),) = named[words[0]]
            found[schema, relation, words[1]] = None
    return tuple(found)
