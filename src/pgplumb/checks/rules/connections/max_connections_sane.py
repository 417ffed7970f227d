"""max_connections fits the machine."""

from __future__ import annotations

from pgplumb.catalog.unread import Unread
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.server_settings import HIDDEN

_ANY_MACHINE = 1000
_POOLERS = ("pgbouncer", "pgcat", "odyssey", "supavisor", "pgagroal", "pgpool")


def behind_pooler(facts: Facts) -> bool:
    """Whether a session comes from a connection pooler, by the name that it gives itself or its role's."""
    if isinstance(facts.activity, Unread):
        return False
    return any(
        pooler in session.application_name.lower() or pooler in (session.user or "").lower()
        for session in facts.activity.clients
        for pooler in _POOLERS
    )


def check(facts: Facts, report: Report) -> None:
    """Compare with four sessions a core, where the profile states the cores; otherwise with any machine's."""
    value = facts.catalog.setting("max_connections")
    if value is None:
        report.unknown(f"max_connections: {HIDDEN}")
        return
    cores = facts.profile.threshold("cpu-cores", 0)
    limit = max(4 * cores + 20, 100) if cores else _ANY_MACHINE
    if int(value) > limit:
        report.checked()
        said = f"for {cores:g} cores" if cores else "more than any machine runs at once"
        report.fail(
            "setting:max_connections",
            f"max_connections is {value}, {said}: a pooler serves as many clients with a tenth of the "
            "sessions",
            {"value": int(value), "limit": int(limit), "pooler_seen": behind_pooler(facts)},
        )
    elif cores or behind_pooler(facts):
        report.checked()
    else:
        report.unknown(
            f"max_connections is {value}; the machine's cores cannot be seen: state cpu-cores in the profile"
        )


RULE = Rule(
    id="max-connections-sane",
    title="max_connections fits the machine",
    category=Category.CONNECTIONS,
    severity=Severity.INFO,
    tier=Tier.GROWTH,
    passes="max_connections is at most four times the cores that the profile states (threshold cpu-cores) "
    "and 20, or 100; where none are stated, at most 1,000 with a pooler in sight.",
    why="Sessions beyond what the cores can run do not make anything faster: they share the same cores, "
    "and each takes memory. Many clients are a pooler's work.",
    source="https://www.postgresql.org/docs/current/runtime-config-connection.html#GUC-MAX-CONNECTIONS",
    looks_at="pg_settings, pg_stat_activity.application_name",
    whole=check,
    reads=("catalog.settings", "activity"),
    unknown_when="the profile does not state the cores, and no pooler is seen",
)
