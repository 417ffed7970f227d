"""Sequences, and the columns that they feed, have values left."""

from __future__ import annotations

from pgplumb.catalog.model import Catalog
from pgplumb.catalog.relation import Relation, Sequence
from pgplumb.checks.column_types import INT2, INT4, INT8, without_domain
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.sequences_used import Use, all_sequences, sequence_uses

LIMITS = {INT2: 2**15 - 1, INT4: 2**31 - 1, INT8: 2**63 - 1}
"""The largest value of each integer type."""

_USED = 0.7


def end_of(sequence: Sequence, uses: tuple[Use, ...], catalog: Catalog) -> tuple[int, Use | None]:
    """Return the last value that a sequence can give, and the column whose type is what limits it."""
    ascending = sequence.increment > 0
    end = sequence.maximum if ascending else sequence.minimum
    narrow = None
    for use in uses:
        kind, _ = without_domain(catalog, use.column.type_oid, use.column.typmod)
        limit = LIMITS.get(kind)
        if limit is None:
            continue
        bound = limit if ascending else -limit - 1
        if (bound < end) if ascending else (bound > end):
            end, narrow = bound, use
    return end, narrow


def used_fraction(sequence: Sequence, last: int, end: int) -> float:
    """Return how much of the way to the end is gone, from zero or where the range begins beyond it."""
    if sequence.increment > 0:
        first = max(sequence.minimum, 0) if end > 0 else sequence.minimum
        gone = last - first
    else:
        first = min(sequence.maximum, 0) if end < 0 else sequence.maximum
        gone = first - last
    return max(gone, 0) / abs(end - first) if end != first else 1.0


def check(facts: Facts, report: Report) -> None:
    """Compare the last value of each sequence with its own end and with that of its columns' types."""
    catalog = facts.catalog
    found = all_sequences(catalog)
    sequences = [r for r in found.values() if r.extension is None]
    if not sequences:
        return
    statistics = report.known(facts.statistics, "the last values of sequences")
    if statistics is None:
        return
    uses = sequence_uses(catalog)
    limit = facts.profile.threshold("sequence-not-exhausted", _USED)
    hidden = 0
    for relation in sorted(sequences, key=lambda r: (r.schema, r.name)):
        sequence = relation.sequence
        assert sequence is not None
        if sequence.cycle:
            continue
        if relation.oid not in statistics.sequences:
            hidden += 1
            continue
        report.checked()
        last = statistics.sequences[relation.oid]
        if last is None:
            continue
        end, narrow = end_of(sequence, uses.by_sequence.get(relation.oid, ()), catalog)
        used = used_fraction(sequence, last, end)
        if used >= limit:
            _fail(relation, last, end, used, narrow, uses.by_sequence.get(relation.oid, ()), report)
    if hidden:
        report.unknown(f"{hidden} sequences could not be read: needs SELECT or USAGE on them")


def _fail(
    relation: Relation,
    last: int,
    end: int,
    used: float,
    narrow: Use | None,
    uses: tuple[Use, ...],
    report: Report,
) -> None:
    assert relation.sequence is not None
    left = abs(end - last) // abs(relation.sequence.increment)
    where = f" of {narrow.table.qualified}.{narrow.column.name}" if narrow else ""
    report.fail(
        relation.id,
        f"{relation.qualified} is at {last:,} of {end:,}{where}: {used:.0%} are used, {left:,} values are "
        "left",
        {"last_value": last, "end": end, "used": round(used, 4), "left": left},
        related=tuple(use.table.column_id(use.column) for use in uses),
        fix=Fix(
            "change-type", {"table": narrow.table.qualified, "column": narrow.column.name, "type": "bigint"}
        )
        if narrow
        else Fix("alter-sequence", {"sequence": relation.qualified, "type": "bigint"})
        if relation.sequence.type_oid != INT8
        else None,
    )


RULE = Rule(
    id="sequence-not-exhausted",
    title="Sequences have values left",
    category=Category.SEQUENCES,
    severity=Severity.ERROR,
    tier=Tier.NOW,
    passes="Every sequence without CYCLE has used less than 70 % (threshold sequence-not-exhausted) of "
    "what it and the integer columns that it feeds can hold.",
    why="At the end every INSERT fails. A bigint sequence behind an integer column ends where the column "
    "does, which no look at the sequence shows; changing the column then rewrites the table while "
    "nothing can be added.",
    source="https://www.postgresql.org/docs/current/sql-createsequence.html",
    looks_at="pg_sequence, pg_sequences.last_value, pg_attribute.atttypid, pg_attrdef",
    whole=check,
    reads=("statistics",),
    unknown_when="last values were not read, or the role may not see them",
    not_applicable_when="there is no sequence",
)
