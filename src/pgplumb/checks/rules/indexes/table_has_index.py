"""Tables have an index."""

from __future__ import annotations

from pgplumb.catalog.relation import Relation
from pgplumb.checks.estimates import pages, rows
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.index_tree import stored_indexes
from pgplumb.checks.rule import Category, Rule, Severity, Tier

ROWS = 1000
"""The profile's `table-has-index-rows` says otherwise."""


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Look for any index, on the partitions where the partitioned table has none."""
    if table.indexes or stored_indexes(table, facts.catalog):
        report.checked()
        return
    count = rows(table, facts)
    if count is None:
        report.checked()
        report.unknown(f"{table.qualified} has no index and was never analysed")
    elif count > facts.profile.threshold("table-has-index-rows", ROWS):
        report.checked()
        report.fail(
            table.id,
            f"{table.qualified} of {count:,.0f} rows has no index: every search and every update reads all of it",
            {"rows": int(count), "pages": pages(table, facts)},
        )


RULE = Rule(
    id="table-has-index",
    title="Tables have an index",
    category=Category.INDEXES,
    severity=Severity.WARNING,
    tier=Tier.NOW,
    passes="Every table of more than 1,000 rows (table-has-index-rows) has an index.",
    why="Without any index the only way to a row is reading the table. It also means that nothing keeps the same row "
    "from being there twice.",
    source="https://www.postgresql.org/docs/current/indexes-intro.html",
    looks_at="pg_index, pg_class.reltuples, pg_stat_all_tables.n_live_tup",
    each_table=check,
    reads=("statistics",),
    unknown_when="a table without an index was never analysed",
    not_applicable_when="no table has more than 1,000 rows",
)
