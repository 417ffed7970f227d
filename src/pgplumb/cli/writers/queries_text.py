"""`pgplumb queries` for people: one line of figures a statement, its text below."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from pgplumb.cli.terminal import Screen
from pgplumb.cli.writers.queries_answer import Left, QueriesAnswer
from pgplumb.foundation.text import age, cell_width, count, duration, percent, shorten
from pgplumb.workload.percentiles import p95, two_speeds
from pgplumb.workload.statements import Statement
from pgplumb.workload.wording import few, near, spent

LINES = 4
"""Lines of a text that are shown."""
_INDENT = 4
_COLUMNS = (
    ("time", 9),
    ("share", 7),
    ("calls", 9),
    ("mean", 9),
    ("p95", 11),
    ("rows/call", 11),
    ("read/call", 11),
)


def write(answer: QueriesAnswer, screen: Screen) -> Iterator[str]:
    """Give the lines."""
    yield from _head(answer, screen)
    if not answer.listed:
        yield ""
        yield "nothing ran" if answer.statements.seconds is not None else "nothing was counted"
    else:
        yield ""
        heading = "".join(name.rjust(width) for name, width in _COLUMNS)
        yield screen.paint(f"{heading}   role", "faint")
    for entry in answer.listed:
        yield from _entry(answer, entry, screen)
    yield from _rest(answer, screen)


def _head(answer: QueriesAnswer, screen: Screen) -> Iterator[str]:
    found, capabilities = answer.statements, answer.capabilities
    read_at = f"{found.read_at:%Y-%m-%d %H:%M:%S %Z}".rstrip()
    where = f"{capabilities.database}   PostgreSQL {capabilities.version}   {read_at}"
    yield screen.paint(screen.clean(where), "bold")
    yield f"{_period(answer)}: {spent(found.total_ms)} in {count(answer.calls)} calls"
    for text in _warnings(answer):
        for line in screen.wrap(screen.clean(f"! {text}"), 0, hanging=2):
            yield screen.paint(line, "yellow")


def _period(answer: QueriesAnswer) -> str:
    found = answer.statements
    if found.seconds is not None:
        return f"in {found.seconds:.1f} s"
    if found.stats_reset is None:
        return "since the last reset"
    return f"since the reset {age((found.read_at - found.stats_reset).total_seconds())} ago"


def _warnings(answer: QueriesAnswer) -> Iterator[str]:
    found = answer.statements
    if found.evictions:
        limit = f" ({found.maximum:,})" if found.maximum else ""
        yield f"{found.evictions:,} evictions: totals are incomplete; raise pg_stat_statements.max{limit}"
    if found.was_reset:
        yield "the counters were reset meanwhile: this is what ran since then"
    if found.paused:
        yield f"nothing new is counted: {found.paused}"
    if answer.hidden.entries:
        yield (
            f"{_in_words(answer.hidden)} of other roles are hidden from {answer.capabilities.role};"
            " have pg_read_all_stats granted to see them"
        )


def _entry(answer: QueriesAnswer, entry: Statement, screen: Screen) -> Iterator[str]:
    figures = (
        spent(entry.total_ms),
        percent(answer.share(entry)),
        count(entry.calls),
        duration(entry.mean_ms / 1000),
        screen.own(near(p95(entry))),
        few(entry.rows_per_call),
        few(entry.shared_read / entry.calls if entry.calls else 0.0),
    )
    line = "".join(f.rjust(width) for f, (_, width) in zip(figures, _COLUMNS, strict=True))
    room = max(screen.width - cell_width(line) - 3, 8)
    yield ""
    yield screen.paint(line, "bold") + "   " + shorten(screen.clean(entry.role), room)
    text = screen.clean(" ".join(entry.query.split())) if entry.query is not None else "text not known"
    lines = list(islice(screen.wrap(text, _INDENT, hanging=2), LINES + 1))
    yield from (shorten(line, screen.width) for line in lines[:LINES])
    if len(lines) > LINES:
        yield screen.paint(" " * (_INDENT + 2) + screen.own("…"), "faint")
    yield screen.paint(" " * _INDENT + screen.own(" · ".join(_remarks(entry))), "faint")
    for finding in answer.findings_of(entry):
        for found in screen.wrap(screen.clean(f"! {finding.message}"), _INDENT, hanging=2):
            yield screen.paint(found, "yellow")


def _remarks(entry: Statement) -> Iterator[str]:
    yield f"queryid {entry.queryid}"
    if not entry.toplevel:
        yield "inside a function"
    if entry.lengths > 1:
        yield f"{entry.lengths} list lengths"
    spread = two_speeds(entry)
    if spread is not None:
        yield f"! two speeds: the deviation is {spread:.1f} times the mean"


def _rest(answer: QueriesAnswer, screen: Screen) -> Iterator[str]:
    lines = []
    if answer.more.entries:
        lines.append(f"{_in_words(answer.more)} more: pgplumb queries --limit N")
    if answer.own.entries:
        lines.append(f"{_in_words(answer.own)} of pgplumb itself left out")
    if lines:
        yield ""
        yield from (screen.paint(line, "faint") for line in lines)


def _in_words(left: Left) -> str:
    return f"{left.entries:,} statements ({spent(left.ms)} in {count(left.calls)} calls)"
