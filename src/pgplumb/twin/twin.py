"""The twin: a throwaway local server that plans like the target, without one of its rows."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from psycopg import sql

from pgplumb.server.embedded import EmbeddedServer, Limits
from pgplumb.twin import candidate, databases
from pgplumb.twin.cage import CAGE, CAGE_SETTINGS, Breach, admit, breaches, make_cage
from pgplumb.twin.databases import SHAPE
from pgplumb.twin.gaps import Gaps
from pgplumb.twin.planning import PlanningDatabase
from pgplumb.twin.schema import build_schema
from pgplumb.twin.scratch import close_scratches
from pgplumb.twin.session import planning_session, watched
from pgplumb.twin.statistics import write_statistics

if TYPE_CHECKING:
    import psycopg

    from pgplumb.twin.source import TwinSource


BUILD_SECONDS = 600.0
"""How long making the schema may take; ten thousand tables take about a minute."""
SKIPS_SCANS = 18
"""The first major version whose B-trees skip over values of their first columns."""
MOST_DATABASES = 4
"""Planning databases that are kept, the last ones used; each has two connections."""


class Twin:
    """One running twin; a context manager that stops it and removes every file of it."""

    def __init__(self, server: EmbeddedServer, source: TwinSource, gaps: Gaps) -> None:
        self.source = source
        self.gaps = gaps
        """What it lacks of the target; plans that touch any of it are unknown."""
        self._server = server
        self._serial = itertools.count(1)
        self._written: Sequence[databases.Figures] | None = None
        self._planning: dict[tuple[float, tuple[str, ...]], PlanningDatabase] = {}

    @classmethod
    def start(cls, source: TwinSource, *, bindir: Path | None = None) -> Twin:
        """Start a server of the source's major version, or of the nearest there is, and build the schema in it.

        Raises EmbeddedError where no server can be started.
        """
        server = EmbeddedServer.start(
            bindir,
            source.major,
            CAGE_SETTINGS,
            checksums=False,
            limits=Limits(),
            private=True,
            in_memory=True,
        )
        try:
            return cls(server, source, _build(server, source))
        except BaseException:
            server.stop()
            raise

    @property
    def server_version(self) -> str:
        """As the twin's server calls itself: "18.6"."""
        return self._server.version

    @property
    def root(self) -> Path:
        """The directory of everything that it has on disk."""
        return self._server.root

    def planning(self, scale: float = 1, indexes: Sequence[str] = ()) -> PlanningDatabase:
        """Return a database to plan in, made at the first call for a scale and a set of candidate indexes.

        `scale` multiplies rows and pages. `indexes` are CREATE INDEX statements, tried one by one. One that was not
        used for long is closed when others are asked for: ask again instead of keeping it.
        """
        key = (float(scale), tuple(indexes))
        found = self._planning.pop(key, None)
        if found is None or found.session.closed:
            while len(self._planning) >= MOST_DATABASES:
                self._drop(self._planning.pop(next(iter(self._planning))))
            found = self._make(*key)
        self._planning[key] = found
        return found

    def stop(self) -> None:
        """Stop the server and remove its files; may be called twice."""
        close_scratches(self)
        for made in self._planning.values():
            made.close()
        self._planning.clear()
        self._server.stop()

    def __enter__(self) -> Twin:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _make(self, scale: float, ddls: tuple[str, ...]) -> PlanningDatabase:
        number = next(self._serial)
        name, template = f"plan_{number}", SHAPE
        candidates: tuple[candidate.Candidate, ...] = ()
        with self._server.connect("postgres") as admin:
            if ddls:
                template = f"candidates_{number}"
                databases.copy(admin, SHAPE, template)
                with self._server.connect(template) as connection:
                    candidate.permit(connection, CAGE)
                with self._server.connect(template, CAGE) as caged, watched(self._server, caged):
                    candidates = candidate.create(caged, ddls)
            with self._server.connect(template) as connection:
                files = databases.relation_files(connection)
            oid = databases.copy(admin, template, name)
            if ddls:
                admin.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(template)))
        files = databases.in_copy(files, oid)
        data = self._server.data_directory
        figures = self._figures()
        databases.stretch_all(
            data, files, self.source.sizes, {oid: pages for oid, pages, *_ in figures}, scale
        )
        builder = self._server.connect(name)
        try:
            candidates = self._furnish(builder, name, scale, candidates, files, figures)
            session = planning_session(self._server, name)
        except BaseException:
            builder.close()
            raise
        older = self.source.major < SKIPS_SCANS <= self._server.major
        return PlanningDatabase(name, scale, session, builder, candidates, self.gaps, plans_for_older=older)

    def _furnish(
        self,
        builder: psycopg.Connection,
        name: str,
        scale: float,
        candidates: tuple[candidate.Candidate, ...],
        files: tuple[databases.RelationFile, ...],
        figures: Sequence[databases.Figures],
    ) -> tuple[candidate.Candidate, ...]:
        """Give a copy its settings, its figures at this scale and its candidates their sizes."""
        databases.apply_settings(builder, name, self.source)
        if not self.source.locality.superuser:
            databases.plan_as(builder, name, CAGE, self.source.locality.role)
        if candidates:
            candidate.show(builder, candidates, ())
            databases.restore_figures(builder, figures)
        if scale != 1:
            databases.multiply(builder, scale)
        if not candidates:
            return ()
        by_oid = {file.oid: file for file in files}
        data = self._server.data_directory
        with self._server.connect(name, CAGE) as caged, watched(self._server, caged):
            return candidate.give_sizes(builder, caged, data, by_oid, candidates)

    def _drop(self, planning: PlanningDatabase) -> None:
        planning.close()
        with self._server.connect("postgres") as admin:
            admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(planning.name)))

    def _figures(self) -> Sequence[databases.Figures]:
        """Return pg_class's figures as written: creating an index resets its table's."""
        if self._written is None:
            with self._server.connect(SHAPE) as connection:
                self._written = databases.figures(connection)
        return self._written


def _build(server: EmbeddedServer, source: TwinSource) -> Gaps:
    """Make the shape: roles, schema, statistics."""
    with server.connect("postgres") as admin:
        notes = databases.create_shape(admin, source.locality)
        make_cage(admin, bypass_rls=source.locality.superuser)
    with server.connect(SHAPE) as connection:
        with server.connect(SHAPE, CAGE) as caged, watched(server, caged, BUILD_SECONDS):
            report = build_schema(connection, source.schema, caged=caged, stranger=source.stranger)
            refused = databases.restore(caged, source.restores)
        gaps = source.gaps.and_also(report.gaps).and_also(Gaps(notes=(*notes, *refused)))
        if source.stranger:
            databases.let_views_read(connection)
        admit(connection, databases.owners(connection))
        if open_ways := breaches(connection):
            raise Breach(open_ways)
        if source.statistics is not None:
            written = write_statistics(connection, source.statistics)
            gaps = gaps.and_also(Gaps(statistics=dict(written.failed)))
        else:
            gaps = gaps.and_also(Gaps(statistics=databases.unknown(connection)))
    if server.major != source.major:
        note = f"the twin is PostgreSQL {server.version}, the target {source.version_num // 10000}: planners differ"
        gaps = gaps.and_also(Gaps(notes=(note,)))
    return gaps
