"""What a part of a detail is: columns, and the rows that a relation has in it."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pgplumb.tui.widgets.columns import Column
from pgplumb.tui.widgets.ink import Cell, Span

if TYPE_CHECKING:
    from pgplumb.catalog.definition import Definition
    from pgplumb.catalog.model import Catalog
    from pgplumb.catalog.relation import Relation
    from pgplumb.catalog.unread import Text, Unread
    from pgplumb.tui.state import State


@dataclass(frozen=True, slots=True)
class Look:
    """What somebody looks at, and all that is known about it now."""

    state: State
    catalog: Catalog
    relation: Relation
    definition: Definition | Unread | None
    """None until the server has answered."""


@dataclass(frozen=True, slots=True)
class DetailRow:
    """One row of a part."""

    key: Hashable
    cells: tuple[Cell, ...]
    target: str | None = None
    """The identifier of what Enter goes to."""
    copy: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a detail."""

    name: str
    title: str
    columns: tuple[Column[DetailRow], ...]
    rows: Callable[[Look], Sequence[DetailRow]]
    empty: str
    """What is said where there is none."""


def column(
    at: int,
    title: str,
    *,
    width: int = 0,
    max_width: int = 60,
    right: bool = False,
    priority: int = 0,
    grow: bool = False,
) -> Column[DetailRow]:
    """Return a column that shows one cell of its rows."""
    return Column(
        title or f"c{at}",
        title,
        lambda row: row.cells[at],
        width=width,
        min_width=min(len(title) + 1, 8),
        max_width=max_width,
        right=right,
        priority=priority,
        grow=grow,
    )


def said(text: Text | None) -> Cell:
    """Return an expression, or why it cannot be seen."""
    if text is None:
        return ""
    return text if isinstance(text, str) else Span(text.reason, "warn")


def yes(value: bool, word: str) -> Cell:
    """Return a word where something holds."""
    return word if value else ""
