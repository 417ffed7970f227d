"""The second connection: whole readings, and what a person asks for. Opened when needed, closed when idle.

A whole reading leaves up to 90 MB in its backend, which goes when the connection is closed. Where the server has no
room for a second connection, the first one does the errands between its own.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from pgplumb.server.errors import ConnectError, ServerError

if TYPE_CHECKING:
    from pgplumb.server.session import Session
    from pgplumb.server.target import Target

Errand = Callable[["Session"], None]

IDLE_SECONDS = 5.0
"""How long the connection is kept for the next errand."""


class Errands:
    """Runs errands one after the other in a thread of its own."""

    def __init__(self, target: Target, first: Session, failed: Callable[[str | None], None]) -> None:
        """`first` is the connection to fall back on; `failed` is told why an errand failed, None after a good one."""
        self._target = target
        self._first = first
        self._failed = failed
        self._queue: queue.Queue[tuple[Errand, bool] | None] = queue.Queue()
        self._session: Session | None = None
        self._working: Session | None = None
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="pgplumb errands", daemon=True)
        self._thread.start()

    def add(self, errand: Errand, *, close_after: bool = False) -> None:
        """Run an errand when those before it are done; with `close_after` the connection ends with it."""
        self._queue.put((errand, close_after))

    def cancel(self) -> None:
        """Cancel the statement that runs now."""
        session = self._working
        if session is not None:
            session.cancel(timeout=1.0)

    def stop(self) -> None:
        """End; what runs is cancelled. Returns at once."""
        self._stopping.set()
        self._queue.put(None)
        if self._working is not None:
            threading.Thread(target=self.cancel, daemon=True).start()

    def wait(self, seconds: float) -> None:
        """Wait until the connection is closed, after `stop`."""
        self._thread.join(seconds)

    @property
    def idle(self) -> bool:
        """Whether nothing is being done or waits to be."""
        return self._working is None and self._queue.empty()

    @property
    def pid(self) -> int | None:
        """The backend of the connection while there is one."""
        session = self._session
        return None if session is None or session.closed else session.backend_pid

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                item = self._queue.get(timeout=IDLE_SECONDS if self._session else None)
            except queue.Empty:
                self._close()
                continue
            if item is None:
                break
            errand, close_after = item
            self._do(errand)
            if close_after:
                self._close()
        self._close()

    def _do(self, errand: Errand) -> None:
        """Run one. A fault of ours is said as well: it would end the thread, and with it all that is asked for."""
        try:
            self._working = self._open()
            errand(self._working)
        except ServerError as error:
            self._fail(str(error))
            self._close()
        except Exception as error:
            self._fail(f"pgplumb failed: {type(error).__name__}: {error}; please report it")
            self._close()
        else:
            self._failed(None)
        finally:
            self._working = None

    def _fail(self, text: str) -> None:
        if not self._stopping.is_set():
            self._failed(text)

    def _open(self) -> Session:
        from pgplumb.server.session import Session

        if self._session is None or self._session.closed:
            try:
                self._session = Session.open(self._target)
            except ConnectError:
                self._session = None
                if self._first.closed:
                    raise
                return self._first
        return self._session

    def _close(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            session.close()
