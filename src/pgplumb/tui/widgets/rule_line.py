"""Thin rules: what stands between parts of the screen instead of boxes."""

from __future__ import annotations

from collections.abc import Mapping

from rich.cells import cell_len

from pgplumb.tui.widgets import glyphs
from pgplumb.tui.widgets.ink import Line, Span, clean
from pgplumb.tui.widgets.line_view import LineView


class RuleLine(LineView):
    """A horizontal rule, with a title on it if wanted, that other rules may join."""

    DEFAULT_CSS = "RuleLine { height: 1; }"

    def __init__(self, title: str = "", *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self._title = title
        self._joins: Mapping[int, str] = {}

    def join(self, joins: Mapping[int, str]) -> None:
        """Set the signs at some columns where vertical rules meet it: `{81: glyphs.TEE_DOWN}`."""
        self._joins = dict(joins)
        self.repaint()

    def retitle(self, title: str) -> None:
        """Set the title."""
        self._title = title
        self.repaint()

    def line_at(self, y: int) -> Line:
        """Return the rule."""
        width = self.content_size.width
        rule = "".join(self._joins.get(x, glyphs.RULE) for x in range(width))
        if not self._title:
            return (Span(rule, "rule"),)
        title = f" {clean(self._title)} "
        end = 2 + cell_len(title)
        return (Span(rule[:2], "rule"), Span(title, "muted"), Span(rule[end:], "rule"))


class UprightRule(LineView):
    """A vertical rule, one column wide, that horizontal rules may join."""

    DEFAULT_CSS = "UprightRule { width: 1; height: 1fr; }"

    def line_at(self, y: int) -> Line:
        """Return one piece of the rule."""
        return (Span(glyphs.BAR, "rule"),)
