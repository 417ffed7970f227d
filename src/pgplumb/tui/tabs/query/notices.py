"""What is said about the statements as a whole: why there are none, and what makes the figures incomplete."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from pgplumb.catalog.unread import Unread
from pgplumb.foundation.text import age, calm_age, count
from pgplumb.sql.highlight import highlight
from pgplumb.sql.quote import quote_identifier
from pgplumb.tui.state import Phase, State
from pgplumb.tui.tabs.query.rows import QueryRow, seconds_of
from pgplumb.tui.widgets import glyphs
from pgplumb.tui.widgets.ink import Line, Span, line
from pgplumb.tui.widgets.sql_view import sql_lines
from pgplumb.workload.statements import Statements, StatementsUnread
from pgplumb.workload.wording import spent

if TYPE_CHECKING:
    from collections.abc import Sequence


class Covered(Enum):
    """Which time the list covers; the value says it."""

    RESET = "since reset"
    CONNECTED = "since connecting"
    LAST = "in the last interval"

    def of(self, state: State, last: Statements | None) -> Statements | Unread | None:
        """Return the statements of that time; `last` are those of the interval that is over."""
        if self is Covered.LAST and last is not None and isinstance(state.statements, Statements):
            return last
        if self is not Covered.RESET or state.statements is None:
            return state.statements_since
        return state.statements

    def next(self, last: Statements | None) -> Covered:
        """Return the time that is shown after this one; the last interval only when one is over."""
        order = [one for one in Covered if one is not Covered.LAST or last is not None]
        at = order.index(self) if self in order else -1
        return order[(at + 1) % len(order)]


def unread_lines(unread: Unread, *, short: bool = False) -> list[Line]:
    """Return what is missing, why, and the next step with its SQL; with `short` in few lines."""
    if not isinstance(unread, StatementsUnread):
        return [line(Span(unread.reason, "warn"))]
    sql = sql_lines(unread.sql, highlight) if unread.sql is not None else []
    if short:
        step = line(Span("next step  ", "muted"), Span(unread.next_step, "strong"))
        copied = [line(Span("y copies  ", "muted"), *one) if not n else one for n, one in enumerate(sql)]
        return [line(Span(f"{glyphs.UNKNOWN.glyph} {unread.reason}", "unknown")), step, *copied]
    found = [
        line(Span(f"{glyphs.UNKNOWN.glyph} {unread.reason}", "unknown")),
        (),
        line(Span(unread.why)),
        (),
        line(Span("next step", "muted")),
        line(Span(unread.next_step, "strong")),
    ]
    if unread.needs_restart:
        found.append(line(Span("The server has to be restarted for it.", "warn")))
    if sql:
        copies = line(Span("y", "key"), Span(" copies", "muted"))
        found += [(), copies, *sql]
    return found


def grant_to(role: str) -> str:
    """Return what shows a role the statements of all roles."""
    return f"GRANT pg_read_all_stats TO {quote_identifier(role) if role else 'CURRENT_USER'};"


def hidden_note(row: QueryRow, role: str) -> tuple[list[Line], str]:
    """Return what is said about entries that the role may not see, and the SQL that shows them."""
    grant = grant_to(role)
    entry = row.statement
    return [
        line(Span(f"{row.hidden:,} entries are hidden from {role or 'this role'}", "unknown")),
        line(f"together {spent(entry.total_ms)} in {count(entry.calls)} calls"),
        (),
        line(Span("next step  ", "muted"), Span("have a superuser run this; y copies it", "strong")),
        (),
        *sql_lines(grant, highlight),
    ], grant


def own_note(row: QueryRow) -> tuple[list[Line], str]:
    """Return what is said about our own statements."""
    return [
        line(f"{len(row.own):,} statements that pgplumb runs itself, to read the catalog and the counters"),
        (),
        line(Span("o", "key"), Span(" lists them one by one", "muted")),
    ], ""


def waiting(state: State) -> Line:
    """Return what is going on where nothing was read yet."""
    connection = state.connection
    problem = state.problem("statements")
    if problem is not None:
        return line(Span(problem, "warn"))
    match connection.phase:
        case Phase.IDLE:
            return line(Span("no server chosen; C connects", "muted"))
        case Phase.CONNECTING:
            return line(Span(f"connecting to {connection.label}", "muted"))
        case Phase.PASSWORD | Phase.FAILED | Phase.RECONNECTING:
            return line(Span(connection.error or "no connection", "warn"))
        case _:
            return line(Span("reading pg_stat_statements", "muted"))


def empty(covered: Covered) -> tuple[Line, ...]:
    """Return what is said where no statement was counted."""
    if covered is not Covered.RESET:
        return (
            line(Span(f"nothing has run {covered.value}", "muted")),
            line(Span("d", "key"), Span(" shows another period", "muted")),
        )
    return (line(Span("nothing was counted since the reset", "muted")),)


def period(statements: Statements, covered: Covered, *, long: bool) -> Line:
    """Return which time the figures cover, and with `long` how much ran in it."""
    seconds = seconds_of(statements)
    if covered is Covered.LAST:
        found = [Span("in the last", "accent"), Span(f" {age(seconds or 0.0)}")]
    else:
        word = Covered.RESET if statements.was_reset else covered
        found = [Span(word.value, "accent")]
        if seconds is not None:
            found.append(Span(f" {calm_age(seconds)}", "text"))
    if long:
        calls = sum(entry.calls for entry in statements.entries) + statements.hidden_calls
        found.append(Span(f"   {spent(statements.total_ms)} in {count(calls)} calls", "muted"))
    return tuple(found)


def warnings(state: State, statements: Statements, covered: Covered) -> Sequence[Line]:
    """Return one line for each thing that makes the figures incomplete or old."""
    found: list[str] = []
    if statements.evictions:
        size = f" ({statements.maximum:,})" if statements.maximum else ""
        found.append(
            f"{statements.evictions:,} evictions {covered.value}: totals are incomplete; "
            f"raise pg_stat_statements.max{size}"
        )
    elif statements.lost and statements.evictions is None:
        found.append(
            f"{statements.lost:,} entries were evicted or reset {covered.value}: "
            "what they counted between two readings is lost"
        )
    if statements.was_reset:
        found.append("the counters were reset meanwhile: this is what ran since then")
    if statements.paused:
        found.append(f"nothing new is counted: {statements.paused}")
    problem = state.problem("statements")
    if problem is not None:
        found.append(f"not read again: {problem}")
    return [line(Span(f"  ! {text}", "warn")) for text in found]
