"""Rows that a statement carries from one table to another: `WITH moved AS (DELETE ... RETURNING ...) INSERT ...`."""

from __future__ import annotations

from pgplumb.sql.node import Node

_SELECTIVE = (
    "whereClause",
    "groupClause",
    "distinctClause",
    "havingClause",
    "limitCount",
    "limitOffset",
    "larg",
)


def source(insert: Node) -> Node | None:
    """Return the one relation (a RangeVar) all of whose rows an INSERT takes; None where it takes anything else."""
    select = insert.node("selectStmt")
    if select is None or any(name in select.fields for name in _SELECTIVE):
        return None
    named = select.nodes("fromClause")
    return named[0] if len(named) == 1 and named[0].kind == "RangeVar" else None


def deleted(insert: Node) -> Node | None:
    """Return the DELETE all of whose rows an INSERT takes out of its WITH clause, None where there is none."""
    taken = source(insert)
    clause = insert.node("withClause")
    if taken is None or clause is None or taken.text("schemaname"):
        return None
    for expression in clause.nodes("ctes"):
        query = expression.node("ctequery")
        if (
            query is not None
            and query.kind == "DeleteStmt"
            and expression.text("ctename") == taken.text("relname")
        ):
            return query
    return None


def returns_all(delete: Node, columns: int) -> bool:
    """Whether a DELETE returns as many values as its table has columns, or a star."""
    clause = delete.node("returningClause")
    returned = clause.nodes("exprs") if clause is not None else delete.nodes("returningList")
    return len(returned) >= columns or any(
        node.kind == "A_Star" for found in returned for node in found.walk()
    )
