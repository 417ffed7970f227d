"""The figures of one statement: what it took in all, and what a call takes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from pgplumb.foundation.text import count, duration, percent, size
from pgplumb.tui.tabs.query.rows import QueryRow, hit_ratio, per_call, seconds_of
from pgplumb.tui.widgets.ink import InkName, Line, Span, fitted
from pgplumb.workload.percentiles import p95, two_speeds
from pgplumb.workload.statements import Statement, Statements
from pgplumb.workload.wording import few, near, spent

NAME, NUMBER, REMARK = 16, 9, 22
WIDTH = NAME + 2 * NUMBER + REMARK + 3 * 2
"""Cells that the figures take."""
_KNOWN = {"fit": "lognormal fit", "bound": "at most", "none": ""}


class Figure(NamedTuple):
    """One line: a name, the sum, the mean of a call, a remark."""

    name: str
    whole: Span = Span("")
    each: Span = Span("")
    remark: Span = Span("")

    @property
    def line(self) -> Line:
        """As it is drawn."""
        return (
            *fitted(Span(self.name, "muted"), NAME),
            Span("  "),
            *fitted(self.whole, NUMBER, right=True),
            Span("  "),
            *fitted(self.each, NUMBER, right=True),
            Span("  "),
            *fitted(self.remark, REMARK),
        )


def figures(row: QueryRow, statements: Statements) -> list[Line]:
    """Return the figures as lines; none for what is hidden."""
    if row.hidden:
        return []
    found = [Figure("", Span("in all", "faint"), Span("a call", "faint"))]
    found += [*_time(row, statements), *_roles(row, statements), *_blocks(row), *_rest(row.statement)]
    return [figure.line for figure in found]


def _time(row: QueryRow, statements: Statements) -> Iterator[Figure]:
    e = row.statement
    yield Figure("calls", Span(count(e.calls)), remark=_note(_rate(e, statements)))
    yield Figure(
        "execution time",
        Span(spent(e.total_ms)),
        _duration(e.mean_ms),
        _note(f"{percent(row.share)} of all time"),
    )
    if e.min_ms is not None and e.max_ms is not None:
        yield Figure("  shortest", each=_duration(e.min_ms))
        yield Figure("  longest", each=_duration(e.max_ms))
    if e.stddev_ms is not None:
        yield Figure("  deviation", each=_duration(e.stddev_ms), remark=_two_speeds(e))
        slow = p95(e)
        if slow.ms is not None and not row.own:
            yield Figure("  95 of 100", each=Span(near(slow)), remark=_note(_KNOWN[slow.kind]))
    yield Figure("rows", _number(e.rows), Span(few(e.rows_per_call), "text" if e.rows else "faint"))


def _roles(row: QueryRow, statements: Statements) -> Iterator[Figure]:
    """The same statement of every role, where there is another one."""
    ids = {key[2] for key in row.statement.variants} or {row.statement.queryid}
    same = [e for e in statements.entries if e.queryid in ids and e.dbid == row.statement.dbid]
    roles = len({e.userid for e in same})
    if row.own or roles < 2:
        return
    calls, took = sum(e.calls for e in same), sum(e.total_ms for e in same)
    mean = _duration(took / calls) if calls else Span("")
    yield Figure("of all roles", Span(spent(took)), mean, _note(f"{roles} roles, {count(calls)} calls"))


def _rate(e: Statement, statements: Statements) -> str:
    seconds = seconds_of(statements, e)
    if not seconds:
        return ""
    rate = e.calls / seconds
    for unit, length in (("a second", 1), ("a minute", 60), ("an hour", 3600)):
        if rate * length >= 1:
            return f"{few(rate * length)} {unit}"
    return "fewer than 1 an hour"


def _two_speeds(e: Statement) -> Span:
    spread = two_speeds(e)
    return Span("") if spread is None else Span(f"! two speeds: {spread:.1f}x", "warn")


def _blocks(row: QueryRow) -> Iterator[Figure]:
    e = row.statement
    ratio = hit_ratio(e)
    waited = (
        _note("not timed")
        if e.read_ms is None
        else _note(f"{spent(e.read_ms)} of waiting" if e.read_ms else "")
    )
    for name, number, remark in (
        ("blocks in memory", e.shared_hit, _note("" if ratio is None else f"{percent(ratio)} hit")),
        ("blocks read", e.shared_read, waited),
        ("blocks dirtied", e.shared_dirtied, Span("")),
        ("blocks written", e.shared_written, Span("")),
    ):
        yield Figure(
            name, _number(number), Span(few(per_call(number, e)), "text" if number else "faint"), remark
        )
    yield _octets("temporary files", e.temp_blks * row.block, e)
    if e.local_blks:
        yield _octets("temporary tables", e.local_blks * row.block, e)


def _rest(e: Statement) -> Iterator[Figure]:
    if e.wal_bytes is not None:
        yield _octets("WAL", e.wal_bytes, e)
    if e.plans:
        yield Figure("planning", Span(spent(e.plan_ms)), _duration(e.plan_ms / e.plans))
    else:
        yield Figure("planning", remark=_note("not timed"))
    if e.jit_ms:
        yield Figure("JIT", Span(spent(e.jit_ms)), _duration(per_call(e.jit_ms, e)))
    if e.since is not None:
        yield Figure("counted since", remark=_note(f"{e.since:%Y-%m-%d %H:%M %Z}"))
    if e.lengths > 1:
        yield Figure("list lengths", Span(f"{e.lengths:,}"), remark=_note("as one statement"))
    yield Figure("queryid", remark=_note(str(e.queryid)))


def _octets(name: str, number: int, e: Statement) -> Figure:
    ink: InkName = "text" if number else "faint"
    return Figure(name, Span(size(number), ink), Span(size(per_call(number, e)), ink))


def _duration(milliseconds: float) -> Span:
    return Span(duration(milliseconds / 1000))


def _number(number: int) -> Span:
    return Span(count(number), "text" if number else "faint")


def _note(text: str) -> Span:
    return Span(text, "muted")
