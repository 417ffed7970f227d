"""Every subscription is applied."""

from __future__ import annotations

from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier


def check(facts: Facts, report: Report) -> None:
    """Look for subscriptions that are off, that no worker applies now, and whose tables are not in step."""
    catalog = facts.catalog
    known = report.known(catalog.subscriptions, "subscriptions")
    if not known or catalog.is_standby:
        return
    statistics = report.known(facts.statistics, "statistics")
    states = report.known(statistics.subscriptions, "subscriptions") if statistics is not None else None
    if states is None:
        return
    by_name = {state.name: state for state in states}
    for subscription in known:
        state = by_name.get(subscription.name)
        if state is None:
            report.unknown(f"subscription {subscription.name} was not there when the statistics were read")
            continue
        report.checked()
        failed = f", after {state.errors:,} errors" if state.errors else ""
        if not subscription.enabled:
            why = "is disabled: its slot on the publisher keeps all WAL until somebody goes on"
        elif not state.working:
            why = f"has no worker{failed}: no change arrives, and its slot keeps all WAL; the server's log says why"
        elif state.tables_behind:
            why = f"has {state.tables_behind} tables whose first copy is not done{failed}"
        else:
            continue
        report.fail(
            catalog.database.id,
            f"subscription {subscription.name} {why}",
            {
                "subscription": subscription.name,
                "enabled": subscription.enabled,
                "working": state.working,
                "tables_behind": state.tables_behind,
                "errors": state.errors,
            },
        )


RULE = Rule(
    id="logical-worker-alive",
    title="Every subscription is applied",
    category=Category.AVAILABILITY,
    severity=Severity.ERROR,
    tier=Tier.NOW,
    passes="Every subscription of this database is enabled, a worker applies its changes, and each of its tables has "
    "got its first copy.",
    why="A worker that fails is started again every few seconds and fails again, which only the server's log tells. "
    "Meanwhile the data grows old here, and the publisher keeps all WAL for it.",
    source="https://www.postgresql.org/docs/current/logical-replication-monitoring.html",
    looks_at="pg_subscription.subenabled, pg_stat_subscription, pg_subscription_rel, pg_stat_subscription_stats",
    whole=check,
    reads=("statistics", "catalog.subscriptions", "catalog.is_standby"),
    unknown_when="the subscriptions could not be read",
    not_applicable_when="this database subscribes to nothing, or is a standby's",
)
