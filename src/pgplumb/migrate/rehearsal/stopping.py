"""A handle by which another thread ends a rehearsal: whoever types on does not want the last one any more."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pgplumb.server.connecting import cancel
from pgplumb.twin.watchdog import DISK_LIMIT, watchdog_of

if TYPE_CHECKING:
    import psycopg

    from pgplumb.server.embedded import EmbeddedServer
    from pgplumb.server.rows import Row
    from pgplumb.twin.watchdog import Watch

DISK = DISK_LIMIT
"""Bytes that one rehearsal may add to the disk."""
_DATABASE = (
    "SELECT oid::pg_catalog.int8 FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()"
)
UNWANTED = "it was no longer wanted"


class Stop:
    """Give one to `rehearse` and call `now` from any thread; harmless before, after and twice."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: dict[int, tuple[Watch, psycopg.Connection[Row]]] = {}
        self.asked = False

    def now(self) -> None:
        """End the rehearsal: its statement is cancelled, and terminated where it does not heed that."""
        with self._lock:
            self.asked = True
            running = tuple(self._running.values())
        for watch, connection in running:
            watch.why = watch.why or UNWANTED
            # The watchdog asks again, and harder, where this one is caught.
            watch.due = time.monotonic()
            cancel(connection, timeout=1)

    @contextmanager
    def watching(
        self, server: EmbeddedServer, connection: psycopg.Connection[Row], seconds: float
    ) -> Iterator[Watch]:
        """Have the watchdog and this handle watch a connection for a block."""
        row = connection.execute(_DATABASE).fetchone()
        assert row is not None
        watchdog = watchdog_of(server)
        with watchdog.watching(connection.info.backend_pid, row[0], seconds, DISK) as watch:
            with self._lock:
                self._running[id(watch)] = watch, connection
                if self.asked:
                    watch.why, watch.due = UNWANTED, time.monotonic()
            try:
                yield watch
            finally:
                with self._lock:
                    del self._running[id(watch)]
