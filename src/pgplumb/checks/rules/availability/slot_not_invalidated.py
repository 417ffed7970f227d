"""No replication slot has lost WAL that its reader needs."""

from __future__ import annotations

from pgplumb.catalog.unread import Unread
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.foundation.names import object_id

_WHAT = {
    "lost": "the WAL that its reader needs is gone: the reader has to be set up again and the slot dropped",
    "unreserved": "it is past its limit: the next checkpoint may remove WAL that its reader needs",
}


def check(facts: Facts, report: Report) -> None:
    """Look at wal_status."""
    statistics = facts.statistics
    slots = report.known(
        statistics if isinstance(statistics, Unread) else statistics.slots, "replication slots"
    )
    if slots is None:
        return
    for slot in slots:
        report.checked()
        if slot.wal_status in _WHAT:
            report.fail(
                object_id("slot", slot.name),
                f"slot {slot.name} is {slot.wal_status}: {_WHAT[slot.wal_status]}",
                {"wal_status": slot.wal_status, "safe_wal_size": slot.safe_wal_size, "active": slot.active},
            )


RULE = Rule(
    id="slot-not-invalidated",
    title="No slot has lost its WAL",
    category=Category.AVAILABILITY,
    severity=Severity.ERROR,
    tier=Tier.NOW,
    passes="No replication slot has wal_status lost or unreserved.",
    why="A lost slot is a standby or a subscriber that will never catch up, though it may look connected. "
    "Nothing else says so until somebody needs that copy.",
    source="https://www.postgresql.org/docs/current/view-pg-replication-slots.html",
    looks_at="pg_replication_slots.wal_status",
    whole=check,
    reads=("statistics",),
    unknown_when="the slots could not be read",
    not_applicable_when="there is no replication slot",
)
