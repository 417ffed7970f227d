"""The list of everything that a new migration can do, by group, a blank one first."""

from __future__ import annotations

from dataclasses import dataclass

from pgplumb.migrate.change import GROUPS
from pgplumb.migrate.intents import intent, intent_names
from pgplumb.tui.widgets.columns import Column
from pgplumb.tui.widgets.ink import Line, Span
from pgplumb.tui.widgets.line_table import LineTable
from pgplumb.tui.widgets.table_parts import RowKind

BLANK = "blank"


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the list: a change, or the heading of a group."""

    name: str
    title: str
    about: str = ""
    group: str = ""
    depth: int = 1
    fits: bool = False
    """Whether it can be about the object that it was opened from."""

    @property
    def heading(self) -> bool:
        """Whether it is the name of a group."""
        return not self.about


def items(fitting: frozenset[str] = frozenset()) -> tuple[Item, ...]:
    """Return all, by group; those that fit the object at hand are told apart."""
    found: list[Item] = [Item(BLANK, "Blank migration", "An empty text, to be written by hand.", depth=0)]
    intents = [intent(name) for name in intent_names()]
    for group in GROUPS:
        found.append(Item(f"group:{group}", group, depth=0))
        found += [
            Item(one.name, one.title, one.about, group, 1, one.name in fitting)
            for one in sorted(intents, key=lambda i: i.title)
            if one.group == group
        ]
    return tuple(found)


class Catalogue(LineTable[Item]):
    """The list."""

    def __init__(self) -> None:
        super().__init__(
            [Column[Item]("title", "change", _title, grow=True, min_width=30)],
            key=lambda item: item.name,
            text=lambda item: f"{item.title} {item.about} {item.group} {item.name}",
            kinds=RowKind(
                whole=lambda item: _heading(item) if item.heading else None,
                selectable=lambda item: not item.heading,
                depth=lambda item: item.depth,
                copy=lambda item: item.name,
            ),
            header=0,
            id="wizard-list",
        )


def _title(item: Item) -> Line:
    return (Span(item.title, "strong" if item.fits else "text"),)


def _heading(item: Item) -> Line:
    return (Span(item.title, "title"),)
