"""The themes: one accent on a quiet ground, in the dark, in the light, and in the terminal's own colours."""

from __future__ import annotations

from textual.theme import BUILTIN_THEMES, Theme

_DARK = {
    "ink-text": "#c8ccd4",
    "ink-strong": "#eceff4",
    "ink-muted": "#8b93a1",
    "ink-faint": "#5f6774",
    "ink-rule": "#333a45",
    "ink-accent": "#7cb7ff",
    "ink-pass": "#62c5a4",
    "ink-fail": "#ff7a70",
    "ink-warn": "#e6b455",
    "ink-unknown": "#b79af2",
    "ink-badge": "#12151a",
    "ink-prod": "#ff7a70",
    "ink-staging": "#e6b455",
    "ink-dev": "#62c5a4",
    "ink-function": "#9ecbe0",
    "ink-type": "#9fb6d9",
    "ink-string": "#a8c98a",
    "ink-number": "#d8b98a",
    "ink-cursor": "#22344d",
    "ink-cursor-idle": "#1e232b",
    "ink-bar": "#191d23",
    "ink-mark": "#1e2a26",
}

_LIGHT = {
    "ink-text": "#2b3038",
    "ink-strong": "#0e1116",
    "ink-muted": "#636b78",
    "ink-faint": "#8f97a3",
    "ink-rule": "#cdd2da",
    "ink-accent": "#0b5cad",
    "ink-pass": "#0f766e",
    "ink-fail": "#b3261e",
    "ink-warn": "#8a5a00",
    "ink-unknown": "#6b3fa0",
    "ink-badge": "#ffffff",
    "ink-prod": "#b3261e",
    "ink-staging": "#8a5a00",
    "ink-dev": "#0f766e",
    "ink-function": "#1f5f7a",
    "ink-type": "#3d5a8a",
    "ink-string": "#44701f",
    "ink-number": "#7d4f12",
    "ink-cursor": "#d3e4f8",
    "ink-cursor-idle": "#e9ecf0",
    "ink-bar": "#f0f2f5",
    "ink-mark": "#e2f0ea",
}

_ANSI = {
    "ink-text": "ansi_default",
    "ink-strong": "ansi_default",
    "ink-muted": "ansi_default",
    "ink-faint": "ansi_default",
    "ink-rule": "ansi_default",
    "ink-accent": "ansi_cyan",
    "ink-pass": "ansi_green",
    "ink-fail": "ansi_red",
    "ink-warn": "ansi_yellow",
    "ink-unknown": "ansi_magenta",
    "ink-badge": "ansi_default",
    "ink-prod": "ansi_red",
    "ink-staging": "ansi_yellow",
    "ink-dev": "ansi_green",
    "ink-function": "ansi_cyan",
    "ink-type": "ansi_default",
    "ink-string": "ansi_green",
    "ink-number": "ansi_default",
    "ink-cursor": "ansi_default",
    "ink-cursor-idle": "ansi_default",
    "ink-bar": "ansi_default",
    "ink-mark": "ansi_default",
}


def _rgb(name: str, inks: dict[str, str], background: str, surface: str, panel: str, dark: bool) -> Theme:
    return Theme(
        name=name,
        primary=inks["ink-accent"],
        secondary=inks["ink-type"],
        accent=inks["ink-accent"],
        warning=inks["ink-warn"],
        error=inks["ink-fail"],
        success=inks["ink-pass"],
        foreground=inks["ink-text"],
        background=background,
        surface=surface,
        panel=panel,
        dark=dark,
        variables={
            **inks,
            "input-cursor-background": inks["ink-accent"],
            "input-cursor-foreground": background,
            "input-cursor-text-style": "none",
            "input-selection-background": inks["ink-cursor"],
        },
    )


def _plain(name: str, dark: bool) -> Theme:
    return Theme(
        name=name,
        primary="ansi_cyan",
        secondary="ansi_default",
        accent="ansi_cyan",
        warning="ansi_yellow",
        error="ansi_red",
        success="ansi_green",
        foreground="ansi_default",
        background="ansi_default",
        surface="ansi_default",
        panel="ansi_default",
        boost="ansi_default",
        dark=dark,
        ansi=True,
        variables={
            **BUILTIN_THEMES["ansi-dark" if dark else "ansi-light"].variables,
            **_ANSI,
            "input-cursor-background": "ansi_default",
            "input-cursor-foreground": "ansi_default",
            "input-cursor-text-style": "reverse",
        },
    )


THEMES = (
    _rgb("plumb-dark", _DARK, "#12151a", "#191d23", "#191d23", True),
    _rgb("plumb-light", _LIGHT, "#fbfbfc", "#f0f2f5", "#f0f2f5", False),
    _plain("plumb-ansi", True),
    _plain("plumb-ansi-light", False),
)
"""Ours; any theme of Textual's can be named in the configuration as well."""


def variable_defaults() -> dict[str, str]:
    """Return our variables as they are in a theme that does not know them."""
    return dict(_DARK)
