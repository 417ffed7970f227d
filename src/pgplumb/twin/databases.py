"""Makes the databases of a twin: `shape`, which holds the target's schema, and copies of it to plan in.

A copy's files are made before anybody connects to it (see `files.py`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
from psycopg import sql

from pgplumb.foundation.names import dotted
from pgplumb.sql.query_files import query_file
from pgplumb.twin.files import stretch, stretch_index
from pgplumb.twin.height import btree_height

if TYPE_CHECKING:
    from pgplumb.twin.source import Locality, Sizes, TwinSource

SHAPE = "shape"
"""The database with the schema and statistics, whose relations have no size."""
RESTORED_AT_ONCE = 200
"""Statements for statistics in one transaction."""
Figures = tuple[int, int, float, int]
"""oid, relpages, reltuples, relallvisible."""
_PLAIN = ("C", "POSIX")
_SUBSTITUTES = ("C.UTF-8", "C.utf8", "en_US.UTF-8", "en_US.utf8")


@dataclass(frozen=True, slots=True)
class RelationFile:
    """A table's or index's file in the twin. Names are qualified."""

    name: str
    kind: str
    """pg_class.relkind."""
    path: str
    """Below the data directory, of the database that was read."""
    table: str | None
    method: str | None
    key_bytes: int
    oid: int


def create_shape(connection: psycopg.Connection, locality: Locality) -> tuple[str, ...]:
    """Create the empty database that compares texts as the target does; return what could not be had."""
    version = connection.info.server_version
    if locality.provider == "b" and version >= 170000:
        _create(
            connection, f"LOCALE_PROVIDER builtin BUILTIN_LOCALE '{locality.locale or 'C.UTF-8'}' LOCALE 'C'"
        )
        return ()
    if (locality.collate in _PLAIN and locality.provider != "i") or locality.provider == "b":
        _create(connection, "LC_COLLATE 'C' LC_CTYPE 'C'")
        return ()
    wanted = locality.locale if locality.provider == "i" else locality.collate
    tried = _SUBSTITUTES if locality.provider == "i" else (locality.collate, *_SUBSTITUTES)
    for name in tried:
        try:
            _create(connection, sql.SQL("LC_COLLATE {0} LC_CTYPE {0}").format(sql.Literal(name)))
        except psycopg.Error:
            continue
        if name == wanted:
            return ()
        return (f"collation {wanted} is not on this machine: the twin compares texts by {name}",)
    _create(connection, "LC_COLLATE 'C' LC_CTYPE 'C'")
    return (
        f"collation {wanted} is not on this machine: the twin compares texts by C, which lets LIKE use indexes",
    )


def _create(connection: psycopg.Connection, options: str | sql.Composable) -> None:
    text = sql.SQL(options) if isinstance(options, str) else options
    provider = sql.SQL(" LOCALE_PROVIDER libc")
    plain = connection.info.server_version < 150000 or "PROVIDER" in text.as_string(connection)
    connection.execute(
        sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8' {}{}").format(
            sql.Identifier(SHAPE), text, sql.SQL("") if plain else provider
        )
    )


def copy(connection: psycopg.Connection, template: str, name: str) -> int:
    """Copy a database that nobody is connected to, file by file; return the copy's oid."""
    strategy = " STRATEGY file_copy" if connection.info.server_version >= 150000 else ""
    connection.execute(
        sql.SQL("CREATE DATABASE {} TEMPLATE {}" + strategy).format(
            sql.Identifier(name), sql.Identifier(template)
        )
    )
    row = connection.execute("SELECT oid::bigint FROM pg_database WHERE datname = %s", [name]).fetchone()
    assert row is not None
    return int(row[0])


def relation_files(connection: psycopg.Connection) -> tuple[RelationFile, ...]:
    """Return the files of the database that a connection is to."""
    rows = connection.execute(query_file(__package__, "twin_relation").encode()).fetchall()
    return tuple(
        RelationFile(
            dotted(schema, name),
            kind,
            path,
            dotted(table_schema, table) if table else None,
            method,
            key_bytes or 8,
            oid,
        )
        for schema, name, kind, path, table_schema, table, method, key_bytes, oid in rows
        if path
    )


def in_copy(files: tuple[RelationFile, ...], database: int) -> tuple[RelationFile, ...]:
    """Return the same files in a copy: oids and file numbers stay, the directory is the copy's."""
    return tuple(replace(f, path=f"base/{database}/{Path(f.path).name}") for f in files)


def stretch_all(
    data: Path, files: tuple[RelationFile, ...], sizes: Sizes, written: Mapping[int, int], scale: float
) -> None:
    """Give every relation its size, times `scale`: what was read, else the pages written in pg_class, by oid."""
    tables = {f.name: sizes.tables.get(f.name, written.get(f.oid, 0)) for f in files if f.kind != "i"}
    for file in files:
        if file.kind != "i":
            pages = tables[file.name]
            if pages:
                stretch(data / file.path, round(pages * scale))
            continue
        known = sizes.indexes.get(file.name, written.get(file.oid, 0))
        if known:
            pages = max(round(known * scale), 1)
            heap = round(tables.get(file.table or "", 0) * scale)
            height = btree_height(pages, file.key_bytes) if file.method == "btree" else 0
            stretch_index(data / file.path, file.method or "", pages, height, heap)


def apply_settings(connection: psycopg.Connection, database: str, source: TwinSource) -> tuple[str, ...]:
    """Make the target's planner settings those of every new session in the database; return what it lacks."""
    lacking = []
    for name, value in sorted(source.settings.items()):
        try:
            connection.execute("SELECT set_config(%s, %s, false)", [name, value])
            connection.execute(
                sql.SQL("ALTER DATABASE {} SET {} FROM CURRENT").format(
                    sql.Identifier(database), sql.Identifier(name)
                )
            )
        except psycopg.Error:
            lacking.append(name)
    connection.execute("RESET ALL")
    return tuple(lacking)


def plan_as(connection: psycopg.Connection, database: str, cage: str, role: str | None) -> None:
    """Have new sessions of the cage be the target's role in a database: privileges and policies change plans."""
    known = connection.execute("SELECT FROM pg_roles WHERE rolname = %s", [role]).fetchone()
    if role is not None and known is not None:
        connection.execute(
            sql.SQL("ALTER ROLE {} IN DATABASE {} SET role = {}").format(
                sql.Identifier(cage), sql.Identifier(database), sql.Literal(role)
            )
        )


def owners(connection: psycopg.Connection) -> tuple[str, ...]:
    """Return the roles that the schema brought with it."""
    rows = connection.execute("SELECT rolname::text FROM pg_roles WHERE oid >= 16384 ORDER BY 1").fetchall()
    return tuple(name for (name,) in rows)


def restore(caged: psycopg.Connection, statements: Sequence[str]) -> tuple[str, ...]:
    """Run a dump's statements for statistics as the cage role; return what the server said against them, once each."""
    refused: dict[str, None] = {}
    for start in range(0, len(statements), RESTORED_AT_ONCE):
        batch = statements[start : start + RESTORED_AT_ONCE]
        for part in ([";".join(batch)], batch):
            try:
                for text in part:
                    caged.execute(text.rstrip(";").encode())
                break
            except psycopg.Error as error:
                if len(part) != 1 or len(batch) == 1:
                    refused[f"statistics of the dump: {error.diag.message_primary or error}"] = None
    return tuple(refused)


def unknown(connection: psycopg.Connection) -> dict[str, str]:
    """Return the tables that have no statistics."""
    rows = connection.execute(
        "SELECT n.nspname::text, c.relname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE c.relkind IN ('r', 'm') AND c.oid >= 16384 AND c.reltuples < 0 ORDER BY 1, 2"
    ).fetchall()
    extended = connection.execute(
        "SELECT DISTINCT n.nspname::text, c.relname::text FROM pg_statistic_ext s"
        " JOIN pg_class c ON c.oid = s.stxrelid JOIN pg_namespace n ON n.oid = c.relnamespace"
    ).fetchall()
    found = {dotted(*names): "dumps hold no extended statistics" for names in extended}
    found |= {dotted(*names): "the dump holds no statistics of it" for names in rows}
    return dict(sorted(found.items()))


def let_views_read(connection: psycopg.Connection) -> None:
    """Let the owners of views read what those name.

    A dump does not say who is superuser; a view that cannot be read would hardly have been kept.
    """
    for owner, schema, name in connection.execute(query_file(__package__, "view_reads").encode()).fetchall():
        connection.execute(
            sql.SQL("GRANT SELECT ON {} TO {}").format(sql.Identifier(schema, name), sql.Identifier(owner))
        )


def figures(connection: psycopg.Connection) -> list[Figures]:
    """Return oid, relpages, reltuples and relallvisible of every relation with a file."""
    return connection.execute(
        "SELECT oid::bigint, relpages, reltuples::float8, relallvisible FROM pg_class"
        " WHERE relkind IN ('r', 'm', 'i') AND oid >= 16384"
    ).fetchall()


def restore_figures(connection: psycopg.Connection, rows: Sequence[Figures]) -> None:
    """Write figures back where they differ: making an index sets its table's to those of an empty one."""
    oids, pages, tuples, visible = zip(*rows, strict=True) if rows else ((), (), (), ())
    connection.execute(
        "UPDATE pg_class c SET relpages = f.pages, reltuples = f.tuples::float4, relallvisible = f.visible"
        " FROM unnest(%s::oid[], %s::int[], %s::float8[], %s::int[]) AS f (oid, pages, tuples, visible)"
        " WHERE c.oid = f.oid AND (c.relpages, c.reltuples, c.relallvisible)"
        " IS DISTINCT FROM (f.pages, f.tuples::float4, f.visible)",
        [list(oids), list(pages), list(tuples), list(visible)],
    )


def multiply(connection: psycopg.Connection, scale: float) -> None:
    """Multiply rows and pages of every relation; what was never analysed stays so."""
    connection.execute(
        "UPDATE pg_class SET relpages = least(round(relpages * %(n)s), 2147483647)::int,"
        " relallvisible = least(round(relallvisible * %(n)s), 2147483647)::int,"
        " reltuples = CASE WHEN reltuples > 0 THEN (reltuples * %(n)s)::float4 ELSE reltuples END"
        " WHERE relkind IN ('r', 'p', 'm', 'i') AND oid >= 16384",
        {"n": scale},
    )
