"""DetailPane: one object in parts (columns, indexes, definition, ...), of which one is shown at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.widget import Widget

from pgplumb.tui.widgets.ink import InkName, Line, Span
from pgplumb.tui.widgets.line_view import LineLabel, LineView
from pgplumb.tui.widgets.rule_line import RuleLine


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a detail: its name, and the LineTable or TextPane that shows it."""

    name: str
    """Also what the part bar shows."""
    widget: Widget


class PartBar(LineView):
    """`columns 12  indexes 7  ddl`: the names of the parts, the one that is shown stands out."""

    DEFAULT_CSS = "PartBar { height: 1; }"

    class Picked(Message):
        """A part was clicked."""

        def __init__(self, name: str) -> None:
            super().__init__()
            self.name = name

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__()
        self._names = tuple(names)
        self._active = self._names[0] if names else ""
        self._counts: dict[str, int] = {}

    def activate(self, name: str) -> None:
        """Mark the part that is shown."""
        self._active = name
        self.repaint()

    def count(self, counts: dict[str, int]) -> None:
        """Set how many things parts have; parts that are not named show none."""
        self._counts = dict(counts)
        self.repaint()

    def line_at(self, y: int) -> Line:
        """Return the bar."""
        return tuple(span for _, spans in self._pieces() for span in spans)

    def _pieces(self) -> list[tuple[str, Line]]:
        counts = {name: f" {count}" for name, count in self._counts.items()}
        room = self.content_size.width - 2 - sum(cell_len(n) + len(counts.get(n, "")) for n in self._names)
        gap = min(max(room // max(len(self._names), 1), 1), 3)
        pieces: list[tuple[str, Line]] = [("", (Span("  "),))]
        for name in self._names:
            ink: InkName = "title" if name == self._active else "muted"
            if self._counts.get(name) == 0 and name != self._active:
                ink = "faint"
            spans = (Span(name, ink), Span(counts.get(name, ""), "faint"), Span(" " * gap))
            pieces.append((name, spans))
        return pieces

    def on_click(self, event: events.Click) -> None:
        """Find out which part was clicked."""
        x = 0
        for name, spans in self._pieces():
            x += sum(cell_len(span.text) for span in spans)
            if event.x < x:
                if name:
                    self.post_message(self.Picked(name))
                return


class DetailPane(Vertical):
    """A rule, a line about the object, the part that is shown, the names of the parts."""

    DEFAULT_CSS = """
    DetailPane { height: 1fr; }
    DetailPane > .parts { height: 1fr; }
    DetailPane > LineLabel { height: 1; }
    """

    class PartShown(Message):
        """Another part is shown: draw it."""

        def __init__(self, detail: DetailPane, part: str) -> None:
            super().__init__()
            self.detail = detail
            self.part = part

        @property
        def control(self) -> DetailPane:
            """The detail, for `@on(..., "#id")`."""
            return self.detail

    def __init__(self, parts: Sequence[Part], *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self.parts = tuple(parts)
        self.part = self.parts[0].name
        """The name of the part that is shown."""
        self._heading = LineLabel()
        self._bar = PartBar([p.name for p in parts])
        for part in parts:
            part.widget.display = part is self.parts[0]

    def compose(self) -> ComposeResult:
        """From top to bottom."""
        yield RuleLine()
        yield self._heading
        with Vertical(classes="parts"):
            for part in self.parts:
                yield part.widget
        yield self._bar

    def head(self, line: Line) -> None:
        """Set the line about the object."""
        self._heading.show((Span("  "), *line))

    def count(self, **counts: int) -> None:
        """Set how many things each part has."""
        self._bar.count(counts)

    def show_part(self, name: str) -> bool:
        """Show a part; False where there is none by that name."""
        found = next((p for p in self.parts if p.name == name), None)
        if found is None:
            return False
        if name != self.part:
            had_focus = self.has_focus_within
            for part in self.parts:
                part.widget.display = part is found
            self.part = name
            self._bar.activate(name)
            if had_focus:
                found.widget.focus()
            self.post_message(self.PartShown(self, name))
        return True

    def step_part(self, step: int) -> None:
        """Show the next part, or the one before."""
        names = [p.name for p in self.parts]
        self.show_part(names[(names.index(self.part) + step) % len(names)])

    def focus_part(self) -> None:
        """Give the focus to the part that is shown."""
        next(p for p in self.parts if p.name == self.part).widget.focus()

    def on_part_bar_picked(self, event: PartBar.Picked) -> None:
        """Show the part that was clicked."""
        event.stop()
        self.show_part(event.name)
