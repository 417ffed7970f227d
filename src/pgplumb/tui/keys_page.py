"""The documentation page of all keys, made from the registry: `docs/keys.md` is this text."""

from __future__ import annotations

from importlib import import_module

from pgplumb.tui.actions import REGISTRY, by_scope, shown
from pgplumb.tui.scopes import SCOPE_TITLES
from pgplumb.tui.tabs.registry import TABS

_DECLARING = ("main", "help", "palette", "connection", "evidence", "confirm", "advice", "waiver", "accept")
"""Screens that declare actions; widgets come with them."""
_OF_TABS = ("migration.probe_screen",)
"""Screens of tabs that the tabs import when they are first wanted."""


def declare_all() -> None:
    """Import every tab and screen, so that the registry holds every action: people may remap any of them."""
    for name in _DECLARING:
        import_module(f"pgplumb.tui.screens.{name}")
    for spec in TABS:
        spec.load()
    for name in _OF_TABS:
        import_module(f"pgplumb.tui.tabs.{name}")


def keys_page() -> str:
    """Return the page, as Markdown."""
    declare_all()
    lines = ["# Keys", "", "Any action can be given other keys in the configuration, by its name.", ""]
    scopes = by_scope(REGISTRY.values())
    for scope in [s for s in SCOPE_TITLES if s in scopes] + [s for s in scopes if s not in SCOPE_TITLES]:
        lines += [f"## {SCOPE_TITLES.get(scope, scope.capitalize())}", ""]
        lines += ["| keys | action | what it does |", "| --- | --- | --- |"]
        for action in scopes[scope]:
            keys = " ".join(f"`{shown(key)}`".replace("|", "\\|") for key in action.default_keys)
            lines.append(f"| {keys or 'palette'} | `{action.id}` | {action.help} |")
        lines.append("")
    return "\n".join(lines)
