"""Roles that have expired are closed."""

from __future__ import annotations

from datetime import UTC, datetime

from pgplumb.checks.app_roles import logins
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier


def expired(until: str | None, now: datetime) -> bool:
    """Whether a VALID UNTIL, as the server prints it, has passed; infinity never does."""
    if until is None or until in ("infinity", "-infinity"):
        return until == "-infinity"
    try:
        found = datetime.fromisoformat(until)
    except ValueError:
        return False
    return (found if found.tzinfo else found.replace(tzinfo=UTC)) < now


def check(facts: Facts, report: Report) -> None:
    """Look for login roles whose password is no longer valid."""
    for role in logins(facts.catalog):
        report.checked()
        if expired(role.valid_until, facts.now):
            report.fail(
                role.id,
                f"the password of {role.name} expired on {(role.valid_until or '')[:10]}, and the role can still log "
                "in by certificate, peer or trust",
                {"valid_until": role.valid_until},
                fix=Fix("alter-role", {"role": role.name, "options": ("NOLOGIN",)}),
            )


RULE = Rule(
    id="stale-login-roles",
    title="Expired roles are closed",
    category=Category.PRIVILEGES,
    severity=Severity.INFO,
    tier=Tier.GROWTH,
    passes="No role that can log in, superusers aside, has a VALID UNTIL in the past. When a role last logged in, "
    "PostgreSQL does not record.",
    why="VALID UNTIL ends the password, not the role: other ways to authenticate go on working, and its privileges "
    "stay. NOLOGIN closes it and keeps what it owns.",
    source="https://www.postgresql.org/docs/current/sql-createrole.html",
    looks_at="pg_roles (rolcanlogin, rolvaliduntil)",
    whole=check,
    reads=("catalog.roles",),
    not_applicable_when="no role besides superusers can log in",
)
