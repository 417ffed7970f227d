"""At most one superuser can log in."""

from __future__ import annotations

from pgplumb.checks.app_roles import BOOTSTRAP
from pgplumb.checks.exposure import managed
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier


def check(facts: Facts, report: Report) -> None:
    """Count superusers that can log in; the one that initdb made comes first, then by name."""
    found = [r for r in facts.catalog.roles.values() if r.superuser and r.can_login and not managed(r)]
    report.checked(len(found))
    found.sort(key=lambda r: (r.oid != BOOTSTRAP, r.name))
    allowed = int(facts.profile.threshold("superuser-count", 1))
    for role in found[allowed:]:
        report.fail(
            role.id,
            f"{role.name} is one of {len(found)} superusers that can log in",
            {"superusers": tuple(r.name for r in found), "allowed": allowed},
            fix=Fix("alter-role", {"role": role.name, "options": ("NOSUPERUSER",)}),
        )


RULE = Rule(
    id="superuser-count",
    title="At most one superuser can log in",
    category=Category.PRIVILEGES,
    severity=Severity.WARNING,
    tier=Tier.NOW,
    passes="No more than one role (threshold superuser-count) has both SUPERUSER and LOGIN; roles that a "
    "provider keeps for itself do not count.",
    why="A superuser passes every check there is and can run programs on the server. Monitoring, backup "
    "and migrations have predefined roles that do with less.",
    source="https://www.postgresql.org/docs/current/predefined-roles.html",
    looks_at="pg_roles (rolsuper, rolcanlogin)",
    whole=check,
    reads=("catalog.roles",),
    not_applicable_when="no superuser can log in",
)
