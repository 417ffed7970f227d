"""The checklist in one line, for screens that have no room for it: counts, and what is worst."""

from __future__ import annotations

from pgplumb.tui.marks import badness, counts, mark_of
from pgplumb.tui.state import State
from pgplumb.tui.store import Store
from pgplumb.tui.widgets.ink import Line, Span, ends
from pgplumb.tui.widgets.line_view import LineView


class ChecklistStrip(LineView):
    """`✓ 118  ✗ 9  ! 14  ? 6   worst: Foreign keys are indexed (1)          c open`."""

    DEFAULT_CSS = "ChecklistStrip { height: 1; }"

    def __init__(self, store: Store) -> None:
        super().__init__(id="strip")
        self._store = store

    def on_mount(self) -> None:
        """Follow the answers."""
        self._store.subscribe(self, lambda _: self.repaint(), "checklist")

    def line_at(self, y: int) -> Line:
        """Return the strip at this width."""
        return strip_line(self._store.state, self.content_size.width)


def strip_line(state: State, width: int) -> Line:
    """Return the strip; pure."""
    left: Line = (Span(" "), *counts(state.checklist, "  "))
    failing = [r for r in state.checklist.results if r.open_findings] if state.checklist else []
    if failing:
        worst = min(failing, key=lambda r: (badness(mark_of(r)), -len(r.open_findings)))
        name = f"{worst.rule.title} ({len(worst.open_findings):,})"
        left = (*left, Span("   worst: ", "faint"), Span(name, "text"))
    return ends(left, (Span("c", "key"), Span(" open ", "muted")), width)
