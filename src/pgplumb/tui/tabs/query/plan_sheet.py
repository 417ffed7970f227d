"""A plan on the screen: lines about it, its tree with what was learnt from it below, or why there is none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.message import Message

from pgplumb.tui.actions import Action, bindings, declare
from pgplumb.tui.tabs.query.plan_rows import COLUMNS, MEASURED, PlanRow, in_words, plan_rows
from pgplumb.tui.widgets.ink import Line, Span
from pgplumb.tui.widgets.line_table import LineTable
from pgplumb.tui.widgets.line_view import LineLabel
from pgplumb.tui.widgets.one_of import OneOf
from pgplumb.tui.widgets.table_parts import RowKind
from pgplumb.tui.widgets.text_pane import TextPane
from pgplumb.tui.widgets.wrap import wrap

if TYPE_CHECKING:
    from textual.widget import Widget

    from pgplumb.workload.plan import Plan

ACTIONS = declare(
    "plan",
    Action(
        "ask", "enter", "ask", "Have it planned, without running it: on the server, or in its twin.", hint=5
    ),
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is drawn: a plan between lines, or a text in its place."""

    head: tuple[Line, ...] = ()
    plan: Plan | None = None
    below: tuple[Line, ...] = ()
    """What is said under the tree."""
    text: tuple[Line, ...] = ()
    """Where there is no plan."""


class PlanSheet(OneOf):
    """Draws a Sheet. It asks for nothing itself: Enter posts `Wanted`."""

    ACTIONS: ClassVar = ACTIONS
    BINDINGS: ClassVar[list[BindingType]] = bindings(ACTIONS)
    DEFAULT_CSS = "PlanSheet { height: 1fr; } PlanSheet > LineLabel { height: auto; }"

    class Wanted(Message):
        """A person wants the plan."""

        def __init__(self, sheet: PlanSheet) -> None:
            super().__init__()
            self.sheet = sheet

    class Followed(Message):
        """A person goes to the table of a node."""

        def __init__(self, relation: tuple[str, str]) -> None:
            super().__init__()
            self.relation = relation

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._sheet = Sheet()
        self._head = LineLabel()
        self._text = TextPane(indent=6)
        self._table = PlanTable()
        self._at = 0
        """Which of several plans is shown."""

    def compose(self) -> ComposeResult:
        """A text, or lines above the tree."""
        yield self._head
        yield self._table
        yield self._text
        self._choose()

    @property
    def shown(self) -> Widget:
        """The tree where there is one, else the text."""
        return self._table if self._sheet.plan is not None else self._text

    @property
    def choices(self) -> int:
        """How many plans there are to look at."""
        raise NotImplementedError

    def next_view(self) -> bool:
        """Show the plan for other values; False where there is no other."""
        if self.choices < 2:
            return False
        self._at = (self._at + 1) % self.choices
        self.draw_look(True)
        return True

    def draw_look(self, fresh: bool) -> None:
        """Draw what is looked at; a fresh look from its beginning."""
        raise NotImplementedError

    def draw(self, sheet: Sheet, fresh: bool) -> None:
        """Draw a sheet; a fresh one from its beginning."""
        self._sheet = sheet
        had_focus = self.has_focus_within
        self._choose()
        self.hand_on(had_focus)
        if sheet.plan is not None:
            self._show_head()
            self._table.show_plan(sheet.plan, sheet.below, fresh)
        else:
            self._text.show([(Span("  "), *one) for one in sheet.text], keep_place=not fresh)

    def on_resize(self) -> None:
        """Break the lines above the tree anew."""
        self._show_head()

    def _show_head(self) -> None:
        width = max(self.size.width - 1, 20)
        self._head.show(*(part for one in self._sheet.head for part in wrap(one, width, 8)))

    def _choose(self) -> None:
        """Show the tree where there is a plan, else the text."""
        planned = self._sheet.plan is not None
        self._head.display = self._table.display = planned
        self._text.display = not planned

    def action_ask(self) -> None:
        """Enter."""
        self.post_message(self.Wanted(self))

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
    """The tree, and lines below it. They are broken for its width."""

    def __init__(self) -> None:
        kinds = RowKind[PlanRow](
            whole=lambda row: row.tree if row.cost is None else None, copy=lambda _: self._words()
        )
        super().__init__(COLUMNS, key=lambda row: row.key, text=lambda _: "", kinds=kinds)
        self._plan: Plan | None = None
        self._below: tuple[Line, ...] = ()

    def show_plan(self, plan: Plan, below: Sequence[Line], fresh: bool) -> None:
        """Draw a plan."""
        if plan is self._plan and tuple(below) == self._below:
            return
        self._plan, self._below = plan, tuple(below)
        self._draw()
        if fresh:
            self.action_first()

    def on_resize(self) -> None:
        """Break the lines anew."""
        self._draw()

    def _draw(self) -> None:
        width = self.content_size.width
        if self._plan is None or not width:
            return
        self.set_columns(COLUMNS if self._plan.root.actual is None else MEASURED)
        self.show(plan_rows(self._plan, width, self._below))

    def _words(self) -> str:
        return in_words(self._plan) if self._plan is not None else ""
