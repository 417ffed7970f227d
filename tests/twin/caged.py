"""A caged server for the tests that try to get out of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psycopg

from pgplumb.server.bindirs import BinDir
from pgplumb.server.embedded import EmbeddedServer, Limits
from pgplumb.twin.cage import CAGE, CAGE_SETTINGS, admit, make_cage
from pgplumb.twin.session import CagedSession

SHAPE = "shape"


class Caged:
    """A private server with one database, `shape`, that belongs to the stub role `shop_owner`."""

    def __init__(self, bindir: BinDir, limits: Limits | None = None) -> None:
        self.server = EmbeddedServer.start(
            bindir, settings=CAGE_SETTINGS, checksums=False, limits=limits or Limits(), private=True
        )
        self.builder = self.server.connect()
        make_cage(self.builder)
        self.builder.execute("CREATE ROLE shop_owner")
        self.builder.execute(f"CREATE DATABASE {SHAPE} OWNER shop_owner")
        with self.building() as connection:
            connection.execute("ALTER SCHEMA public OWNER TO shop_owner")
            admit(connection, ["shop_owner", CAGE])

    @property
    def escaped(self) -> Path:
        """A file that the server's user can write: it is there when something got out."""
        return self.server.socket_directory / "escaped"

    def building(self, dbname: str = SHAPE) -> psycopg.Connection[tuple[Any, ...]]:
        """Connect as the superuser, in autocommit."""
        return self.server.connect(dbname)

    def straight(self, dbname: str = SHAPE) -> psycopg.Connection[tuple[Any, ...]]:
        """Connect as the cage role with nothing of ours between, in autocommit."""
        return self.server.connect(dbname, CAGE)

    def session(self, disk: int = 2 * 1024**3) -> CagedSession:
        """Open the session that rehearsals use."""
        return CagedSession(self.server, SHAPE, disk=disk)

    def stop(self) -> None:
        """Stop the server."""
        self.builder.close()
        self.server.stop()
