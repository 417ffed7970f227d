"""Checkpoints come by the clock."""

from __future__ import annotations

from pgplumb.catalog.unread import Unread
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.server_settings import server_value

_SHARE = 0.2
_ENOUGH = 20
_TARGET = 0.9


def check(facts: Facts, report: Report) -> None:
    """Compare requested checkpoints with all; idle servers leave timed ones out from 18 on."""
    if facts.catalog.is_standby:
        return
    statistics = facts.statistics
    report.checked()
    target = server_value(facts.catalog, "checkpoint_completion_target")
    if target is not None and float(target) < _TARGET:
        report.fail(
            "setting:checkpoint_completion_target",
            f"checkpoint_completion_target is {target}: checkpoints write in a burst and then rest",
            {"value": target},
        )
    if isinstance(statistics, Unread) or statistics.checkpoints is None:
        report.unknown("checkpoints were not counted")
        return
    counted = statistics.checkpoints
    total = counted.timed + counted.requested
    if total < _ENOUGH:
        report.unknown(f"only {total} checkpoints since the counters began")
    elif counted.requested / total > facts.profile.threshold("checkpoint-timed", _SHARE):
        report.fail(
            "setting:max_wal_size",
            f"{counted.requested / total:.0%} of {total:,} checkpoints came because max_wal_size was full, or because "
            "somebody asked",
            {"requested": counted.requested, "timed": counted.timed},
        )


RULE = Rule(
    id="checkpoint-timed",
    title="Checkpoints come by the clock",
    category=Category.SETTINGS,
    severity=Severity.WARNING,
    tier=Tier.GROWTH,
    passes="At most 20 % of at least 20 checkpoints were requested (threshold checkpoint-timed), and "
    "checkpoint_completion_target is at least 0.9.",
    why="After each checkpoint the first change of a page writes all of it to the WAL. Checkpoints that come early, "
    "since max_wal_size is small, so make more WAL and the next one come earlier still.",
    source="https://www.postgresql.org/docs/current/wal-configuration.html",
    looks_at="pg_stat_bgwriter, from 17 on pg_stat_checkpointer; pg_settings",
    whole=check,
    reads=("statistics", "catalog.settings", "catalog.setting_overrides", "catalog.is_standby"),
    unknown_when="too few checkpoints since the counters began",
    not_applicable_when="this is a standby",
)
