"""Every replication slot has somebody who reads from it."""

from __future__ import annotations

from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.foundation.names import object_id
from pgplumb.foundation.text import size

_MINUTES = 5


def check(facts: Facts, report: Report) -> None:
    """Look at active; shortly after a start consumers may not be back yet."""
    statistics = report.known(facts.statistics, "statistics")
    if statistics is None:
        return
    slots = report.known(statistics.slots, "replication slots")
    if slots is None:
        return
    minutes = facts.profile.threshold("slot-active", _MINUTES)
    young = (statistics.read_at - statistics.started_at).total_seconds() < minutes * 60
    for slot in slots:
        if slot.temporary or slot.wal_status == "lost":
            continue
        if slot.active:
            report.checked()
            continue
        if young:
            report.unknown(
                f"slot {slot.name} has no reader, but the server started less than {minutes:g} min ago"
            )
            continue
        report.checked()
        retained = slot.retained_bytes or 0
        report.fail(
            object_id("slot", slot.name),
            f"nobody reads from slot {slot.name}: it keeps {size(retained)} of WAL, and more by the minute",
            {"type": slot.slot_type, "retained_bytes": slot.retained_bytes, "wal_status": slot.wal_status},
        )


RULE = Rule(
    id="slot-active",
    title="Every replication slot is read from",
    category=Category.AVAILABILITY,
    severity=Severity.ERROR,
    tier=Tier.NOW,
    passes="Every permanent replication slot is active; not judged in the first 5 minutes (threshold "
    "slot-active) after the server started.",
    why="A slot keeps all WAL that its reader has not had, whether the reader still exists or not. A "
    "forgotten one fills the disk, and then the server stops.",
    source="https://www.postgresql.org/docs/current/warm-standby.html#STREAMING-REPLICATION-SLOTS",
    looks_at="pg_replication_slots (active, restart_lsn, temporary)",
    whole=check,
    reads=("statistics",),
    unknown_when="the slots could not be read, or the server has just started",
    not_applicable_when="there is no replication slot",
)
