"""The rows of the Queries list: one record an entry of pg_stat_statements, and one for all that are hidden."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pgplumb.foundation.text import count, duration, percent, size
from pgplumb.tui.marks import mark_of, worst
from pgplumb.tui.tabs.query_text import one_line
from pgplumb.tui.tabs.query_trend import INTERVALS, Interval, of_statement
from pgplumb.tui.widgets.columns import Column, Comparable
from pgplumb.tui.widgets.ink import Cell, Line, Span, line
from pgplumb.tui.widgets.sparkline import sparkline
from pgplumb.workload.statements import Key, Statement, Statements

if TYPE_CHECKING:
    from pgplumb.checks.checklist import Checklist, RuleResult
    from pgplumb.checks.finding import Finding

BLOCK = 8192
HIDDEN: Key = (0, 0, 0, False)
"""Stands for all entries that the role may not see."""
LITTLE = 10.0
"""Milliseconds a second, a hundredth of a processor: the top of a trend that never reaches more."""
FILTERED = 1_000
"""Characters of a text that the filter looks at."""


@dataclass(frozen=True, slots=True)
class QueryRow:
    """An entry as the list shows it. Figures are of the period that is shown."""

    statement: Statement
    share: float
    """Of the time of all statements, hidden ones included."""
    intervals: tuple[Interval, ...] = ()
    findings: tuple[tuple[RuleResult, Finding], ...] | None = None
    hidden: int = 0
    """How many entries it stands for, where it is the one of all hidden entries."""
    block: int = BLOCK

    @property
    def key(self) -> Key:
        """What tells it from every other row."""
        return self.statement.key

    @property
    def id(self) -> str:
        """How findings name the statement."""
        return f"query:{self.statement.queryid}"

    @property
    def trend(self) -> tuple[float, ...]:
        """Time a second in the last intervals."""
        return of_statement(self.intervals, self.key)

    @property
    def haystack(self) -> str:
        """What the filter looks in."""
        return f"{self.statement.role} {(self.statement.query or '')[:FILTERED]}"


def query_rows(
    statements: Statements,
    intervals: tuple[Interval, ...] = (),
    checklist: Checklist | None = None,
    block: int = BLOCK,
) -> list[QueryRow]:
    """Return one row an entry, by total time, and one more where entries are hidden."""
    total = statements.total_ms or 1.0
    findings = findings_by_query(checklist) if checklist is not None else None
    rows = [
        QueryRow(
            entry,
            entry.total_ms / total,
            intervals,
            findings.get(entry.queryid, ()) if findings is not None else None,
            block=block,
        )
        for entry in statements.entries
    ]
    if statements.hidden_entries:
        rows.append(_hidden(statements, total))
    return rows


def _hidden(statements: Statements, total: float) -> QueryRow:
    calls, spent = statements.hidden_calls, statements.hidden_ms
    entry = Statement(0, 0, "", calls, spent, spent / calls if calls else 0.0, 0, toplevel=False)
    return QueryRow(entry, spent / total, hidden=statements.hidden_entries)


def findings_by_query(checklist: Checklist) -> Mapping[int, tuple[tuple[RuleResult, Finding], ...]]:
    """Return the open findings about statements, by queryid."""
    found = {}
    for object_id, findings in checklist.by_object.items():
        kind, _, name = object_id.partition(":")
        if kind == "query" and name.lstrip("-").isdigit():
            found[int(name)] = findings
    return found


def spent(milliseconds: float) -> str:
    """Write a sum of times with three digits: `48.2 s`, `12.3 min`, `4.5 h`."""
    seconds = milliseconds / 1000
    if seconds < 9.95:
        return duration(seconds)
    for unit, length in (("s", 1), ("min", 60), ("h", 3600)):
        if seconds < 99.95 * length:
            return f"{seconds / length:.1f} {unit}"
    return f"{seconds / 86400:,.1f} d"


def few(number: float) -> str:
    """Write a number for each call: with a decimal where it is small and not whole."""
    return f"{number:.1f}" if number < 9.95 and abs(number - round(number)) >= 0.05 else count(number)


def hit_ratio(statement: Statement) -> float | None:
    """Return how much of the blocks was found in shared_buffers; None where none was looked for."""
    blocks = statement.shared_hit + statement.shared_read
    return statement.shared_hit / blocks if blocks else None


UNKNOWN = Span("?", "unknown")


def per_call(number: float, statement: Statement) -> float:
    """Return what one call has on average."""
    return number / statement.calls if statement.calls else 0.0


def _text(row: QueryRow) -> Line:
    if row.hidden:
        noun = "statement" if row.hidden == 1 else "statements"
        return line(Span(f"{row.hidden:,} {noun} of other roles hidden: needs pg_read_all_stats", "unknown"))
    if row.statement.query is None:
        return line(Span("text not read yet", "faint"))
    return one_line(row.statement.query)


def _rows(row: QueryRow) -> Cell:
    return few(row.statement.rows_per_call)


def _read(row: QueryRow) -> Cell:
    blocks = per_call(row.statement.shared_read, row.statement)
    return few(blocks) if blocks >= 0.05 else Span("0", "faint")


def _temp(row: QueryRow) -> Cell:
    octets = per_call(row.statement.temp_blks, row.statement) * row.block
    return size(octets) if octets else Span("0", "faint")


def _hit(row: QueryRow) -> Cell:
    ratio = hit_ratio(row.statement)
    return "" if ratio is None else percent(ratio)


def _trend(row: QueryRow) -> Cell:
    values = row.trend
    return Span(
        sparkline(values, INTERVALS, max(*values, LITTLE)) if values else "",
        "accent" if any(values) else "faint",
    )


def _mark(row: QueryRow) -> Line:
    return (worst(mark_of(result) for result, _ in row.findings).span,) if row.findings else ()


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
    _figure("rows/call", 9, _rows, lambda r: r.statement.rows_per_call, priority=3),
    _figure("read/call", 9, _read, lambda r: per_call(r.statement.shared_read, r.statement), priority=7),
    _figure("hit", 6, _hit, lambda r: hit_ratio(r.statement), priority=6),
    _figure("temp/call", 9, _temp, lambda r: per_call(r.statement.temp_blks, r.statement), priority=8),
    Column(
        "trend",
        "trend",
        _trend,
        width=INTERVALS,
        right=True,
        priority=5,
        sort=lambda r: sum(r.trend),
        largest_first=True,
    ),
    Column("role", "role", lambda r: r.statement.role, width=12, priority=4, sort=lambda r: r.statement.role),
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
