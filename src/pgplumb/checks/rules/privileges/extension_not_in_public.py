"""Extensions live outside the schema public."""

from __future__ import annotations

from pgplumb.checks.exposure import exposure
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier

RISKY = frozenset(("postgis", "postgis_topology", "postgis_raster", "timescaledb", "vector", "citus"))
"""Extensions that break, or break their users, when they are moved."""


def check(facts: Facts, report: Report) -> None:
    """Look at extensions that can be moved, by a role that may move them."""
    catalog = facts.catalog
    me = catalog.roles.get(catalog.current_role)
    who = exposure(catalog)
    for extension in sorted(catalog.extensions.values(), key=lambda e: e.name):
        if not extension.relocatable or extension.name in RISKY:
            continue
        if not (me and (me.superuser or who.inherits(me.oid, extension.owner))):
            continue
        report.checked()
        if extension.schema == "public":
            report.fail(
                extension.id,
                f"{extension.name} keeps its objects in public, among those of applications",
                {"version": extension.version},
                fix=Fix("alter-extension-schema", {"extension": extension.name, "schema": "extensions"}),
            )


RULE = Rule(
    id="extension-not-in-public",
    title="Extensions live outside public",
    category=Category.PRIVILEGES,
    severity=Severity.INFO,
    tier=Tier.GROWTH,
    passes="No extension that can be moved, and that we may move, has the schema public. PostGIS, "
    "TimescaleDB, pgvector and Citus are left alone: moving them breaks more than it mends.",
    why="Functions and operators in public mix with those of applications and are dumped, granted and "
    "exposed with them. A schema of their own keeps the rights apart.",
    source="https://www.postgresql.org/docs/current/sql-alterextension.html",
    looks_at="pg_extension (extnamespace, extrelocatable, extowner)",
    whole=check,
    reads=("catalog.extensions", "catalog.roles", "catalog.memberships"),
    not_applicable_when="no extension could be moved by this role",
)
