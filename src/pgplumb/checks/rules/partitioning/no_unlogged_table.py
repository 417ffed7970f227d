"""Tables survive a crash."""

from __future__ import annotations

import re

from pgplumb.catalog.held import held_rows
from pgplumb.catalog.relation import Relation
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.rules.tenancy.rls_partitions_protected import below

_SCRATCH = re.compile(r"(^|_)(scratch|tmp|temp|staging|stage|cache|work|import)($|_)")


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Look at relpersistence outside scratch schemas; a tree counts once, at its root."""
    if _SCRATCH.search(table.schema.lower()):
        return
    report.checked()
    unlogged = [r for r in (table, *below(table, facts)) if r.persistence == "u"]
    if not unlogged:
        return
    first = unlogged[0]
    report.fail(
        table.id,
        f"{first.qualified} is unlogged: after a crash it is empty, and standbys never have its rows",
        {"unlogged": tuple(r.qualified for r in unlogged), "rows": held_rows(first, facts.catalog)},
        related=tuple(r.id for r in unlogged if r is not table),
        fix=Fix("set-logged", {"table": first.qualified}) if len(unlogged) == 1 else None,
    )


RULE = Rule(
    id="no-unlogged-table",
    title="No table is unlogged",
    category=Category.PARTITIONING,
    severity=Severity.WARNING,
    tier=Tier.NOW,
    passes="No table or partition outside scratch schemas (called scratch, tmp, staging, cache, ...) is "
    "unlogged. Waive caches.",
    why="Unlogged tables are emptied when the server starts after a crash. They are not in a physical "
    "standby either, nor in a backup that is restored from one.",
    source="https://www.postgresql.org/docs/current/sql-createtable.html#SQL-CREATETABLE-UNLOGGED",
    looks_at="pg_class.relpersistence",
    each_table=check,
    not_applicable_when="there is no table outside scratch schemas",
)
