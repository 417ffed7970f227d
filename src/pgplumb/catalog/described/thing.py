"""One object as facts by name, and all objects of a catalog."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from pgplumb.catalog.unread import Unread

Value = str | int | bool | None | tuple[str, ...]
"""A fact: None where the object has none of it (no default, no comment)."""
Fact = Value | Unread

ORDER = "column order"
"""The fact that holds a relation's column names in their order; compared among the columns that both sides have."""


@dataclass(frozen=True, slots=True)
class Thing:
    """One object: what it is called, what it belongs to, and what is known about it."""

    id: str
    facts: Mapping[str, Fact]
    summary: str = ""
    """For people, where the whole object is new or gone: "bigint, not null"."""
    owner: str = ""
    """The identifier of the object that it is a part of: a column's table; empty for one that stands by itself."""
    extension: bool = False
    """Whether an extension made it: then it comes and goes with the extension, which is told once."""


@dataclass(slots=True)
class Things:
    """The objects of one catalog by key: the identifier, longer only where two objects share one."""

    by_key: dict[str, Thing] = field(default_factory=dict)
    missing: dict[str, Unread] = field(default_factory=dict)
    """Kinds of objects that could not be read ("policy"), with the reason."""

    def add(self, thing: Thing, detail: str = "") -> None:
        """Add an object; `detail` tells it from another of the same identifier."""
        key = f"{thing.id} {detail}" if thing.id in self.by_key and detail else thing.id
        self.by_key[key] = thing

    def add_all(self, things: Iterator[Thing]) -> None:
        """Add several objects."""
        for thing in things:
            self.add(thing)


def kind_of(identifier: str) -> str:
    """Return the kind in an object identifier."""
    return identifier.partition(":")[0]
