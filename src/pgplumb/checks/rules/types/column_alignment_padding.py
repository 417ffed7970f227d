"""Wide rows are not padded."""

from __future__ import annotations

from collections.abc import Iterable

from pgplumb.catalog.relation import Relation
from pgplumb.catalog.unread import Unread
from pgplumb.checks.column_statistics import column_statistics
from pgplumb.checks.estimates import rows
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier

_ROWS = 1_000_000
_SHARE = 0.1
_HEADER = 24
_ALIGN = {"c": 1, "s": 2, "i": 4, "d": 8}
_SHORT = 127
"""Up to this length texts are stored without alignment."""


def padding(layout: Iterable[tuple[int, float]]) -> float:
    """Return the bytes that lie between columns of some alignment and width, in this order, and at the end."""
    at = wasted = 0.0
    for align, width in layout:
        gap = -at % align
        wasted += gap
        at += gap + width
    return wasted + -at % 8


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Compare the order of columns with one by alignment, for tables where a few bytes a row are gigabytes."""
    count = rows(table, facts)
    least = facts.profile.threshold("column-alignment-padding-rows", _ROWS)
    if count is None or count < least or len(table.columns) < 3:
        return
    layout: list[tuple[int, float]] = []
    for column in table.columns:
        kind = facts.catalog.types.get(column.type_oid)
        if kind is None or column.generated == "v":
            continue
        if kind.length > 0:
            layout.append((_ALIGN.get(kind.align, 1), float(kind.length)))
            continue
        found = column_statistics(table, column.number, facts)
        if found is None or isinstance(found, Unread):
            report.checked()
            report.unknown(found.reason if found else f"{table.qualified} was never analysed")
            return
        width = float(found.average_width)
        layout.append((1 if width <= _SHORT else _ALIGN.get(kind.align, 1), width))
    report.checked()
    best = sorted(layout, key=lambda column: -column[0])
    saved = padding(layout) - padding(best)
    whole = _HEADER + sum(width for _, width in layout) + padding(layout)
    if saved < 8 or saved <= whole * facts.profile.threshold("column-alignment-padding", _SHARE):
        return
    report.fail(
        table.id,
        f"each row of {table.qualified} has about {saved:.0f} of {whole:.0f} bytes of padding that another order of "
        "its columns would not need",
        {"bytes": round(saved), "row": round(whole), "rows": int(count)},
    )


RULE = Rule(
    id="column-alignment-padding",
    title="Rows of large tables are not padded",
    category=Category.TYPES,
    severity=Severity.INFO,
    tier=Tier.SCALE,
    passes="In tables of at least a million rows (threshold column-alignment-padding-rows) another order of "
    "the columns would save at most 10 % of a row (threshold column-alignment-padding).",
    why="A bigint begins at a multiple of 8 bytes, so that a boolean before it costs 8. The order can be chosen only "
    "when a table is made or written anew, for partitions with the next one.",
    source="https://www.postgresql.org/docs/current/storage-page-layout.html",
    looks_at="pg_type (typlen, typalign), pg_stats.avg_width, pg_class.reltuples",
    each_table=check,
    reads=("catalog.types", "statistics"),
    unknown_when="a large table was never analysed, or its pg_stats rows are hidden",
    not_applicable_when="no table is large enough for it to matter",
)
