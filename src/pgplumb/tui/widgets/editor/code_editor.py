"""CodeEditor: a text to write. Whoever holds it listens to `Changed` and says with `remark` what stands beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import ClassVar

from textual import events
from textual.binding import BindingType

from pgplumb.tui.actions import bindings
from pgplumb.tui.widgets.editor.buffer import INDENT, indentation, line_breaks
from pgplumb.tui.widgets.editor.history import Place
from pgplumb.tui.widgets.editor.keys import ACTIONS
from pgplumb.tui.widgets.editor.text_sheet import TextSheet


class CodeEditor(TextSheet, can_focus=True):
    """A text editor. Printable keys are typed; the others are those of `keys`."""

    DEFAULT_CSS = "CodeEditor { height: 1fr; }"
    ACTIONS: ClassVar = ACTIONS
    BINDINGS: ClassVar[list[BindingType]] = bindings(ACTIONS)

    class Left(TextSheet.Told):
        """The person is done with typing for now."""

    class Copied(TextSheet.Told):
        """`text` was cut or copied: it should reach the terminal's clipboard too."""

    class Refused(TextSheet.Told):
        """Something was not put in; `text` says why."""

    _goal: int | None = None
    """The cell that going up and down keeps to."""
    _clipboard = ""
    _dragging = False

    def go_to(self, place: Place) -> None:
        """Put the cursor somewhere and take the focus."""
        self._goal = None
        super().go_to(place)

    # Typing

    def check_consume_key(self, key: str, character: str | None = None) -> bool:
        """Tell that printable keys are typed here (called by Textual)."""
        return character is not None and character.isprintable()

    def on_key(self, event: events.Key) -> None:
        """Type what is printable."""
        if event.is_printable and event.character is not None:
            event.stop()
            event.prevent_default()
            self._type(event.character)

    def on_paste(self, event: events.Paste) -> None:
        """Take what the terminal pastes."""
        event.stop()
        self._put(line_breaks(event.text))

    def _put(self, text: str) -> None:
        self.buffer.close_step()
        self._type(text)
        self.buffer.close_step()

    def _type(self, text: str) -> None:
        reason = self.buffer.refusal(text)
        if reason is not None:
            self.post_message(self.Refused(self, f"not put in: {reason}"))
            return
        self.buffer.insert(text)
        self._changed()

    def _changed(self) -> None:
        self._goal = None
        self.settle()

    def _delete(self, start: Place, end: Place) -> None:
        """Delete the selection, or a stretch where nothing is selected."""
        if self.buffer.anchor != self.buffer.cursor:
            start, end = self.buffer.selection
        self.buffer.replace(min(start, end), max(start, end), "")
        self._changed()

    # Actions

    def action_leave(self) -> None:
        """Leave the text."""
        self.post_message(self.Left(self))

    def action_go(self, where: str, select: bool) -> None:
        """Move the cursor, taking the selection along or not."""
        buffer, window = self.buffer, self.window
        rows = {"up": -1, "down": 1, "page_up": 1 - window.height, "page_down": window.height - 1}.get(where)
        if rows is not None:
            if self._goal is None:
                self._goal = window.x_of(buffer.lines, buffer.cursor)
            buffer.move(window.vertical(buffer.lines, buffer.cursor, rows, self._goal), select)
            self.settle()
            return
        line = buffer.cursor[0]
        places: Mapping[str, Callable[[Place], Place]] = {
            "left": buffer.left_of,
            "right": buffer.right_of,
            "word_left": buffer.word_left_of,
            "word_right": buffer.word_right_of,
            "line_start": buffer.line_start,
            "line_end": lambda place: (line, len(buffer.lines[line])),
            "text_start": lambda place: (0, 0),
            "text_end": lambda place: buffer.end,
        }
        start, end = buffer.selection
        if start != end and not select and where in ("left", "right"):
            buffer.move(start if where == "left" else end)
        else:
            buffer.move(places[where](buffer.cursor), select)
        self._changed()

    def action_select_all(self) -> None:
        """Select the whole text."""
        self.buffer.move((0, 0))
        self.buffer.move(self.buffer.end, select=True)
        self._changed()

    def action_undo(self) -> None:
        """Take the last change back."""
        self.buffer.undo()
        self._changed()

    def action_redo(self) -> None:
        """Make it again."""
        self.buffer.redo()
        self._changed()

    def action_break(self) -> None:
        """Begin a line with the indentation of this one."""
        line, column = self.buffer.selection[0]
        self._put("\n" + indentation(self.buffer.lines[line])[:column])

    def action_indent(self) -> None:
        """Indent the selected lines, or insert blanks up to the next stop."""
        if self.buffer.anchor == self.buffer.cursor:
            column = self.buffer.cursor[1]
            self._put(" " * (INDENT - column % INDENT))
        else:
            self._shift(lambda line: " " * INDENT + line if line else line)

    def action_dedent(self) -> None:
        """Indent the lines less."""
        self._shift(lambda line: line[min(len(line) - len(line.lstrip(" ")), INDENT) :])

    def action_delete_left(self) -> None:
        """Delete the character before the cursor."""
        self._delete(self.buffer.left_of(self.buffer.cursor), self.buffer.cursor)

    def action_delete_right(self) -> None:
        """Delete the character under the cursor."""
        self._delete(self.buffer.cursor, self.buffer.right_of(self.buffer.cursor))

    def action_delete_word(self) -> None:
        """Delete up to the start of the word."""
        self._delete(self.buffer.word_left_of(self.buffer.cursor), self.buffer.cursor)

    def action_delete_start(self) -> None:
        """Delete up to the start of the line; at its start, the line break before it."""
        line, column = self.buffer.cursor
        self._delete((line, 0) if column else self.buffer.left_of((line, 0)), (line, column))

    def action_delete_end(self) -> None:
        """Delete up to the end of the line; at its end, the line break behind it."""
        line, column = self.buffer.cursor
        end = (line, len(self.buffer.lines[line]))
        self._delete((line, column), end if (line, column) != end else self.buffer.right_of(end))

    def action_cut(self) -> None:
        """Cut the selection, or the line."""
        self.action_copy()
        self._delete(*self._line_or_selection())

    def action_copy(self) -> None:
        """Copy the selection, or the line."""
        self._clipboard = self.buffer.between(*self._line_or_selection())
        if self._clipboard:
            self.post_message(self.Copied(self, self._clipboard))

    def action_paste(self) -> None:
        """Paste what was cut or copied here."""
        if self._clipboard:
            self._put(self._clipboard)

    def _line_or_selection(self) -> tuple[Place, Place]:
        start, end = self.buffer.selection
        if start != end:
            return start, end
        line = start[0]
        return (line, 0), self.buffer.right_of((line, len(self.buffer.lines[line])))

    def _shift(self, change: Callable[[str], str]) -> None:
        """Change every line that the selection touches, keeping them selected."""
        (first, _), (last, column) = self.buffer.selection
        if last > first and column == 0:
            last -= 1
        lines = self.buffer.lines
        changed = "\n".join(map(change, lines[first : last + 1]))
        selected = self.buffer.anchor != self.buffer.cursor
        place = self.buffer.cursor
        self.buffer.close_step()
        grown = len(changed) - len(self.buffer.between((first, 0), (last, len(lines[last]))))
        self.buffer.replace((first, 0), (last, len(lines[last])), changed)
        if selected:
            self.buffer.move((first, 0))
            self.buffer.move((last, len(lines[last])), select=True)
        else:
            self.buffer.move((place[0], max(place[1] + grown, 0)))
        self._changed()

    # The mouse, where it is on

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Put the cursor where the mouse points."""
        self.buffer.move(self._pointed(event))
        self._dragging = True
        self.capture_mouse()
        self._changed()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Select while the button is held."""
        if self._dragging:
            self.buffer.move(self._pointed(event), select=True)
            self._changed()

    def _pointed(self, event: events.MouseEvent) -> Place:
        return self.place_under(event.x - self.gutter.left, event.y - self.gutter.top)

    def on_mouse_up(self) -> None:
        """The button was let go."""
        self._dragging = False
        self.release_mouse()

    def on_mouse_scroll_down(self) -> None:
        """Go down with the wheel."""
        self.scroll_rows(3)

    def on_mouse_scroll_up(self) -> None:
        """Go up with the wheel."""
        self.scroll_rows(-3)
