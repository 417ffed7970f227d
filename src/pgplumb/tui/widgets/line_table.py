"""LineTable: a long list of records, drawn by the visible line.

Rows are replaced as a whole (`show`); only cells that changed are sent. The cursor belongs to a row's key, so it
stays on its object whatever the refresh brought. Everything costs as much as what is visible, but for finding
rows (filter, sort), which is a pass over strings.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any, ClassVar, Generic

from textual import events
from textual.binding import BindingType
from textual.message import Message

from pgplumb.tui.actions import bindings
from pgplumb.tui.widgets import glyphs
from pgplumb.tui.widgets.column_fit import ColumnFit
from pgplumb.tui.widgets.columns import GAP, MARGIN, Column, Placed, R
from pgplumb.tui.widgets.ink import Cell, Line, Span, as_line, fitted, line, text_of
from pgplumb.tui.widgets.line_view import LineView
from pgplumb.tui.widgets.palette import Ground
from pgplumb.tui.widgets.row_cursor import RowCursor
from pgplumb.tui.widgets.row_view import RowView
from pgplumb.tui.widgets.table_parts import ACTIONS, RowKind


class LineTable(LineView, Generic[R], can_focus=True):
    """A table of records with a cursor, a filter and a sort order."""

    DEFAULT_CSS = "LineTable { height: 1fr; }"
    ACTIONS: ClassVar = ACTIONS
    BINDINGS: ClassVar[list[BindingType]] = bindings(ACTIONS)

    class Told(Message):
        """What every message of a table carries."""

        def __init__(self, table: LineTable[Any], row: Any = None) -> None:
            super().__init__()
            # Else it counts as sent by whoever caused it, and Textual lets no message bubble past its sender.
            self.set_sender(table)
            self.table = table
            self.row = row

        @property
        def control(self) -> LineTable[Any]:
            """The table, for `@on(..., "#id")`."""
            return self.table

    class Changed(Told):
        """How many rows are shown, or their order, changed: for the count beside the filter."""

    class Highlighted(Told):
        """The cursor came to rest on another row, or on none (`row` is None)."""

    class Selected(Told):
        """A row was chosen: with Enter, or a click on the cursor's row."""

    def __init__(
        self,
        columns: Sequence[Column[R]],
        *,
        key: Callable[[R], Hashable],
        text: Callable[[R], str],
        kinds: RowKind[R] | None = None,
        header: int = 1,
        id: str | None = None,  # noqa: A002
        classes: str | None = None,
    ) -> None:
        """`key` tells rows apart across refreshes; `text` is what the filter looks in.

        `header` is how many lines stand above the rows: 0 for none.
        """
        super().__init__(id=id, classes=classes)
        self.columns = tuple(columns)
        self.kinds = kinds or RowKind()
        self.view = RowView(key, text, self.kinds.depth)
        self.placeholder: tuple[Line, ...] = ()
        self.unmatched: Line = ()
        self.sort_column: Column[R] | None = None
        self.sort_reversed = False
        self._header = header
        self._cursor = RowCursor(self._selectable)
        self._cursor_key: Hashable | None = None
        self._announced: Hashable | None = None
        self._skip = 0
        self._fit = ColumnFit[R]()

    # What is shown

    def show(self, rows: Sequence[R], placeholder: Sequence[Line] = ()) -> None:
        """Take a new reading. `placeholder` is drawn where there are no rows: why, and what to do."""
        self.placeholder = tuple(placeholder)
        self._measure(rows)
        self.view.replace(rows)
        self._settle()

    def set_columns(self, columns: Sequence[Column[R]]) -> None:
        """Show rows in other columns from the next reading on."""
        if tuple(columns) != self.columns:
            self.columns = tuple(columns)
            self._fit.forget()

    def set_filter(self, text: str) -> None:
        """Show the rows that pass what was typed; the cursor stays on its row while that is shown."""
        self.view.filter(text)
        self._settle()

    def sort_by(self, column: Column[R] | None, reverse: bool = False) -> None:
        """Sort by a column; None restores the order of the records."""
        self.sort_column, self.sort_reversed = column, reverse
        self.view.sort(column.sort if column else None, reverse)
        self._settle()

    @property
    def row(self) -> R | None:
        """The record under the cursor."""
        at = self._cursor.position
        return self.view.rows[at] if self._selectable(at) else None

    @property
    def key(self) -> Hashable | None:
        """The key of the record under the cursor."""
        return self._announced

    def move_to(self, key: Hashable) -> bool:
        """Put the cursor on the row with a key; False where it is not shown."""
        position = self.view.position(key)
        if position is None:
            return False
        self._move(position)
        return True

    def lead(self, key: Hashable) -> bool:
        """Put the cursor on the row with a key, and that row as high as can be; False where it is not shown."""
        found = self.move_to(key)
        if found:
            self._cursor.lead()
            self.repaint()
        return found

    def copy_text(self) -> str | None:
        """Return what `y` copies: the row's name."""
        row = self.row
        if row is None:
            return None
        return self.kinds.copy(row) if self.kinds.copy else text_of(self.columns[0].cell(row)).strip()

    # Drawing

    def line_count(self) -> int:
        """The header and the rows."""
        return self._header + (len(self.view.rows) or len(self._instead))

    @property
    def _instead(self) -> tuple[Line, ...]:
        """What is drawn in place of rows: why there are none, or that the filter leaves none."""
        left_out = self.unmatched and self.view.filtered and self.view.total
        return (self.unmatched,) if left_out else self.placeholder

    def line_at(self, y: int) -> Line:
        """Return the header, a row, or the placeholder."""
        if y < self._header:
            return self._header_line(y)
        y -= self._header
        rows = self.view.rows
        if not rows:
            instead = self._instead
            return (Span("  "), *instead[y]) if y < len(instead) else ()
        index = self._cursor.top + y
        return self._row_line(rows[index], index == self._cursor.position) if index < len(rows) else ()

    def ground_at(self, y: int) -> Ground:
        """The cursor row stands out, more so with the focus."""
        index = self._cursor.top + y - self._header
        if y < self._header or index != self._cursor.position or not self._selectable(index):
            return "plain"
        return "cursor" if self.has_focus else "cursor-idle"

    def _row_line(self, row: R, cursor: bool) -> Line:
        width = self.content_size.width
        mark = Span(glyphs.CURSOR if cursor and self._selectable(self._cursor.position) else " ", "accent")
        whole = self.kinds.whole(row) if self.kinds.whole else None
        if whole is not None:
            return (mark, Span(" "), *fitted(whole, max(width - MARGIN, 0)))
        note = self.kinds.note(row) if self.kinds.note else None
        spans = [mark, Span(" ")]
        for i, (column, x, cells) in enumerate((p.column, p.x, p.width) for p in self._columns()):
            if i:
                spans.append(Span(" " * GAP))
            if i == 1 and note is not None:
                spans.extend(fitted(note, max(width - x, 0)))
                break
            cell: Cell = column.cell(row)
            if i == 0 and self.kinds.depth:
                cell = line("  " * self.kinds.depth(row), *as_line(cell))
            spans.extend(fitted(cell, cells, right=column.right))
        return tuple(spans)

    def _header_line(self, y: int) -> Line:
        """Return a line of the header: the titles. What is below them is for subclasses."""
        spans = [Span(" " * MARGIN)]
        for i, placed in enumerate(self._columns()):
            if i:
                spans.append(Span(" " * GAP))
            spans.extend(fitted(self._title(placed.column), placed.width, right=placed.column.right))
        return tuple(spans)

    def _title(self, column: Column[R]) -> Span:
        if column is not self.sort_column:
            return Span(column.title, "muted")
        arrow = glyphs.DESCENDING if self.sort_reversed else glyphs.ASCENDING
        return Span(f"{arrow}{column.title}", "accent")

    def _columns(self) -> tuple[Placed[R], ...]:
        return self._fit.placed(self.columns, self.content_size.width, self._skip)

    def _measure(self, rows: Sequence[R]) -> None:
        self._fit.measure(self.columns, rows, self.kinds)

    # The cursor

    def _selectable(self, index: int) -> bool:
        rows = self.view.rows
        if not 0 <= index < len(rows):
            return False
        return self.kinds.selectable is None or self.kinds.selectable(rows[index])

    def _settle(self) -> None:
        """After rows, filter or order changed: find the cursor's row again."""
        position = None if self._cursor_key is None else self.view.position(self._cursor_key)
        self._cursor.settle(len(self.view.rows), position)
        self.post_message(self.Changed(self))
        self._announce()
        self.repaint()

    def _move(self, index: int, step: int = 1) -> None:
        self._cursor.move(index, step)
        self._announce()
        self.repaint()

    def _announce(self) -> None:
        """Remember the cursor's row and tell about it; while no row is shown the last one is remembered."""
        row = self.row
        key = None if row is None else self.view.key(row)
        if key is not None:
            self._cursor_key = key
        if key != self._announced:
            self._announced = key
            self.post_message(self.Highlighted(self, row))

    def on_resize(self) -> None:
        """Keep the cursor in sight at another size."""
        self._cursor.height = max(self.content_size.height - self._header, 1)
        self._cursor.keep_in_sight()
        self.repaint()

    # Actions

    def action_down(self) -> None:
        """Move down one row."""
        self._move(self._cursor.position + 1)

    def action_up(self) -> None:
        """Move up one row."""
        self._move(self._cursor.position - 1, -1)

    def action_first(self) -> None:
        """Go to the first row."""
        self._move(0)

    def action_last(self) -> None:
        """Go to the last row."""
        self._move(len(self.view.rows) - 1, -1)

    def action_half_down(self) -> None:
        """Move down half a page."""
        self._move(self._cursor.position + max(self._cursor.height // 2, 1))

    def action_half_up(self) -> None:
        """Move up half a page."""
        self._move(self._cursor.position - max(self._cursor.height // 2, 1), -1)

    def action_page_down(self) -> None:
        """Move down a page."""
        self._cursor.top += self._cursor.height
        self._move(self._cursor.position + self._cursor.height)

    def action_page_up(self) -> None:
        """Move up a page."""
        self._cursor.top -= self._cursor.height
        self._move(self._cursor.position - self._cursor.height, -1)

    def action_select(self) -> None:
        """Say that the row under the cursor was chosen."""
        if self.row is not None:
            self.post_message(self.Selected(self, self.row))

    def action_sort(self) -> None:
        """Sort by the next column that can be sorted and is shown, then by none."""
        able = [p.column for p in self._columns() if p.column.sort is not None]
        if not able or self.kinds.depth:
            return
        at = able.index(self.sort_column) + 1 if self.sort_column in able else 0
        column = able[at] if at < len(able) else None
        self.sort_by(column, column.largest_first if column else False)

    def action_reverse(self) -> None:
        """Turn the sort order round."""
        if self.sort_column is not None:
            self.sort_by(self.sort_column, not self.sort_reversed)

    def action_columns_right(self) -> None:
        """Bring a hidden column into view."""
        if len(self._columns()) + self._skip < len(self.columns):
            self._skip += 1
            self.repaint()

    def action_columns_left(self) -> None:
        """Bring back the columns that were moved out of view."""
        if self._skip:
            self._skip -= 1
            self.repaint()

    # The mouse, where it is on

    def on_mouse_scroll_down(self) -> None:
        """Move down with the wheel."""
        self._move(self._cursor.position + 3)

    def on_mouse_scroll_up(self) -> None:
        """Move up with the wheel."""
        self._move(self._cursor.position - 3, -1)

    def on_click(self, event: events.Click) -> None:
        """Put the cursor where the mouse points; a click on the cursor's row chooses it."""
        index = self._cursor.top + event.y - self._header
        if event.y < self._header or index >= len(self.view.rows):
            return
        if index == self._cursor.position:
            self.action_select()
        else:
            self._move(index)
