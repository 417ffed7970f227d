"""There is a standby."""

from __future__ import annotations

from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.rules.availability.wal_archiving_works import is_managed


def check(facts: Facts, report: Report) -> None:
    """Count the standbys that stream."""
    if facts.catalog.is_standby:
        return
    statistics = report.known(facts.statistics, "statistics")
    if statistics is None:
        return
    replicas = report.known(statistics.replicas, "standbys")
    if replicas is None:
        return
    wanted = int(facts.profile.threshold("standby-exists", 1))
    if wanted < 1:
        return
    hidden = sum(r.state is None for r in replicas)
    streaming = sum(r.state in ("streaming", "catchup") for r in replicas)
    if streaming >= wanted:
        report.checked()
    elif streaming + hidden >= wanted:
        report.unknown(f"the state of {hidden} receivers is hidden: needs pg_read_all_stats")
    elif is_managed(facts):
        report.unknown("a provider runs this server: whether it keeps a standby cannot be seen")
    else:
        report.checked()
        report.fail(
            facts.catalog.database.id,
            f"{streaming} of {wanted} standbys are streaming: if this server is lost, service waits for a "
            "restore",
            {"streaming": streaming, "wanted": wanted},
        )


RULE = Rule(
    id="standby-exists",
    title="A standby is streaming",
    category=Category.AVAILABILITY,
    severity=Severity.WARNING,
    tier=Tier.GROWTH,
    passes="At least one standby (threshold standby-exists; 0 for a server that needs none) is streaming "
    "from this server.",
    why="A standby takes over in seconds to minutes, a restore from backup in hours. The standby that "
    "everybody counts on may have been gone for weeks.",
    source="https://www.postgresql.org/docs/current/warm-standby.html",
    looks_at="pg_stat_replication.state",
    whole=check,
    reads=("catalog.is_standby", "statistics", "capabilities"),
    unknown_when="receivers are hidden, or a provider runs the server",
    not_applicable_when="this is a standby, or the profile wants none",
)
