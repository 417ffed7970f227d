"""Tables have no more partitions than the planner handles well."""

from __future__ import annotations

from pgplumb.catalog.relation import Relation
from pgplumb.checks.estimates import leaves
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier

_LIMIT = 1000


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Count the partitions that hold rows."""
    if table.kind != "p":
        return
    report.checked()
    number = sum(1 for _ in leaves(table, facts))
    limit = facts.profile.threshold("partition-count-limit", _LIMIT)
    if number >= limit:
        report.fail(
            table.id,
            f"{table.qualified} has {number} partitions: a query that cannot leave most of them out locks "
            "and plans each",
            {"partitions": number, "limit": int(limit)},
        )


RULE = Rule(
    id="partition-count-limit",
    title="Tables have fewer than 1,000 partitions",
    category=Category.PARTITIONING,
    severity=Severity.INFO,
    tier=Tier.SCALE,
    passes="No partitioned table has 1,000 partitions or more (threshold partition-count-limit).",
    why="Every session that touches them keeps each partition's description in memory, and planning takes "
    "time in proportion. A coarser division is usually as good.",
    source="https://www.postgresql.org/docs/current/ddl-partitioning.html#DDL-PARTITIONING-DECLARATIVE-BEST-PRACTICES",
    looks_at="pg_inherits",
    each_table=check,
    not_applicable_when="no table is partitioned",
)
