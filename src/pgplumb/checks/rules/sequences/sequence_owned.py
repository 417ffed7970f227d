"""Sequences belong to the column that they feed."""

from __future__ import annotations

from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.sequences_used import sequence_uses
from pgplumb.foundation.names import dotted


def check(facts: Facts, report: Report) -> None:
    """Look at sequences that one column uses by its default; shared ones can belong to none."""
    uses = sequence_uses(facts.catalog)
    if uses.unread is not None:
        report.unknown(f"some defaults: {uses.unread.reason}")
    for oid, found in uses.by_sequence.items():
        sequence = facts.catalog.relations[oid]
        if sequence.extension is not None or (sequence.sequence is not None and sequence.sequence.internal):
            continue
        report.checked()
        if len(found) > 1 or found[0].owned:
            continue
        use = found[0]
        report.fail(
            sequence.id,
            f"{sequence.qualified} feeds {use.table.qualified}.{use.column.name} but does not belong to it: "
            "it stays when the column is dropped, and pg_dump --table leaves it out",
            {"column": use.column.name, "table": use.table.qualified},
            related=(use.table.column_id(use.column),),
            fix=Fix(
                "alter-sequence",
                {
                    "sequence": sequence.qualified,
                    "owned_by": dotted(use.table.schema, use.table.name, use.column.name),
                },
            ),
        )


RULE = Rule(
    id="sequence-owned",
    title="Sequences belong to their column",
    category=Category.SEQUENCES,
    severity=Severity.INFO,
    tier=Tier.NOW,
    passes="Every sequence that feeds exactly one column is OWNED BY it.",
    why="Ownership drops the sequence with its column, dumps it with its table and lets "
    "pg_get_serial_sequence() find it. A sequence on its own is soon used by nobody, or by two.",
    source="https://www.postgresql.org/docs/current/sql-altersequence.html",
    looks_at="pg_attrdef (nextval), pg_depend, pg_sequence",
    whole=check,
    reads=("profile",),
    unknown_when="a default could not be read because its table is locked",
    not_applicable_when="no column takes its default from a sequence",
)
