"""No table is about everything."""

from __future__ import annotations

from pgplumb.catalog.relation import Relation
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.name_words import vocabulary, words
from pgplumb.checks.rule import Category, Rule, Severity, Tier

_COLUMNS = 40
_REFERRING = 20
_ROOTS = vocabulary(
    """tenant tenants organization organizations organisation organisations workspace workspaces account accounts
    user users company companies team teams client clients"""
)
"""Tables that everything belongs to: many references are their nature."""


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Count the columns, and the other tables that refer to it."""
    report.checked()
    if len(table.columns) <= facts.profile.threshold("no-god-table-columns", _COLUMNS):
        return
    referring = {t.oid for t, key in facts.catalog.referencing.get(table.oid, ()) if not key.parent}
    referring.discard(table.oid)
    if len(referring) <= facts.profile.threshold("no-god-table", _REFERRING):
        return
    if table.oid == facts.tenancy.root or not _ROOTS.isdisjoint(words(table.name)):
        return
    report.fail(
        table.id,
        f"{len(referring)} tables refer to {table.qualified}, which has {len(table.columns)} columns: it is about "
        "more than one thing",
        {"referring": len(referring), "columns": len(table.columns)},
    )


RULE = Rule(
    id="no-god-table",
    title="No table is about everything",
    category=Category.NORMAL_FORM,
    severity=Severity.INFO,
    tier=Tier.SCALE,
    passes="No table has both more than 40 columns (threshold no-god-table-columns) and more than 20 other tables that "
    "refer to it (threshold no-god-table); those of tenants, users and accounts are not meant.",
    why="Every change waits for a lock on it and every page that shows anything reads it. Split by what changes "
    "together, most readers need one small part.",
    source="https://www.postgresql.org/docs/current/ddl-basics.html",
    looks_at="pg_attribute, pg_constraint (contype f)",
    each_table=check,
    reads=("tenancy",),
    not_applicable_when="there is no table",
)
