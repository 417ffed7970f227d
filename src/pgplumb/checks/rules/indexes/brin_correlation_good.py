"""BRIN indexes follow the order of the rows."""

from __future__ import annotations

from pgplumb.catalog.relation import Index, Relation
from pgplumb.catalog.statistics import ColumnStatistics
from pgplumb.catalog.unread import Unread
from pgplumb.checks.column_statistics import column_statistics
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.index_tree import stored
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.foundation.names import part

LEAST = 0.9
"""The profile's `brin-correlation` says otherwise."""


def check(relation: Relation, facts: Facts, report: Report) -> None:
    """Look at the key columns of each BRIN index, partition by partition; bloom classes need no order."""
    if relation.kind not in "rpm":
        return
    for index in relation.indexes:
        if index.method != "brin" or index.parent:
            continue
        report.checked()
        for position, number in enumerate(index.key_columns):
            opclass = facts.catalog.opclasses.get(index.opclasses[position])
            if number == 0 or (opclass is not None and opclass.name.endswith("_bloom_ops")):
                continue
            _judge(relation, index, position, facts, report)


def _judge(relation: Relation, index: Index, position: int, facts: Facts, report: Report) -> None:
    """Find the worst part, or why a part cannot be judged; tables too small for statistics are fine."""
    worst: float | None = None
    where = relation
    for own, table in stored(index, relation, facts.catalog):
        found = column_statistics(table, own.columns[position], facts)
        if isinstance(found, Unread):
            report.unknown(found.reason)
        elif isinstance(found, ColumnStatistics) and found.correlation is None:
            report.unknown(f"the values of {part(own.name)} have no order to compare with that of the rows")
        elif isinstance(found, ColumnStatistics) and found.correlation is not None:
            value = abs(found.correlation)
            if worst is None or value < worst:
                worst, where = value, table
    if worst is None or worst >= facts.profile.threshold("brin-correlation", LEAST):
        return
    name = relation.column_names((index.columns[position],))[0]
    report.fail(
        relation.index_id(index),
        f"the BRIN index {part(index.name)} of {relation.qualified} follows the rows' order by {worst:.2f} only in "
        f"{part(name)}: each search reads most of the table",
        {"column": name, "correlation": worst, "table": where.qualified},
        related=tuple(dict.fromkeys((relation.id, where.id))),
    )


RULE = Rule(
    id="brin-correlation-good",
    title="BRIN indexes follow the order of the rows",
    category=Category.INDEXES,
    severity=Severity.WARNING,
    tier=Tier.SCALE,
    passes="The columns of every BRIN index correlate with the rows' order by at least 0.9 up or down "
    "(brin-correlation); bloom operator classes are not meant.",
    why="BRIN keeps the least and greatest value of each block range. Where values lie all over the table every range "
    "matches and the index excludes nothing; updates and late rows do that slowly.",
    source="https://www.postgresql.org/docs/current/brin.html",
    looks_at="pg_index, pg_am, pg_opclass, pg_stats.correlation",
    each_relation=check,
    reads=("statistics", "catalog.opclasses"),
    unknown_when="a table was never analysed, or its statistics may not be read",
    not_applicable_when="there is no BRIN index",
)
