"""What a new row has in a column that a statement leaves out, where that is the same in every row of one session."""

from __future__ import annotations

from collections.abc import Sequence

from pgplumb.catalog.relation import Column
from pgplumb.rls.identities import predicate, session_text
from pgplumb.sql.node import Node


def default_of(column: Column, identities: Sequence[str]) -> str | None:
    """Return the text of a default that is a constant or says who the session is; None for any other.

    Other settings may be set by the same statement, between the default and the policies.
    """
    if not isinstance(column.default, str):
        return None
    tree = predicate(column.default)
    return column.default if tree is not None and _settled(tree, identities) else None


def _settled(node: Node, identities: Sequence[str]) -> bool:
    while node.kind == "TypeCast" and (inner := node.node("arg")) is not None:
        node = inner
    if node.kind == "A_Expr" and node.text("kind") == "AEXPR_NULLIF":
        sides = (node.node("lexpr"), node.node("rexpr"))
        return all(side is not None and _settled(side, identities) for side in sides)
    return node.kind == "A_Const" or session_text(node) in identities
