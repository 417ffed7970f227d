"""The lines around the stages of the wizard: where one is, what a change is for, which keys do something."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pgplumb.migrate.change import Field, Intent
from pgplumb.migrate.intents import intent
from pgplumb.tui.tabs.migration.wizard.catalogue import BLANK, Item
from pgplumb.tui.widgets.ink import InkName, Line, Span

if TYPE_CHECKING:
    from pgplumb.tui.tabs.migration.wizard.preview import Preview

_STAGES = (("what", "1 what"), ("fields", "2 fields"), ("way", "3 way"))


def head_line(stage: str, name: str, about: str) -> Line:
    """Return where one is, and what it is about."""
    spans: list[Span] = []
    for key, word in _STAGES:
        spans += [Span(word, "title" if key == stage else "muted"), Span("   ")]
    if name:
        spans.append(Span(name, "strong"))
    elif about:
        spans += [Span("about ", "muted"), Span(about, "strong")]
    return tuple(spans)


def about_lines(item: Item | None) -> Iterator[Line]:
    """Yield what the change under the cursor is for, and which fields it has."""
    if item is None or item.heading:
        return
    yield (Span(item.title, "title"),)
    yield (Span(item.about, "text"),)
    if item.name == BLANK:
        return
    yield ()
    for field in intent(item.name).fields:
        yield _field(field)


def _field(field: Field) -> Line:
    name = field.name.replace("_", " ")
    ink: InkName = "strong" if field.required else "muted"
    return (Span(f"{name:<18} ", ink), Span(field.about, "muted" if field.required else "faint"))


def waiting_lines(of: Intent | None, preview: Preview) -> Iterator[Line]:
    """Yield what stands where the SQL will stand."""
    if of is None:
        return
    yield (Span(of.about, "text"),)
    yield ()
    for name, wrong in preview.errors.items():
        if wrong != "is missing":
            yield (Span(f"✗ {name.replace('_', ' ')}: ", "fail"), Span(wrong, "text"))
    missing = [name for name, wrong in preview.errors.items() if wrong == "is missing"]
    if missing:
        names = ", ".join(name.replace("_", " ") for name in missing)
        yield (Span(f"its SQL stands here once these are given: {names}", "muted"),)


def keys_of(stage: str) -> Line:
    """Return the line of keys."""
    pairs = {
        "what": [("enter", "choose"), ("/", "filter"), ("esc", "close")],
        "fields": [
            ("enter", "next"),
            ("tab", "next field"),
            ("↓", "offers"),
            ("ctrl+o", "optional"),
            ("esc", "back"),
        ],
        "way": [
            ("enter", "write it into the editor"),
            ("j k", "other way"),
            ("tab", "preview"),
            ("esc", "back"),
        ],
    }[stage]
    return tuple(span for key, word in pairs for span in (Span(key, "key"), Span(f" {word}   ", "muted")))
