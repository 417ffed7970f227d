"""Names for the first paint: the cheapest reading that fills a screen. Imports as little as it can."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pgplumb.catalog.statement import statement

if TYPE_CHECKING:
    from pgplumb.server.session import Session


@dataclass(frozen=True, slots=True)
class Name:
    """A relation as the first paint shows it."""

    oid: int
    schema: str
    name: str
    kind: str
    tuples: float
    pages: int
    row_security: bool
    is_partition: bool


def read_names(session: Session) -> tuple[Name, ...]:
    """Return every relation's name and estimates: the cheapest thing that fills a screen."""
    rows = session.once(statement("names", session.server_version)).all()
    return tuple(sorted((Name(*row) for row in rows), key=lambda n: (n.schema, n.name)))
