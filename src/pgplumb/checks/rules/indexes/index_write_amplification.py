"""Updates leave indexes alone."""

from __future__ import annotations

from pgplumb.catalog.relation import Relation
from pgplumb.checks.estimates import counters, leaves
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.usage import too_young

UPDATES = 10_000
_SHARE = 0.5


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Look at updates that found room on their page and had to write the indexes all the same."""
    counted = [c for leaf in leaves(table, facts) if (c := counters(leaf, facts)) is not None]
    updated = sum(c.updated for c in counted)
    if updated < UPDATES or not table.indexes:
        return
    report.checked()
    hot = sum(c.hot_updated for c in counted)
    share = facts.profile.threshold("index-write-amplification", _SHARE)
    if updated - hot <= (1 - share) * updated:
        return
    moved = [c.newpage_updated for c in counted]
    if None in moved:
        report.unknown(
            f"only {hot / updated:.0%} of the updates of {table.qualified} were heap-only; whether room on the page or "
            "a changed index was the reason is counted from PostgreSQL 16 on"
        )
        return
    elsewhere = sum(m for m in moved if m is not None)
    because = updated - hot - elsewhere
    if because <= (1 - share) * updated:
        return
    if report.undecided(too_young(facts)):
        return
    report.fail(
        table.id,
        f"{because / updated:.0%} of {updated:,} updates of {table.qualified} changed an indexed column and so wrote "
        f"all {len(table.indexes)} indexes",
        {"updates": updated, "heap_only": hot, "indexed_column": because, "indexes": len(table.indexes)},
        related=tuple(table.index_id(i) for i in table.indexes),
    )


RULE = Rule(
    id="index-write-amplification",
    title="Most updates leave the indexes alone",
    category=Category.INDEXES,
    severity=Severity.WARNING,
    tier=Tier.SCALE,
    passes="In tables with at least 10,000 updates since the reset no more than half of them (threshold "
    "index-write-amplification: the share that must not) found room on their page and still were not heap-only.",
    why="An update that changes no indexed column stays on its page and touches no index. An index on a column that "
    "changes all the time, such as updated_at, makes each update write every index of the table.",
    source="https://www.postgresql.org/docs/current/storage-hot.html",
    looks_at="pg_stat_all_tables (n_tup_upd, n_tup_hot_upd, n_tup_newpage_upd)",
    each_table=check,
    reads=("statistics", "catalog.settings"),
    unknown_when="the counters have not run long enough, or the server is older than 16",
    not_applicable_when="no table has so many updates",
)
