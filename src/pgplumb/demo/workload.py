"""The sample's applications at work, so that what is live has something to show.

Five connections, one thread each, a few statements a second in all. Whatever is inserted is paid for by as many
deletions, so the database does not grow; tables that autovacuum may not clean are only read. The threads are
daemons of this process: when it ends in any way, so does the workload.
"""

from __future__ import annotations

import contextlib
import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from pgplumb.server.connecting import cancel

if TYPE_CHECKING:
    import psycopg
    from psycopg.rows import TupleRow

TENANTS = 120
RETRY_SECONDS = 1.0


class StoppedError(Exception):
    """The workload is to end."""


@cache
def statements() -> dict[str, bytes]:
    """Return the statements of `workload.sql` by name."""
    text = (files("pgplumb.demo") / "workload.sql").read_text("utf-8")
    parts = [part.split("\n", 1) for part in text.split("-- name: ")[1:]]
    return {name.strip(): body.strip().encode() for name, body in parts}


@dataclass(slots=True)
class Shared:
    """What the applications of one workload know of each other."""

    stop: threading.Event = field(default_factory=threading.Event)
    held_task: tuple[int, int] | None = None
    """Tenant and id of a task that somebody holds locked; another application runs into it."""


class Client:
    """One application's connection. Every call raises StoppedError once the workload is to end."""

    def __init__(self, conninfo: str, shared: Shared, seed: int, pace: float = 1.0) -> None:
        self.shared = shared
        self.random = random.Random(seed)
        self._conninfo = conninfo
        self._pace = pace
        self._connection: psycopg.Connection[TupleRow] | None = None

    def connect(self) -> psycopg.Connection[TupleRow]:
        """Return the connection, made anew where it was lost."""
        import psycopg

        self._check()
        if self._connection is None or self._connection.closed:
            self._connection = psycopg.connect(self._conninfo, autocommit=True)
        return self._connection

    def run(self, name: str, *parameters: object) -> list[TupleRow]:
        """Run one of `workload.sql` and return its rows."""
        cursor = self.connect().execute(statements()[name], parameters)
        return cursor.fetchall() if cursor.description else []

    @contextmanager
    def transaction(self, tenant: int | None = None) -> Iterator[None]:
        """Run what follows as one transaction, within one organisation."""
        self.run("begin")
        try:
            if tenant is not None:
                self.run("set_tenant", str(tenant))
            yield
        except BaseException:
            self._roll_back()
            raise
        self.run("commit")

    def wait(self, seconds: float) -> None:
        """Do nothing for a while, as long as the pace makes it."""
        self.shared.stop.wait(seconds * self._pace)
        self._check()

    def tenant(self) -> int:
        """Return an organisation, large ones more often."""
        return 1 + int(TENANTS * self.random.random() ** 2.4)

    def cancel(self) -> None:
        """Cancel what runs now; for another thread."""
        connection = self._connection
        if connection is not None and not connection.closed:
            cancel(connection, timeout=0.3)

    def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.close()

    def _check(self) -> None:
        if self.shared.stop.is_set():
            raise StoppedError

    def _roll_back(self) -> None:
        import psycopg

        if self._connection is not None and not self._connection.closed:
            with contextlib.suppress(psycopg.Error):
                self._connection.execute(b"ROLLBACK")


Turn = Callable[[Client], None]
"""What an application does once; it waits between its statements as it likes."""


@dataclass(frozen=True, slots=True)
class Application:
    """One application: the role it logs in as, the name it gives itself (if any), and what it does in turn."""

    role: str
    name: str
    turn: Turn


class Workload:
    """The applications, each at work in its own thread. `pace` stretches or shortens every wait."""

    def __init__(
        self, conninfo: str, applications: tuple[Application, ...] | None = None, pace: float = 1.0
    ) -> None:
        from psycopg.conninfo import make_conninfo

        from pgplumb.demo.applications import APPLICATIONS

        self._shared = Shared()
        self._running: list[tuple[Client, threading.Thread]] = []
        for seed, application in enumerate(applications or APPLICATIONS):
            own = make_conninfo(conninfo, user=application.role, application_name=application.name)
            client = Client(own, self._shared, seed, pace)
            thread = threading.Thread(
                target=_work, args=(client, application.turn), name=f"demo {application.role}", daemon=True
            )
            self._running.append((client, thread))

    def start(self) -> None:
        """Start every application."""
        for _, thread in self._running:
            thread.start()

    def stop(self, seconds: float = 1.0) -> bool:
        """Stop within so many seconds; tell whether every application has ended."""
        deadline = time.monotonic() + seconds
        self._shared.stop.set()
        for client, _ in self._running:
            client.cancel()
        for _, thread in self._running:
            if thread.ident is not None:
                thread.join(max(0.0, deadline - time.monotonic()))
        return not any(thread.is_alive() for _, thread in self._running)


def _work(client: Client, turn: Turn) -> None:
    """Take turns until told to stop. What goes wrong ends a turn only: tables may be dropped under us."""
    import psycopg

    try:
        while True:
            try:
                client.connect()
                turn(client)
            except psycopg.Error:
                client.wait(RETRY_SECONDS)
    except StoppedError:
        pass
    finally:
        client.close()
