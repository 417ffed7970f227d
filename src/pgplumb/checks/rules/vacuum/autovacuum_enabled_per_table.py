"""No table is kept from autovacuum."""

from __future__ import annotations

from pgplumb.catalog.relation import Relation
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.rules.tenancy.rls_partitions_protected import below
from pgplumb.checks.server_settings import is_off

_OPTIONS = ("autovacuum_enabled", "toast.autovacuum_enabled")


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Look at the storage options of a table and its partitions; a tree counts once, at its root."""
    report.checked()
    found = [
        (r, option)
        for r in (table, *(below(table, facts) if table.kind == "p" else ()))
        for option in _OPTIONS
        if is_off(r.option(option))
    ]
    if not found:
        return
    first, option = found[0]
    report.fail(
        table.id,
        f"{first.qualified} has {option} = off: only the vacuum against wraparound will ever come to it",
        {"tables": tuple(r.qualified for r, _ in found)},
        related=tuple(r.id for r, _ in found if r is not table),
        fix=Fix("reset-storage", {"table": first.qualified, "options": (option,)})
        if len({r.oid for r, _ in found}) == 1
        else None,
    )


RULE = Rule(
    id="autovacuum-enabled-per-table",
    title="No table switches autovacuum off",
    category=Category.VACUUM,
    severity=Severity.WARNING,
    tier=Tier.NOW,
    passes="No table or partition has the storage option autovacuum_enabled = false.",
    why="It is set for a bulk load and then forgotten. Dead rows and old statistics pile up unseen, until "
    "queries on that one table are slow for no reason that anybody remembers.",
    source="https://www.postgresql.org/docs/current/sql-createtable.html#RELOPTION-AUTOVACUUM-ENABLED",
    looks_at="pg_class.reloptions",
    each_table=check,
    not_applicable_when="there is no table",
)
