"""Reads migrations in a thread of its own: of what is asked meanwhile only the newest matters."""

from __future__ import annotations

import threading
from collections.abc import Callable

from pgplumb.tui.tabs.migration.known import Known, find_out
from pgplumb.tui.tabs.migration.reading import Job


class Reader:
    """`done` is called with what was found out, from the thread. A reading under way never holds up leaving."""

    def __init__(self, done: Callable[[Known], None]) -> None:
        self._done = done
        self._wanted: Job | None = None
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._stopped = False

    def ask(self, job: Job) -> None:
        """Have a job read; returns at once. One that is waiting is superseded."""
        with self._changed:
            self._wanted = job
            self._changed.notify()
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="migration-reader", daemon=True)
                self._thread.start()

    def stop(self) -> None:
        """Read nothing any more."""
        with self._changed:
            self._stopped = True
            self._changed.notify()

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._stopped or self._wanted is not None)
                job, self._wanted = self._wanted, None
                if self._stopped or job is None:
                    return
            known = find_out(job)
            if not self._stopped:
                self._done(known)
