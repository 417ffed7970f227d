"""All partitions are read although their key is tested."""

from __future__ import annotations

from collections.abc import Iterator

from pgplumb.catalog.model import Catalog
from pgplumb.catalog.relation import Relation
from pgplumb.foundation.names import part
from pgplumb.foundation.text import count
from pgplumb.workload.insights.conditions import Condition, read_condition
from pgplumb.workload.insights.context import Context
from pgplumb.workload.insights.insight import Severity
from pgplumb.workload.insights.raw import Explained, Node
from pgplumb.workload.insights.rule import Found, Needs, Rule

_CONDITIONS = ("Filter", "Index Cond", "Recheck Cond")


def look(plan: Explained, context: Context) -> Iterator[Found]:
    """Look for all leaves of a partitioned table below one node, and for what they are filtered by."""
    catalog = context.catalog
    if catalog is None:
        return
    for node in plan.nodes:
        scans = _scans(node) if node.kind in ("Append", "Merge Append") else []
        tables = [relation for scan in scans if (relation := context.relation(scan))]
        if len(tables) < 2:
            continue
        root = catalog.root(tables[0])
        if root.partition_key is None or {t.oid for t in tables} != _leaves(root, catalog):
            continue
        through = _hidden_key(root, scans[0], tables[0], catalog)
        if through is not None:
            key, by = through
            yield Found(
                node,
                f"all {count(len(tables))} partitions of {root.qualified} are read: {part(key)} is tested "
                f"through {by}, not bare",
                {
                    "table": root.qualified,
                    "partitions": len(tables),
                    "key": key,
                    "through": by,
                    "filter": next((t for k in _CONDITIONS if (t := scans[0].text(k))), None),
                },
            )


def _scans(node: Node) -> list[Node]:
    """Return the table scans below, one a partition: bitmap scans stand for their index scans."""
    return [n for n in node.walk() if n.text("Relation Name")]


def _leaves(root: Relation, catalog: Catalog) -> set[int]:
    leaves: set[int] = set()
    waiting = [root]
    while waiting:
        for child in catalog.children.get(waiting.pop().oid, ()):
            if child.kind == "p":
                waiting.append(child)
            else:
                leaves.add(child.oid)
    return leaves


def _hidden_key(root: Relation, scan: Node, leaf: Relation, catalog: Catalog) -> tuple[str, str] | None:
    """Return a key column that is tested through something, and through what; None if any is tested bare."""
    keys = {
        c.name for n in (root.partition_key.columns if root.partition_key else ()) if (c := root.column(n))
    }
    found: tuple[str, str] | None = None
    for name in _CONDITIONS:
        condition = _read(scan.text(name), scan, leaf, catalog)
        if condition.bare & keys:
            return None
        for wrapped in condition.wrapped:
            if wrapped.column.name in keys and found is None:
                call = f"{wrapped.by}()" if wrapped.kind == "function" else f"a cast to {wrapped.by}"
                found = (wrapped.column.name, call)
    return found


def _read(text: str | None, scan: Node, leaf: Relation, catalog: Catalog) -> Condition:
    if text is None:
        return Condition(frozenset(), ())
    return read_condition(text, scan.text("Alias"), leaf, catalog)


RULE = Rule(
    id="pruning-unused",
    title="All partitions are read although their key is tested",
    severity=Severity.WARNING,
    needs=Needs.ANY,
    fires="all partitions of a table are scanned, and the filter tests a partition key column only through a function "
    "or cast",
    silent="the key is tested bare (a parameter prunes when the statement runs), no catalog, keys that are expressions",
    why="The planner rules out partitions by comparing the bare key with their bounds. Behind a function or cast the "
    "key says nothing about the bounds.",
    source="https://www.postgresql.org/docs/current/ddl-partitioning.html#DDL-PARTITION-PRUNING",
    hint="Test the bare key: a range of the column instead of a function of it.",
    look=look,
)
