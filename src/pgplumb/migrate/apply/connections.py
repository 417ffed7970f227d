"""The two connections of a run: one that watches and holds the guard, one that writes, in a thread of its own."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

from pgplumb.migrate.apply import guard
from pgplumb.migrate.apply.refused import Refused
from pgplumb.server.session import Session
from pgplumb.server.writing import Writer

if TYPE_CHECKING:
    from pgplumb.server.target import Target

T = TypeVar("T")


class Connections:
    """Opened by `open`; `reopen` replaces what was lost."""

    def __init__(self, target: Target, connect_timeout: int = 10) -> None:
        self._target = target
        self._timeout = connect_timeout
        self._watcher: Session | None = None
        self._writer: Writer | None = None
        self._pool = ThreadPoolExecutor(1, "pgplumb-writer")
        self.guard_pid = 0
        """Of the session that holds the guard."""

    @property
    def watcher(self) -> Session:
        """The safe session that holds the guard."""
        assert self._watcher is not None
        return self._watcher

    @property
    def writer(self) -> Writer:
        """The connection that writes."""
        assert self._writer is not None
        return self._writer

    def open(self) -> None:
        """Connect, refuse a pooler, take the guard. Raises ConnectError, LostConnection and Refused."""
        self._watcher = self._session()
        with self._session() as other:
            how = guard.pooled(self._watcher, other)
        if how is not None:
            raise Refused(
                "this is a pooler that shares server connections",
                how,
                "Connect to the server itself, or to a pool in session mode.",
            )
        if not guard.take(self._watcher):
            raise held_by(guard.holder(self._watcher))
        self.guard_pid = self._watcher.backend_pid
        self._writer = self._open_writer()

    def reopen(self) -> bool:
        """Connect anew what is closed and take the guard again; false while it is held, if only by our lost session.

        Raises ConnectError and LostConnection.
        """
        if self._watcher is None or self._watcher.closed or not self._answers():
            self._close_watcher()
            self._watcher = self._session()
        if not guard.held(self._watcher, self._watcher.backend_pid) and not guard.take(self._watcher):
            return False
        self.guard_pid = self._watcher.backend_pid
        if self._writer is None or self._writer.closed:
            self._writer = self._open_writer()
        return True

    def submit(self, work: Callable[[], T]) -> Future[T]:
        """Run something of the writer in its thread."""
        return self._pool.submit(work)

    def close(self) -> None:
        """Close both; the guard is free then."""
        if self._writer is not None:
            self._writer.close()
        self._close_watcher()
        self._pool.shutdown(wait=False)

    def _session(self) -> Session:
        return Session.open(self._target, connect_timeout=self._timeout, application="pgplumb apply")

    def _open_writer(self) -> Writer:
        return Writer.open(self._target, connect_timeout=self._timeout)

    def _close_watcher(self) -> None:
        if self._watcher is not None:
            self._watcher.close()

    def _answers(self) -> bool:
        from pgplumb.server.errors import ServerError

        try:
            self.watcher.once("SELECT 1")
        except ServerError:
            return False
        return True


def held_by(holder: guard.Holder | None) -> Refused:
    """Return the refusal for a guard that another session holds."""
    if holder is None:
        return Refused(
            "another apply has the guard of this database", "it ended just now", "Try again.", usage=False
        )
    who = " ".join(part for part in (holder.user, holder.application, holder.client) if part)
    since = "" if holder.seconds is None else f", connected for {holder.seconds:.0f} s"
    return Refused(
        "another apply works on this database",
        f"server process {holder.pid} ({who}{since}) holds its guard",
        "Wait for it to end; if its client is gone, have an administrator run"
        f" SELECT pg_terminate_backend({holder.pid});",
        usage=False,
    )
