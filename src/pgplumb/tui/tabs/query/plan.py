"""The plan of a statement: what would run, said before it runs on a key, and then the plan as a tree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.message import Message

from pgplumb.catalog.unread import Unread
from pgplumb.foundation.text import count, percent
from pgplumb.sql.highlight import highlight
from pgplumb.tui.actions import Action, bindings, declare
from pgplumb.tui.requests import Explain
from pgplumb.tui.tabs.query.plan_rows import COLUMNS, PlanRow, cost, costliest, in_words, plan_rows
from pgplumb.tui.tabs.query.sql_text import laid_out
from pgplumb.tui.widgets.ink import Line, Span, line
from pgplumb.tui.widgets.line_table import LineTable
from pgplumb.tui.widgets.line_view import LineLabel
from pgplumb.tui.widgets.sql_view import sql_lines
from pgplumb.tui.widgets.table_parts import RowKind
from pgplumb.tui.widgets.text_pane import TextPane
from pgplumb.workload.plan import LOCK_TIMEOUT_MS, Plan, Unplanned, refuse
from pgplumb.workload.plan_lines import title

if TYPE_CHECKING:
    from textual.widget import Widget

ACTIONS = declare(
    "plan",
    Action(
        "ask", "enter", "ask for the plan", "Have the server plan the statement, without running it.", hint=5
    ),
)


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
    """A Plan, Unplanned or Unread; None before the server has answered."""
    asked: bool = False
    """Whether an answer is on its way."""
    refusal: str | None = None
    """Why the server cannot be asked now."""


class PlanPane(Vertical):
    """Draws a PlanLook. It asks for nothing itself: Enter posts `Wanted`."""

    ACTIONS: ClassVar = ACTIONS
    BINDINGS: ClassVar[list[BindingType]] = bindings(ACTIONS)
    DEFAULT_CSS = "PlanPane { height: 1fr; } PlanPane > LineLabel { height: 2; }"

    class Wanted(Message):
        """A person wants the plan."""

    class Followed(Message):
        """A person goes to the table of a node."""

        def __init__(self, relation: tuple[str, str]) -> None:
            super().__init__()
            self.relation = relation

    def __init__(self) -> None:
        super().__init__()
        self._look: PlanLook | None = None
        self._head = LineLabel()
        self._text = TextPane(indent=6)
        self._table = PlanTable()

    def compose(self) -> ComposeResult:
        """A text, or two lines above the tree."""
        yield self._head
        yield self._table
        yield self._text
        self._choose()

    def focus(self, scroll_visible: bool = True) -> Self:
        """Give the focus to what is shown."""
        self._shown.focus()
        return self

    @property
    def _shown(self) -> Widget:
        return self._table if self._plan is not None else self._text

    @property
    def _plan(self) -> Plan | None:
        answer = self._look.answer if self._look else None
        return answer if isinstance(answer, Plan) else None

    def show(self, look: PlanLook | None) -> None:
        """Draw another statement's plan, or this one's with more known about it."""
        if look == self._look:
            return
        fresh = look is None or self._look is None or look.request != self._look.request
        self._look = look
        had_focus = self.has_focus_within
        self._choose()
        if had_focus and not self._shown.has_focus:
            self._shown.focus()
        if look is not None and isinstance(look.answer, Plan):
            self._head.show(*plan_head(look.answer, asked=look.asked))
            self._table.show_plan(look.answer, fresh)
        else:
            self._text.show(_indented(before_the_plan(look) if look else ()), keep_place=not fresh)

    def _choose(self) -> None:
        """Show the tree where there is a plan, else the text."""
        planned = self._plan is not None
        self._head.display = self._table.display = planned
        self._text.display = not planned

    def action_ask(self) -> None:
        """Enter."""
        self.post_message(self.Wanted())

    @on(LineTable.Selected)
    def _selected(self, event: LineTable.Selected) -> None:
        event.stop()
        row: PlanRow = event.row
        if row.relation is not None:
            self.post_message(self.Followed(row.relation))

    @on(LineTable.Highlighted)
    @on(LineTable.Changed)
    def _inner(self, event: LineTable.Told) -> None:
        event.stop()


class PlanTable(LineTable[PlanRow]):
    """The tree. Its lines are broken for its width."""

    def __init__(self) -> None:
        kinds = RowKind[PlanRow](
            whole=lambda row: row.tree if row.cost is None else None, copy=lambda _: self._words()
        )
        super().__init__(COLUMNS, key=lambda row: row.key, text=lambda _: "", kinds=kinds)
        self._plan: Plan | None = None

    def show_plan(self, plan: Plan, fresh: bool) -> None:
        """Draw a plan."""
        if plan is self._plan:
            return
        self._plan = plan
        self._draw()
        if fresh:
            self.action_first()

    def on_resize(self) -> None:
        """Break the lines anew."""
        self._draw()

    def _draw(self) -> None:
        if self._plan is not None and self.content_size.width:
            self.show(plan_rows(self._plan, self.content_size.width))

    def _words(self) -> str:
        return in_words(self._plan) if self._plan is not None else ""


def plan_head(plan: Plan, *, asked: bool = False) -> tuple[Line, Line]:
    """Return what kind of plan it is, and where its cost is."""
    kind = "generic plan, its parameters unknown" if plan.parameters else "plan of this very text"
    rewritten = ", rewritten to be readable again" if plan.repaired else ""
    first = line(
        Span("  planning again" if asked else "  not executed", "accent" if asked else "pass"),
        Span(f" · {kind}{rewritten}", "muted"),
    )
    node, share = costliest(plan)
    second = line(
        Span("  cost ", "muted"),
        Span(cost(plan.root.total_cost), "strong"),
        Span("   rows ", "muted"),
        Span(count(plan.root.rows), "strong"),
        Span(f"   ! {percent(share)}", "warn"),
        Span(" of it in ", "muted"),
        Span(title(node)),
    )
    return first, second


def before_the_plan(look: PlanLook) -> list[Line]:
    """Return what is said while there is no plan: what would run, that it runs, or why there is none."""
    if isinstance(look.answer, Unplanned):
        return [*_unplanned(look.answer), (), line(Span("p", "key"), Span(" asks again", "muted"))]
    if isinstance(look.answer, Unread):
        return [line(Span(look.answer.reason, "warn"))]
    if look.refusal is not None:
        return [line(Span(look.refusal, "warn"))]
    if look.asked:
        return [line(Span("planning", "accent"), Span(" · ctrl+c cancels", "faint"))]
    if look.text is None:
        return [line(Span("reading the whole text", "muted"))]
    refused = refuse(look.text)
    return _unplanned(refused) if refused is not None else _what_would_run(look, look.text)


def _unplanned(answer: Unplanned) -> list[Line]:
    return [line(Span(answer.what, "warn")), line(Span(answer.why)), line(Span(answer.next_step, "muted"))]


def _what_would_run(look: PlanLook, text: str) -> list[Line]:
    """Say what runs when the plan is asked for: first what it does to the server, then its very text."""
    generic = look.version >= 160000
    settings = ["SET LOCAL search_path = " + look.path] if look.path else []
    if not generic:
        settings.append("SET LOCAL plan_cache_mode = force_generic_plan")
    first = "EXPLAIN (GENERIC_PLAN, VERBOSE, FORMAT JSON)" if generic else "PREPARE pgplumb_plan AS"
    last = [] if generic else ["EXPLAIN (VERBOSE, FORMAT JSON) EXECUTE pgplumb_plan(NULL, ...)"]
    return [
        line(
            Span("enter", "key"), Span(" or ", "muted"), Span("p", "key"), Span(" asks for the plan", "muted")
        ),
        (),
        line(
            Span("The statement is planned, not executed", "pass"),
            Span(f", in a READ ONLY transaction that waits {LOCK_TIMEOUT_MS} ms for locks at most.", "muted"),
        ),
        *([line(Span(_GENERIC, "muted"))] if "$" in text else []),
        line(Span("This will run:", "muted")),
        (),
        *(one for statement in settings for one in sql_lines(statement + ";", highlight)),
        *sql_lines(first, highlight),
        *laid_out(text, 72).lines,
        *(one for statement in last for one in sql_lines(statement + ";", highlight)),
    ]


_GENERIC = "Its parameters have no values here, so the plan is the generic one; for some values there may be another."


def _indented(lines: Sequence[Line]) -> list[Line]:
    return [(Span("  "), *one) for one in lines]
