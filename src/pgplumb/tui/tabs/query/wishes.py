"""What is asked for a statement: on a key, or by itself where that costs the server nothing; and all that is known."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from pgplumb.catalog.unread import Unread
from pgplumb.tui.live.judged import Judged
from pgplumb.tui.requests import Judge, Watching
from pgplumb.tui.tabs.query.asked import Asked
from pgplumb.tui.tabs.query.detail import ADVICE, FINDINGS, GROWTH, QueryLook
from pgplumb.tui.tabs.query.execution import Execution
from pgplumb.tui.tabs.query.known import (
    advice_look,
    judge_request,
    missing,
    plan_look,
    refusal,
    text_of,
    text_request,
    twin_look,
)

if TYPE_CHECKING:
    from pgplumb.tui.requests import Request
    from pgplumb.tui.tab import Tab
    from pgplumb.tui.tabs.query.advice_pane import AdviceLook
    from pgplumb.tui.tabs.query.growth import TwinLook
    from pgplumb.tui.tabs.query.plan import PlanLook
    from pgplumb.tui.tabs.query.rows import QueryRow
    from pgplumb.workload.advisor.advice import Advice
    from pgplumb.workload.statements import Statements


WATCHING_SECONDS = 20.0
"""How often it is said that somebody looks, while the tab is shown and no statements are counted."""


class Wishes:
    """Asks for one tab."""

    def __init__(self, tab: Tab) -> None:
        self._tab = tab
        self._asked = Asked()
        self._watched_at = -WATCHING_SECONDS
        self.execution = Execution(tab, self._asked)

    def watch(self) -> None:
        """Say that somebody looks at what runs, now and then: it is sampled while that is so."""
        if time.monotonic() - self._watched_at >= WATCHING_SECONDS:
            self._watched_at = time.monotonic()
            self._tab.request(Watching())

    def look(self, statements: Statements, row: QueryRow) -> QueryLook:
        """Return all that is known of a statement."""
        state, asked, judge = self._tab.state, self._asked, Judge(*row.statement.key)
        text, whole = text_of(state, row)
        judged = state.answers.get(judge)
        return QueryLook(
            state,
            statements,
            row,
            text,
            whole,
            missing(state, row),
            plan_look(state, row, asked, self.execution.of(row)),
            twin_look(state, row, asked),
            advice_look(state, row, asked),
            judged if isinstance(judged, Judged | Unread) else None,
            asked.waits(state, judge),
        )

    def advice(self, row: QueryRow | None) -> Advice | None:
        """Return the advice that is shown for a statement."""
        return advice_look(self._tab.state, row, self._asked).advice if row is not None else None

    def want(self, row: QueryRow, part: str) -> bool:
        """Ask for what a part of the detail shows; False where nothing was asked."""
        state, asked = self._tab.state, self._asked
        look: TwinLook | AdviceLook | PlanLook
        if part == GROWTH:
            look = twin_look(state, row, asked)
        elif part == ADVICE:
            look = advice_look(state, row, asked)
        else:
            look = plan_look(state, row, asked)
        if look.refusal is not None:
            self._tab.say(look.refusal, "warn")
            return False
        if not self._ask(look.request):
            self._tab.say("it is being worked out; ctrl+c cancels")
            return False
        return True

    def look_up(self, row: QueryRow, part: str) -> bool:
        """Ask for what costs the server nothing or little; True where something was asked that takes a while."""
        state = self._tab.state
        text = text_request(state, row)
        if text is not None:
            self._tab.request(text)
        if part == FINDINGS:
            judge = judge_request(state, row)
            return judge is not None and self._ask(judge)
        if part == GROWTH and state.twin.made_at is not None and not row.several:
            look = twin_look(state, row, self._asked)
            return look.answer is None and look.refusal is None and self._ask(look.request)
        return False

    def execute(self, row: QueryRow, setting: str) -> bool:
        """Have it worked out what would run to execute a statement; False where that cannot be."""
        state = self._tab.state
        why_not = refusal(state, row, "executing needs a server")
        if why_not is None and not text_of(state, row)[1]:
            why_not = "the whole text is not known yet: look at it first"
        if why_not is not None:
            self._tab.say(why_not, "warn")
            return False
        self.execution.propose(row, setting)
        return True

    def _ask(self, request: Request) -> bool:
        """Ask for something; False where its answer is on its way."""
        if not self._asked.ask(self._tab.state, request):
            return False
        self._tab.request(request)
        return True
