"""Partitioned tables have a place for rows that fit nowhere."""

from __future__ import annotations

from pgplumb.catalog.relation import Relation
from pgplumb.catalog.unread import Unread
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.partition_bounds import MAXVALUE, MINVALUE, ranges
from pgplumb.checks.rule import Category, Rule, Severity, Tier


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Look for a default partition, unless the ranges have no ends or a comment says that none is wanted."""
    key = table.partition_key
    if key is None or key.strategy not in "rl":
        return
    report.checked()
    if key.default_partition or (table.comment and "default partition" in table.comment.lower()):
        return
    if key.strategy == "r":
        parts = ranges(table, facts.catalog)
        if isinstance(parts, Unread):
            report.unknown(f"the bounds of {table.qualified}: {parts.reason}")
            return
        ends = {value for p in parts for value in (p.range.low[0], p.range.high[0])}
        if {MINVALUE, MAXVALUE} <= ends:
            return
    report.fail(
        table.id,
        f"a row of {table.qualified} that fits no partition is an error: there is no default partition",
        {"partitions": len(facts.catalog.children.get(table.oid, ()))},
        fix=Fix("create-partition", {"table": table.qualified, "default": True}),
    )


RULE = Rule(
    id="default-partition-exists",
    title="Partitioned tables have a default partition",
    category=Category.PARTITIONING,
    severity=Severity.INFO,
    tier=Tier.GROWTH,
    passes="Every table partitioned by range or list has a default partition, or ranges from MINVALUE to "
    "MAXVALUE, or a comment that mentions the default partition.",
    why="Without one, an INSERT of an unforeseen value fails. With one, attaching a later partition has to "
    "look through it: both are sound, if somebody chose.",
    source="https://www.postgresql.org/docs/current/ddl-partitioning.html",
    looks_at="pg_partitioned_table.partdefid, pg_class.relpartbound, pg_description",
    each_table=check,
    unknown_when="bounds could not be read because a partition is locked",
    not_applicable_when="no table is partitioned by range or list",
)
