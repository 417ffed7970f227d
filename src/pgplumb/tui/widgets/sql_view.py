"""SqlView: SQL or other code to read, coloured by a highlighter that is handed in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from pgplumb.foundation.text import sanitise_block
from pgplumb.tui.widgets.ink import InkName, Line, Span
from pgplumb.tui.widgets.text_pane import TextPane

CLASS_INKS: Mapping[str, InkName] = {
    "keyword": "sql-keyword",
    "name": "sql-name",
    "identifier": "sql-name",
    "function": "sql-function",
    "type": "sql-type",
    "string": "sql-string",
    "number": "sql-number",
    "comment": "sql-comment",
    "operator": "sql-operator",
    "punctuation": "sql-operator",
    "parameter": "sql-parameter",
    "error": "sql-error",
}
"""How a class of token is drawn; others are plain text."""

Highlighter = Callable[[str], Iterable[tuple[int, int, str]]]
"""Returns (start, end, class) in characters for a text."""


def sql_lines(text: str, highlighter: Highlighter | None = None) -> list[Line]:
    """Return a text as lines, sanitised and then coloured (so that offsets are those of what is shown)."""
    text = sanitise_block(text)
    spans: list[Span] = []
    at = 0
    for start, end, kind in sorted(highlighter(text)) if highlighter else ():
        if start < at or end <= start:
            continue
        if start > at:
            spans.append(Span(text[at:start]))
        spans.append(Span(text[start:end], CLASS_INKS.get(kind, "text")))
        at = end
    spans.append(Span(text[at:]))
    return _split(spans)


def _split(spans: Sequence[Span]) -> list[Line]:
    lines: list[list[Span]] = [[]]
    for span in spans:
        first, *more = span.text.split("\n")
        lines[-1].append(Span(first, span.ink))
        lines.extend([Span(part, span.ink)] for part in more)
    return [tuple(span for span in one if span.text) for one in lines]


class SqlView(TextPane):
    """A TextPane that is given SQL."""

    def __init__(
        self,
        *,
        wraps: bool = True,
        id: str | None = None,  # noqa: A002
        classes: str | None = None,
    ) -> None:
        super().__init__(wraps=wraps, indent=4, id=id, classes=classes)
        self._text = ""

    def show_sql(
        self,
        text: str,
        highlighter: Highlighter | None = None,
        *,
        before: Sequence[Line] = (),
        keep_place: bool = True,
    ) -> None:
        """Show a text, coloured, below some lines of ours."""
        self._text = text
        self.show([*before, *sql_lines(text, highlighter)], keep_place=keep_place)

    def copy_text(self) -> str:
        """Return what `y` copies: the SQL as it is."""
        return self._text
