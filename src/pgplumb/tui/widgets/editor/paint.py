"""One row of an editor as a line of spans."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from pgplumb.tui.widgets.editor.cells import Cells
from pgplumb.tui.widgets.ink import InkName, Line, Span
from pgplumb.tui.widgets.sql_view import CLASS_INKS

LineHighlighter = Callable[[str, str], tuple[Iterable[tuple[int, int, str]], str]]
"""From a line and what is open at its start to (start, end, class) in characters and what its end leaves open."""


@dataclass(frozen=True, slots=True)
class Dressing:
    """What is to be seen on a line beside its characters. Columns count from 0."""

    pieces: Iterable[tuple[int, int, str]] = ()
    """Classes of characters."""
    faults: Sequence[tuple[int, int, InkName]] = ()
    """Stretches that stand out, and how."""
    selected: tuple[int, int] | None = None
    """The stretch that is selected; it may reach one beyond the end, over the line break."""
    caret: int | None = None
    """Where the cursor stands."""


def row_spans(cells: Cells, first: int, end: int, dressing: Dressing) -> Line:
    """Return the clusters `first` to `end` of a line in their inks, with the cursor where it stands."""
    start, stop = cells.starts[first], cells.starts[end]
    inks: list[InkName] = ["text"] * (stop - start + 1)

    def put(a: int, b: int, ink: InkName) -> None:
        a, b = max(a - start, 0), min(b - start, len(inks))
        if a < b:
            inks[a:b] = [ink] * (b - a)

    for a, b, kind in dressing.pieces:
        put(a, b, CLASS_INKS.get(kind, "text"))
    inks[-1] = "text"
    for a, b, ink in dressing.faults:
        put(a, b, ink)
    if dressing.selected is not None:
        put(*dressing.selected, "selected")
    if dressing.caret is not None:
        put(dressing.caret, dressing.caret + 1, "caret")
    spans: list[Span] = []
    run, current = "", inks[0]
    for cluster in range(first, end):
        mine = inks[cells.starts[cluster] - start]
        if mine != current:
            spans.append(Span(run, current))
            run, current = "", mine
        run += cells.shown[cluster]
    spans.append(Span(run, current))
    if end == cells.count and inks[-1] != "text":
        spans.append(Span(" ", inks[-1]))
    return tuple(span for span in spans if span.text)
