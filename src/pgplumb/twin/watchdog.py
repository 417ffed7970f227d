"""Ends what a caged backend does when its time is over or the disk fills.

Timeouts that a role can set it can also set away, and a function can catch a cancel. So a thread of ours looks at
the clock and at the disk, and acts through the builder's connection: cancel, then terminate, then, where a
backend hears neither, the kernel's own end, after which the server recovers by itself.
"""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from pgplumb.foundation.text import size
from pgplumb.twin.room import Room

if TYPE_CHECKING:
    import psycopg

    from pgplumb.server.embedded import EmbeddedServer
    from pgplumb.server.rows import Row

DISK_LIMIT = 2 * 1024**3
"""Bytes that one run may add to the disk."""
_EVERY = 0.05
"""Seconds between looks, while anything is watched."""
_LINGER = 20
"""Looks at nothing before the thread ends: runs often follow each other."""
_PATIENCE = 1.0
"""Seconds from one step to the next, harder one."""

_Step = Literal["cancel", "terminate", "kill"]
_NEXT: dict[_Step, _Step] = {"cancel": "terminate", "terminate": "kill", "kill": "kill"}


@dataclass(slots=True, eq=False)
class Watch:
    """One backend under watch."""

    pid: int
    room: Room
    limit: int
    """Bytes that it may add to the disk."""
    seconds: float
    due: float
    """When the next step is taken, by the monotonic clock."""
    step: _Step = "cancel"
    used_before: int | None = None
    why: str | None = None
    """Why it was stopped, for people; None while it was not."""
    disk: bool = False
    """Whether the disk was why."""
    taken: list[str] = field(default_factory=list)
    """The steps taken."""


class Watchdog:
    """The watch over one server's caged backends; one thread, which is there while anything is watched."""

    def __init__(self, server: EmbeddedServer) -> None:
        self._server: EmbeddedServer = weakref.proxy(server)
        self._lock = threading.Lock()
        self._watches: set[Watch] = set()
        self._thread: threading.Thread | None = None
        self._builder: psycopg.Connection[Row] | None = None

    @contextmanager
    def watching(self, pid: int, database: int, seconds: float, limit: int = DISK_LIMIT) -> Iterator[Watch]:
        """Watch a backend for the block: so many seconds, so many bytes more on disk. `database` is an oid."""
        room = Room(self._server.data_directory, database)
        watch = Watch(pid, room, limit, seconds, time.monotonic() + seconds)
        with self._lock:
            self._watches.add(watch)
            if self._thread is None:
                self._thread = threading.Thread(target=self._look, name="twin watchdog", daemon=True)
                self._thread.start()
        try:
            yield watch
        finally:
            with self._lock:
                self._watches.discard(watch)
            if watch.disk:
                self._make_room()

    def _look(self) -> None:
        idle = 0
        while True:
            with self._lock:
                for watch in tuple(self._watches):
                    self._judge(watch)
                idle = 0 if self._watches else idle + 1
                if idle > _LINGER:
                    self._thread = None
                    if self._builder is not None:
                        self._builder.close()
                        self._builder = None
                    return
            time.sleep(_EVERY)

    def _judge(self, watch: Watch) -> None:
        """Take the next step against a backend whose time has come."""
        now = time.monotonic()
        if watch.why is None:
            used = watch.room.used(watch.limit // 4)
            if watch.used_before is None:
                watch.used_before = used
            added = used - watch.used_before
            if added > watch.limit:
                watch.why = f"it filled the disk: {size(added)} added, {size(watch.limit)} are allowed"
                watch.disk, watch.step, watch.due = True, "terminate", now
            elif now >= watch.due:
                watch.why = f"it ran longer than {watch.seconds:g} s"
        if watch.why is not None and now >= watch.due:
            self._act(watch)
            watch.taken.append(watch.step)
            watch.step, watch.due = _NEXT[watch.step], now + _PATIENCE

    def _act(self, watch: Watch) -> None:
        if watch.step == "kill":
            if _parent_of(watch.pid) == self._server.pid:
                with suppress(ProcessLookupError):
                    os.kill(watch.pid, signal.SIGKILL)
            return
        self._tell(f"SELECT pg_{watch.step}_backend({watch.pid})")

    def _make_room(self) -> None:
        """Have WAL that nobody needs removed."""
        with self._lock:
            self._tell("CHECKPOINT")

    def _tell(self, statement: str) -> None:
        """Run one of our own statements as the builder; on a new connection where the old one is gone."""
        import psycopg

        for _ in range(2):
            try:
                if self._builder is None or self._builder.closed:
                    self._builder = self._server.connect()
                self._builder.execute(statement.encode())
                return
            except (psycopg.Error, ReferenceError):
                self._builder = None


def _parent_of(pid: int) -> int | None:
    done = subprocess.run(["ps", "-o", "ppid=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return int(done.stdout) if done.stdout.strip() else None


_watchdogs: weakref.WeakKeyDictionary[EmbeddedServer, Watchdog] = weakref.WeakKeyDictionary()
_making = threading.Lock()


def watchdog_of(server: EmbeddedServer) -> Watchdog:
    """Return the one watchdog of a server."""
    with _making:
        found = _watchdogs.get(server)
        if found is None:
            found = _watchdogs[server] = Watchdog(server)
        return found
