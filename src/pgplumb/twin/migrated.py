"""Databases of a twin that plan as the target would after a migration, with the sizes and statistics it would have.

The migration runs for real in a copy of `shape`, as the cage role; planning databases are copies of that. What the
migration leaves alone keeps its size and its figures, by oid; a table that it writes anew grows or shrinks as its rows
do; an index that it builds gets the size that a candidate would.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from psycopg import sql

from pgplumb.sql.query_files import query_file
from pgplumb.twin import candidate, databases
from pgplumb.twin.answers import Failed, Ran, Refused, Stopped
from pgplumb.twin.cage import CAGE
from pgplumb.twin.databases import SHAPE, RelationFile
from pgplumb.twin.planning import PlanningDatabase
from pgplumb.twin.session import CagedSession, planning_session, watched
from pgplumb.twin.source import Sizes
from pgplumb.twin.statistics import write_statistics
from pgplumb.twin.statistics.model import PlannerStatistics

if TYPE_CHECKING:
    import psycopg

    from pgplumb.server.rows import Row
    from pgplumb.twin.twin import Twin

_SKIPS_SCANS = 18
_OURS = "-c search_path=pg_catalog -c lock_timeout=0 -c statement_timeout=0"
_serial = itertools.count(1)


@dataclass(frozen=True, slots=True)
class NotMigrated(Exception):  # noqa: N818
    """The migration does not run in the twin."""

    why: str
    statement: int

    def __str__(self) -> str:
        return self.why


class Migrated:
    """A copy of the twin's schema after a migration; a context manager that drops it with all that was made of it."""

    def __init__(
        self,
        twin: Twin,
        name: str,
        files: Sequence[RelationFile],
        sizes: Sizes,
        built: Sequence[RelationFile],
        grown: Mapping[int, float],
    ) -> None:
        self._twin = twin
        self._name = name
        self._files = files
        self._sizes = sizes
        self._built = built
        self._grown = grown
        self._made: list[PlanningDatabase] = []
        self._names: list[str] = []

    @classmethod
    def run(cls, twin: Twin, script: str, settings: Mapping[str, str] | None = None) -> Migrated:
        """Run a migration statement by statement in a copy. Raises NotMigrated where the twin refuses one.

        `settings` are the session's before its first statement. The script ends no transaction.
        """
        server, name = twin._server, f"migrated_{next(_serial)}"
        with server.connect("postgres") as admin:
            databases.copy(admin, SHAPE, name)
            owner = sql.SQL("ALTER DATABASE {} OWNER TO {}").format(
                sql.Identifier(name), sql.Identifier(CAGE)
            )
            admin.execute(owner)
        try:
            with _builder(twin, name) as builder:
                candidate.permit(builder, CAGE)
                before = _Before.read(builder, twin)
            begins = [
                f"SET {key} = {sql.Literal(value).as_string()};" for key, value in (settings or {}).items()
            ]
            with CagedSession(server, name) as caged:
                answer = caged.run_autocommit("".join(begins) + script)
            if not isinstance(answer, Ran):
                raise NotMigrated(why_not(answer), max(answer.statement - len(begins), 0))
            with _builder(twin, name) as builder:
                before.restore_statistics(builder, twin)
                return cls(twin, name, *before.sized(builder))
        except BaseException:
            _drop(twin, name)
            raise

    def planning(self, scale: float = 1) -> PlanningDatabase:
        """Make a database to plan in; `scale` multiplies rows and pages."""
        twin = self._twin
        server, name = twin._server, f"{self._name}_{len(self._made)}"
        with server.connect("postgres") as admin:
            oid = databases.copy(admin, self._name, name)
        self._names.append(name)
        files = databases.in_copy(tuple(self._files), oid)
        figures = twin._figures()
        written = {oid: pages for oid, pages, *_ in figures}
        databases.stretch_all(server.data_directory, files, self._sizes, written, scale)
        builder = _builder(twin, name)
        try:
            databases.apply_settings(builder, name, twin.source)
            if not twin.source.locality.superuser:
                databases.plan_as(builder, name, CAGE, twin.source.locality.role)
            databases.restore_figures(builder, [self._figure(row) for row in figures])
            if scale != 1:
                databases.multiply(builder, scale)
            built = [
                candidate.Candidate("", file.name, file.table or "", (file.oid,)) for file in self._built
            ]
            if built:
                by_oid = {file.oid: file for file in files}
                with server.connect(name, CAGE) as caged, watched(server, caged):
                    candidate.give_sizes(builder, caged, server.data_directory, by_oid, built)
            session = planning_session(server, name)
        except BaseException:
            builder.close()
            raise
        older = twin.source.major < _SKIPS_SCANS <= server.major
        made = PlanningDatabase(name, scale, session, builder, (), twin.gaps, plans_for_older=older)
        self._made.append(made)
        return made

    def close(self) -> None:
        """Drop everything; may be called twice."""
        for planning in self._made:
            planning.close()
        for name in (*self._names, self._name):
            _drop(self._twin, name)
        self._made.clear()
        self._names.clear()

    def __enter__(self) -> Migrated:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _figure(self, row: databases.Figures) -> databases.Figures:
        """Return a table's or index's figures with the pages that it has after the migration."""
        oid, pages, tuples, visible = row
        grown = self._grown.get(oid, 1.0)
        return oid, round(pages * grown), tuples, round(visible * grown)


@dataclass(frozen=True, slots=True)
class _Before:
    """What the copy held before the migration, by oid."""

    files: Mapping[int, RelationFile]
    widths: Mapping[int, float]
    columns: frozenset[tuple[str, str, str]]
    """Columns with statistics: schema, table, column."""
    sizes: Sizes
    written: Mapping[int, int]

    @classmethod
    def read(cls, builder: psycopg.Connection[Row], twin: Twin) -> _Before:
        files = {file.oid: file for file in databases.relation_files(builder)}
        written = {oid: pages for oid, pages, *_ in twin._figures()}
        return cls(files, _widths(builder), _columns(builder), twin.source.sizes, written)

    def restore_statistics(self, builder: psycopg.Connection[Row], twin: Twin) -> None:
        """Give columns whose type changed the statistics that ANALYZE will find again, values where they hold."""
        statistics = twin.source.statistics
        lost = self.columns - _columns(builder)
        if statistics is None or not lost:
            return
        rows = [row for row in statistics.columns if (row[0], row[1], row[2]) in lost]
        there = _attributes(builder, {(schema, table) for schema, table, _ in lost})
        kept = [row for row in rows if (row[0], row[1], row[2]) in there]
        ranges = [row for row in statistics.ranges if (row[0], row[1], row[2]) in lost & there]
        if kept:
            write_statistics(builder, PlannerStatistics(statistics.version_num, columns=kept, ranges=ranges))

    def sized(
        self, builder: psycopg.Connection[Row]
    ) -> tuple[tuple[RelationFile, ...], Sizes, tuple[RelationFile, ...], Mapping[int, float]]:
        """Return the files after the migration, the pages of those that were there, the indexes that are new, and
        by how much tables that are written anew grow."""
        files = databases.relation_files(builder)
        widths = _widths(builder)
        tables: dict[str, int] = {}
        indexes: dict[str, int] = {}
        built, grown = [], {}
        for file in files:
            known = self.files.get(file.oid)
            if file.kind == "i" and known is None:
                built.append(file)
            elif known is not None:
                of = self.sizes.indexes if file.kind == "i" else self.sizes.tables
                pages = of.get(known.name, self.written.get(file.oid, 0))
                if file.kind != "i" and file.path != known.path and self.widths.get(file.oid):
                    grown[file.oid] = widths.get(file.oid, 1.0) / self.widths[file.oid]
                    pages = round(pages * grown[file.oid])
                (indexes if file.kind == "i" else tables)[file.name] = pages
        return files, Sizes(tables, indexes), tuple(built), grown


def _builder(twin: Twin, name: str) -> psycopg.Connection[Row]:
    """Connect as the builder where a stranger's SQL has run: names mean what we wrote."""
    import psycopg

    conninfo = twin._server.conninfo(name)
    return psycopg.Connection.connect(conninfo, autocommit=True, prepare_threshold=None, options=_OURS)


def _drop(twin: Twin, name: str) -> None:
    with twin._server.connect("postgres") as admin:
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _widths(builder: psycopg.Connection[Row]) -> dict[int, float]:
    """Return the bytes of a row of each table."""
    return dict(builder.execute(query_file(__package__, "row_width").encode()).fetchall())


def _columns(builder: psycopg.Connection[Row]) -> frozenset[tuple[str, str, str]]:
    rows = builder.execute(
        "SELECT n.nspname::text, c.relname::text, a.attname::text FROM pg_statistic s"
        " JOIN pg_class c ON c.oid = s.starelid JOIN pg_namespace n ON n.oid = c.relnamespace"
        " JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = s.staattnum"
        " WHERE c.oid >= 16384 AND c.relkind IN ('r', 'p', 'm')"
    ).fetchall()
    return frozenset(rows)


def _attributes(
    builder: psycopg.Connection[Row], tables: set[tuple[str, str]]
) -> frozenset[tuple[str, str, str]]:
    rows = builder.execute(
        "SELECT n.nspname::text, c.relname::text, a.attname::text FROM pg_attribute a"
        " JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relname = ANY(%s)",
        [[name for _, name in tables]],
    ).fetchall()
    return frozenset(row for row in rows if (row[0], row[1]) in tables)


def why_not(answer: Failed | Refused | Stopped) -> str:
    """Return why a script did not run through."""
    if isinstance(answer, Failed):
        return f"{answer.message} ({answer.sqlstate})"
    return f"{answer.what}: {answer.why}" if isinstance(answer, Refused) else answer.why
