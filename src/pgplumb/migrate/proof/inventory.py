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
class Inventory:
    """Places of rows at one moment."""

    columns: Mapping[tuple[int, int], Held]
    """By oid of the table and number."""
    tables: Mapping[int, str]
    sequences: Mapping[int, str]
    enums: frozenset[str]
    """Enum types as format_type writes them."""
    rows: Mapping[str, int]
    """How many rows tables hold that hold any."""

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
    filled: list[tuple[str, str]] = []
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
            filled.append((schema, name))
    enums = connection.execute(
        "SELECT format_type(oid, NULL) FROM pg_catalog.pg_type WHERE typtype = 'e'"
    ).fetchall()
    return Inventory(
        columns, tables, sequences, frozenset(name for (name,) in enums), _rows(connection, filled)
    )


def _rows(connection: psycopg.Connection[Row], filled: list[tuple[str, str]]) -> dict[str, int]:
    found = {}
    for schema, name in filled:
        text = sql.SQL("SELECT count(*) FROM ONLY {}").format(sql.Identifier(schema, name))
        row = connection.execute(text).fetchone()
        if row is not None and row[0]:
            found[dotted(schema, name)] = int(row[0])
    return found
