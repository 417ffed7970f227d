"""The text of a statement to be read, with its figures beside it where there is room."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Self

from textual.containers import Horizontal

from pgplumb.tui.tabs.query.figures import WIDTH
from pgplumb.tui.tabs.query.sql_text import laid_out
from pgplumb.tui.widgets.ink import Line, Span, line
from pgplumb.tui.widgets.text_pane import TextPane

if TYPE_CHECKING:
    from textual.app import ComposeResult

_MARGIN = 2


class StatementPane(TextPane):
    """A statement, laid out for the width. `y` copies it as the server has it."""

    def __init__(self) -> None:
        super().__init__(indent=4, id="query-sql")
        self._text: str | None = None
        self._missing: str | None = None
        self._laid: tuple[str | None, str | None, int] | None = None

    def show_statement(self, text: str | None, missing: str | None, keep_place: bool) -> None:
        """Show a text; `missing` says what is with the rest of it, or with all of it where there is none."""
        self._text, self._missing = text, missing
        self._lay_out(keep_place)

    def show_note(self, lines: Sequence[Line], copied: str) -> None:
        """Show something else instead of a statement."""
        self._text, self._laid = copied, None
        self.show([(Span(" " * _MARGIN), *one) for one in lines], keep_place=False)

    def copy_text(self) -> str:
        """What is known of the text, unchanged."""
        return self._text or ""

    def on_resize(self) -> None:
        """Lay the text out anew."""
        if self._laid is not None:
            self._lay_out(keep_place=True)

    def _lay_out(self, keep_place: bool) -> None:
        wanted = (self._text, self._missing, self.content_size.width)
        if wanted == self._laid:
            return
        self._laid = wanted
        lines = laid_out(self._text, self.content_size.width - 2 * _MARGIN).lines if self._text else ()
        more = (line(Span(self._missing, "warn")),) if self._missing else ()
        self.show([(Span(" " * _MARGIN), *one) for one in (*lines, *more)], keep_place=keep_place)


class NoticePane(TextPane):
    """Something said in place of a list, and what `y` copies of it."""

    def __init__(self) -> None:
        super().__init__(indent=0, id="queries-notice")
        self._copied = ""

    def show_notice(self, lines: Sequence[Line], copied: str) -> None:
        """Say something."""
        self._copied = copied
        self.show(lines)

    def copy_text(self) -> str:
        """The SQL of the next step."""
        return self._copied


class TextAndFigures(Horizontal):
    """The text, and on a broad screen the figures to its right."""

    DEFAULT_CSS = f"#query-side {{ width: {WIDTH + 4}; padding: 0 2; }}"

    def __init__(self) -> None:
        super().__init__()
        self._pane = StatementPane()
        self._side = TextPane(wraps=False, id="query-side")
        self._side.can_focus = False

    def compose(self) -> ComposeResult:
        """Left and right."""
        yield self._pane
        yield self._side

    def focus(self, scroll_visible: bool = True) -> Self:
        """Give the focus to the text."""
        self._pane.focus()
        return self

    def show_statement(
        self, text: str | None, figures: Sequence[Line], *, missing: str | None, keep_place: bool
    ) -> None:
        """Show a text and what it took."""
        self._pane.show_statement(text, missing, keep_place)
        self._side.show(figures)

    def show_note(self, lines: Sequence[Line], copied: str = "", figures: Sequence[Line] = ()) -> None:
        """Show something else instead of a statement."""
        self._pane.show_note(lines, copied)
        self._side.show(figures)
