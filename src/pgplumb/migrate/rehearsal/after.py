"""The target's catalog as it would be after a rehearsal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgplumb.migrate.rehearsal.laid_over import laid_over
from pgplumb.migrate.rehearsal.reading import BASES, read_after, read_within
from pgplumb.server.errors import ConnectError, LostConnection, QueryError

if TYPE_CHECKING:
    from pgplumb.catalog.model import Catalog
    from pgplumb.migrate.rehearsal.workshop import Workshop
    from pgplumb.twin.scratch import Scratch
    from pgplumb.twin.twin import Twin


class After:
    """Reads it where a target's catalog is given to lay the changes over."""

    def __init__(self, twin: Twin | Workshop, target: Catalog | None) -> None:
        self._target = target
        self._base = None if target is None else BASES.of(twin)
        self.catalog: Catalog | None = None
        """None where it was not read, or could not be."""

    def read(self, scratch: Scratch, *, committed: bool = False) -> None:
        """Read what is there now: inside the transaction that is open, or after all of them."""
        if self._target is None or self._base is None:
            return
        try:
            before, after = (read_after if committed else read_within)(scratch, self._base)
        except (QueryError, ConnectError, LostConnection):
            return
        self.catalog = laid_over(self._target, before, after)
