"""EXPLAIN ANALYZE from the screen: proposed by the server, shown to a person, executed when that person agrees."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from pgplumb.catalog.unread import Unread
from pgplumb.foundation.text import count
from pgplumb.sql.highlight import highlight
from pgplumb.tui.requests import Execute, Explain, Propose
from pgplumb.tui.screens.confirm import ConfirmScreen
from pgplumb.tui.widgets.ink import Line, Span, line
from pgplumb.tui.widgets.sql_view import sql_lines
from pgplumb.workload.analyze import Proposal
from pgplumb.workload.explained import Explained
from pgplumb.workload.plan import Unplanned

if TYPE_CHECKING:
    from pgplumb.tui.state import State
    from pgplumb.tui.tab import Tab
    from pgplumb.tui.tabs.query.asked import Asked
    from pgplumb.tui.tabs.query.rows import QueryRow
    from pgplumb.workload.statements import Key


class Execution:
    """Which statements were executed, and the one that is being proposed."""

    def __init__(self, tab: Tab, asked: Asked) -> None:
        self._tab = tab
        self._asked = asked
        self._proposing: Propose | None = None
        self._done: dict[Key, Execute] = {}

    def of(self, row: QueryRow) -> Execute | None:
        """Return what was asked for to have a statement executed last."""
        return self._done.get(row.statement.key)

    def propose(self, row: QueryRow, setting: str) -> None:
        """Have the server work out what would run. A text with parameters is executed with common values."""
        state = self._tab.state
        explained = state.answers.get(Explain(*row.statement.key))
        common = isinstance(explained, Explained) and explained.of("common") is not None
        if setting == "generic" and "$" in (row.statement.query or ""):
            if not common:
                self._tab.say(
                    "its parameters need values: p shows its plans, for common and rare values too", "warn"
                )
                return
            setting = "common"
        request = Propose(*row.statement.key, setting)
        self._asked.ask(state, request)
        self._proposing = request
        self._tab.request(request)
        self._tab.say("working out what would run")

    def follow(self, state: State) -> None:
        """Show a proposal once it is there."""
        request = self._proposing
        if request is None or self._asked.waits(state, request):
            return
        self._proposing = None
        answer = state.answers.get(request)
        if isinstance(answer, Proposal):
            where = " · ".join(p for p in (state.connection.label, state.connection.database) if p)
            screen = ConfirmScreen(f"Execute on {where}?", list(proposed(answer, request.setting)))
            self._tab.app.push_screen(screen, partial(self._agreed, request, answer))
        elif isinstance(answer, Unplanned):
            self._tab.say(str(answer), "warn")
        elif isinstance(answer, Unread):
            self._tab.say(answer.reason, "warn")

    def _agreed(self, request: Propose, proposal: Proposal, agreed: bool | None) -> None:
        if not agreed:
            self._tab.say("not executed")
            return
        execute = Execute(*request.key, request.setting, proposal)
        self._done[request.key] = execute
        self._asked.ask(self._tab.state, execute)
        self._tab.request(execute)
        self._tab.say("executing; ctrl+c cancels")


def proposed(proposal: Proposal, setting: str) -> Iterator[Line]:
    """Say exactly what will run, what it is expected to cost and what limits it."""
    root = proposal.estimate.root
    yield line(Span("The statement really runs", "warn"), Span(f", {proposal.limits}.", "muted"))
    values = "" if setting == "generic" else f"   with {setting} values of its parameters"
    yield line(
        Span("estimated cost ", "muted"),
        Span(f"{root.total_cost:,.0f}", "strong"),
        Span("   rows ", "muted"),
        Span(count(root.rows), "strong"),
        Span(values, "muted"),
    )
    yield ()
    for statement in proposal.lines():
        if not statement.startswith("--"):
            yield from sql_lines(statement, highlight)
