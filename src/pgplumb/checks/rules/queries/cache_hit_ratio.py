"""Reads are answered from memory."""

from __future__ import annotations

from pgplumb.checks.database_counters import counted
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier

_BLOCKS = 10_000
_RATIO = 0.99


def check(facts: Facts, report: Report) -> None:
    """Compare blocks found in shared_buffers with blocks asked for, since the last reset."""
    known = counted(facts, report)
    if known is None:
        return
    statistics, database = known
    blocks = database.blocks_hit + database.blocks_read
    enough = facts.profile.threshold("cache-hit-ratio-blocks", _BLOCKS)
    if blocks < enough:
        report.unknown(f"fewer than {enough:,.0f} blocks were read since {statistics.since:%Y-%m-%d %H:%M}")
        return
    report.checked()
    ratio = database.blocks_hit / blocks
    wanted = facts.profile.threshold("cache-hit-ratio", _RATIO)
    if ratio < wanted:
        report.fail(
            facts.catalog.database.id,
            f"{ratio:.1%} of {blocks:,} block reads were answered from shared_buffers, below {wanted:.0%}; "
            "what the operating system's cache answered counts as a miss",
            {"ratio": round(ratio, 4), "hit": database.blocks_hit, "read": database.blocks_read},
        )


RULE = Rule(
    id="cache-hit-ratio",
    title="Reads come from memory",
    category=Category.QUERIES,
    severity=Severity.WARNING,
    tier=Tier.GROWTH,
    passes="At least 99 % (threshold cache-hit-ratio) of the blocks read since the last reset were in "
    "shared_buffers, counted over at least 10,000 blocks.",
    why="A block that is not in memory takes a system call at best and a disk at worst. A ratio that falls "
    "means that the data in daily use has outgrown shared_buffers, or that queries read more than they "
    "need.",
    source="https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-PG-STAT-DATABASE-VIEW",
    looks_at="pg_stat_database (blks_hit, blks_read)",
    whole=check,
    reads=("statistics",),
    unknown_when="too few blocks were read since the counters began",
)
