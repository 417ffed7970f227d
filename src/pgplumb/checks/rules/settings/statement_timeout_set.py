"""Applications cannot wait, run or sleep in a transaction for ever."""

from __future__ import annotations

from pgplumb.catalog.model import Catalog, Role
from pgplumb.checks.app_roles import application_logins
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.server_settings import server_value

SUGGESTED = {
    "statement_timeout": "30s",
    "lock_timeout": "5s",
    "idle_in_transaction_session_timeout": "60s",
}
"""What each role should have, with a value to begin with."""


WHAT = {
    "statement_timeout": "one that runs away runs until somebody ends it",
    "lock_timeout": "one that waits for a lock makes all wait who come after it",
    "idle_in_transaction_session_timeout": "one whose client hangs keeps its locks",
}
"""What happens without each."""


def effective(catalog: Catalog, role: Role, name: str) -> str | None:
    """Return what a session of a role starts with: its own in this database, its own, the database's, the server's."""
    start = name + "="
    here = catalog.database.oid
    for database, owner in ((here, role.oid), (0, role.oid), (here, 0), (0, 0)):
        for override in catalog.setting_overrides:
            if (override.database, override.role) == (database, owner):
                for entry in override.settings:
                    if entry.startswith(start):
                        return entry[len(start) :]
    return server_value(catalog, name)


def is_unlimited(value: str) -> bool:
    """Whether a time-out is 0, in whatever unit."""
    return not value.strip("0msinhd ")


def check(facts: Facts, report: Report) -> None:
    """Work out each time-out for each role that an application logs in as."""
    catalog = facts.catalog
    for role in application_logins(catalog):
        report.checked()
        for name, suggested in SUGGESTED.items():
            value = effective(catalog, role, name)
            if value is None:
                report.unknown(f"{name}: our own session overrides it, so what {role.name} gets is not known")
            elif is_unlimited(value):
                report.fail(
                    role.id,
                    f"sessions of {role.name} have no {name}: {WHAT[name]}",
                    {"setting": name},
                    fix=Fix("alter-role-setting", {"role": role.name, "setting": name, "value": suggested}),
                )


RULE = Rule(
    id="statement-timeout-set",
    title="Application roles have time-outs",
    category=Category.SETTINGS,
    severity=Severity.WARNING,
    tier=Tier.NOW,
    passes="Every role that an application logs in as has statement_timeout, lock_timeout and "
    "idle_in_transaction_session_timeout, set for the role, the database or the server.",
    why="A statement that waits for a lock makes others wait behind it. Time-outs turn an outage of "
    "everything into an error of one request; set for roles, they leave dumps and migrations alone.",
    source="https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-STATEMENT-TIMEOUT",
    looks_at="pg_db_role_setting, pg_settings, pg_roles",
    whole=check,
    reads=(
        "catalog.settings",
        "catalog.setting_overrides",
        "catalog.roles",
        "catalog.memberships",
        "catalog.schemas",
    ),
    unknown_when="our own session's settings hide the server's",
    not_applicable_when="no role that can log in looks like an application's",
)
