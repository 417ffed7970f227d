"""Breaking a line of spans into lines that fit, at blanks where there are any."""

from __future__ import annotations

from collections.abc import Iterable

from rich.cells import cell_len

from pgplumb.tui.widgets.ink import InkName, Line, Span, clean


def wrap(spans: Iterable[Span], width: int, indent: int = 0) -> list[Line]:
    """Return the lines that a line becomes at a width; those after the first are indented."""
    indent = min(indent, max(width - 8, 0))
    lines: list[list[Span]] = [[]]
    used = 0
    for word in _words(spans):
        size = sum(cell_len(text) for text, _ in word)
        if used + size > width and used > (indent if len(lines) > 1 else 0):
            _strip_end(lines[-1])
            lines.append([Span(" " * indent)] if indent else [])
            used = indent
            if word[0].text.isspace():
                continue
        for text, ink in word:
            fits = used + cell_len(text) <= width
            for part in [text] if fits else _chopped(text, width - used, width - indent):
                if used + cell_len(part) > width:
                    lines.append([Span(" " * indent)] if indent else [])
                    used = indent
                _append(lines[-1], part, ink)
                used += cell_len(part)
    return [tuple(found) for found in lines]


def _words(spans: Iterable[Span]) -> Iterable[list[Span]]:
    """Yield blanks and words in turn: a word may change its ink on the way."""
    word: list[Span] = []
    for span in spans:
        for piece in _pieces(clean(span.text)):
            if word and piece.isspace() is not word[0].text.isspace():
                yield word
                word = []
            word.append(Span(piece, span.ink))
    if word:
        yield word


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
