"""Sequences that feed keys do not start over."""

from __future__ import annotations

from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.sequences_used import sequence_uses


def check(facts: Facts, report: Report) -> None:
    """Look for CYCLE on sequences behind a key column."""
    for oid, uses in sequence_uses(facts.catalog).by_sequence.items():
        relation = facts.catalog.relations[oid]
        keys = [use for use in uses if use.is_key]
        if not keys or relation.extension is not None or relation.sequence is None:
            continue
        report.checked()
        if not relation.sequence.cycle:
            continue
        use = keys[0]
        report.fail(
            relation.id,
            f"{relation.qualified} starts over at its end, but {use.table.qualified}.{use.column.name} is a "
            "key: each value that is still there is an error",
            {"maximum": relation.sequence.maximum, "column": use.column.name},
            related=tuple(u.table.column_id(u.column) for u in keys),
            fix=Fix("alter-sequence", {"sequence": relation.qualified, "cycle": False}),
        )


RULE = Rule(
    id="sequence-cycle-none",
    title="No sequence of a key cycles",
    category=Category.SEQUENCES,
    severity=Severity.ERROR,
    tier=Tier.NOW,
    passes="No sequence with CYCLE feeds a column of a primary key or unique index.",
    why="After its last value it gives the first again. Inserts then fail one by one, for rows that are "
    "still there, and succeed for others: an outage that looks like chance.",
    source="https://www.postgresql.org/docs/current/sql-createsequence.html",
    looks_at="pg_sequence.seqcycle, pg_attrdef, pg_index",
    whole=check,
    reads=("profile",),
    not_applicable_when="no sequence feeds a key",
)
