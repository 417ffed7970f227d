"""Installed extensions have the version that the server's files offer."""

from __future__ import annotations

import re

from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier


def numbers(version: str) -> tuple[int, ...]:
    """Return the numbers in a version, in order."""
    return tuple(map(int, re.findall(r"\d+", version)))


def check(facts: Facts, report: Report) -> None:
    """Compare each installed version with the default one; a newer one by hand is nobody's mistake."""
    for extension in sorted(facts.catalog.extensions.values(), key=lambda e: e.name):
        report.checked()
        offered = extension.default_version
        if offered is None:
            report.unknown(
                f"the server's files lack {extension.name}: what it could be updated to is not known"
            )
            continue
        if offered == extension.version or numbers(offered) < numbers(extension.version):
            continue
        report.fail(
            extension.id,
            f"{extension.name} is {extension.version}, and the server offers {offered}",
            {"installed": extension.version, "offered": offered},
            fix=Fix("update-extension", {"extension": extension.name}),
        )


RULE = Rule(
    id="extension-up-to-date",
    title="Extensions are up to date",
    category=Category.PRIVILEGES,
    severity=Severity.INFO,
    tier=Tier.NOW,
    passes="Every installed extension has its default version, or a newer one.",
    why="Updating a package or the server changes the library, not the SQL objects: functions added or "
    "mended since are missing until ALTER EXTENSION UPDATE. pg_upgrade leaves every extension at its "
    "old version.",
    source="https://www.postgresql.org/docs/current/sql-alterextension.html",
    looks_at="pg_extension.extversion, pg_available_extensions.default_version",
    whole=check,
    reads=("catalog.extensions",),
    unknown_when="the server's files of an extension are gone",
    not_applicable_when="no extension is installed",
)
