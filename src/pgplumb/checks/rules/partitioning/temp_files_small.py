"""Sorts fit into memory."""

from __future__ import annotations

from pgplumb.catalog.unread import Unread
from pgplumb.checks.database_counters import counted
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.statement_names import statement_id, title
from pgplumb.foundation.text import size

_PER_HOUR = 1024**3
_PER_CALL = 1024**3
_SECONDS = 3600


def check(facts: Facts, report: Report) -> None:
    """Look at what was written to temporary files since the reset, in all and by statement."""
    known = counted(facts, report)
    if known is None:
        return
    statistics, counters = known
    seconds = (statistics.read_at - statistics.since).total_seconds()
    report.checked()
    if not isinstance(facts.statements, Unread):
        for statement in facts.statements.entries:
            written = statement.temp_blks * 8192 / 2 / max(statement.calls, 1)
            if statement.toplevel and written > facts.profile.threshold("temp-files-per-call", _PER_CALL):
                report.fail(
                    statement_id(statement),
                    f"{title(statement)} writes about {size(int(written))} of temporary files for each call",
                    {"bytes_per_call": int(written), "calls": statement.calls, "role": statement.role},
                )
    if seconds < _SECONDS:
        report.unknown(f"the counters have run for {seconds / 60:.0f} minutes; an hour is needed")
        return
    per_hour = counters.temp_bytes / seconds * 3600
    if per_hour > facts.profile.threshold("temp-files-small", _PER_HOUR):
        report.fail(
            facts.catalog.database.id,
            f"{size(int(per_hour))} of temporary files are written an hour on average: sorts and hashes do not fit "
            "into work_mem",
            {"bytes_per_hour": int(per_hour), "files": counters.temp_files},
        )


RULE = Rule(
    id="temp-files-small",
    title="Sorts and hashes fit into memory",
    category=Category.PARTITIONING,
    severity=Severity.WARNING,
    tier=Tier.GROWTH,
    passes="At most 1 GB of temporary files is written an hour on average since the reset (threshold "
    "temp-files-small), and no statement writes more than 1 GB in one call (threshold temp-files-per-call).",
    why="A sort that does not fit into work_mem goes to disk and back, several times where it is large. For one role "
    "that reports, work_mem can be raised without giving it to all.",
    source="https://www.postgresql.org/docs/current/runtime-config-resource.html#GUC-WORK-MEM",
    looks_at="pg_stat_database (temp_bytes, temp_files), pg_stat_statements (temp_blks_read, temp_blks_written)",
    whole=check,
    reads=("statistics", "statements"),
    unknown_when="the counters have run for less than an hour",
)
