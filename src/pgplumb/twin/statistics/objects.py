"""Writes extended statistics: counts, dependencies, lists of common combinations, and statistics of expressions."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import psycopg
from psycopg import sql

from pgplumb.foundation.names import dotted
from pgplumb.twin.statistics import stored
from pgplumb.twin.statistics.scratch import Listed, Scratch
from pgplumb.twin.statistics.text import text

if TYPE_CHECKING:
    from pgplumb.server.rows import Row
    from pgplumb.twin.statistics.model import PlannerStatistics

_KINDS = ("pg_ndistinct", "pg_dependencies", "pg_mcv_list")


@dataclass(frozen=True, slots=True)
class Place:
    """A statistics object of the twin."""

    oid: int
    schema: str
    table: str
    numbers: Sequence[int]
    columns: Sequence[str]
    expressions: Sequence[str]


@dataclass(frozen=True, slots=True)
class Built:
    """What ANALYZE built for an object of the target, of the table alone or of its children too."""

    schema: str
    name: str
    inherited: bool
    numbers: Mapping[str, int]
    """Attribute numbers of its columns, by name."""
    ndistinct: bytes | None
    dependencies: bytes | None
    combinations: Listed | None
    expressions: Sequence[Row]
    """queries/statistics_expression.sql from the fourth column on."""
    rows: float
    """Of the table."""


def write_objects(
    connection: psycopg.Connection[Row],
    statistics: PlannerStatistics,
    scale: float,
    failed: MutableMapping[str, list[str]],
) -> int:
    """Write pg_statistic_ext_data; return how many rows."""
    version = connection.info.server_version
    built = list(_built(statistics, version))
    if not built:
        return 0
    places = {
        (schema, name): Place(oid, *rest)
        for schema, name, oid, *rest in connection.execute(text("object_place", version)).fetchall()
    }
    table_of = {(row[0], row[1]): dotted(row[2], row[3]) for row in statistics.objects}
    for kind in _KINDS:
        connection.execute(f"CREATE CAST (bytea AS {kind}) WITHOUT FUNCTION".encode())
    written = 0
    for one in built:
        table = table_of[one.schema, one.name]
        place = places.get((one.schema, one.name))
        try:
            if place is None:
                raise stored.StoredError("not in the twin")
            with connection.transaction():
                _write(connection, one, place, scale)
            written += 1
        except (psycopg.Error, stored.StoredError) as error:
            if connection.closed:
                raise
            # The server's words might show a value.
            said = (
                f"the twin refuses them ({error.sqlstate})"
                if isinstance(error, psycopg.Error)
                else str(error)
            )
            failed.setdefault(table, []).append(f"extended statistics {dotted(one.schema, one.name)}: {said}")
    for kind in _KINDS:
        connection.execute(f"DROP CAST (bytea AS {kind})".encode())
    return written


def _built(statistics: PlannerStatistics, version: int) -> list[Built]:
    """Return what there is to write, one row an object where the twin has room for one only (before 15)."""
    rows = {(row[1], row[2]): row[6] for row in statistics.relations}
    objects = {(row[0], row[1]): row[2:7] for row in statistics.objects}
    expressions: dict[tuple[str, str, bool | None], list[Row]] = {}
    for schema, name, inherited, *rest in statistics.expressions:
        expressions.setdefault((schema, name, inherited), []).append(tuple(rest))
    built = []
    for schema, name, inherited, counts, depend, combinations, frequencies, base in statistics.object_data:
        table_schema, table_name, kind, numbers, columns = objects[schema, name]
        found = expressions.get((schema, name, inherited), [])
        valid = [row for row in found if row[2] is not None]
        nothing = counts is None and depend is None and combinations is None and not valid
        if nothing or (table_schema, table_name) not in rows:
            continue
        # Before 15 an object had one row: of a partitioned table with its partitions, of any other one alone.
        only = kind == "p"
        whole = only if inherited is None else inherited
        if version >= 150000 or whole == only:
            count = rows[table_schema, table_name]
            columns_and_numbers = dict(zip(columns, numbers, strict=True))
            listed = Listed(combinations, _floats(frequencies), _floats(base)) if combinations else None
            built.append(
                Built(schema, name, whole, columns_and_numbers, counts, depend, listed, valid, count)
            )
    return built


def _write(connection: psycopg.Connection[Row], built: Built, place: Place, scale: float) -> None:
    """Write one row of pg_statistic_ext_data."""
    version = connection.info.server_version
    if list(built.numbers) != list(place.columns):
        raise stored.StoredError("of other columns in the twin")
    numbers = dict(zip(built.numbers.values(), place.numbers, strict=True))
    counts = built.ndistinct and stored.ndistinct(built.ndistinct, numbers, built.rows, scale)
    depend = built.dependencies and stored.dependencies(built.dependencies, numbers)
    combinations: bytes | None = None
    expressions: sql.Composable = sql.SQL("NULL")
    if built.combinations or (built.expressions and version >= 140000):
        with Scratch(connection, place.schema, place.table, place.columns, place.expressions) as scratch:
            if built.combinations:
                combinations = scratch.combinations(built.combinations)
            if built.expressions and version >= 140000:
                expressions = scratch.expressions(built.expressions)
    connection.execute(
        "DELETE FROM pg_statistic_ext_data WHERE stxoid = %s"
        + (" AND stxdinherit = %s" if version >= 150000 else ""),
        [place.oid, built.inherited] if version >= 150000 else [place.oid],
    )
    values: list[sql.Composable] = [sql.Literal(place.oid)]
    if version >= 150000:
        values.append(sql.Literal(built.inherited))
    for kind, value in zip(_KINDS, (counts, depend, combinations), strict=True):
        values.append(sql.SQL("{}::bytea::" + kind).format(sql.Literal(value)))
    if version >= 140000:
        values.append(expressions)
    connection.execute(
        sql.SQL("INSERT INTO pg_statistic_ext_data VALUES ({})").format(sql.SQL(", ").join(values))
    )


def _floats(array: str) -> list[float]:
    """Return the numbers of an array's text."""
    return [float(number) for number in array.strip("{}").split(",")]
