"""Copies of the twin's `shape` to rehearse in: one that is used again and again, others that are thrown away.

A transaction that is rolled back leaves the first as it was. What commits needs a copy of its own, which costs a
tenth of a second for a small schema and most of one for a thousand tables: so the next is made before it is asked for.
"""

from __future__ import annotations

import itertools
import threading
import weakref
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from psycopg import sql

from pgplumb.foundation.names import dotted
from pgplumb.sql.query_files import query_file
from pgplumb.twin import databases
from pgplumb.twin.cage import CAGE
from pgplumb.twin.candidate import permit
from pgplumb.twin.databases import SHAPE

if TYPE_CHECKING:
    import psycopg

    from pgplumb.server.embedded import EmbeddedServer
    from pgplumb.server.rows import Row
    from pgplumb.twin.source import TwinSource


class Place(Protocol):
    """A server with a `shape` to copy: a twin, or one that was built from files."""

    source: TwinSource
    _server: EmbeddedServer


TEMPLATE = "scratch_template"
MOST_USES = 200
"""Transactions that one copy serves: each leaves dead rows in its catalogs, which nothing clears away."""
_OURS = "-c search_path=pg_catalog -c lock_timeout=0 -c statement_timeout=0"


@dataclass(frozen=True, slots=True)
class Known:
    """A relation or index that was there before."""

    oid: int
    name: str
    """Qualified."""
    kind: str
    """pg_class.relkind."""
    table: int
    """The table of an index, else 0."""
    file: int
    """relfilenode; 0 where it has none."""

    @property
    def is_index(self) -> bool:
        """An index, or one of a partitioned table."""
        return self.kind in "iI"


class Inventory(dict[int, Known]):
    """Relations and indexes by oid."""

    functions: frozenset[str] = frozenset()
    """Names of functions and procedures of users, without their schemas."""

    @cached_property
    def indexes(self) -> Mapping[int, tuple[Known, ...]]:
        """Indexes by the oid of their table."""
        found: dict[int, list[Known]] = {}
        for known in self.values():
            if known.is_index:
                found.setdefault(known.table, []).append(known)
        return {oid: tuple(indexes) for oid, indexes in found.items()}


@dataclass(frozen=True, slots=True)
class Rights:
    """Stubs of roles that have rights in a copy beyond those that the schema gives them."""

    owner: str | None = None
    """Who owns the target's database."""
    all_rights: tuple[str, ...] = ()
    """Superusers of the target: they may make things anywhere."""


def runs_as(source: TwinSource) -> str | None:
    """Return the stub of the role that the target was read as; None where there is none."""
    return source.locality.role if source.locality.role in source.schema.roles else None


def rights_of(source: TwinSource) -> Rights:
    """Return who has which rights."""
    role = runs_as(source)
    owner = source.schema.owner if source.schema.owner in source.schema.roles else None
    return Rights(owner, (role,) if role is not None and source.locality.superuser else ())


class Scratch:
    """One copy: where a stranger's SQL runs as the cage role while the builder looks on."""

    def __init__(self, server: EmbeddedServer, name: str, inventory: Inventory) -> None:
        self.server = server
        self.name = name
        self.inventory = inventory
        """By oid: the same in every copy."""
        self.uses = 0
        self.spoilt = False
        """Whether something stayed in it that a rehearsal did."""
        # Before anything of a stranger's ran here: what it leaves behind is never part of how we connect.
        self.builder = self.connect_builder()
        self._caged: psycopg.Connection[Row] | None = None

    @property
    def caged(self) -> psycopg.Connection[Row]:
        """The cage role's connection, in autocommit; another one where the last was lost."""
        if self._caged is None or self._caged.closed:
            self._caged = self.server.connect(self.name, CAGE)
        return self._caged

    def connect_builder(self) -> psycopg.Connection[Row]:
        """Open another connection of the builder, in autocommit, whose names mean what we wrote."""
        import psycopg

        conninfo = self.server.conninfo(self.name)
        return psycopg.Connection.connect(conninfo, autocommit=True, prepare_threshold=None, options=_OURS)

    def reset(self) -> None:
        """Have the cage role's session be as if new."""
        import psycopg

        with suppress(psycopg.Error):
            self.caged.execute("ROLLBACK")
            self.caged.execute("DISCARD ALL")

    def close(self) -> None:
        """End its connections; may be called twice."""
        if self._caged is not None:
            self._caged.close()
        self.builder.close()


class Scratches:
    """The copies of one twin. Any thread may ask; a copy is one thread's until it is given back."""

    def __init__(self, server: EmbeddedServer, rights: Rights) -> None:
        self._server = server
        self._rights = rights
        self._serial = itertools.count(1)
        self._making = threading.Lock()
        self._ready = threading.Lock()
        self._spares: list[Scratch] = []
        self._maker: threading.Thread | None = None
        self._inventory: Inventory | None = None
        self._closed = False

    def take(self) -> Scratch:
        """Return a copy in which nothing has happened yet: a spare, else one that is made now."""
        with self._ready:
            if self._spares:
                return self._spares.pop()
        with self._making:
            with self._ready:
                if self._spares:
                    return self._spares.pop()
            return self._make()

    def give_back(self, scratch: Scratch) -> None:
        """Return a copy in which everything was rolled back; one that is spoilt or worn is thrown away."""
        scratch.uses += 1
        with self._ready:
            if not scratch.spoilt and scratch.uses < MOST_USES and not self._closed:
                self._spares.append(scratch)
                return
        self.throw_away(scratch)

    def throw_away(self, scratch: Scratch) -> None:
        """Drop a copy."""
        import psycopg

        scratch.close()
        with suppress(psycopg.Error), self._server.connect("postgres") as admin:
            name = sql.Identifier(scratch.name)
            admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))

    def forget(self) -> None:
        """Let go of every spare: their connections are lost."""
        with self._ready:
            spares, self._spares = self._spares, []
        for scratch in spares:
            scratch.close()

    def prepare(self, count: int = 2) -> None:
        """Have so many copies ready soon: they are made by a thread, one after the other. Returns at once."""
        with self._ready:
            if self._closed or (self._maker is not None and self._maker.is_alive()):
                return
            self._maker = threading.Thread(target=self._fill, args=(count,), name="twin scratch", daemon=True)
            self._maker.start()

    def wait(self) -> None:
        """Wait until what was ordered is ready."""
        if self._maker is not None:
            self._maker.join()

    def close(self) -> None:
        """Close every spare; the databases go with the server."""
        with self._ready:
            self._closed = True
        self.forget()
        if self._maker is not None:
            self._maker.join(timeout=30)

    def _fill(self, count: int) -> None:
        import psycopg

        # A server that is being stopped takes no orders: whoever needs a copy then hears of it.
        with suppress(psycopg.Error):
            while True:
                with self._making:
                    with self._ready:
                        if self._closed or len(self._spares) >= count:
                            return
                    self._keep(self._make())

    def _keep(self, made: Scratch) -> None:
        with self._ready:
            if not self._closed:
                self._spares.append(made)
                return
        made.close()

    def _make(self) -> Scratch:
        name = f"scratch_{next(self._serial)}"
        inventory = self._template()
        with self._server.connect("postgres") as admin:
            databases.copy(admin, TEMPLATE, name)
            database, owner = sql.Identifier(name), sql.Identifier(self._rights.owner or CAGE)
            admin.execute(sql.SQL("ALTER DATABASE {} OWNER TO {}").format(database, owner))
            for role in (CAGE, *self._rights.all_rights):
                grant = sql.SQL("GRANT CREATE ON DATABASE {} TO {}")
                admin.execute(grant.format(database, sql.Identifier(role)))
        return Scratch(self._server, name, inventory)

    def _template(self) -> Inventory:
        """Make what the copies are made from, at the first call: all that they have in common is done once."""
        if self._inventory is not None:
            return self._inventory
        with self._server.connect("postgres") as admin:
            databases.copy(admin, SHAPE, TEMPLATE)
        with self._server.connect(TEMPLATE) as connection:
            for role in (CAGE, *self._rights.all_rights):
                permit(connection, role)
            connection.execute(query_file(__package__, "scratch_forget").encode())
            self._inventory = inventory(connection)
        return self._inventory


def inventory(connection: psycopg.Connection[Row]) -> Inventory:
    """Return the relations, indexes and functions of a database."""
    rows = connection.execute(query_file(__package__, "scratch_inventory").encode()).fetchall()
    found = Inventory(
        (oid, Known(oid, dotted(schema, name), kind, table, file))
        for oid, schema, name, kind, table, file in rows
    )
    names = connection.execute(
        "SELECT DISTINCT proname::text FROM pg_catalog.pg_proc WHERE oid >= 16384"
    ).fetchall()
    found.functions = frozenset(name for (name,) in names)
    return found


_of_places: weakref.WeakKeyDictionary[Place, Scratches] = weakref.WeakKeyDictionary()
_finding = threading.Lock()


def scratches_of(place: Place) -> Scratches:
    """Return the copies that stand beside a shape."""
    with _finding:
        found = _of_places.get(place)
        if found is None:
            found = _of_places[place] = Scratches(place._server, rights_of(place.source))
            weakref.finalize(place, found.close)
        return found


def close_scratches(place: Place) -> None:
    """End the copies of a place that is about to stop; harmless where it has none."""
    with _finding:
        found = _of_places.pop(place, None)
    if found is not None:
        found.close()
