"""Which keys of the apply screen do something now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from pgplumb.tui.widgets.ink import Line, Span

if TYPE_CHECKING:
    from pgplumb.tui.tabs.migration.applying.course import Course
    from pgplumb.tui.tabs.migration.applying.job import Looked


def keys_of(looked: Looked | None, course: Course | None, waived: Mapping[str, str]) -> Line:
    """Return the line of keys."""
    if course is None:
        return _line(_before(looked, waived))
    if course.last is not None:
        return _line([("enter", "look again"), ("d", "take back"), ("y", "copy command"), ("esc", "close")])
    if course.asks is not None:
        return _line([("g", "yes"), ("s", "stop here")])
    found = [("s", "stop")]
    if course.backfills:
        found = [("p", "pause"), ("+", "faster"), ("-", "slower"), *found]
    if course.blockers:
        found.append(("k", "end who is in the way"))
    return _line(found)


def _before(looked: Looked | None, waived: Mapping[str, str]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    if looked is not None:
        failing = looked.found.failing(frozenset(waived))
        if looked.left and not failing and not looked.refusal:
            found.append(("enter", "confirm"))
        if any(item.waivable for item in failing):
            found.append(("w", "waive"))
        if looked.direction == "down":
            found.append(("d", "way forth"))
        elif looked.now.begun:
            found.append(("d", "take back"))
    return [*found, ("tab", "other pane"), ("y", "copy"), ("esc", "close")]


def _line(pairs: list[tuple[str, str]]) -> Line:
    return tuple(span for key, word in pairs for span in (Span(key, "key"), Span(f" {word}   ", "muted")))
