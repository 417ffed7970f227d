"""Which tables a query reads from one end to the other, whatever their size."""

from __future__ import annotations

from collections.abc import Iterator

from pgplumb.migrate.hazards.world import World, split_name
from pgplumb.sql.node import Node
from pgplumb.sql.ranges import ranges_in

QUERIES = frozenset({"InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt", "SelectStmt", "CopyStmt"})


def grows(node: Node, name: str, world: World) -> bool:
    """Whether reading a table in full is what a statement does where the table is large.

    On a small table a planner reads all of it to find one row, and so do the checks of foreign keys.
    """
    if node.kind not in QUERIES:
        return True
    named = {leaf for r in ranges_in(node) for leaf in world.leaves(world.ranged(r)[0])}
    if name not in named:
        return False
    _, record = world.find(split_name(name))
    leading = {c for i in record.indexes for c in record.column_names(i.key_columns)[:1]} if record else set()
    return not leading & _compared(node)


def read_in_full(node: Node, world: World) -> Iterator[str]:
    """Yield the tables from before that a query reads in full, as far as its text tells."""
    into = node.node("into")
    copies = node.kind == "CreateTableAsStmt" and not (into is not None and into.flag("skipData"))
    if node.kind not in QUERIES and not copies:
        return
    rows_given = node.kind == "InsertStmt"
    query = node.node("query") if copies else node.node("selectStmt") if rows_given else node
    for ranged in ranges_in(query) if query is not None else ():
        target, record = world.ranged(ranged)
        if target.existed and (record is None or record.kind in "rpmf"):
            yield from (leaf for leaf in world.leaves(target) if grows(query or node, leaf, world))


def _compared(node: Node) -> set[str]:
    """Return the columns that a statement compares for equality."""
    found = set()
    for expression in node.walk():
        if expression.kind == "A_Expr" and expression.words("name") in (("=",), ("IN",)):
            sides = [s for s in (expression.node("lexpr"), expression.node("rexpr")) if s is not None]
            columns = [s.words("fields")[-1:] for s in sides if s.kind == "ColumnRef"]
            # Two columns are a join, which reads both tables.
            if len(columns) == 1 and columns[0]:
                found.add(columns[0][0])
    return found
