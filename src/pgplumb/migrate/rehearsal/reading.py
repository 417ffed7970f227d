"""Reading the catalog as it would be: in the transaction that is rehearsed, and only what has changed there."""

from __future__ import annotations

import copy
import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import psycopg

from pgplumb.catalog.model import Catalog
from pgplumb.catalog.reader import Reading, read_expressions, read_structure, with_expressions
from pgplumb.catalog.reread import Rereader
from pgplumb.migrate.rehearsal.looking import ASIDE, BACK
from pgplumb.server.errors import ConnectError, LostConnection, QueryError
from pgplumb.server.session import Isolation, Session
from pgplumb.server.unit import Unit
from pgplumb.twin.cage import CAGE
from pgplumb.twin.scratch import scratches_of

if TYPE_CHECKING:
    from pgplumb.migrate.rehearsal.workshop import Workshop
    from pgplumb.twin.scratch import Scratch
    from pgplumb.twin.twin import Twin


class Within(Session):
    """A session whose units are parts of the transaction that is open on a connection; each leaves it as it was."""

    @contextmanager
    def unit(
        self,
        statement_timeout_ms: int = 3000,
        lock_timeout_ms: int = 50,
        isolation: Isolation = "READ COMMITTED",
        *,
        as_user: bool = False,
    ) -> Iterator[Unit]:
        """Run statements aside. Timeouts are the watchdog's matter, and nobody else is here to isolate from."""
        unit = Unit(self._connection, ASIDE, self._was_cancelled)
        try:
            yield unit
        finally:
            if unit._begun and not self._connection.closed:
                for text in BACK:
                    self._connection.execute(text.encode())


class Bases:
    """The catalog of a twin's copies before anything is rehearsed: read once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._found: weakref.WeakKeyDictionary[Twin | Workshop, Rereader] = weakref.WeakKeyDictionary()

    def of(self, twin: Twin | Workshop) -> Rereader:
        """Return it, as something that can be brought up to date. Raises QueryError and ConnectError."""
        with self._lock:
            found = self._found.get(twin)
            if found is None:
                found = self._found[twin] = Rereader(_read(twin))
            return copy.copy(found)

    def try_of(self, twin: Twin | Workshop) -> None:
        """Read it where it can be read: whoever needs it hears of what stands in the way."""
        with suppress(psycopg.Error, QueryError, ConnectError, LostConnection):
            self.of(twin)


BASES = Bases()


def read_within(scratch: Scratch, base: Rereader) -> tuple[Catalog, Catalog]:
    """Return the catalog before, and as it is inside the open transaction. Raises QueryError."""
    before = base.reading.catalog
    base.update(Within(scratch.caged))
    return before, base.reading.catalog


def read_after(scratch: Scratch, base: Rereader) -> tuple[Catalog, Catalog]:
    """Return the catalog before, and after everything was committed. Raises QueryError and ConnectError."""
    before = base.reading.catalog
    with Session.open(scratch.server.target(scratch.name, CAGE)) as session:
        base.update(session)
    return before, base.reading.catalog


def _read(twin: Twin | Workshop) -> Reading:
    copies = scratches_of(twin)
    scratch = copies.take()
    try:
        with Session.open(scratch.server.target(scratch.name, CAGE)) as session:
            return with_expressions(read_structure(session), read_expressions(session))
    finally:
        copies.give_back(scratch)
