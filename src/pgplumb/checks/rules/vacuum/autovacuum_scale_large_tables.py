"""Autovacuum comes to very large tables in time."""

from __future__ import annotations

from pgplumb.catalog.relation import Relation
from pgplumb.checks.estimates import leaves, rows
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.vacuum_thresholds import vacuum_threshold

_ROWS = 10_000_000
_FRACTION = 0.05


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Work out at how many dead rows autovacuum would start; partitions count with their root."""
    least = facts.profile.threshold("autovacuum-scale-large-tables", _ROWS)
    late = []
    for leaf in leaves(table, facts):
        count = rows(leaf, facts)
        if count is None or count < least:
            continue
        report.checked()
        dead = vacuum_threshold(leaf, count, facts)
        if dead > _FRACTION * count + 50:
            late.append((leaf, count, dead))
    if not late:
        return
    leaf, count, dead = late[0]
    report.fail(
        table.id,
        f"autovacuum comes to {leaf.qualified} after {dead:,.0f} dead rows of {count:,.0f}",
        {"rows": int(count), "dead_rows": int(dead), "tables": tuple(r.qualified for r, _, _ in late)},
        related=tuple(r.id for r, _, _ in late if r is not table),
        fix=Fix(
            "set-storage",
            {"table": leaf.qualified, "options": {"autovacuum_vacuum_scale_factor": "0.01"}},
        )
        if len(late) == 1
        else None,
    )


RULE = Rule(
    id="autovacuum-scale-large-tables",
    title="Autovacuum is tuned for very large tables",
    category=Category.VACUUM,
    severity=Severity.WARNING,
    tier=Tier.SCALE,
    passes="For every table or partition of at least 10 million rows (threshold "
    "autovacuum-scale-large-tables), autovacuum starts at no more than 5 % dead rows, by its own or "
    "the server's scale factor or maximum threshold.",
    why="A fifth of the rows, the built-in factor, is two million dead rows on ten million and takes long "
    "to clean in one go. Small steps are cheaper and keep the visibility map, and so index-only scans, "
    "current.",
    source="https://www.postgresql.org/docs/current/routine-vacuuming.html#AUTOVACUUM",
    looks_at="pg_class (reloptions, reltuples), pg_settings",
    each_table=check,
    reads=("statistics", "catalog.settings", "catalog.setting_overrides"),
    not_applicable_when="no table is that large",
)
