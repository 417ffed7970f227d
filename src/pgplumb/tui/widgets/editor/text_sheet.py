"""TextSheet: a text as an editor shows it: rows, numbers, colours, cursor, selection and remarks.

A change costs the rows that differ.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from textual.message import Message

from pgplumb.tui.widgets.editor.buffer import Splice, TextBuffer
from pgplumb.tui.widgets.editor.history import Place
from pgplumb.tui.widgets.editor.paint import Dressing, LineHighlighter, row_spans
from pgplumb.tui.widgets.editor.window import Row, Window
from pgplumb.tui.widgets.ink import InkName, Line, Span, width_of
from pgplumb.tui.widgets.line_view import LineView

_NOTE_GAP = 2


@dataclass(frozen=True, slots=True)
class Remark:
    """What stands beside one line of the text."""

    sign: Span | None = None
    """One cell left of the line's number."""
    notes: Sequence[Line] = ()
    """The same in shorter and shorter forms: the first that fits is drawn flush right."""
    faults: Sequence[tuple[int, int, InkName]] = ()
    """Columns that stand out, and how."""


_NONE = Remark()


class TextSheet(LineView):
    """Draws a buffer. `guide` is drawn while there is no text and no cursor in it."""

    class Told(Message):
        """What every message of an editor carries."""

        def __init__(self, editor: TextSheet, text: str = "") -> None:
            super().__init__()
            self.editor = editor
            self.text = text

        @property
        def control(self) -> TextSheet:
            """The editor, for `@on(..., "#id")`."""
            return self.editor

    class Changed(Told):
        """The text is another."""

    def __init__(
        self,
        highlight: LineHighlighter,
        guide: Sequence[Line] = (),
        *,
        id: str | None = None,  # noqa: A002
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.buffer = TextBuffer(spliced=self._spliced)
        self.window = Window()
        self.guide = tuple(guide)
        self._highlight = highlight
        self._rows: list[Row] = [(0, 0)]
        self._openings: list[str] = [""]
        self._remarks: dict[int, Remark] = {}
        self._announced = 0

    # For the widget that holds it

    @property
    def text(self) -> str:
        """The text."""
        return self.buffer.text

    def load(self, text: str) -> None:
        """Show another text from its beginning; what was done to the one before is forgotten."""
        self.buffer.load(text)
        self.settle()

    def replace_all(self, text: str) -> None:
        """Show another text; undo brings the one before back."""
        self.buffer.replace_all(text)
        self.settle()

    def replace_range(self, start: int, end: int, text: str) -> None:
        """Replace a stretch of the text, counted in characters; undo brings it back."""
        self.buffer.close_step()
        self.buffer.replace(self.buffer.place(start), self.buffer.place(end), text)
        self.buffer.close_step()
        self.settle()

    def remark(self, remarks: Mapping[int, Remark]) -> None:
        """Set what stands beside lines, by their number from 0."""
        self._remarks = dict(remarks)
        self.repaint()

    def go_to(self, place: Place) -> None:
        """Put the cursor somewhere and take the focus."""
        self.buffer.move(place)
        self.settle()
        self.focus()

    def place_under(self, x: int, y: int) -> Place:
        """Return the place that is drawn at a cell of the widget, or the nearest one."""
        row = self._rows[min(max(y, 0), len(self._rows) - 1)]
        return self.window.place_at(self.buffer.lines, row, x - self._margin)

    def scroll_rows(self, rows: int) -> None:
        """Scroll without moving the cursor."""
        if rows < 0 or len(self._rows) == self.window.height:
            self.window.scroll(self.buffer.lines, rows)
            self._rows = self.window.rows(self.buffer.lines)
            self.repaint()

    def copy_text(self) -> str:
        """Return the selected text, or all of it."""
        return self.buffer.selected or self.text

    # Drawing

    def line_at(self, y: int) -> Line:
        """Return one row of the text, or of the guide."""
        if not self.has_focus and self.buffer.lines == [""]:
            return (Span("  "), *self.guide[y]) if y < len(self.guide) else ()
        return self._row_line(self._rows[y]) if y < len(self._rows) else ()

    @property
    def _digits(self) -> int:
        return max(len(str(len(self.buffer.lines))), 2)

    @property
    def _margin(self) -> int:
        return self._digits + 4

    def _row_line(self, row: Row) -> Line:
        buffer = self.buffer
        line, number = row
        remark = self._remarks.get(line, _NONE)
        cells, first, end, indent = self.window.pieces(buffer.lines, row)
        here = line == buffer.cursor[0]
        caret = buffer.cursor[1] if here and self.has_focus else None
        if caret is not None and number != self.window.row_of(buffer.lines, buffer.cursor)[1]:
            caret = None
        pieces, _ = self._highlight(buffer.lines[line], self._opening(line))
        dressing = Dressing(pieces, remark.faults, self._selected_on(line), caret)
        spans = row_spans(cells, first, end, dressing)
        gutter: Line = (Span(" " * self._margin),)
        if number == 0:
            sign = remark.sign or Span(" ")
            shown = Span(f"{line + 1:>{self._digits}}", "muted" if here and self.has_focus else "faint")
            gutter = (Span(" "), sign, Span(" "), shown, Span(" "))
        found = (*gutter, Span(" " * indent), *spans)
        return self._noted(found, remark, row)

    def _noted(self, found: Line, remark: Remark, row: Row) -> Line:
        """Put a line's note at the end of the first of its rows that has room for it."""
        width = self.content_size.width
        for note in remark.notes:
            rows = self.window.layout(self.buffer.lines[row[0]]).starts
            for number in range(len(rows)):
                cells, first, end, indent = self.window.pieces(self.buffer.lines, (row[0], number))
                room = width - self._margin - indent - (cells.xs[end] - cells.xs[first]) - 1
                if width_of(note) + _NOTE_GAP <= room:
                    if number != row[1]:
                        return found
                    pad = width - width_of(found) - width_of(note)
                    return (*found, Span(" " * pad), *note)
        return found

    def _opening(self, line: int) -> str:
        """Return what is open at the start of a line, finding out the lines before it once."""
        while len(self._openings) <= line:
            at = len(self._openings) - 1
            self._openings.append(self._highlight(self.buffer.lines[at], self._openings[at])[1])
        return self._openings[line]

    def _selected_on(self, line: int) -> tuple[int, int] | None:
        (first, a), (last, b) = self.buffer.selection
        if not first <= line <= last or (first, a) == (last, b):
            return None
        return a if line == first else 0, b if line == last else len(self.buffer.lines[line]) + 1

    def _spliced(self, splice: Splice) -> None:
        """Lines were replaced: what stands beside the others moves with them."""
        del self._openings[splice.first + 1 :]
        more = splice.added - splice.removed
        behind = splice.first + splice.removed
        if more:
            self._remarks = {
                line + more if line >= behind else line: remark
                for line, remark in self._remarks.items()
                if line >= behind or line < splice.first + splice.added
            }
        edited = self._remarks.get(splice.first)
        if edited is not None and edited.faults:
            # Columns have moved; where the fault is now will be known in a moment.
            self._remarks[splice.first] = Remark(edited.sign, edited.notes)

    def settle(self) -> None:
        """Bring the cursor into sight and send what differs."""
        self._measure()
        if self.content_size.height:
            self.window.follow(self.buffer.lines, self.buffer.cursor)
            self._rows = self.window.rows(self.buffer.lines)
        self.repaint()
        if self._announced != self.buffer.version:
            self._announced = self.buffer.version
            self.post_message(self.Changed(self))

    def _measure(self) -> None:
        self.window.width = max(self.content_size.width - self._margin, 1)
        self.window.height = max(self.content_size.height, 1)

    def on_resize(self) -> None:
        """Lay the text out at another size."""
        self.settle()
