"""Indexes are not larger than what they index."""

from __future__ import annotations

from pgplumb.catalog.relation import Relation
from pgplumb.catalog.unread import Unread
from pgplumb.checks.estimates import pages, rows
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.index_tree import stored_indexes
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.foundation.text import size

TIMES = 2.0
LEAST_PAGES = 128
"""1 MB. The profile's `index-size-times` and `index-size-pages` say otherwise."""


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Compare pages as the last VACUUM or ANALYZE left them, partitions summed; small tables are left out."""
    parts = stored_indexes(table, facts.catalog)
    if not parts:
        return
    if rows(table, facts) is None:
        report.checked()
        report.unknown(f"{table.qualified} was never analysed")
        return
    statistics = facts.statistics
    counters = {} if isinstance(statistics, Unread) else statistics.indexes
    total = 0
    for index, _ in parts:
        counted = counters.get(index.oid)
        total += max(index.pages, counted.pages if counted else 0)
    heap = pages(table, facts)
    if total < facts.profile.threshold("index-size-pages", LEAST_PAGES):
        return
    report.checked()
    if heap and total > facts.profile.threshold("index-size-times", TIMES) * heap:
        report.fail(
            table.id,
            f"the indexes of {table.qualified} are {total / heap:.1f} times as large as its rows ({size(total * 8192)} "
            f"beside {size(heap * 8192)})",
            {"index_pages": total, "table_pages": heap, "indexes": len(parts)},
            related=tuple(table.index_id(i) for i in table.indexes),
        )


RULE = Rule(
    id="index-size-vs-table",
    title="Indexes are at most twice as large as their table",
    category=Category.INDEXES,
    severity=Severity.INFO,
    tier=Tier.GROWTH,
    passes="The indexes of a table have at most twice the pages of its heap (index-size-times), where they have 1 MB "
    "(index-size-pages).",
    why="Then most of the memory and the write-ahead log goes to finding rows rather than to rows. Either there are "
    "too many indexes or they are bloated.",
    source="https://www.postgresql.org/docs/current/routine-reindex.html",
    looks_at="pg_class.relpages",
    each_table=check,
    reads=("statistics",),
    unknown_when="a table was never analysed",
    not_applicable_when="no table has 1 MB of indexes",
)
