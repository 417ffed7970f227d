"""Fresh databases on the test run's own servers."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Any
from weakref import WeakKeyDictionary

import psycopg
from psycopg import sql

from pgplumb.server.embedded import EmbeddedServer
from pgplumb.server.session import Session
from pgplumb.server.target import Target


class Database:
    """One database, dropped after the test, with every session that was opened on it."""

    def __init__(self, server: EmbeddedServer, name: str) -> None:
        self.server = server
        self.name = name
        self._sessions: list[Session] = []
        self._connections: list[psycopg.Connection[tuple[Any, ...]]] = []
        self._writer: psycopg.Connection[tuple[Any, ...]] | None = None
        self._roles: set[str] | None = None
        """Those of the server before."""
        self._slots: set[str] = set()

    @classmethod
    def create(cls, server: EmbeddedServer, name: str, template: str = "template0") -> Database:
        """Create a database from a template."""
        connection = _administering(server)
        # Twice as fast as by WAL, where nothing has to reach a disk.
        how = " STRATEGY file_copy" if server.major >= 15 else ""
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}" + how)
        connection.execute(statement.format(sql.Identifier(name), sql.Identifier(template)))
        made = cls(server, name)
        made._roles, made._slots = roles(connection), slots(connection)
        return made

    @property
    def conninfo(self) -> str:
        """A key=value string for libpq, as the superuser postgres."""
        return self.server.conninfo(self.name)

    @property
    def uri(self) -> str:
        """The same as a URI."""
        return self.server.uri(self.name)

    def target(self, user: str = "postgres") -> Target:
        """The same as a target, for any role."""
        return Target(self.server.conninfo(self.name, user))

    def session(self, user: str = "postgres") -> Session:
        """Open a safe session, closed after the test."""
        session = Session.open(self.target(user))
        self._sessions.append(session)
        return session

    def connect(self, user: str = "postgres") -> psycopg.Connection[tuple[Any, ...]]:
        """Open an ordinary connection, closed after the test: the other client of a test."""
        connection = psycopg.connect(self.server.conninfo(self.name, user))
        self._connections.append(connection)
        return connection

    def execute(self, text: str, params: Sequence[object] | None = None) -> list[tuple[Any, ...]]:
        """Run statements in autocommit as superuser and return the rows of the last one, if it has any.

        Several statements are allowed where there are no parameters.
        """
        if self._writer is None or self._writer.closed:
            self._writer = psycopg.connect(self.conninfo, autocommit=True)
        cursor = self._writer.execute(text, params)
        while cursor.nextset():
            pass
        return cursor.fetchall() if cursor.description else []

    def close(self) -> None:
        """Close everything: a database that somebody is connected to cannot be copied."""
        for session in self._sessions:
            session.close()
        for connection in self._connections:
            connection.close()
        if self._writer is not None:
            self._writer.close()

    def drop(self) -> None:
        """Close everything and drop the database, and the roles that came with it: they belong to the server."""
        self.close()
        connection = _administering(self.server)
        _await_exits(connection, self.name)
        statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
        connection.execute(statement.format(sql.Identifier(self.name)))
        for slot in sorted(slots(connection) - self._slots) if self._roles is not None else ():
            with suppress(psycopg.Error):
                connection.execute("SELECT pg_drop_replication_slot(%s)", [slot])
        for role in sorted(roles(connection) - self._roles) if self._roles is not None else ():
            # One that another database needs stays.
            with suppress(psycopg.Error):
                connection.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(role)))


_connections: WeakKeyDictionary[EmbeddedServer, psycopg.Connection[tuple[Any, ...]]] = WeakKeyDictionary()


def _administering(server: EmbeddedServer) -> psycopg.Connection[tuple[Any, ...]]:
    """Return the one connection that makes and drops the databases of a server: each new one costs 5 ms."""
    connection = _connections.get(server)
    if connection is None or connection.closed:
        connection = _connections[server] = psycopg.connect(server.conninfo(), autocommit=True)
    return connection


def _await_exits(connection: psycopg.Connection[tuple[Any, ...]], name: str) -> None:
    """Give sessions that were closed the moment that they need: FORCE would look again only after 100 ms."""
    count = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s"
    deadline = time.monotonic() + 0.1
    while connection.execute(count, [name]).fetchall() != [(0,)] and time.monotonic() < deadline:
        time.sleep(0.001)


def roles(connection: psycopg.Connection[tuple[Any, ...]]) -> set[str]:
    """Return the roles that are not PostgreSQL's own."""
    return {name for (name,) in connection.execute("SELECT rolname::text FROM pg_roles WHERE oid >= 16384")}


def slots(connection: psycopg.Connection[tuple[Any, ...]]) -> set[str]:
    """Return the replication slots that nobody uses now."""
    return {
        name
        for (name,) in connection.execute("SELECT slot_name::text FROM pg_replication_slots WHERE NOT active")
    }
