"""Pages that are updated have room."""

from __future__ import annotations

from pgplumb.catalog.relation import Relation
from pgplumb.checks.estimates import counters, leaves
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.usage import too_young

_UPDATES = 10_000
_SHARE = 0.2


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Look at updates that had to move their row to another page, and at the room that pages keep free."""
    counted = [(leaf, c) for leaf in leaves(table, facts) if (c := counters(leaf, facts)) is not None]
    updated = sum(c.updated for _, c in counted)
    if updated < _UPDATES:
        return
    report.checked()
    if any(int(leaf.option("fillfactor") or 100) < 100 for leaf, _ in counted):
        return
    moved = [c.newpage_updated for _, c in counted]
    if None in moved:
        report.unknown(
            f"how many updates of {table.qualified} left their page is counted from PostgreSQL 16 on"
        )
        return
    elsewhere = sum(m for m in moved if m is not None)
    if elsewhere <= facts.profile.threshold("fillfactor-for-update-heavy", _SHARE) * updated:
        return
    if report.undecided(too_young(facts)):
        return
    report.fail(
        table.id,
        f"{elsewhere / updated:.0%} of {updated:,} updates of {table.qualified} found no room on their page and wrote "
        "every index",
        {"updates": updated, "moved": elsewhere, "fillfactor": 100},
        fix=Fix("set-storage", {"table": table.qualified, "options": {"fillfactor": "90"}})
        if table.kind == "r"
        else None,
    )


RULE = Rule(
    id="fillfactor-for-update-heavy",
    title="Pages that are updated keep room",
    category=Category.VACUUM,
    severity=Severity.INFO,
    tier=Tier.SCALE,
    passes="Tables with at least 10,000 updates since the reset of which more than 20 % (threshold "
    "fillfactor-for-update-heavy) moved their row to another page have a fillfactor below 100.",
    why="An update that finds room on its own page, and changes no indexed column, leaves all indexes alone. A "
    "fillfactor of 90 keeps that room on pages that are filled from then on.",
    source="https://www.postgresql.org/docs/current/storage-hot.html",
    looks_at="pg_stat_all_tables (n_tup_upd, n_tup_newpage_upd), pg_class.reloptions",
    each_table=check,
    reads=("statistics", "catalog.settings"),
    unknown_when="the counters have not run long enough, or the server is older than 16",
    not_applicable_when="no table has so many updates",
)
