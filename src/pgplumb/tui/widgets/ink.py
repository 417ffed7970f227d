"""Text in inks: what is drawn is a line of spans, each with a named ink; the theme decides how an ink looks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal, NamedTuple, get_args

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from pgplumb.foundation.text import sanitise, shorten

InkName = Literal[
    "text",
    "strong",
    "muted",
    "faint",
    "rule",
    "accent",
    "title",
    "link",
    "key",
    "pass",
    "fail",
    "warn",
    "unknown",
    "waived",
    "badge-prod",
    "badge-staging",
    "badge-dev",
    "sql-keyword",
    "sql-name",
    "sql-function",
    "sql-type",
    "sql-string",
    "sql-number",
    "sql-comment",
    "sql-operator",
    "sql-parameter",
    "sql-error",
    "caret",
    "selected",
]
"""Every ink there is. `text` is the ordinary one; `muted` and `faint` step back."""

INK_NAMES: tuple[InkName, ...] = get_args(InkName)
SOLID: frozenset[InkName] = frozenset(
    {"badge-prod", "badge-staging", "badge-dev", "sql-error", "link", "caret", "selected"}
)
"""Inks that show on white space too (a background, an underline): their blanks are never merged."""


class Span(NamedTuple):
    """A piece of a line in one ink. Its text may come from anywhere: it is sanitised when it is drawn."""

    text: str
    ink: InkName = "text"


Line = tuple[Span, ...]
"""One line of the screen, left to right."""
Cell = str | Span | Line
"""What a table column may return."""
Styles = Mapping[InkName, Style]
"""How each ink looks on one background."""


def line(*parts: str | Span) -> Line:
    """Return a line made of spans and plain strings."""
    return tuple(Span(part) if isinstance(part, str) else part for part in parts)


def as_line(cell: Cell) -> Line:
    """Return a cell as a line."""
    if isinstance(cell, str):
        return (Span(cell),)
    if isinstance(cell, Span):
        return (cell,)
    return cell


def clean(text: str) -> str:
    """Return text that no terminal acts upon."""
    return text if text.isprintable() and text.isascii() else sanitise(text)


def width_of(cell: Cell) -> int:
    """Return how many cells a line takes once it is drawn."""
    return sum(cell_len(clean(span.text)) for span in as_line(cell))


def text_of(cell: Cell) -> str:
    """Return a line without its inks."""
    return "".join(span.text for span in as_line(cell))


def fitted(cell: Cell, width: int, *, right: bool = False) -> Line:
    """Return a line of exactly `width` cells: sanitised, shortened with an ellipsis or padded."""
    spans: list[Span] = []
    room = width
    for text, ink in as_line(cell):
        safe = clean(text)
        size = cell_len(safe)
        if size > room:
            kept = shorten(safe, room) if room > 0 else ""
            if kept:
                spans.append(Span(kept, ink))
                room -= cell_len(kept)
            elif spans and spans[-1].text:
                last = spans[-1]
                spans[-1] = Span(shorten(last.text + "..", cell_len(last.text)), last.ink)
                room += cell_len(last.text) - cell_len(spans[-1].text)
            break
        spans.append(Span(safe, ink))
        room -= size
    if room > 0:
        pad = Span(" " * room)
        spans = [pad, *spans] if right else [*spans, pad]
    return tuple(spans)


def ends(left: Cell, right: Cell, width: int) -> Line:
    """Return a line with one part flush left and one flush right; the left one gives way."""
    right_width = min(width_of(right), width)
    gap = 1 if 0 < right_width < width else 0
    return (
        *fitted(left, max(width - right_width - gap, 0)),
        *((Span(" "),) if gap else ()),
        *fitted(right, right_width, right=True),
    )


def merged(spans: Iterable[Span]) -> Line:
    """Return the same line with as few spans as can be: each costs about 40 bytes on the wire.

    Blanks take the ink of what stands before them (at the start: of what follows), since a space shows none.
    """
    runs: list[Span] = []
    for span in spans:
        if not span.text:
            continue
        if not runs:
            runs.append(span)
            continue
        last = runs[-1]
        plain = span.ink not in SOLID and last.ink not in SOLID
        if span.ink == last.ink or (plain and span.text.isspace()):
            runs[-1] = Span(last.text + span.text, last.ink)
        elif plain and len(runs) == 1 and last.text.isspace():
            runs[-1] = Span(last.text + span.text, span.ink)
        else:
            runs.append(span)
    return tuple(runs)


def to_strip(spans: Line, width: int, styles: Styles) -> Strip:
    """Return a line as a strip of exactly `width` cells."""
    runs = merged(fitted(spans, width))
    return Strip([Segment(text, styles[ink]) for text, ink in runs], width)


def cut(spans: Line, width: int) -> tuple[Line, Line]:
    """Return the first `width` cells of a line, and the rest. A wide character on the edge goes to the rest."""
    left: list[Span] = []
    room = width
    for at, (text, ink) in enumerate(spans):
        size = cell_len(text)
        if size > room:
            kept = text[:room]
            while cell_len(kept) > room:
                kept = kept[:-1]
            return (*left, Span(kept, ink)), (Span(text[len(kept) :], ink), *spans[at + 1 :])
        left.append(spans[at])
        room -= size
    return tuple(left), ()


def dirty_width(old: Line, new: Line, width: int) -> int:
    """Return up to which column two lines of `width` cells differ: what follows is equal."""
    rest = width
    for before, after in zip(reversed(old), reversed(new), strict=False):
        if before != after:
            break
        rest -= cell_len(after.text)
    return max(rest, 1)
