"""What stands beside the lines of the text: the worst that is known of a statement, its locks, its faults."""

from __future__ import annotations

from collections.abc import Sequence

from pgplumb.tui.tabs.migration.chips import chips, lock_chip, mode_words, strongest_first
from pgplumb.tui.tabs.migration.rows import ERROR, IGNORED, INFO, UNKNOWN, WARNING, Row, Side
from pgplumb.tui.widgets.editor.text_sheet import Remark
from pgplumb.tui.widgets.glyphs import Mark
from pgplumb.tui.widgets.ink import InkName, Line, Span

_NO_SQL = "42601"
"""The sqlstate of what the parser refuses: its place says it."""
_WORST_FIRST = (ERROR, WARNING, UNKNOWN, INFO, IGNORED)


def remarks_of(rows: Sequence[Row], side: Side) -> dict[int, Remark]:
    """Return the remarks on one of the texts, by line from 0."""
    marks: dict[int, list[Mark]] = {}
    notes: dict[int, Sequence[Line]] = {}
    faults: dict[int, list[tuple[int, int, InkName]]] = {}
    for row in rows:
        if row.side != side or row.place is None or row.kind == "gap":
            continue
        line = row.place[0]
        if row.mark is not None:
            marks.setdefault(line, []).append(row.mark)
        if row.fault is not None:
            ink: InkName = "sql-error" if row.fault.certain else "unknown"
            faults.setdefault(line, []).append((row.fault.column - 1, row.fault.end - 1, ink))
        if row.kind == "statement" and line not in notes:
            notes[line] = _notes(row)
    return {
        line: Remark(_sign(marks.get(line, ())), notes.get(line, ()), faults.get(line, ()))
        for line in sorted({*marks, *notes, *faults})
    }


def _sign(marks: Sequence[Mark]) -> Span | None:
    return min(marks, key=_WORST_FIRST.index).span if marks else None


def _notes(row: Row) -> Sequence[Line]:
    """Return what a statement does to others in shorter and shorter forms."""
    if row.seen is not None and row.seen.error is not None and row.seen.error.sqlstate != _NO_SQL:
        return ((Span("fails in the twin ", "fail"),), (Span("fails ", "fail"),))
    if row.facts is None or not row.facts.locks:
        return ()
    facts = row.facts
    source = Span(f"  {facts.source} ", "faint")
    most = [(*chips(facts, row.seen, shown), source) for shown in (3, 2, 1) if len(facts.locks) >= shown]
    first = strongest_first(facts)[0]
    ink = lock_chip(first)[0].ink
    return (
        *most,
        (*chips(facts, row.seen, 1), Span(" ")),
        (*lock_chip(first), Span(" ")),
        (Span(f"{mode_words(first.mode)} ", ink),),
    )
