"""FilterInput and ListPane: a list with a line above it to filter by, and how many rows are shown."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Input

from pgplumb.tui.actions import Action, bindings, declare
from pgplumb.tui.widgets.ink import Line, Span, line, width_of
from pgplumb.tui.widgets.line_table import LineTable
from pgplumb.tui.widgets.line_view import LineLabel

FILTER_ACTIONS = declare(
    "filter",
    Action("keep", "enter down", "keep", "Keep the filter and go to the list.", hint=1, palette=False),
    Action(
        "leave", "escape", "clear", "Clear the filter; once more goes to the list.", hint=2, palette=False
    ),
)
LIST_ACTIONS = declare(
    "filtered",
    Action("filter", "/", "filter", "Filter the list: words in any order, !word leaves out.", hint=10),
)


class TextField(Input):
    """One line to type into, without a frame and without blinking."""

    def __init__(self, placeholder: str = "", *, password: bool = False, id: str | None = None) -> None:  # noqa: A002
        super().__init__(
            placeholder=placeholder, compact=True, password=password, select_on_focus=False, id=id
        )
        self.cursor_blink = False


class FilterInput(TextField):
    """One line to type a filter into."""

    ACTIONS: ClassVar = FILTER_ACTIONS
    BINDINGS: ClassVar[list[BindingType]] = bindings(FILTER_ACTIONS)

    class Kept(Message):
        """The person is done with typing."""

    def __init__(self) -> None:
        super().__init__("/ filter")

    def action_keep(self) -> None:
        """Go to the list with the filter as it is."""
        self.post_message(self.Kept())

    def action_leave(self) -> None:
        """Clear what was typed, or go to the list where nothing is."""
        if self.value:
            self.value = ""
        else:
            self.action_keep()


class ListPane(Vertical):
    """A LineTable under its filter line. `summary` is written beside the count, before the list is filtered."""

    ACTIONS: ClassVar = LIST_ACTIONS
    BINDINGS: ClassVar[list[BindingType]] = bindings(LIST_ACTIONS)

    def __init__(
        self,
        table: LineTable[Any],
        *,
        noun: str = "",
        quiet: bool = False,
        id: str | None = None,  # noqa: A002
        classes: str | None = None,
    ) -> None:
        """`noun` names what is counted, many of it: "tables". With `quiet` the filter line shows while it is used."""
        super().__init__(id=id, classes=classes)
        self._quiet = quiet
        self.table = table
        table.unmatched = line(
            Span("nothing matches   ", "muted"), Span("esc", "key"), Span(" clears", "muted")
        )
        self._noun = noun
        self._input = FilterInput()
        self.count_label = LineLabel(classes="count", right=True)
        self._count_width = 0
        self._note: Line = ()

    def compose(self) -> ComposeResult:
        """The filter line, then the table."""
        with Horizontal(classes="filter-line") as bar:
            bar.display = not self._quiet
            yield self._input
            yield self.count_label
        yield self.table

    def focus_list(self) -> None:
        """Give the list the focus."""
        self.table.focus()

    def note(self, *spans: Span) -> None:
        """Say something about the list as a whole beside the count."""
        self._note = spans
        self._show_count()

    def action_filter(self) -> None:
        """Go to the filter line."""
        self._show_bar(True)
        self._input.focus()

    def clear_filter(self) -> bool:
        """Show all rows again; False where they are shown already."""
        was = bool(self._input.value)
        self._input.value = ""
        self._show_bar(False)
        return was

    def reach(self, key: Hashable) -> bool:
        """Put the cursor on a row, also where the filter hides it; False where it is not there."""
        if self.table.move_to(key):
            return True
        self.clear_filter()
        return self.table.move_to(key)

    def on_descendant_blur(self) -> None:
        """A filter line that nothing is typed into goes away."""
        self._show_bar(bool(self._input.value))

    def _show_bar(self, shown: bool) -> None:
        if self._quiet and isinstance(self._input.parent, Horizontal):
            self._input.parent.display = shown

    @on(Input.Changed)
    def _filter_changed(self, event: Input.Changed) -> None:
        event.stop()
        self.table.set_filter(event.value)

    @on(FilterInput.Kept)
    def _filter_kept(self, event: FilterInput.Kept) -> None:
        event.stop()
        self.table.focus()

    @on(LineTable.Changed)
    def _rows_changed(self) -> None:
        self._show_count()

    def _show_count(self) -> None:
        view = self.table.view
        count = ""
        if view.filtered:
            count = f"{len(view.rows):,} of {view.total:,}"
        elif view.total:
            count = f"{view.total:,} {_counted(view.total, self._noun)}"
        shown = (*self._note, Span("   " if self._note else ""), Span(count.strip(), "muted"), Span("  "))
        if width_of(shown) > self._count_width:
            # It only grows: another width is another layout.
            self._count_width = width_of(shown)
            self.count_label.styles.width = self._count_width
        self.count_label.show(shown)


def _counted(number: int, noun: str) -> str:
    """Return the word for so many of it: `1 finding`, `2 findings`, `1 index`."""
    if number != 1:
        return noun
    return noun.removesuffix("es") if noun.endswith("xes") else noun.removesuffix("s")
