"""The palette: everything that can be done or gone to, by name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.widgets import Input

from pgplumb.tui.actions import Action, bindings, declare
from pgplumb.tui.entry import Entry
from pgplumb.tui.widgets.columns import Column
from pgplumb.tui.widgets.filter_input import TextField
from pgplumb.tui.widgets.ink import Span, line
from pgplumb.tui.widgets.line_table import LineTable
from pgplumb.tui.widgets.overlay import Overlay

ACTIONS = declare(
    "palette",
    Action("run", "enter", "run", "Do or go to what is chosen.", hint=10, palette=False),
    Action("down", "down ctrl+n", "down", "Choose the next entry.", palette=False),
    Action("up", "up", "up", "Choose the entry before.", palette=False),
    Action("page_down", "pagedown", "page down", "Move down a page.", palette=False),
    Action("page_up", "pageup", "page up", "Move up a page.", palette=False),
    Action("close", "escape", "close", "Close the palette.", hint=20, palette=False),
)

Ranked = tuple[int, Entry]


class PaletteScreen(Overlay[Entry | None]):
    """A list of entries that narrows while one types; dismissed with the entry that was chosen."""

    ACTIONS: ClassVar = ACTIONS
    BINDINGS: ClassVar[list[BindingType]] = bindings(ACTIONS)

    def __init__(self, entries: Sequence[Entry], placeholder: str) -> None:
        super().__init__()
        self._entries: list[Ranked] = list(enumerate(entries))
        self._placeholder = placeholder
        self._input = TextField(placeholder)
        self._table = LineTable[Ranked](
            (
                Column[Ranked]("label", "", lambda r: r[1].label, min_width=20, max_width=70),
                Column[Ranked]("kind", "", lambda r: Span(r[1].kind, "faint"), width=9, priority=1),
                Column[Ranked]("detail", "", lambda r: Span(r[1].detail, "muted"), grow=True, priority=2),
                Column[Ranked](
                    "keys", "", lambda r: Span(r[1].keys, "key"), width=10, right=True, priority=1
                ),
            ),
            key=lambda ranked: ranked[0],
            text=lambda ranked: f"{ranked[1].label} {ranked[1].kind} {ranked[1].detail}",
            header=False,
        )
        self._table.can_focus = False

    def compose(self) -> ComposeResult:
        """The line to type into, and the list."""
        with Vertical(classes="frame") as frame:
            frame.border_title = "Go to or do"
            frame.border_subtitle = "enter go   esc close"
            yield self._input
            yield self._table

    def on_mount(self) -> None:
        """Show everything at first."""
        self._table.show(self._entries)
        self._input.focus()

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        """Put entries whose name begins with what was typed first, short names before long ones."""
        wanted = event.value.strip().casefold()

        def rank(ranked: Ranked) -> tuple[int, int]:
            label = ranked[1].label.casefold()
            last = label.rpartition(".")[2]
            near = (
                0
                if wanted in (label, last)
                else 1
                if label.startswith(wanted) or last.startswith(wanted)
                else 2
            )
            return (near if wanted in label else 3, len(label) if wanted else 0)

        self._table.set_filter(event.value)
        self._table.view.sort(rank if wanted else None)
        self._table.show(self._entries, (line(Span("nothing is called that", "muted")),))
        self._table.action_first()

    @on(LineTable.Selected)
    def _clicked(self) -> None:
        self.action_run()

    @on(Input.Submitted)
    def action_run(self) -> None:
        """Do what is chosen."""
        row = self._table.row
        if row is not None:
            self.dismiss(row[1])

    def action_close(self) -> None:
        """Close without doing anything."""
        self.dismiss(None)

    def action_down(self) -> None:
        """Choose the next entry."""
        self._table.action_down()

    def action_up(self) -> None:
        """Choose the entry before."""
        self._table.action_up()

    def action_page_down(self) -> None:
        """Move down a page."""
        self._table.action_page_down()

    def action_page_up(self) -> None:
        """Move up a page."""
        self._table.action_page_up()
