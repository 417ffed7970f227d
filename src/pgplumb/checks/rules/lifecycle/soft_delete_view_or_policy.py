"""Deleted rows are left out in one place."""

from __future__ import annotations

import re

from pgplumb.catalog.relation import Relation
from pgplumb.catalog.unread import Unread
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.soft_delete import live_condition, marks

_LIVE = re.compile(r"(^|_)(live|active|current|existing|undeleted|visible|not_deleted)($|_)")


def filters(view: Relation, table: Relation, names: frozenset[str]) -> bool:
    """Whether a view shows a table without the marks of deletion, or says in its name that it leaves rows out."""
    if view.kind not in "vm":
        return False
    if _LIVE.search(view.name.lower()):
        return True
    shown = {c.name for c in view.columns}
    return view.depends_on == (table.oid,) and names.isdisjoint(shown)


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Look for a policy that speaks of the mark, or for a view over what lives."""
    found = marks(table)
    if not found:
        return
    report.checked()
    names = frozenset(c.name for c in found)
    if any(filters(v, table, names) for v in facts.catalog.dependents.get(table.oid, ())):
        return
    unread = None
    for policy in table.policies if table.row_security else ():
        if isinstance(policy.using, Unread):
            unread = policy.using
        elif policy.using and any(re.search(rf"\b{re.escape(n)}\b", policy.using) for n in names):
            return
    if unread is not None:
        report.unknown(f"a policy of {table.qualified}: {unread.reason}")
        return
    report.fail(
        table.id,
        f"every query of {table.qualified} must remember {live_condition(found[0])}: no view and no policy says it "
        "once",
        {"marks": tuple(sorted(names))},
        related=tuple(table.column_id(c) for c in found),
    )


RULE = Rule(
    id="soft-delete-view-or-policy",
    title="Deleted rows are left out in one place",
    category=Category.LIFECYCLE,
    severity=Severity.INFO,
    tier=Tier.GROWTH,
    passes="A table with soft delete has a policy whose USING speaks of the mark, or a view over it that does not show "
    "the mark or is named for what lives (live, active, current).",
    why="A condition that every query must repeat is missing in one of them, and deleted rows come back in a report or "
    "in somebody's search. A view or a restrictive policy says it once.",
    source="https://www.postgresql.org/docs/current/sql-createpolicy.html",
    looks_at="pg_attribute.attname, pg_policy.polqual, pg_rewrite and pg_depend (views over the table)",
    each_table=check,
    unknown_when="a policy could not be read because its table is locked",
    not_applicable_when="no table has a mark of soft delete",
)
