"""What stands below the list: the row under the cursor in full."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.cells import cell_len

from pgplumb.foundation.text import sanitise
from pgplumb.migrate.hazards.analysis import StatementFacts
from pgplumb.migrate.hazards.hazard import Hazard
from pgplumb.sql.highlight import highlight
from pgplumb.tui.tabs.migration.chips import lock_chip, strongest_first, who_waits
from pgplumb.tui.tabs.migration.reading import Fault
from pgplumb.tui.tabs.migration.rows import Row
from pgplumb.tui.widgets.ink import Line, Span, line
from pgplumb.tui.widgets.sql_view import sql_lines

if TYPE_CHECKING:
    from pgplumb.migrate.rehearsal import RehearsedStatement

_SOURCES = {
    "static": "known from the text alone, not measured",
    "catalog": "known from the text and the catalog, not measured",
    "rehearsed": "measured in the twin",
}
_MOST = 12
"""So many notices and changed objects of a statement are listed."""
_BEFORE = 60
"""Characters before a fault that are shown of its line."""


def detail_lines(row: Row | None, text: str) -> list[Line]:
    """Return a row in full; `text` is the one that it is about."""
    if row is None or row.kind == "heading":
        return []
    mark = row.mark
    lines: list[Line] = []
    if row.hazard is not None and mark is not None:
        lines += _hazard(row.hazard, Span(f"{mark.glyph} {mark.word}", mark.ink), row)
    elif row.fault is not None and mark is not None:
        lines += _fault(row.fault, Span(f"{mark.glyph} {mark.word}", mark.ink), text)
    elif row.reason and mark is not None:
        lines.append(line(Span(f"{mark.glyph} {mark.word}", mark.ink), f"   {row.reason}"))
    elif row.facts is not None:
        lines += _statement(row.facts, row.seen)
    return lines


def _hazard(hazard: Hazard, mark: Span, row: Row) -> Iterator[Line]:
    where = "the whole migration" if row.statement is None else f"statement {row.statement + 1}"
    if row.place is not None:
        where += f", line {row.place[0] + 1}"
    yield line(mark, Span(f"   {hazard.id}", "strong"), Span(f"   {where}", "muted"))
    yield line(hazard.message)
    if row.accepted is not None:
        yield line(Span("ignored by a comment in the text  ", "muted"), row.accepted)
    for number, one in enumerate(sql_lines(hazard.safer, highlight) if hazard.safer else ()):
        yield (Span("       " if number else "safer  ", "muted"), *one)
    if hazard.objects:
        yield line(Span("about  ", "muted"), ", ".join(hazard.objects))
    yield line(Span(_SOURCES[hazard.source], "faint"))


def _fault(fault: Fault, mark: Span, text: str) -> Iterator[Line]:
    yield line(mark, Span(f"   line {fault.line}, column {fault.column}", "strong"))
    yield line(fault.message)
    source = text.split("\n")[fault.line - 1] if fault.line <= text.count("\n") + 1 else ""
    first = max(fault.column - 1 - _BEFORE, 0)
    before = sanitise(source[first : fault.column - 1])
    wrong = sanitise(source[fault.column - 1 : fault.end - 1])
    yield line(
        Span("  "), Span(before), Span(wrong, "fail"), Span(sanitise(source[fault.end - 1 :][:_BEFORE]))
    )
    yield line(Span("  " + " " * cell_len(before)), Span("^" * max(cell_len(wrong), 1), "fail"))


def _statement(facts: StatementFacts, seen: RehearsedStatement | None) -> Iterator[Line]:
    for lock in strongest_first(facts):
        yield (*lock_chip(lock), Span(f"   {who_waits(lock.mode)}", "muted"))
    if not facts.locks:
        yield line(Span("no lock on a relation that was there before is known", "muted"))
    if facts.rewrites:
        yield line(Span("written anew  ", "muted"), ", ".join(facts.rewrites))
    if seen is not None and seen.emptied:
        yield line(Span("emptied       ", "muted"), ", ".join(seen.emptied))
    if seen is not None and seen.rebuilds:
        yield line(Span("built again   ", "muted"), ", ".join(seen.rebuilds))
    if facts.scans:
        yield line(Span("read in full  ", "muted"), ", ".join(facts.scans))
    if seen is not None and seen.dropped:
        yield line(Span("gone          ", "muted"), ", ".join(seen.dropped))
    for reason in facts.unknown:
        yield line(Span("? unknown     ", "unknown"), reason)
    if seen is not None:
        yield from _rehearsed(seen)
    yield line(Span(_source(facts, seen), "faint"))


def _rehearsed(seen: RehearsedStatement) -> Iterator[Line]:
    if seen.error is not None:
        said = seen.error
        yield line(Span("✗ fails       ", "fail"), f"{said.message} ({said.sqlstate})")
    changed = list(dict.fromkeys(f"{one.kind} {one.identity}" for one in seen.changed))
    if changed:
        more = f" and {len(changed) - _MOST} more" if len(changed) > _MOST else ""
        yield line(Span("changed       ", "muted"), Span(", ".join(changed[:_MOST]) + more, "muted"))
    for notice in seen.notices[:_MOST]:
        yield line(Span("said          ", "muted"), Span(str(notice.message), "muted"))


def _source(facts: StatementFacts, seen: RehearsedStatement | None) -> str:
    if seen is None or not seen.ran:
        why = "" if seen is None else "; it did not run in the twin"
        return f"{_SOURCES[facts.source]}{why}" if facts.source != "rehearsed" else "it fails in the twin"
    hidden = "" if seen.locks_exact else "; locks that an earlier statement holds may hide some"
    return f"{_SOURCES[facts.source]}, in {seen.seconds * 1000:.0f} ms{hidden}"
