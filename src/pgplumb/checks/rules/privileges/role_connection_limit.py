"""Roles that log in have a limit of connections."""

from __future__ import annotations

from pgplumb.checks.app_roles import logins
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier


def check(facts: Facts, report: Report) -> None:
    """Look at rolconnlimit of each role that can log in and is no superuser."""
    maximum = facts.catalog.setting("max_connections")
    for role in logins(facts.catalog):
        report.checked()
        if role.connection_limit < 0:
            share = int(maximum) // 2 if maximum and maximum.isdigit() else 50
            report.fail(
                role.id,
                f"{role.name} can take every free connection of the server",
                {"max_connections": maximum},
                fix=Fix("alter-role", {"role": role.name, "connection_limit": share}),
            )


RULE = Rule(
    id="role-connection-limit",
    title="Login roles have a connection limit",
    category=Category.PRIVILEGES,
    severity=Severity.INFO,
    tier=Tier.GROWTH,
    passes="Every role that can log in, superusers aside, has a CONNECTION LIMIT.",
    why="One service that leaks connections, or restarts in a loop, otherwise takes the slots of all "
    "others, and the server answers everybody with: too many clients.",
    source="https://www.postgresql.org/docs/current/sql-alterrole.html",
    looks_at="pg_roles.rolconnlimit",
    whole=check,
    reads=("catalog.roles", "catalog.settings"),
    not_applicable_when="no role besides superusers can log in",
)
