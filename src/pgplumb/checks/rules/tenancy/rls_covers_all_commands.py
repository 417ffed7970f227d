"""Privileges on guarded tables are backed by policies."""

from __future__ import annotations

from pgplumb.catalog.relation import Relation
from pgplumb.checks.exposure import exposure, revocation, shown
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.policies import COMMANDS, bound, covers
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.time_stamps import is_appended


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Compare which commands application roles hold with those that any permissive policy is for."""
    permissive = [p for p in table.policies if p.permissive]
    if not table.row_security or not permissive:
        return
    who = exposure(facts.catalog)
    report.checked()
    # A log is added to and read; that its grants say more is common, and what lacks is denied.
    commands = "ra" if is_appended(table) else "rawd"
    held = {c: bound(who.holders(table, c), facts.catalog) for c in commands}
    missing = [c for c in commands if held[c] and not any(covers(p, c) for p in permissive)]
    if not missing:
        return
    holders = tuple(dict.fromkeys(name for c in missing for name in held[c]))
    words = tuple(COMMANDS[c] for c in missing)
    named = bound(who.grantees(table, "".join(missing)), facts.catalog)
    report.fail(
        table.id,
        f"{shown(holders)} may {' and '.join(words)} on {table.qualified}, but no policy is for that: "
        + ("an INSERT is an error" if missing == ["a"] else "they find no row"),
        {"commands": words, "roles": holders},
        related=tuple(table.policy_id(p) for p in permissive),
        fix=revocation(table.id, words, named),
    )


RULE = Rule(
    id="rls-covers-all-commands",
    title="Granted commands have a policy",
    category=Category.TENANCY,
    severity=Severity.WARNING,
    tier=Tier.NOW,
    passes="On every table with row-level security and a permissive policy there is one for each of SELECT, INSERT, "
    "UPDATE and DELETE that an application role without BYPASSRLS holds; on logs UPDATE and DELETE are not asked for.",
    why="A command without a policy touches no row and says nothing: the UPDATE succeeds with 0 rows. Either the "
    "policy was forgotten, or the privilege promises what was never meant.",
    source="https://www.postgresql.org/docs/current/ddl-rowsecurity.html",
    looks_at="pg_policy (polcmd, polpermissive), pg_class (relrowsecurity, relacl)",
    each_table=check,
    reads=("catalog.roles", "catalog.memberships", "catalog.schemas"),
    not_applicable_when="no table has row-level security and a permissive policy",
)
