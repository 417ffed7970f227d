"""Sequences are ahead of their columns."""

from __future__ import annotations

from pgplumb.catalog.relation import Relation
from pgplumb.catalog.statistics import Statistics
from pgplumb.checks.estimates import rows
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.sequences_used import sequence_uses
from pgplumb.foundation.names import part

_NEVER = "was never used"


def _judge(sequence: Relation, statistics: Statistics, facts: Facts, report: Report) -> None:
    kind = sequence.sequence
    uses = [u for u in sequence_uses(facts.catalog).by_sequence.get(sequence.oid, ()) if u.owned]
    if kind is None or kind.increment <= 0 or not uses:
        return
    use = uses[0]
    report.checked()
    values = report.known(statistics.reached, "pg_stats")
    if values is None:
        return
    if sequence.oid not in statistics.sequences:
        report.unknown(f"{sequence.qualified} may not be read: needs SELECT on it")
        return
    last, reached = statistics.sequences[sequence.oid], values.get(sequence.oid)
    where = f"{use.table.qualified}.{part(use.column.name)}"
    if reached is not None and reached > (kind.start - kind.increment if last is None else last):
        said = _NEVER if last is None else f"is at {last:,}"
        report.fail(
            sequence.id,
            f"{sequence.qualified} {said}, but {where} had reached {reached:,} when it was analysed: the next INSERT "
            "fails, or will. SELECT setval() with the column's max() puts it right",
            {"last_value": last, "reached": reached, "column": use.column.name},
            related=(use.table.column_id(use.column),),
        )
    elif reached is None and last is None:
        count = rows(use.table, facts)
        if count is None or count > 0:
            report.unknown(
                f"{sequence.qualified} {_NEVER}, {where} has rows, and it was never analysed or is hidden"
            )


def check(sequence: Relation, facts: Facts, report: Report) -> None:
    """Compare the last value of a sequence with what ANALYZE saw in the column that owns it."""
    if sequence.kind != "S" or sequence.extension is not None:
        return
    statistics = report.known(facts.statistics, "statistics")
    if statistics is None:
        return
    _judge(sequence, statistics, facts, report)


RULE = Rule(
    id="sequence-behind-data",
    title="Sequences are ahead of their columns",
    category=Category.SEQUENCES,
    severity=Severity.ERROR,
    tier=Tier.NOW,
    passes="No ascending sequence that a column owns is behind the largest value that ANALYZE saw there; in tables "
    "of up to 30,000 rows it sees them all. A sequence that was used at least once counts where nothing was seen.",
    why="After a restore of data alone, or a load with the keys given, the sequence still stands at its beginning. "
    "Every INSERT then fails with a duplicate key, one by one, until it has caught up.",
    source="https://www.postgresql.org/docs/current/functions-sequence.html",
    looks_at="pg_sequence_last_value(), pg_stats.histogram_bounds, pg_depend",
    each_object=check,
    reads=("statistics",),
    unknown_when="the sequence or pg_stats of its table may not be read, or a never used one has a table never "
    "analysed",
    not_applicable_when="no column owns a sequence",
)
