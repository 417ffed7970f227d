"""Breaking a line of spans into lines that fit, at blanks where there are any."""

from __future__ import annotations

from collections.abc import Iterable

from rich.cells import cell_len

from pgplumb.tui.widgets.ink import InkName, Line, Span, clean


def wrap(spans: Iterable[Span], width: int, indent: int = 0) -> list[Line]:
    """Return the lines that a line becomes at a width; those after the first are indented."""
    words = [(piece, span.ink) for span in spans for piece in _pieces(clean(span.text))]
    indent = min(indent, max(width - 8, 0))
    lines: list[list[Span]] = [[]]
    used = 0
    for text, ink in words:
        size = cell_len(text)
        if used + size > width and used > (indent if len(lines) > 1 else 0):
            _strip_end(lines[-1])
            lines.append([Span(" " * indent)] if indent else [])
            used = indent
            if text.isspace():
                continue
        for part in _chopped(text, width - used, width - indent) if used + size > width else [text]:
            if used + cell_len(part) > width:
                lines.append([Span(" " * indent)] if indent else [])
                used = indent
            _append(lines[-1], part, ink)
            used += cell_len(part)
    return [tuple(found) for found in lines]


def _pieces(text: str) -> Iterable[str]:
    """Yield runs of blanks and of other characters in turn."""
    start = 0
    for i in range(1, len(text) + 1):
        if i == len(text) or (text[i] == " ") is not (text[start] == " "):
            yield text[start:i]
            start = i


def _chopped(text: str, first: int, rest: int) -> Iterable[str]:
    """Yield parts of a word that is wider than a line."""
    room, part, used = max(first, 1), "", 0
    for character in text:
        size = cell_len(character)
        if part and used + size > room:
            yield part
            room, part, used = max(rest, 1), "", 0
        part += character
        used += size
    if part:
        yield part


def _append(spans: list[Span], text: str, ink: InkName) -> None:
    if spans and spans[-1].ink == ink:
        spans[-1] = Span(spans[-1].text + text, ink)
    else:
        spans.append(Span(text, ink))


def _strip_end(spans: list[Span]) -> None:
    if spans:
        text, ink = spans.pop()
        if text.rstrip():
            spans.append(Span(text.rstrip(), ink))
