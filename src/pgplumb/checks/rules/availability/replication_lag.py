"""Standbys are close behind."""

from __future__ import annotations

from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.foundation.text import age, size

_SECONDS = 30
_BYTES = 64 * 1024**2


def check(facts: Facts, report: Report) -> None:
    """Compare what each standby has replayed with what was written; a quiet primary has no lag in seconds."""
    statistics = report.known(facts.statistics, "statistics")
    if statistics is None:
        return
    replicas = report.known(statistics.replicas, "standbys")
    if replicas is None:
        return
    most = facts.profile.threshold("replication-lag", _SECONDS)
    held = facts.profile.threshold("replication-lag-bytes", _BYTES)
    for replica in replicas:
        if replica.state == "backup":
            continue
        name = replica.application_name or f"pid {replica.pid}"
        if replica.state is None or replica.replay_lag_bytes is None:
            report.unknown(f"the lag of {name} is hidden: needs pg_read_all_stats")
            continue
        report.checked()
        seconds = replica.replay_lag_seconds or 0.0
        if seconds < most and replica.replay_lag_bytes < held:
            continue
        report.fail(
            facts.catalog.database.id,
            f"standby {name} is {size(replica.replay_lag_bytes)} and {age(seconds)} behind ({replica.state})",
            {
                "standby": name,
                "bytes": replica.replay_lag_bytes,
                "seconds": replica.replay_lag_seconds,
                "state": replica.state,
                "sync_state": replica.sync_state,
            },
        )


RULE = Rule(
    id="replication-lag",
    title="Standbys are close behind",
    category=Category.AVAILABILITY,
    severity=Severity.ERROR,
    tier=Tier.NOW,
    passes="Every connected standby has replayed all but the last 30 seconds (threshold replication-lag) "
    "and 64 MiB (threshold replication-lag-bytes) of WAL.",
    why="What a standby has not had is lost when the primary is. Reads from it show the past, and a "
    "synchronous one makes every commit wait.",
    source="https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-PG-STAT-REPLICATION-VIEW",
    looks_at="pg_stat_replication (replay_lsn, replay_lag)",
    whole=check,
    reads=("statistics",),
    unknown_when="the lag is hidden from this role",
    not_applicable_when="no standby is connected to this server",
)
