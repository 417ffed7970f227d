"""The columns of the Queries list."""

from __future__ import annotations

from collections.abc import Callable

from pgplumb.foundation.text import count, duration, percent, size
from pgplumb.tui.marks import mark_of, worst
from pgplumb.tui.tabs.query.rows import QueryRow, hit_ratio, per_call
from pgplumb.tui.tabs.query.sql_text import one_line
from pgplumb.tui.tabs.query.trend import INTERVALS
from pgplumb.tui.widgets import glyphs
from pgplumb.tui.widgets.columns import Column, Comparable
from pgplumb.tui.widgets.glyphs import Mark
from pgplumb.tui.widgets.ink import Cell, Line, Span, line
from pgplumb.tui.widgets.sparkline import sparkline
from pgplumb.workload.percentiles import p95, two_speeds
from pgplumb.workload.wording import few, near, spent

LITTLE = 10.0
"""Milliseconds a second, a hundredth of a processor: the top of a trend that never reaches more."""
LEAST = 1.0
"""A statement that never took more than this has no trend worth a look."""
UNKNOWN = Span("?", "unknown")


def _text(row: QueryRow) -> Line:
    if row.hidden:
        return line(Span(f"{row.hidden:,} of other roles, hidden: needs pg_read_all_stats", "unknown"))
    if row.own:
        return line(Span(f"{len(row.own):,} statements of pgplumb itself", "muted"))
    if row.statement.query is None:
        return line(Span("text not read", "faint"))
    first, *rest = one_line(row.statement.query) or (Span(""),)
    # The mark and the verb in one ink: that costs no change of colour, and the eye finds the row.
    return (Span(first.text, _worst(row).ink), *rest) if row.findings else (first, *rest)


def _rows(row: QueryRow) -> Cell:
    return few(row.statement.rows_per_call)


def _p95(row: QueryRow) -> Cell:
    if row.own:
        return ""
    known = near(p95(row.statement))
    if two_speeds(row.statement) is None:
        return known
    return line(Span(f"{glyphs.WARN.glyph} ", "warn"), Span(known))


def _read(row: QueryRow) -> Cell:
    blocks = per_call(row.statement.shared_read, row.statement)
    return few(blocks) if blocks >= 0.05 else "0"


def _blocks(row: QueryRow) -> int:
    return row.statement.shared_hit + row.statement.shared_read


def _temp(row: QueryRow) -> Cell:
    octets = per_call(row.statement.temp_blks, row.statement) * row.block
    return size(octets)


def _hit(row: QueryRow) -> Cell:
    ratio = hit_ratio(row.statement)
    return "" if ratio is None else percent(ratio)


def _trend(row: QueryRow) -> Cell:
    values = row.trend
    highest = max(values, default=0.0)
    return sparkline(values, INTERVALS, max(highest, LITTLE)) if highest >= LEAST else ""


def _mark(row: QueryRow) -> Line:
    return (_worst(row).span,) if row.findings else ()


def _worst(row: QueryRow) -> Mark:
    return worst(mark_of(result) for result, _ in row.findings or ())


def _figure(
    name: str,
    width: int,
    cell: Callable[[QueryRow], Cell],
    sort: Callable[[QueryRow], Comparable | None],
    *,
    priority: int,
    always: bool = False,
) -> Column[QueryRow]:
    """Return a column of numbers; those of hidden entries are not known but where `always` says so."""
    return Column(
        name,
        name,
        cell if always else lambda row: UNKNOWN if row.hidden else cell(row),
        width=width,
        right=True,
        priority=priority,
        sort=sort if always else lambda row: None if row.hidden else sort(row),
        largest_first=True,
    )


TIME = _figure("time", 8, lambda r: spent(r.statement.total_ms), lambda r: r.share, priority=0, always=True)
COLUMNS: tuple[Column[QueryRow], ...] = (
    TIME,
    _figure("share", 6, lambda r: percent(r.share), lambda r: r.share, priority=2, always=True),
    _figure(
        "calls", 7, lambda r: count(r.statement.calls), lambda r: r.statement.calls, priority=1, always=True
    ),
    _figure(
        "mean",
        7,
        lambda r: duration(r.statement.mean_ms / 1000),
        lambda r: r.statement.mean_ms,
        priority=1,
        always=True,
    ),
    _figure("p95", 10, _p95, lambda r: p95(r.statement).ms, priority=4),
    _figure("rows/call", 9, _rows, lambda r: r.statement.rows_per_call, priority=3),
    _figure("read/call", 9, _read, lambda r: per_call(r.statement.shared_read, r.statement), priority=8),
    _figure("hit", 6, _hit, lambda r: hit_ratio(r.statement), priority=7),
    _figure("temp/call", 9, _temp, lambda r: per_call(r.statement.temp_blks, r.statement), priority=9),
    _figure("rows", 8, lambda r: count(r.statement.rows), lambda r: r.statement.rows, priority=11),
    _figure("blocks", 8, lambda r: count(_blocks(r)), _blocks, priority=10),
    Column(
        "trend",
        "trend",
        _trend,
        width=INTERVALS,
        right=True,
        priority=6,
        sort=lambda r: sum(r.trend),
        largest_first=True,
    ),
    Column("role", "role", lambda r: r.statement.role, width=12, priority=5, sort=lambda r: r.statement.role),
    Column(
        "checks",
        "",
        _mark,
        width=1,
        priority=2,
        sort=lambda r: len(r.findings) if r.findings else None,
        largest_first=True,
    ),
    Column(
        "statement",
        "statement",
        _text,
        min_width=30,
        grow=True,
        sort=lambda r: r.statement.query,
    ),
)
