"""Ranges of partitions follow each other without a hole."""

from __future__ import annotations

from itertools import pairwise

from pgplumb.catalog.relation import Relation
from pgplumb.catalog.unread import Unread
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report, Value
from pgplumb.checks.partition_bounds import Partition, ordered, range_parents, ranges
from pgplumb.checks.rule import Category, Rule, Severity, Tier


def holes(parts: list[Partition]) -> list[tuple[str, str]]:
    """Return where one range ends and the next begins, for each pair that does not meet."""
    in_order = ordered(parts)
    if in_order is None:
        # Texts sort by their collation, but ranges without a hole still end where others begin.
        highs = {p.range.high for p in parts}
        starts = [p.range.low for p in parts if p.range.low not in highs]
        return [("...", ", ".join(low)) for low in starts[1:]]
    return [
        (", ".join(one.range.high), ", ".join(two.range.low))
        for one, two in pairwise(in_order)
        if one.range.high != two.range.low
    ]


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Compare each upper bound with the next lower one; report a tree once, at its root."""
    found: list[tuple[Relation, tuple[str, str]]] = []
    for parent in range_parents(table, facts.catalog):
        parts = ranges(parent, facts.catalog)
        if isinstance(parts, Unread):
            report.unknown(f"the bounds of {parent.qualified}: {parts.reason}")
            continue
        report.checked()
        found += [(parent, hole) for hole in holes(parts)]
    if not found:
        return
    parent, (low, high) = found[0]
    fields: dict[str, Value] = {"table": parent.qualified, "from": low, "to": high}
    if parent.partition_key is not None and parent.partition_key.default_partition:
        # Rows of the hole lie in the default partition.
        fields["move"] = True
    report.fail(
        table.id,
        f"{parent.qualified} has no partition for values from {low} to {high}"
        + (f", and {len(found) - 1} more holes" if len(found) > 1 else ""),
        {"holes": tuple(f"{p.qualified}: {low} to {high}" for p, (low, high) in found)},
        fix=Fix("create-partition", fields)
        if len(found) == 1 and low != "..." and "," not in low + high
        else None,
    )


RULE = Rule(
    id="partition-gap-none",
    title="Ranges of partitions have no hole",
    category=Category.PARTITIONING,
    severity=Severity.WARNING,
    tier=Tier.NOW,
    passes="In every table partitioned by range, each range but the first begins where another ends.",
    why="Rows that fall into the hole are refused, or end in the default partition. A hole in the past "
    "shows only when late data arrives.",
    source="https://www.postgresql.org/docs/current/ddl-partitioning.html",
    looks_at="pg_class.relpartbound",
    each_table=check,
    unknown_when="bounds could not be read because a partition is locked",
    not_applicable_when="no table is partitioned by range",
)
