"""Writes statistics into a twin, for every version the same way: rows of the catalogs, as ANALYZE makes them.

The functions that version 18 has for this (pg_restore_attribute_stats) write the same rows, but for domains over ranges
and for ranges that are all empty, which they leave out. They know no extended statistics, and older versions lack them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, MutableMapping
from typing import TYPE_CHECKING

from pgplumb.foundation.names import dotted
from pgplumb.server.rows import Row
from pgplumb.twin.statistics.columns import write_columns
from pgplumb.twin.statistics.guard import guarded
from pgplumb.twin.statistics.model import PlannerStatistics, WriteReport
from pgplumb.twin.statistics.objects import write_objects
from pgplumb.twin.statistics.scratch import Scratch
from pgplumb.twin.statistics.text import text

if TYPE_CHECKING:
    import psycopg

_SETTINGS = {
    "allow_system_table_mods": "on",
    "search_path": "pg_catalog, pg_temp",
    "client_min_messages": "error",
    "statement_timeout": "0",
    "work_mem": "64MB",
}
_RELATION = (
    "source int8, schema text, name text, kind text, owner int8, pages int4, tuples float4, visible int4,"
    " frozen int4"
)
_COLUMN = (
    "schema text, name text, attname text, inherited bool, null_frac float4, width int4, n_distinct float4, mcv text,"
    " mcf text, histogram text, correlation float4, elements text, element_freqs text, element_counts text,"
    " lengths text, empty float4, bounds text"
)
_RANGE = "schema text, name text, attname text, inherited bool, lengths text, empty float4, bounds text"
_INDEX_COLUMN = "schema text, name text, attname text, attnum int2"
_TYPE_OF_SCRATCH = (
    "UPDATE pgplumb_place p SET typ = a.atttypid FROM pg_attribute a"
    " WHERE p.id = %s AND a.attrelid = 'pg_temp.pgplumb_scratch'::regclass AND a.attnum = 1"
)


def write_statistics(
    connection: psycopg.Connection[Row], statistics: PlannerStatistics, *, scale: float = 1.0
) -> WriteReport:
    """Give the relations of a database the statistics of others of the same names, in one transaction.

    The connection is a superuser's. `scale` multiplies rows and pages; frequencies and n_distinct stay as they are, for
    ANALYZE writes counts that grow with the table as fractions of its rows. What cannot be written is named in the
    report, and leaves the rest as it is. The planner believes the rows only where the caller makes the files as long.
    """
    failed: dict[str, list[str]] = defaultdict(list)
    version = connection.info.server_version
    with connection.transaction():
        for name, value in _SETTINGS.items():
            connection.execute("SELECT set_config(%s, %s, true)", [name, value])
        connection.execute(text("unit", version))
        with guarded(connection):
            _stage(connection, statistics)
            connection.execute(text("place", version))
            _find_index_types(connection)
            connection.execute(text("type", version))
            connection.execute("ANALYZE pgplumb_type")
            _name_missing(connection, failed)
            written = _write_relations(connection, statistics, scale)
            written += write_columns(connection, failed)
            written += write_objects(connection, statistics, scale, failed)
    return WriteReport(written, {name: "; ".join(why) for name, why in sorted(failed.items())})


def _stage(connection: psycopg.Connection[Row], statistics: PlannerStatistics) -> None:
    """Send the rows to the twin."""
    connection.execute(text("stage", connection.info.server_version))
    _copy(connection, "pgplumb_relation", _RELATION, statistics.relations)
    _copy(connection, "pgplumb_column", _COLUMN, statistics.columns)
    _copy(connection, "pgplumb_range", _RANGE, statistics.ranges)
    _copy(connection, "pgplumb_index_column", _INDEX_COLUMN, statistics.index_columns)


def _copy(connection: psycopg.Connection[Row], table: str, columns: str, rows: Iterable[Row]) -> None:
    """Send rows; `columns` are a table's first ones with their types."""
    names, types = zip(*(column.split() for column in columns.split(", ")), strict=True)
    with connection.cursor().copy(
        f"COPY {table} ({', '.join(names)}) FROM STDIN (FORMAT binary)".encode()
    ) as copy:
        copy.set_types(types)
        for row in rows:
            copy.write_row(row)


def _find_index_types(connection: psycopg.Connection[Row]) -> None:
    """Find the types of expressions that no operator class tells."""
    unknown = connection.execute(text("index_expression", connection.info.server_version)).fetchall()
    for number, schema, table, expression in unknown:
        with Scratch(connection, schema, table, (), (expression,)):
            connection.execute(_TYPE_OF_SCRATCH, [number])


def _name_missing(connection: psycopg.Connection[Row], failed: MutableMapping[str, list[str]]) -> None:
    """Say what is not in the twin."""
    for schema, relation, column in connection.execute(text("missing", connection.info.server_version)):
        what = "not in the twin" if column is None else f"column {column} is not in the twin"
        failed.setdefault(dotted(schema, relation), []).append(what)


def _write_relations(connection: psycopg.Connection[Row], statistics: PlannerStatistics, scale: float) -> int:
    version = connection.info.server_version
    parameters = {
        "scale": scale,
        "old": statistics.version_num < 140000,
        "nobody": 0 if version < 140000 else -1,
    }
    row = connection.execute(text("relations_write", version), parameters).fetchone()
    assert row is not None
    return int(row[0])
