"""Replication slots cannot fill the disk."""

from __future__ import annotations

from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.server_settings import HIDDEN


def check(facts: Facts, report: Report) -> None:
    """Look at max_slot_wal_keep_size, unless no slot can be made."""
    catalog = facts.catalog
    if catalog.setting("max_replication_slots") == "0" or catalog.setting("wal_level") == "minimal":
        return
    value = catalog.setting("max_slot_wal_keep_size")
    report.checked()
    if value is None:
        report.unknown(f"max_slot_wal_keep_size: {HIDDEN}")
    elif value == "-1":
        report.fail(
            "setting:max_slot_wal_keep_size",
            "max_slot_wal_keep_size is -1: one slot without a reader keeps WAL until the disk is full",
            {"value": value},
            fix=Fix("alter-system-setting", {"setting": "max_slot_wal_keep_size", "value": "50GB"}),
        )


RULE = Rule(
    id="slot-wal-limit-set",
    title="Slots have a limit of WAL",
    category=Category.AVAILABILITY,
    severity=Severity.WARNING,
    tier=Tier.NOW,
    passes="max_slot_wal_keep_size is not -1, where replication slots can be made at all.",
    why="With a limit, a reader that stays away loses its slot and has to be set up again. Without one, "
    "the server loses its disk and everybody stands still.",
    source="https://www.postgresql.org/docs/current/runtime-config-replication.html#GUC-MAX-SLOT-WAL-KEEP-SIZE",
    looks_at="pg_settings",
    whole=check,
    reads=("catalog.settings",),
    unknown_when="the setting is hidden",
    not_applicable_when="no replication slot can be made (wal_level, max_replication_slots)",
)
