"""Has the twin itself make what only it can: the stored form of values of its own types.

A scratch table has the columns and expressions of a statistics object. It gives their types; and ANALYZE of it, with
every combination of common values there once, makes the list in the twin's own form: the whole table is its sample, so
none is dropped. The frequencies are then put in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from psycopg import sql

from pgplumb.twin.cage import CAGE
from pgplumb.twin.statistics.guard import UNTRUSTED, trusted
from pgplumb.twin.statistics.stored import Item, StoredError, mcv
from pgplumb.twin.statistics.text import text

if TYPE_CHECKING:
    import psycopg

    from pgplumb.server.rows import Row

_SCRATCH = sql.Identifier("pg_temp", "pgplumb_scratch")
_READ = (
    "SELECT d.stxdmcv::bytea, ARRAY(SELECT i.values FROM pg_mcv_list_items(d.stxdmcv) i ORDER BY i.index)"
    " FROM pg_statistic_ext_data d JOIN pg_statistic_ext s ON s.oid = d.stxoid"
    " WHERE s.stxrelid = 'pg_temp.pgplumb_scratch'::regclass"
)
_OWN_TYPES = (
    "SELECT count(*) FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid"
    " WHERE a.attrelid = 'pg_temp.pgplumb_scratch'::regclass AND a.attnum > 0 AND t.oid >= 16384 AND t.typtype <> 'e'"
)
_STAGED = (
    "INSERT INTO pgplumb_column (attnum, inherited, null_frac, width, n_distinct, mcv, mcf, histogram, correlation,"
    " elements, element_freqs, element_counts) VALUES (%s, false, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING id"
)


@dataclass(frozen=True, slots=True)
class Listed:
    """A list of common combinations of values, as pg_stats_ext shows it."""

    values: Sequence[Sequence[str | None]]
    frequencies: Sequence[float]
    base_frequencies: Sequence[float]


class Scratch:
    """A table without rows of a statistics object's columns and expressions; a context manager that drops it."""

    def __init__(
        self,
        connection: psycopg.Connection[Row],
        schema: str,
        table: str,
        columns: Sequence[str],
        expressions: Sequence[str],
    ) -> None:
        self._connection = connection
        self._plain = len(columns)
        self._names = [sql.Identifier(f"c{i + 1}") for i in range(len(columns) + len(expressions))]
        sources: list[sql.Composable] = [sql.Identifier(column) for column in columns]
        # WITH NO DATA: the expressions are read for their types and never planned or run.
        sources += [sql.SQL("(" + expression + ")") for expression in expressions]
        listed = [sql.SQL("{} AS {}").format(*pair) for pair in zip(sources, self._names, strict=True)]
        connection.execute(
            sql.SQL("CREATE TEMP TABLE pgplumb_scratch AS SELECT {} FROM {} WITH NO DATA").format(
                sql.SQL(", ").join(listed), sql.Identifier(schema, table)
            )
        )

    def __enter__(self) -> Scratch:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        # After an error the savepoint takes the table away.
        if kind is None:
            self._connection.execute(sql.SQL("DROP TABLE {}").format(_SCRATCH))

    def _check_trust(self) -> None:
        if not trusted(self._connection) and self._connection.execute(_OWN_TYPES).fetchone() != (0,):
            raise StoredError(UNTRUSTED)

    def combinations(self, listed: Listed) -> bytes:
        """Return the stored form of a list of common combinations. Raises StoredError and psycopg.Error."""
        self._check_trust()
        with self._connection.cursor().copy(sql.SQL("COPY {} FROM STDIN").format(_SCRATCH)) as copy:
            for row in listed.values:
                copy.write_row(row)
        names = sql.SQL(", ").join(self._names)
        self._connection.execute(
            sql.SQL("CREATE STATISTICS pg_temp.pgplumb_scratch_mcv (mcv) ON {} FROM {}").format(
                names, _SCRATCH
            )
        )
        self._connection.execute("ALTER STATISTICS pg_temp.pgplumb_scratch_mcv SET STATISTICS 10000")
        # ANALYZE calls functions of the target's types (a range's subtype_diff), with the rights of the table's owner.
        if self._connection.execute("SELECT FROM pg_roles WHERE rolname = %s", [CAGE]).fetchone() is not None:
            owner = sql.SQL("ALTER TABLE {} OWNER TO {}").format(_SCRATCH, sql.Identifier(CAGE))
            self._connection.execute(owner)
        self._connection.execute(sql.SQL("ANALYZE {}").format(_SCRATCH))
        found = self._connection.execute(_READ).fetchone()
        if found is None or found[0] is None:
            raise StoredError("the twin makes no list of these common combinations")
        made, made_values = found
        places = {tuple(row): place for place, row in enumerate(made_values)}
        order = [places.get(tuple(row), -1) for row in listed.values]
        items = [Item(*pair) for pair in zip(listed.frequencies, listed.base_frequencies, strict=True)]
        return mcv(bytes(made), order, items)

    def expressions(self, rows: Sequence[Row]) -> sql.Composable:
        """Return what gives the statistics of the expressions as pg_statistic[]. Rows have the place first."""
        self._check_trust()
        version = self._connection.info.server_version
        ids: dict[int, int] = {}
        for place, *values in rows:
            found = self._connection.execute(_STAGED, [place, *values]).fetchone()
            assert found is not None
            ids[place] = found[0]
        first = min(ids.values())
        parameters = {"first": first, "skip": self._plain}
        self._connection.execute(text("scratch_column", version), parameters)
        self._connection.execute(text("type", version))
        made = [
            _one(text("row", version), ids[place]) if place in ids else "NULL"
            for place in range(1, len(self._names) - self._plain + 1)
        ]
        return sql.SQL("ARRAY[" + ", ".join(made) + "]::pg_statistic[]")


def _one(row_query: str, number: int) -> str:
    """Return the text of a row of pg_statistic as a value."""
    return f"(SELECT ROW(q.*)::pg_statistic FROM ({row_query % {'first': number, 'last': number}}) q)"
