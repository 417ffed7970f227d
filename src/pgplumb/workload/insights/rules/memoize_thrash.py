"""A Memoize node remembers little that is asked again."""

from __future__ import annotations

from collections.abc import Iterator

from pgplumb.foundation.text import count, percent
from pgplumb.workload.insights.context import Context
from pgplumb.workload.insights.insight import Severity
from pgplumb.workload.insights.measures import share
from pgplumb.workload.insights.raw import Explained, Node, number
from pgplumb.workload.insights.rule import Found, Needs, Rule

HITS = 0.5
"""Share of the look-ups."""
LOOKUPS = 100
"""That matter at all."""


def look(plan: Explained, _: Context) -> Iterator[Found]:
    """Compare hits with misses, and look for entries that had to leave."""
    for node in plan.nodes:
        if node.kind != "Memoize":
            continue
        hits, misses, evictions = (_sum(node, f"Cache {what}") for what in ("Hits", "Misses", "Evictions"))
        rate = share(hits, hits + misses)
        if hits + misses < LOOKUPS or (rate >= HITS and evictions <= 0):
            continue
        evicted = f", {count(evictions)} entries were thrown out for want of memory" if evictions else ""
        yield Found(
            node,
            f"{percent(rate)} of {count(hits + misses)} look-ups were found in the cache{evicted}",
            {
                "hits": round(hits),
                "misses": round(misses),
                "evictions": round(evictions),
                "overflows": round(_sum(node, "Cache Overflows")),
                "peak_memory_kilobytes": round(node.number("Peak Memory Usage")),
                "key": node.text("Cache Key"),
            },
        )


def _sum(node: Node, key: str) -> float:
    """Return a count of all processes: each has its own cache."""
    return sum(number(raw, key) or 0.0 for raw in (node.raw, *node.workers))


RULE = Rule(
    id="memoize-thrash",
    title="A Memoize node remembers little that is asked again",
    severity=Severity.WARNING,
    needs=Needs.ANALYSED,
    fires="of at least 100 look-ups fewer than half were hits, or entries were evicted",
    silent="caches that serve, few look-ups",
    why="The planner expected few distinct keys and put a cache in front of the inner side. With many keys, or too "
    "little memory for them, the cache costs and gives nothing.",
    source="https://www.postgresql.org/docs/current/runtime-config-query.html#GUC-ENABLE-MEMOIZE",
    hint="Mend the estimate of distinct keys (ANALYZE, ALTER TABLE ... ALTER COLUMN ... SET (n_distinct)); for "
    "evictions raise work_mem or hash_mem_multiplier.",
    look=look,
)
