"""Twins of the tests' own making: one private server of each major version, a fresh database a test."""

from __future__ import annotations

import itertools
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from pgplumb.server.bindirs import BinDir
from pgplumb.server.embedded import EmbeddedServer
from pgplumb.sql.split import split
from pgplumb.twin.cage import CAGE, CAGE_SETTINGS, make_cage
from pgplumb.twin.schema import BuildReport, SchemaText, build_schema
from tests.conftest import majors

HERE = Path(__file__).parent
_serial = itertools.count()

Connection = psycopg.Connection[tuple[Any, ...]]


class TwinDatabase:
    """An empty database on a private server, as twins are built in."""

    def __init__(self, server: EmbeddedServer) -> None:
        self.server = server
        self.name = f"twin_{next(_serial)}"
        with server.connect() as connection:
            connection.execute(f"CREATE DATABASE {self.name} TEMPLATE template0")
        self.builder = server.connect(self.name)

    def caged(self) -> Connection:
        """Connect as the role that runs what others wrote."""
        return self.server.connect(self.name, CAGE)

    def build(self, text: SchemaText, *, stranger: bool = False) -> BuildReport:
        """Make a schema in it."""
        with self.caged() as caged:
            return build_schema(self.builder, text, caged=caged, stranger=stranger)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Return the rows of the last of some statements."""
        cursor = self.builder.execute(query.encode())
        while cursor.nextset():
            pass
        return cursor.fetchall()

    def drop(self) -> None:
        """Drop it, and the roles that came with its schema."""
        self.builder.close()
        with self.server.connect() as connection:
            connection.execute(f"DROP DATABASE {self.name} WITH (FORCE)")
            roles = connection.execute(
                "SELECT quote_ident(rolname) FROM pg_roles WHERE oid >= 16384"
            ).fetchall()
            for (role,) in roles:
                if role != CAGE:
                    connection.execute(f"DROP ROLE {role}".encode())


class Twins:
    """Private servers, started when first asked for."""

    def __init__(self) -> None:
        self._running: dict[int, EmbeddedServer] = {}

    def get(self, major: int) -> EmbeddedServer:
        """Return the one of a major version."""
        if major not in self._running:
            bindir = majors()[major]
            server = EmbeddedServer.start(bindir, settings=CAGE_SETTINGS, private=True, checksums=False)
            self._running[major] = server
            with server.connect() as connection:
                make_cage(connection)
        return self._running[major]

    def stop(self) -> None:
        """Stop them all."""
        for server in self._running.values():
            server.stop()


@pytest.fixture(scope="session")
def twins() -> Iterator[Twins]:
    """The private servers of this worker."""
    twins = Twins()
    yield twins
    twins.stop()


@pytest.fixture
def twin_of_same_major(every_server: EmbeddedServer, twins: Twins) -> Iterator[TwinDatabase]:
    """An empty database on a private server of the same major version as the source."""
    database = TwinDatabase(twins.get(every_server.major))
    yield database
    database.drop()


@pytest.fixture
def twin_database(server: EmbeddedServer, twins: Twins) -> Iterator[TwinDatabase]:
    """The same for tests that run on one version."""
    database = TwinDatabase(twins.get(server.major))
    yield database
    database.drop()


def hardest(major: int) -> list[str]:
    """Return the statements of the hardest schema that a major version can have."""
    text = (HERE / "hardest.sql").read_text()
    text = re.sub(
        r"^-- from (\d+)\n(.*?)^-- end\n",
        lambda mark: mark[2] if major >= int(mark[1]) else "",
        text,
        flags=re.MULTILINE | re.DOTALL,
    )
    return [statement.text for statement in split(text)]


def dumped(server: EmbeddedServer, dbname: str, bindir: BinDir) -> str:
    """Return what pg_dump makes of a schema, without its random key."""
    program = bindir.path / "pg_dump"
    conninfo = server.conninfo(dbname)
    environment = dict(os.environ)
    if password := re.search(r"password='([^']+)'", conninfo):
        environment["PGPASSWORD"] = password[1]
        conninfo = conninfo.replace(password[0], "")
    done = subprocess.run(
        [program, "--schema-only", "-d", conninfo],
        capture_output=True,
        text=True,
        check=True,
        env=environment,
    )
    return re.sub(r"^\\(un)?restrict .*\n", "", done.stdout, flags=re.MULTILINE)
