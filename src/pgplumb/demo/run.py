"""The demo: a throwaway server, the sample database in it, and its workload, as one thing to start and stop.

We connect as `postgres`, who is superuser there: somebody who tries things out wants to make, alter and break
them, and nothing is hidden from the checks. What a role with fewer rights sees can be had with `conninfo_as`:
`monitor` holds pg_monitor, `web` is the application.
"""

from __future__ import annotations

from pathlib import Path

from pgplumb.demo.database import Progress, build_demo
from pgplumb.demo.workload import Workload
from pgplumb.server.embedded import EmbeddedServer

DATABASE = "demo"

SETTINGS = {
    "shared_preload_libraries": "pg_stat_statements",
    "pg_stat_statements.track": "all",
    "track_io_timing": "on",
    "track_functions": "pl",
    "jit": "off",
    "log_lock_waits": "on",
    "log_temp_files": "10MB",
    "synchronous_commit": "on",
    "shared_buffers": "128MB",
    "max_connections": "50",
    "max_wal_size": "256MB",
    "wal_level": "logical",
    "max_slot_wal_keep_size": "64MB",
}


class Demo:
    """A running demo; a context manager that stops it."""

    def __init__(self, server: EmbeddedServer, workload: Workload | None) -> None:
        self.server = server
        self._workload = workload

    @classmethod
    def start(cls, progress: Progress, *, bindir: Path | None = None, workload: bool = True) -> Demo:
        """Start the server, build the database and set the applications to work: five to ten seconds.

        Raises EmbeddedError where no server can be started, psycopg.Error where the build fails.
        """
        progress("starting PostgreSQL", 0.0)
        server = EmbeddedServer.start(bindir=bindir, settings=SETTINGS)
        try:
            _create_database(server.conninfo())
            build_demo(server.conninfo(DATABASE), progress)
            running = Workload(server.conninfo(DATABASE)) if workload else None
            if running is not None:
                running.start()
        except BaseException:
            server.stop()
            raise
        return cls(server, running)

    @property
    def conninfo(self) -> str:
        """A key=value string for libpq."""
        return self.server.conninfo(DATABASE)

    @property
    def uri(self) -> str:
        """The same as `postgresql://USER@/DB?host=DIR`."""
        return self.server.uri(DATABASE)

    def conninfo_as(self, role: str) -> str:
        """A key=value string for another role of the sample."""
        return self.server.conninfo(DATABASE, role)

    def stop(self) -> None:
        """End the workload and the server and remove every file; may be called twice."""
        if self._workload is not None:
            self._workload.stop()
        self.server.stop()

    def __enter__(self) -> Demo:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def _create_database(conninfo: str) -> None:
    """Create the empty database."""
    import psycopg

    with psycopg.connect(conninfo, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {DATABASE}".encode())
