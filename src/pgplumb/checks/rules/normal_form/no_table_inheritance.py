"""No table inherits from another."""

from __future__ import annotations

from pgplumb.catalog.relation import Relation
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier


def check(relation: Relation, facts: Facts, report: Report) -> None:
    """Look for parents of what is no partition; TimescaleDB keeps its chunks that way."""
    if relation.kind not in "rpf" or relation.is_partition or relation.schema.startswith("_timescaledb_"):
        return
    report.checked()
    if relation.parents:
        parents = [facts.catalog.relations[oid] for oid in relation.parents if oid in facts.catalog.relations]
        report.fail(
            relation.id,
            f"{relation.qualified} inherits from {', '.join(p.qualified for p in parents) or 'another table'}: keys "
            "and foreign keys hold for each table alone",
            {"parents": [p.qualified for p in parents]},
            related=tuple(p.id for p in parents),
        )


RULE = Rule(
    id="no-table-inheritance",
    title="No table inherits from another",
    category=Category.NORMAL_FORM,
    severity=Severity.WARNING,
    tier=Tier.NOW,
    passes="No table INHERITS from another; partitions do not count.",
    why="A primary key of the parent does not hold across its children, foreign keys to the parent do not see their "
    "rows, and a query on the parent reads them all. Declarative partitioning or plain tables do what was meant.",
    source="https://www.postgresql.org/docs/current/ddl-inherit.html#DDL-INHERIT-CAVEATS",
    looks_at="pg_inherits, pg_class.relispartition",
    each_relation=check,
    not_applicable_when="there is no table",
)
