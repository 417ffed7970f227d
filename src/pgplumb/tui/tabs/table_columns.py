"""The columns of the Tables list: how a relation's figures are written, what they are sorted by, which give way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgplumb.foundation.text import count, percent, size
from pgplumb.tui.marks import checks_cell, findings_rank
from pgplumb.tui.widgets.columns import Column
from pgplumb.tui.widgets.ink import Cell, Line, Span, line

if TYPE_CHECKING:
    from pgplumb.tui.tabs.table_rows import TableRow

KIND_WORDS = {"r": "table", "p": "partitioned", "v": "view", "m": "matview", "f": "foreign"}
NOT_KNOWN = Span("?", "unknown")


def _name(row: TableRow) -> Cell:
    if not row.partitions:
        return row.qualified
    word = "part" if row.partitions == 1 else "parts"
    return line(Span(row.qualified), Span(f"  {row.partitions:,} {word}", "muted"))


def _number(value: float | None, row: TableRow) -> Cell:
    if row.kind == "v":
        return ""
    return NOT_KNOWN if value is None else count(value)


def _percent(value: float | None, bad: float) -> Cell:
    if value is None:
        return ""
    return Span(percent(value), "warn" if value >= bad else "text" if value >= 0.005 else "faint")


def _per_second(value: float | None) -> Cell:
    if value is None:
        return ""
    if value == 0:
        return Span("0", "faint")
    return f"{value:.1f}" if value < 10 else count(value)


COLUMNS: tuple[Column[TableRow], ...] = (
    Column("name", "table", _name, sort=lambda r: r.qualified, max_width=72),
    Column(
        "rows",
        "rows",
        lambda r: _number(r.rows, r),
        width=7,
        right=True,
        sort=lambda r: r.rows,
        largest_first=True,
    ),
    Column(
        "size",
        "size",
        lambda r: "" if r.size is None else size(r.size),
        width=7,
        right=True,
        sort=lambda r: r.size,
        largest_first=True,
    ),
    Column(
        "idx",
        "idx",
        lambda r: "" if r.indexes is None else str(r.indexes),
        width=3,
        right=True,
        priority=3,
        sort=lambda r: r.indexes,
        largest_first=True,
    ),
    Column(
        "seq",
        "seq",
        lambda r: _percent(r.seq, 0.5),
        width=5,
        right=True,
        priority=5,
        sort=lambda r: r.seq,
        largest_first=True,
    ),
    Column(
        "dead",
        "dead",
        lambda r: _percent(r.dead, 0.1),
        width=5,
        right=True,
        priority=4,
        sort=lambda r: r.dead,
        largest_first=True,
    ),
    Column(
        "bloat",
        "bloat~",
        lambda r: _percent(r.bloat, 0.3),
        width=6,
        right=True,
        priority=6,
        sort=lambda r: r.bloat,
        largest_first=True,
    ),
    Column(
        "scans",
        "scans/s",
        lambda r: _per_second(r.scans),
        width=7,
        right=True,
        priority=8,
        sort=lambda r: r.scans,
        largest_first=True,
    ),
    Column(
        "writes",
        "writes/s",
        lambda r: _per_second(r.writes),
        width=8,
        right=True,
        priority=7,
        sort=lambda r: r.writes,
        largest_first=True,
    ),
    Column(
        "kind",
        "kind",
        lambda r: Span(KIND_WORDS[r.kind], "muted"),
        width=11,
        priority=9,
        sort=lambda r: r.kind,
    ),
    Column("checks", "checks", checks_cell, width=9, priority=1, sort=findings_rank, largest_first=True),
)


def lock_note(row: TableRow) -> Line | None:
    """Return what stands in place of the figures of a locked table."""
    return line(Span(row.note, "warn")) if row.note else None
