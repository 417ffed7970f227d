"""Passwords are stored as SCRAM verifiers."""

from __future__ import annotations

from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier


def check(facts: Facts, report: Report) -> None:
    """Look at how new passwords are stored. How old ones are is in pg_authid, which is not read."""
    value = facts.catalog.setting("password_encryption")
    report.checked()
    if value is None:
        report.unknown("password_encryption is hidden from this role")
    elif value != "scram-sha-256":
        report.fail(
            "setting:password_encryption",
            f"password_encryption is {value}: new passwords are stored as MD5 hashes, which can be used as "
            "they are",
            {"value": value},
            fix=Fix("alter-system-setting", {"setting": "password_encryption", "value": "scram-sha-256"}),
        )
    else:
        report.unknown(
            "new passwords are stored as SCRAM; whether old MD5 hashes remain is in pg_authid, which is "
            "not read: attest it"
        )


RULE = Rule(
    id="password-scram",
    title="Passwords are stored as SCRAM verifiers",
    category=Category.PRIVILEGES,
    severity=Severity.ERROR,
    tier=Tier.NOW,
    passes="password_encryption is scram-sha-256, and no stored password is an MD5 hash.",
    why="Who has an MD5 hash can log in with it, without knowing the password. Changing the setting "
    "changes only passwords that are set afterwards.",
    source="https://www.postgresql.org/docs/current/auth-password.html",
    looks_at="pg_settings",
    whole=check,
    reads=("catalog.settings",),
    unknown_when="new passwords are SCRAM: stored ones are in pg_authid, which is not read",
)
