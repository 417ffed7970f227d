"""Monitoring needs no superuser."""

from __future__ import annotations

import re

from pgplumb.checks.app_roles import BOOTSTRAP
from pgplumb.checks.exposure import managed
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier

_MONITORS = re.compile(
    r"(^|[_-])(monitor\w*|exporter|metrics|datadog|zabbix|nagios|prometheus|grafana|newrelic|pganalyze|telegraf)($|[_\d-])"
)


def check(facts: Facts, report: Report) -> None:
    """Look at roles that are called like monitoring."""
    for role in sorted(facts.catalog.roles.values(), key=lambda r: r.name):
        if role.predefined or managed(role) or role.oid == BOOTSTRAP or not role.can_login:
            continue
        if not _MONITORS.search(role.name.lower()):
            continue
        report.checked()
        if role.superuser:
            report.fail(
                role.id,
                f"{role.name} is a superuser to look at numbers: GRANT pg_monitor to it, then ALTER ROLE ... "
                "NOSUPERUSER",
                {"superuser": True},
            )


RULE = Rule(
    id="predefined-roles-used",
    title="Monitoring is no superuser",
    category=Category.PRIVILEGES,
    severity=Severity.INFO,
    tier=Tier.NOW,
    passes="No login role that is called like monitoring (monitor, exporter, metrics, and known products) is a "
    "superuser.",
    why="A monitoring agent's password lies in many places. pg_monitor shows it every view and setting and lets it "
    "change nothing; for column statistics it needs pg_read_all_data besides.",
    source="https://www.postgresql.org/docs/current/predefined-roles.html",
    looks_at="pg_roles (rolname, rolsuper)",
    whole=check,
    reads=("catalog.roles",),
    not_applicable_when="no role is called like monitoring",
)
