"""What can hold rows: columns by relation and number, sequences, and tables that hold rows now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from psycopg import sql

from pgplumb.foundation.names import dotted, part
from pgplumb.sql.query_files import query_file

if TYPE_CHECKING:
    import psycopg

    from pgplumb.server.rows import Row


_DIGESTED = 64 * 1024 * 1024
"""Bytes of a table up to which its rows are compared and not only counted."""


@dataclass(frozen=True, slots=True)
class Held:
    """A column as it keeps its values, whatever it is called."""

    table: str
    """Qualified."""
    name: str
    type: str
    """As format_type writes it; of a domain, its base type."""
    generated: bool

    @property
    def qualified(self) -> str:
        """`public.orders.total`."""
        return f"{self.table}.{part(self.name)}"


@dataclass(frozen=True, slots=True)
class Rows:
    """What a table holds."""

    rows: int
    columns: tuple[str, ...] = ()
    """Those that the digest is about: generated ones are computed from the others."""
    digest: str = ""
    """Equal for equal rows in any order; empty for a table that is too large to be read twice."""


NOTHING = Rows(0)


@dataclass(frozen=True, slots=True)
class Inventory:
    """Places of rows at one moment."""

    columns: Mapping[tuple[int, int], Held]
    """By oid of the table and number."""
    tables: Mapping[int, str]
    sequences: Mapping[int, str]
    enums: frozenset[str]
    """Enum types as format_type writes them."""
    rows: Mapping[str, Rows]
    """Of tables that hold any."""

    def knows(self, schema: str, name: str) -> bool:
        """Whether a table of that name is there; in any schema where none is named."""
        wanted = dotted(schema, name) if schema else None
        ending = f".{part(name)}"
        return any(t == wanted if wanted else t.endswith(ending) for t in self.tables.values())


def take_inventory(connection: psycopg.Connection[Row]) -> Inventory:
    """Read it, as the builder."""
    columns: dict[tuple[int, int], Held] = {}
    tables: dict[int, str] = {}
    sequences: dict[int, str] = {}
    filled: list[tuple[str, str, tuple[str, ...]]] = []
    rows = connection.execute(query_file(__package__, "places").encode()).fetchall()
    for oid, kind, schema, name, size, numbers, names, types, generated in rows:
        called = dotted(schema, name)
        if kind == "S":
            sequences[oid] = called
            continue
        tables[oid] = called
        for number, column, held, made in zip(numbers, names, types, generated, strict=True):
            columns[oid, number] = Held(called, column, held, made)
        if size:
            kept = sorted(column for column, made in zip(names, generated, strict=True) if not made)
            filled.append((schema, name, tuple(kept) if size <= _DIGESTED else ()))
    enums = connection.execute(
        "SELECT format_type(oid, NULL) FROM pg_catalog.pg_type WHERE typtype = 'e'"
    ).fetchall()
    return Inventory(
        columns, tables, sequences, frozenset(name for (name,) in enums), _rows(connection, filled)
    )


def _rows(
    connection: psycopg.Connection[Row], filled: list[tuple[str, str, tuple[str, ...]]]
) -> dict[str, Rows]:
    found = {}
    for schema, name, columns in filled:
        digest: sql.Composable = sql.SQL("''")
        if columns:
            # The text of a row is made by the types' own output functions: nothing of a stranger's runs here.
            row = sql.SQL(", ").join(map(sql.Identifier, columns))
            digest = sql.SQL("sum(hashtextextended(ROW({})::text, 0)::numeric)::text").format(row)
        text = sql.SQL("SELECT count(*), {} FROM ONLY {}").format(digest, sql.Identifier(schema, name))
        said = connection.execute(text).fetchone()
        if said is not None and said[0]:
            found[dotted(schema, name)] = Rows(int(said[0]), columns, str(said[1]))
    return found
