"""WAL is archived, and the archive takes it."""

from __future__ import annotations

from pgplumb.catalog.unread import Unread
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.server_settings import HIDDEN, is_off

_RECEIVERS = ("pg_receivewal", "barman", "pgmoneta", "wal-g")


def is_managed(facts: Facts) -> bool:
    """Whether a provider runs the server and keeps its backups where we cannot see them."""
    return not isinstance(facts.capabilities, Unread) and facts.capabilities.provider is not None


def streams_to_archive(facts: Facts) -> bool:
    """Whether somebody takes the WAL by streaming, as an archive without archive_command does."""
    if isinstance(facts.statistics, Unread) or isinstance(facts.statistics.replicas, Unread):
        return False
    return any(r.application_name.lower().startswith(_RECEIVERS) for r in facts.statistics.replicas)


def check(facts: Facts, report: Report) -> None:
    """Look at archive_mode, then at whether the last try went well."""
    catalog = facts.catalog
    mode = catalog.setting("archive_mode")
    if catalog.is_standby and mode != "always":
        return
    if mode is None:
        report.unknown(f"archive_mode: {HIDDEN}")
        return
    if is_off(mode):
        if is_managed(facts):
            report.unknown("archive_mode is off, but a provider runs this server: attest its backups")
        elif streams_to_archive(facts):
            report.checked()
        else:
            report.checked()
            report.fail(
                "setting:archive_mode",
                "archive_mode is off and nobody receives the WAL: a restore can only go back to the last "
                "whole backup",
                {"archive_mode": mode},
            )
        return
    if isinstance(facts.statistics, Unread) or facts.statistics.archiver is None:
        report.unknown("pg_stat_archiver was not read")
        return
    archiver = facts.statistics.archiver
    failing = archiver.last_failed is not None and (
        archiver.last_archived is None or archiver.last_failed > archiver.last_archived
    )
    if failing:
        report.checked()
        last = f"{archiver.last_archived:%Y-%m-%d %H:%M}" if archiver.last_archived else "never"
        report.fail(
            "setting:archive_command",
            f"archiving failed {archiver.failed:,} times and last at {archiver.last_failed:%Y-%m-%d %H:%M}; "
            f"the last success was {last}: WAL piles up",
            {"failed": archiver.failed, "archived": archiver.archived, "last_archived": last},
        )
    elif archiver.last_archived is None:
        report.unknown("nothing was archived yet")
    else:
        report.checked()


RULE = Rule(
    id="wal-archiving-works",
    title="WAL archiving works",
    category=Category.AVAILABILITY,
    severity=Severity.ERROR,
    tier=Tier.NOW,
    passes="archive_mode is on and the last segment was archived without a failure after it, or a WAL "
    "receiver is connected.",
    why="Without archived WAL a restore ends at the last whole backup. When archiving fails the server "
    "keeps every segment, so the disk fills while the archive has a hole.",
    source="https://www.postgresql.org/docs/current/continuous-archiving.html",
    looks_at="pg_settings (archive_mode), pg_stat_archiver, pg_stat_replication",
    whole=check,
    reads=("catalog.settings", "catalog.is_standby", "statistics", "capabilities"),
    unknown_when="nothing was archived yet, or a provider keeps the backups",
    not_applicable_when="this is a standby that archives nothing itself",
)
