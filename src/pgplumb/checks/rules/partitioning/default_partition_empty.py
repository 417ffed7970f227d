"""Default partitions hold no rows."""

from __future__ import annotations

from pgplumb.catalog.relation import Relation
from pgplumb.checks.estimates import rows
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier


def defaults(table: Relation, facts: Facts) -> list[Relation]:
    """Return the default partitions of a tree."""
    found = []
    key = table.partition_key
    if key is not None and key.default_partition in facts.catalog.relations:
        found.append(facts.catalog.relations[key.default_partition])
    for child in facts.catalog.children.get(table.oid, ()):
        if child.kind == "p":
            found += defaults(child, facts)
    return found


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Look at the estimated rows of each default partition."""
    for partition in defaults(table, facts):
        report.checked()
        held = rows(partition, facts)
        if held is None:
            report.unknown(f"{partition.qualified} was never analysed: whether it is empty is not known")
        elif held > 0:
            report.fail(
                partition.id,
                f"{partition.qualified} holds about {held:,.0f} rows that belong to partitions of "
                f"{table.qualified} that do not exist",
                {"rows": int(held), "root": table.qualified},
                related=(table.id,),
            )


RULE = Rule(
    id="default-partition-empty",
    title="Default partitions are empty",
    category=Category.PARTITIONING,
    severity=Severity.WARNING,
    tier=Tier.GROWTH,
    passes="Every default partition holds no rows, as far as they were counted.",
    why="Rows in it were meant for a partition that somebody forgot. That partition cannot be added until "
    "they are moved away, and a query for them reads the whole default partition.",
    source="https://www.postgresql.org/docs/current/ddl-partitioning.html",
    looks_at="pg_partitioned_table.partdefid, pg_class.reltuples, pg_stat_all_tables.n_live_tup",
    each_table=check,
    reads=("statistics",),
    unknown_when="a default partition was neither analysed nor counted",
    not_applicable_when="no table has a default partition",
)
