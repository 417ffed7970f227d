"""Dead rows are cleaned up."""

from __future__ import annotations

from pgplumb.catalog.relation import Relation
from pgplumb.checks.estimates import counters, leaves
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.vacuum_thresholds import vacuum_threshold

_FRACTION = 0.1
_LEAST = 1000


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Compare dead rows with live ones and with what autovacuum allows; partitions count with their root."""
    crowded = []
    for leaf in leaves(table, facts):
        counted = counters(leaf, facts)
        if counted is None:
            continue
        report.checked()
        total = counted.live + counted.dead
        if counted.dead < _LEAST or counted.dead <= total * facts.profile.threshold(
            "dead-tuples-low", _FRACTION
        ):
            continue
        if counted.dead > 2 * vacuum_threshold(leaf, counted.tuples, facts):
            crowded.append((leaf, counted.dead, total, counted.last_vacuum))
    if not crowded:
        return
    leaf, dead, total, last = max(crowded, key=lambda found: found[1])
    when = f"vacuumed last {last:%Y-%m-%d %H:%M}" if last else "never vacuumed since the counters began"
    report.fail(
        table.id,
        f"{dead:,} of {total:,} rows of {leaf.qualified} are dead, twice what autovacuum allows; {when}",
        {"dead": dead, "rows": total, "tables": tuple(r.qualified for r, *_ in crowded)},
        related=tuple(r.id for r, *_ in crowded if r is not table),
        fix=Fix("vacuum", {"table": leaf.qualified, "analyze": True}),
    )


RULE = Rule(
    id="dead-tuples-low",
    title="Few dead rows",
    category=Category.VACUUM,
    severity=Severity.WARNING,
    tier=Tier.GROWTH,
    passes="No table or partition has both more than 10 % dead rows (threshold dead-tuples-low) and more "
    "than twice as many as autovacuum's own threshold for it; fewer than 1,000 never count.",
    why="Dead rows are read past by every scan and make tables and indexes grow. So many mean that "
    "autovacuum cannot keep up, is switched off, or is held back by an old transaction.",
    source="https://www.postgresql.org/docs/current/routine-vacuuming.html",
    looks_at="pg_stat_all_tables (n_live_tup, n_dead_tup, last_vacuum), pg_settings, pg_class.reloptions",
    each_table=check,
    reads=("statistics", "catalog.settings", "catalog.setting_overrides"),
    not_applicable_when="the counters were not read, or there is no table",
)
