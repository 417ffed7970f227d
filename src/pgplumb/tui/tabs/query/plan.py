"""The plan of a statement on its server: what would run, said before it runs on a key, and then the plan as a tree."""

from __future__ import annotations

from dataclasses import dataclass

from pgplumb.catalog.unread import Unread
from pgplumb.tui.requests import Explain
from pgplumb.tui.tabs.query.plan_sheet import PlanSheet, Sheet
from pgplumb.tui.tabs.query.plan_text import (
    cost_line,
    insight_lines,
    kind_of,
    time_line,
    unplanned_lines,
    what_would_run,
    which,
)
from pgplumb.tui.widgets.ink import Line, Span, line
from pgplumb.workload.explained import Explained, SettingPlan
from pgplumb.workload.plan import Plan, Unplanned, refuse


@dataclass(frozen=True, slots=True)
class PlanLook:
    """Whose plan is looked at, and what is known of it."""

    request: Explain
    text: str | None
    """The whole text; None until it was read."""
    version: int
    """The server's, as server_version_num."""
    path: str | None
    """The search_path that was set for the role."""
    answer: object = None
    """Explained, Unplanned or Unread; None before the server has answered."""
    asked: bool = False
    """Whether an answer is on its way."""
    refusal: str | None = None
    """Why the server cannot be asked now."""
    executed: SettingPlan | None = None
    """What came of executing it, where a person had that done."""
    executing: bool = False

    @property
    def views(self) -> tuple[tuple[SettingPlan, ...], ...]:
        """What there is to look at: the plans by shape, then the executed one."""
        found = self.answer.distinct if isinstance(self.answer, Explained) else ()
        return (*found, (self.executed,)) if self.executed is not None else found


class PlanPane(PlanSheet):
    """Draws a PlanLook."""

    def __init__(self) -> None:
        super().__init__(id="query-plan")
        self._look: PlanLook | None = None

    def show(self, look: PlanLook | None) -> None:
        """Draw another statement's plan, or this one's with more known about it."""
        if look == self._look:
            return
        before, self._look = self._look, look
        fresh = look is None or before is None or look.request != before.request
        if fresh:
            self._at = 0
        elif look is not None and before is not None and look.executed is not before.executed:
            # What a person had executed is what they want to see.
            self._at = len(look.views) - 1
            fresh = True
        self.draw_look(fresh)

    @property
    def setting(self) -> str:
        """The setting that is shown: whose values would be executed."""
        views = self._look.views if self._look is not None else ()
        return views[min(self._at, len(views) - 1)][0].setting if views else "generic"

    @property
    def choices(self) -> int:
        """How many plans differ, the executed one among them."""
        return len(self._look.views) if self._look is not None else 0

    def draw_look(self, fresh: bool) -> None:
        """Draw the plan, or why there is none."""
        look = self._look
        views = look.views if look is not None else ()
        if look is None or not views:
            self.draw(Sheet(text=tuple(before_the_plan(look)) if look is not None else ()), fresh)
            return
        at = min(self._at, len(views) - 1)
        one = views[at][0]
        if not isinstance(one.answer, Plan):
            again = line(Span("p", "key"), Span(" asks again", "muted"))
            switch = ((), which(views, at)) if len(views) > 1 else ()
            self.draw(Sheet(text=(*unplanned_lines(one.answer), (), again, *switch)), fresh)
            return
        self.draw(Sheet(plan_head(look, at, one), one.answer, tuple(insight_lines(one.insights))), fresh)


def plan_head(look: PlanLook, at: int, one: SettingPlan) -> tuple[Line, ...]:
    """Return what kind of plan it is, and where its cost or its time is."""
    assert isinstance(one.answer, Plan)
    views = look.views
    executed = one is look.executed
    if executed:
        state = Span("  executed", "accent")
        names = f" · {one.setting} values" if one.setting != "generic" else " · this very text"
    else:
        busy = "  executing" if look.executing else "  planning again" if look.asked else ""
        state = Span(busy or "  not executed", "accent" if busy else "pass")
        names = f" · {kind_of(one, short=len(views) > 1)}"
    first = line(state, Span(names, "muted"), Span("   "), *_switch(look, views, at))
    return first, time_line(one.answer) if executed else cost_line(one.answer)


def _switch(look: PlanLook, views: tuple[tuple[SettingPlan, ...], ...], at: int) -> Line:
    planned = views[:-1] if look.executed is not None else views
    found = which(planned, at)
    if look.executed is None:
        return found
    shown = at == len(views) - 1
    spans = found or (Span("v ", "key"), Span("planned", "muted" if shown else "title"))
    return (*spans, Span("  "), Span("executed", "title" if shown else "muted"))


def before_the_plan(look: PlanLook) -> list[Line]:
    """Return what is said while there is no plan: what would run, that it runs, or why there is none."""
    if isinstance(look.answer, Unplanned):
        return [*unplanned_lines(look.answer), (), line(Span("p", "key"), Span(" asks again", "muted"))]
    if isinstance(look.answer, Unread):
        return [line(Span(look.answer.reason, "warn"))]
    if look.refusal is not None:
        return [line(Span(look.refusal, "warn"))]
    if look.asked or look.executing:
        doing = "executing" if look.executing else "planning"
        return [line(Span(doing, "accent"), Span(" · ctrl+c cancels", "faint"))]
    if look.text is None:
        return [line(Span("reading the whole text", "muted"))]
    refused = refuse(look.text)
    if refused is not None:
        return list(unplanned_lines(refused))
    return list(what_would_run(look.text, look.version, look.path))
