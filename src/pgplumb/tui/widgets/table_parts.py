"""What a LineTable is told about its rows, and the keys that it answers to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic

from pgplumb.tui.actions import Action, declare
from pgplumb.tui.widgets.columns import R
from pgplumb.tui.widgets.ink import Line

ACTIONS = declare(
    "list",
    Action("down", "j down", "down", "Move down one row.", palette=False),
    Action("up", "k up", "up", "Move up one row.", palette=False),
    Action("first", "g home", "first", "Go to the first row.", palette=False),
    Action("last", "G end", "last", "Go to the last row.", palette=False),
    Action("half_down", "ctrl+d", "half down", "Move down half a page.", palette=False),
    Action("half_up", "ctrl+u", "half up", "Move up half a page.", palette=False),
    Action("page_down", "pagedown ctrl+f", "page down", "Move down a page.", palette=False),
    Action("page_up", "pageup", "page up", "Move up a page.", palette=False),
    Action("select", "enter", "open", "Open what is under the cursor.", hint=15, palette=False),
    Action("sort", "s", "sort", "Sort by the next column; after the last one by none.", hint=58),
    Action("reverse", "S", "reverse", "Turn the sort order round."),
    Action("columns_right", "right l", "columns", "Show the columns further right.", palette=False),
    Action("columns_left", "left h", "columns", "Show the columns further left.", palette=False),
)


@dataclass(frozen=True)
class RowKind(Generic[R]):
    """What is special about some rows of a table. Each part may be left out."""

    whole: Callable[[R], Line | None] | None = None
    """A line that is drawn instead of the cells: headings of groups."""
    note: Callable[[R], Line | None] | None = None
    """A line that is drawn after the first column instead of the other cells: "locked by 4121"."""
    selectable: Callable[[R], bool] | None = None
    """Whether the cursor may rest on it; on all where left out."""
    depth: Callable[[R], int] | None = None
    """How deep in a tree it stands, two cells each; rows then keep their order and are never sorted."""
    copy: Callable[[R], str] | None = None
    """What `y` copies; the first cell where left out."""
