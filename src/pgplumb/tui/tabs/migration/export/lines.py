"""What is shown of an export: the files with their first lines, what the tool needs, what became of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pgplumb.tui.widgets import glyphs
from pgplumb.tui.widgets.ink import Line, Span
from pgplumb.tui.widgets.sql_view import Highlighter, sql_lines

if TYPE_CHECKING:
    from pgplumb.tui.tabs.migration.export.writing import Planned

_FIRST = 9
"""So many lines of each file are shown."""


def folder_line(found: Planned) -> Line:
    """Return in one line what would be written, or why nothing can be."""
    if found.problem:
        return (Span(f"✗ {found.problem}", "fail"),)
    number = len(found.files)
    spans = [Span(f"{number} {'file' if number == 1 else 'files'}", "strong")]
    if not found.folder.is_dir():
        spans.append(Span(f"  {glyphs.DOT} the folder will be made", "muted"))
    if found.there:
        spans.append(Span(f"  ! {len(found.there)} of these are there already: asked before", "warn"))
    if found.same:
        spans.append(Span(f"  {glyphs.DOT} {len(found.same)} are there as they would be", "muted"))
    return tuple(spans)


def file_lines(found: Planned, highlighter: Highlighter) -> Iterator[Line]:
    """Yield each file with its first lines."""
    for note in found.notes:
        yield (Span("! ", "warn"), Span(note, "text"))
    if found.notes:
        yield ()
    for file in found.files:
        yield (Span(file.path, "strong"), *_fate(found, file.path))
        lines = file.text.rstrip("\n").split("\n")
        code = file.path.endswith(".sql")
        for one in sql_lines("\n".join(lines[:_FIRST]), highlighter if code else None):
            yield (Span("  "), *one)
        if len(lines) > _FIRST:
            yield (Span(f"  {glyphs.ELLIPSIS} {len(lines) - _FIRST} lines more", "faint"),)
        yield ()


def _fate(found: Planned, path: str) -> Line:
    if path in found.there:
        return (Span("  ! is there with another text", "warn"),)
    if path in found.same:
        return (Span("  is there already", "muted"),)
    if path in found.added_to:
        return (Span("  is added to", "muted"),)
    return ()


def outcome_lines(found: Planned, paths: Sequence[Path]) -> Iterator[Line]:
    """Yield what was written, and what is left to do in the tool."""
    for path in paths:
        yield (Span("✓ ", "pass"), Span(str(path), "text"))
    if found.notes:
        yield ()
        yield (Span("still to do:", "muted"),)
    for note in found.notes:
        yield (Span("! ", "warn"), Span(note, "text"))


def keys_of(typing: bool) -> Line:
    """Return the line of keys."""
    pairs = (
        [("enter", "write"), ("esc", "back to the tools")]
        if typing
        else [("enter", "folder, then write"), ("tab", "files"), ("y", "copy"), ("esc", "close")]
    )
    return tuple(span for key, word in pairs for span in (Span(key, "key"), Span(f" {word}   ", "muted")))
