"""Index-only scans do not visit the table."""

from __future__ import annotations

from pgplumb.catalog.relation import Relation
from pgplumb.catalog.unread import Unread
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.index_tree import stored
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.usage import too_young
from pgplumb.foundation.names import part

_PAGES = 1000
_VISIBLE = 0.8
_FETCHED = 0.5
_SCANS = 100


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Look at indexes made to cover queries: at the pages that need no look, and the rows that were looked up."""
    covering = [
        i for i in table.indexes if i.included and not i.parent and i.is_valid and i.method == "btree"
    ]
    if table.kind not in "rp" or not covering:
        return
    statistics = facts.statistics
    if isinstance(statistics, Unread):
        report.checked()
        report.unknown(f"statistics: {statistics.reason}")
        return
    for index in covering:
        pages = visible = scans = read = fetched = 0
        for own, leaf in stored(index, table, facts.catalog):
            heap, counted = statistics.tables.get(leaf.oid), statistics.indexes.get(own.oid)
            if heap is not None and counted is not None:
                pages, visible = pages + heap.pages, visible + heap.all_visible
                scans, read, fetched = (
                    scans + counted.scans,
                    read + counted.tuples_read,
                    fetched + counted.tuples_fetched,
                )
        if pages < facts.profile.threshold("covering-index-pages", _PAGES) or scans < _SCANS:
            continue
        report.checked()
        if visible >= _VISIBLE * pages or fetched <= _FETCHED * read:
            continue
        if report.undecided(too_young(facts)):
            continue
        report.fail(
            table.index_id(index),
            f"{part(index.name)} carries columns so that scans need not visit {table.qualified}, but only "
            f"{visible / pages:.0%} of its pages are known to be visible: {fetched / read:.0%} of the entries were "
            "looked up there",
            {"visible": round(visible / pages, 3), "fetched": fetched, "read": read, "scans": scans},
            related=(table.id,),
            fix=Fix("vacuum", {"table": table.qualified}),
        )


RULE = Rule(
    id="covering-index-visibility",
    title="Covering indexes answer without the table",
    category=Category.INDEXES,
    severity=Severity.INFO,
    tier=Tier.SCALE,
    passes="For indexes with INCLUDE columns that were scanned at least 100 times, on tables of at least 1,000 pages "
    "(threshold covering-index-pages), 80 % of the pages are all-visible or at most half of the entries looked up.",
    why="An index does not know which rows are visible: where VACUUM has not marked a page, even an index-only scan "
    "visits the table. The columns that were added to the index then cost space and bring nothing.",
    source="https://www.postgresql.org/docs/current/indexes-index-only-scans.html",
    looks_at="pg_index.indnkeyatts, pg_class.relallvisible, pg_stat_all_indexes (idx_tup_read, idx_tup_fetch)",
    each_table=check,
    reads=("statistics", "catalog.settings"),
    unknown_when="counters were not read, or have not run long enough (usage-min-days)",
    not_applicable_when="no index with INCLUDE columns is used on a large table",
)
