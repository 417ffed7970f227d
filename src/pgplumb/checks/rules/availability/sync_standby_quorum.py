"""Commits that wait for standbys find them."""

from __future__ import annotations

import re

from pgplumb.catalog.unread import Unread
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier

_COUNTED = re.compile(r"^\s*(?:(?:first|any)\s+)?(\d+)\s*\(", re.IGNORECASE)


def wanted(names: str) -> int:
    """Return for how many standbys a commit waits: a plain list means one."""
    match = _COUNTED.match(names)
    return int(match[1]) if match else 1


def check(facts: Facts, report: Report) -> None:
    """Count the standbys that count for commits."""
    if facts.catalog.is_standby:
        return
    names = facts.catalog.setting("synchronous_standby_names")
    if names is None:
        report.unknown("synchronous_standby_names is hidden from this role: needs pg_read_all_settings")
        return
    if not names.strip():
        return
    statistics = facts.statistics
    replicas = report.known(statistics if isinstance(statistics, Unread) else statistics.replicas, "standbys")
    if replicas is None:
        return
    need = wanted(names)
    hidden = sum(r.sync_state is None for r in replicas)
    there = sum(r.sync_state in ("sync", "quorum") for r in replicas)
    report.checked()
    if there >= need:
        return
    if there + hidden >= need:
        report.unknown(f"the state of {hidden} receivers is hidden: needs pg_read_all_stats")
        return
    report.fail(
        "setting:synchronous_standby_names",
        f"commits wait for {need} standbys of {names}, and {there} are there: every COMMIT hangs",
        {"names": names, "wanted": need, "there": there},
    )


RULE = Rule(
    id="sync-standby-quorum",
    title="Synchronous standbys are there",
    category=Category.AVAILABILITY,
    severity=Severity.ERROR,
    tier=Tier.NOW,
    passes="As many standbys as synchronous_standby_names asks for are streaming as synchronous ones.",
    why="A commit waits until so many standbys have it. If they are gone, it waits for ever and keeps its locks, and "
    "soon all connections are taken by commits.",
    source="https://www.postgresql.org/docs/current/runtime-config-replication.html#GUC-SYNCHRONOUS-STANDBY-NAMES",
    looks_at="pg_settings (synchronous_standby_names), pg_stat_replication.sync_state",
    whole=check,
    reads=("catalog.settings", "catalog.is_standby", "statistics"),
    unknown_when="the setting or the state of receivers is hidden",
    not_applicable_when="no synchronous standby is asked for, or this is a standby",
)
