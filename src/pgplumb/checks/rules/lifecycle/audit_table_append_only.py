"""Audit tables can be added to, not changed."""

from __future__ import annotations

import re

from pgplumb.catalog.acl import PRIVILEGES
from pgplumb.catalog.relation import Relation
from pgplumb.checks.exposure import exposure, revocation, shown
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier

_AUDIT = re.compile(r"(^|_)audit(s|_log|_logs|_trail|_event|_events|_entry|_entries|_record|_records)?($|_)")


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Look at who may update, delete or truncate a table that is called an audit trail."""
    if not _AUDIT.search(table.name.lower()):
        return
    report.checked()
    who = exposure(facts.catalog)
    held = {letter: who.holders(table, letter) for letter in "wdD"}
    roles = tuple(dict.fromkeys(role for names in held.values() for role in names))
    if not roles:
        return
    words = tuple(PRIVILEGES[letter] for letter, names in held.items() if names)
    report.fail(
        table.id,
        f"{shown(roles)} can {' and '.join(w.lower() for w in words)} rows of {table.qualified}, so "
        "the trail can be rewritten",
        {"roles": roles, "privileges": words},
        fix=revocation(table.id, words, who.grantees(table, "wdD")),
    )


RULE = Rule(
    id="audit-table-append-only",
    title="Audit tables are append-only",
    category=Category.LIFECYCLE,
    severity=Severity.WARNING,
    tier=Tier.GROWTH,
    passes="No role but the owner and superusers has UPDATE, DELETE or TRUNCATE on a table that is called "
    "an audit trail (audit, audit_log, ..._audit).",
    why="Whoever can change the trail can remove their own steps from it. The application only ever needs "
    "INSERT.",
    source="https://www.postgresql.org/docs/current/ddl-priv.html",
    looks_at="pg_class.relacl, pg_attribute.attacl",
    each_table=check,
    reads=("catalog.roles", "catalog.memberships", "catalog.schemas"),
    not_applicable_when="no table is called an audit trail",
)
