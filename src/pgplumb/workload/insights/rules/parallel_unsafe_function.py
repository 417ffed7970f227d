"""A function keeps a costly statement from running in parallel."""

from __future__ import annotations

from collections.abc import Iterator

from pgplumb.catalog.model import Catalog, Function
from pgplumb.foundation.text import count
from pgplumb.workload.insights.conditions import calls
from pgplumb.workload.insights.context import Context, octets
from pgplumb.workload.insights.insight import Severity
from pgplumb.workload.insights.raw import Explained, Node
from pgplumb.workload.insights.rule import Found, Needs, Rule

COST = 10_000
"""Ten times what starting workers costs (parallel_setup_cost): cheaper statements would not be shared anyway."""
PAGES = 1024
"""The built-in min_parallel_table_scan_size, 8 MB."""

_NEVER_PARALLEL = frozenset(("ModifyTable", "LockRows"))
_EXPRESSIONS = ("Filter", "Output", "Join Filter", "Sort Key", "Group Key", "Index Cond", "Function Call")


def look(plan: Explained, context: Context) -> Iterator[Found]:
    """Look for calls of functions that were declared, or left, PARALLEL UNSAFE."""
    catalog = context.catalog
    if catalog is None or plan.root.number("Total Cost") < COST or _not_meant(plan, context):
        return
    scan = next((n for n in plan.nodes if n.kind == "Seq Scan" and _large(n, context)), None)
    if scan is None:
        return
    for node in plan.nodes:
        for name in _called(node):
            unsafe = _unsafe(name, catalog)
            if unsafe is not None:
                yield Found(
                    plan.root,
                    f"{name}() is parallel unsafe: one process does all the work, at a cost of "
                    f"{count(plan.root.number('Total Cost'))}",
                    {
                        "function": unsafe.id,
                        "volatility": {"i": "immutable", "s": "stable"}.get(unsafe.volatility, "volatile"),
                        "total_cost": plan.root.number("Total Cost"),
                        "scan": scan.title,
                    },
                )
                return


def _not_meant(plan: Explained, context: Context) -> bool:
    """Whether the statement would not run in parallel with any functions."""
    if context.setting("max_parallel_workers_per_gather") == "0":
        return True
    return any(n.kind in _NEVER_PARALLEL or "Workers Planned" in n.raw for n in plan.nodes)


def _large(node: Node, context: Context) -> bool:
    relation = context.relation(node)
    if relation is None or relation.persistence == "t":
        return False
    least = context.settings.get("min_parallel_table_scan_size")
    threshold = (octets(least) or 0) // 8192 if least else PAGES
    return context.pages(relation) >= threshold


def _called(node: Node) -> Iterator[str]:
    for key in _EXPRESSIONS:
        for text in node.texts(key):
            yield from calls(text)


def _unsafe(name: str, catalog: Catalog) -> Function | None:
    """Return a function of the name where all of that name are unsafe: the arguments' types are not printed."""
    schema, _, bare = name.rpartition(".")
    found = [f for f in catalog.functions.values() if f.name == bare and schema in ("", f.schema)]
    return found[0] if found and all(f.parallel == "u" for f in found) else None


RULE = Rule(
    id="parallel-unsafe-function",
    title="A function keeps a costly statement from running in parallel",
    severity=Severity.INFO,
    needs=Needs.ANY,
    fires="a plan of cost 10,000 or more over a table of at least 8 MB has no workers and calls a function that is "
    "PARALLEL UNSAFE",
    silent="cheap plans, changes and FOR UPDATE, parallelism switched off, functions that are declared safe",
    why="A function is PARALLEL UNSAFE unless it was declared otherwise, and one call keeps the whole statement in one "
    "process. Most functions that only read are safe.",
    source="https://www.postgresql.org/docs/current/parallel-safety.html",
    hint="If the function changes nothing and keeps no state: ALTER FUNCTION ... PARALLEL SAFE.",
    look=look,
)
