"""Changes of what matters leave a trace."""

from __future__ import annotations

from pgplumb.catalog.relation import Relation
from pgplumb.checks.column_types import STRINGS, leaves
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.name_words import vocabulary, words
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.rules.lifecycle.audit_trigger_covers_all_dml import audits
from pgplumb.checks.sensitive_names import SECRETS
from pgplumb.checks.server_settings import server_value
from pgplumb.checks.time_stamps import is_appended

_POWER = vocabulary(
    "permission permissions role roles grant grants privilege privileges entitlement entitlements"
)
"""Tables that say who may do what."""


def is_sensitive(table: Relation, facts: Facts) -> str | None:
    """Return why changes of a table must be traced: it holds secrets in text, or says who may do what."""
    kinds = leaves(facts.catalog)
    for column in table.columns:
        if column.name in SECRETS and kinds[column.type_oid].oid in STRINGS:
            return f"it holds {column.name}"
    return "it says who may do what" if not _POWER.isdisjoint(words(table.name)[-1:]) else None


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Look for a trigger that is called like an audit trail, or for pgaudit writing down all changes."""
    if is_appended(table) or table.persistence == "u" or table.parents:
        return
    why = is_sensitive(table, facts)
    if why is None:
        return
    report.checked()
    logged = {part.strip().lower() for part in (server_value(facts.catalog, "pgaudit.log") or "").split(",")}
    if not logged.isdisjoint(("all", "write")) or audits(table, facts.catalog):
        return
    report.fail(
        table.id,
        f"changes of {table.qualified} leave no trace, and {why}",
        {"reason": why},
        fix=Fix("audit-trail", {"table": table.qualified}),
    )


RULE = Rule(
    id="audit-trigger-present",
    title="Changes of sensitive tables are traced",
    category=Category.LIFECYCLE,
    severity=Severity.WARNING,
    tier=Tier.GROWTH,
    passes="Tables with secrets in text columns (passwords, tokens, card and account numbers) and tables of roles, "
    "grants and permissions have a trigger called like an audit trail, or pgaudit logs writes. Waive what logical "
    "decoding traces.",
    why="After an incident the question is who changed what, and when. The rows themselves know only how they are now, "
    "and the log of statements is gone after a week.",
    source="https://www.postgresql.org/docs/current/plpgsql-trigger.html#PLPGSQL-TRIGGER-AUDIT-EXAMPLE",
    looks_at="pg_attribute.attname, pg_trigger, pg_proc.proname, pg_settings (pgaudit.log)",
    each_table=check,
    reads=("catalog.types", "catalog.functions", "catalog.settings", "catalog.setting_overrides"),
    not_applicable_when="no table is sensitive by its columns or its name",
)
