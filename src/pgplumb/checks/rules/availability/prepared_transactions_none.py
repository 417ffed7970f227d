"""No prepared transaction was forgotten."""

from __future__ import annotations

from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.foundation.names import object_id
from pgplumb.foundation.text import age

_SECONDS = 300


def check(facts: Facts, report: Report) -> None:
    """Compare the age of each with five minutes, by the server's clock."""
    statistics = report.known(facts.statistics, "statistics")
    if statistics is None:
        return
    report.checked(max(len(statistics.prepared), 1))
    limit = facts.profile.threshold("prepared-transactions-none", _SECONDS)
    for prepared in statistics.prepared:
        seconds = (statistics.read_at - prepared.prepared).total_seconds()
        if seconds < limit:
            continue
        report.fail(
            object_id("database", prepared.database),
            f"transaction {prepared.gid} of {prepared.owner} was prepared {age(seconds)} ago and neither "
            "committed nor rolled back: it holds its locks, also over a restart",
            {"gid": prepared.gid, "owner": prepared.owner, "seconds": round(seconds)},
        )


RULE = Rule(
    id="prepared-transactions-none",
    title="No prepared transaction is left over",
    category=Category.AVAILABILITY,
    severity=Severity.ERROR,
    tier=Tier.NOW,
    passes="No prepared transaction is older than 5 minutes (threshold prepared-transactions-none, in "
    "seconds).",
    why="It belongs to no session, so no list of sessions shows it, and a restart does not end it. Its "
    "locks stay, and vacuum removes nothing that is younger.",
    source="https://www.postgresql.org/docs/current/sql-prepare-transaction.html",
    looks_at="pg_prepared_xacts",
    whole=check,
    reads=("statistics",),
    unknown_when="the statistics were not read",
)
