"""Tables are not mostly empty space."""

from __future__ import annotations

from pgplumb.catalog.bloat import table_bloat
from pgplumb.catalog.relation import Relation
from pgplumb.catalog.unread import Unread
from pgplumb.checks.estimates import leaves
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.foundation.text import size

_SHARE = 0.3
_BYTES = 100 * 1024**2
_MUCH = 1024**3


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Estimate the empty share of each large heap; where statistics are stale or hidden nothing is said."""
    statistics = facts.statistics
    if isinstance(statistics, Unread):
        return
    for leaf in leaves(table, facts):
        counted = statistics.tables.get(leaf.oid)
        if counted is None or counted.pages * 8192 < _BYTES:
            continue
        report.checked()
        share = table_bloat(leaf, statistics)
        if share is None:
            report.unknown(
                f"{leaf.qualified}: ANALYZE is missing, too old or hidden, so no estimate is given"
            )
            continue
        wasted = share * counted.pages * 8192
        limit = facts.profile.threshold("table-bloat", _SHARE)
        if (share > limit and wasted > _BYTES) or wasted > _MUCH:
            report.fail(
                leaf.id,
                f"about {share:.0%} of {leaf.qualified} is empty, {size(int(wasted))} by an estimate from column "
                "widths",
                {"share": round(share, 3), "bytes": int(wasted), "estimate": "column widths"},
                related=() if leaf is table else (table.id,),
            )


RULE = Rule(
    id="table-bloat",
    title="Tables are not mostly empty",
    category=Category.VACUUM,
    severity=Severity.WARNING,
    tier=Tier.SCALE,
    passes="No heap of at least 100 MB is more than 30 % empty (threshold table-bloat) by more than 100 MB, nor by "
    "more than 1 GB in all, as estimated from the widths that ANALYZE found; fillfactor counts as wanted.",
    why="Empty space within pages is read and cached with the rows. VACUUM makes it usable for new ones, and only "
    "writing the table anew gives it back.",
    source="https://www.postgresql.org/docs/current/routine-vacuuming.html#VACUUM-FOR-SPACE-RECOVERY",
    looks_at="pg_class (relpages, reltuples), pg_stats (avg_width, null_frac), pg_stat_all_tables.n_mod_since_analyze",
    each_table=check,
    reads=("statistics",),
    unknown_when="statistics of a large table are missing, hidden or older than a fifth of its rows",
    not_applicable_when="no table has 100 MB",
)
