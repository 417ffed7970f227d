"""From inks to terminal styles: the theme's variables give the colours, this the attributes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from weakref import WeakKeyDictionary

from rich.style import Style
from textual.app import App
from textual.color import Color

from pgplumb.tui.widgets.ink import INK_NAMES, InkName, Styles

Ground = Literal["plain", "cursor", "cursor-idle", "bar", "mark"]
"""What a line stands on: the widget's own background, the cursor row (focused or not), a bar of the frame,
a marked row."""


@dataclass(frozen=True, slots=True)
class _Look:
    variable: str
    bold: bool = False
    underline: bool = False
    background: str | None = None
    plain_reverse: bool = False
    """Reverse where the terminal's own colours are used: then it also shows without colour."""
    plain_dim: bool = False
    """Dim where the terminal's own colours are used: no grey of theirs is readable everywhere."""


_LOOKS: dict[InkName, _Look] = {
    "text": _Look("ink-text"),
    "strong": _Look("ink-strong", bold=True),
    "muted": _Look("ink-muted", plain_dim=True),
    "faint": _Look("ink-faint", plain_dim=True),
    "rule": _Look("ink-rule", plain_dim=True),
    "accent": _Look("ink-accent"),
    "title": _Look("ink-accent", bold=True),
    "link": _Look("ink-accent", underline=True),
    "key": _Look("ink-accent", bold=True),
    "pass": _Look("ink-pass"),
    "fail": _Look("ink-fail", bold=True),
    "warn": _Look("ink-warn"),
    "unknown": _Look("ink-unknown"),
    "waived": _Look("ink-muted", plain_dim=True),
    "badge-prod": _Look("ink-badge", bold=True, background="ink-prod", plain_reverse=True),
    "badge-staging": _Look("ink-badge", bold=True, background="ink-staging", plain_reverse=True),
    "badge-dev": _Look("ink-badge", bold=True, background="ink-dev", plain_reverse=True),
    "sql-keyword": _Look("ink-accent", bold=True),
    "sql-name": _Look("ink-text"),
    "sql-function": _Look("ink-function"),
    "sql-type": _Look("ink-type"),
    "sql-string": _Look("ink-string"),
    "sql-number": _Look("ink-number"),
    "sql-comment": _Look("ink-muted", plain_dim=True),
    "sql-operator": _Look("ink-muted"),
    "sql-parameter": _Look("ink-number", bold=True),
    "sql-error": _Look("ink-fail", bold=True, underline=True),
    "caret": _Look("ink-badge", background="ink-accent", plain_reverse=True),
    "selected": _Look("ink-text", background="ink-cursor", plain_reverse=True),
}

FALLBACK = {
    "ink-text": "foreground",
    "ink-strong": "foreground",
    "ink-muted": "foreground-darken-3",
    "ink-faint": "foreground-darken-3",
    "ink-rule": "panel-lighten-2",
    "ink-accent": "primary",
    "ink-pass": "success",
    "ink-fail": "error",
    "ink-warn": "warning",
    "ink-unknown": "accent",
    "ink-badge": "background",
    "ink-prod": "error",
    "ink-staging": "warning",
    "ink-dev": "success",
    "ink-function": "foreground",
    "ink-type": "secondary",
    "ink-string": "success",
    "ink-number": "warning",
    "ink-cursor": "surface-lighten-2",
    "ink-cursor-idle": "surface",
    "ink-bar": "surface",
    "ink-mark": "surface",
}
"""Where a theme is not one of ours, which of Textual's variables stands for ours."""


class Palette:
    """The styles of every ink under one theme. Ask `palette_of` for the app's."""

    def __init__(self, variables: dict[str, str], ansi: bool) -> None:
        self._variables = variables
        self._ansi = ansi
        self._made: dict[tuple[Color, Ground], Styles] = {}

    def color(self, variable: str) -> Color:
        """Return a colour of the theme: one of our variables, or what stands for it."""
        value = self._variables.get(variable)
        if value is None:
            value = self._variables.get(FALLBACK.get(variable, "foreground"))
        return Color.parse(value or "ansi_default")

    def on(self, background: Color, ground: Ground = "plain") -> Styles:
        """Return the styles of all inks on a widget's background, or on a line that has its own."""
        found = self._made.get((background, ground))
        if found is None:
            own = background if ground == "plain" or self._ansi else self.color(f"ink-{ground}")
            found = {name: self._style(_LOOKS[name], own, ground) for name in INK_NAMES}
            self._made[background, ground] = found
        return found

    def _style(self, look: _Look, background: Color, ground: Ground) -> Style:
        if self._ansi and ground == "cursor":
            return Style(reverse=True, color="default", bgcolor="default")
        color = self.color(look.variable)
        bold = look.bold or (self._ansi and ground == "cursor-idle")
        if self._ansi and look.plain_reverse:
            behind = self.color(look.background or "")
            return Style(reverse=True, bold=True, color=behind.rich_color, bgcolor="default")
        if look.background is not None:
            background = self.color(look.background)
        return Style(
            color=color.rich_color,
            bgcolor=background.rich_color,
            bold=bold or None,
            underline=look.underline or None,
            dim=(self._ansi and look.plain_dim) or None,
        )


def palette_of(app: App[object]) -> Palette:
    """Return the palette of the app's theme, made once for each theme that is chosen."""
    held = _palettes.get(app)
    if held is None or held[0] != app.theme:
        held = (app.theme, Palette(dict(app.theme_variables), app.native_ansi_color))
        _palettes[app] = held
    return held[1]


_palettes: WeakKeyDictionary[App[object], tuple[str, Palette]] = WeakKeyDictionary()
