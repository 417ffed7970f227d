"""Reads migrations in a thread of its own: of what is asked meanwhile only the newest matters."""

from __future__ import annotations

import threading
from collections.abc import Callable

from pgplumb.tui.tabs.migration.known import Known, Wanted, find_out
from pgplumb.tui.tabs.migration.reading import Reading


class Reader:
    """`done` is called with what was found out, from the thread. A reading under way never holds up leaving."""

    def __init__(self, done: Callable[[Known], None]) -> None:
        self._done = done
        self._wanted: Wanted | None = None
        self._last: Reading | None = None
        """Of the text that was read last, before anything was measured."""
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._stopped = False

    def ask(self, wanted: Wanted) -> None:
        """Have a text read; returns at once. One that is waiting is superseded."""
        with self._changed:
            self._wanted = wanted
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
                wanted, self._wanted = self._wanted, None
                if self._stopped or wanted is None:
                    return
            job, last = wanted.job, self._last
            same = last is not None and last.job.same_text(job) and last.job.catalog is job.catalog
            known = find_out(job, wanted, last if same else None)
            self._last = known.text
            if not self._stopped:
                self._done(known)
