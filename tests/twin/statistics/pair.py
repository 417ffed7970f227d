"""A source with rows, and a twin with the same schema and without any."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from pgplumb.server.embedded import EmbeddedServer
from pgplumb.twin.statistics import PlannerStatistics, WriteReport, read_statistics, write_statistics
from tests.databases import Database

_serial = itertools.count()

COLUMNS = "SELECT to_jsonb(s)::text FROM pg_stats s WHERE schemaname !~ '^pg_|^information' ORDER BY 1"
OBJECTS = "SELECT to_jsonb(s)::text FROM pg_stats_ext s ORDER BY 1"
EXPRESSIONS = "SELECT to_jsonb(s)::text FROM pg_stats_ext_exprs s ORDER BY 1"
FIGURES = (
    "SELECT oid::regclass::text, relpages, reltuples, relallvisible FROM pg_class"
    " WHERE oid >= 16384 AND relkind IN ('r', 'p', 'm', 'i', 'I') AND relnamespace::regnamespace::text !~ '^pg_'"
    " ORDER BY 1"
)


@dataclass
class Pair:
    """Two databases of one schema."""

    source: Database
    twin: Database

    def fill(self, statements: str) -> None:
        """Run statements in the source alone."""
        self.source.execute(statements)

    def read(self, user: str = "postgres", **options: Any) -> PlannerStatistics:
        """Read the source."""
        return read_statistics(self.source.session(user), **options)

    def write(self, statistics: PlannerStatistics, scale: float = 1.0) -> WriteReport:
        """Write into the twin."""
        return write_statistics(self.twin.connect(), statistics, scale=scale)

    def copy(self, scale: float = 1.0, **options: Any) -> WriteReport:
        """Read the source and write the twin, and commit."""
        connection = self.twin.connect()
        report = write_statistics(connection, self.read(**options), scale=scale)
        connection.commit()
        return report

    def differences(self, question: str) -> list[tuple[Any, ...]]:
        """Return the rows of a question's answer that only one of the two gives."""
        here, there = (database.execute(question) for database in (self.source, self.twin))
        only_here = [("source", *row) for row in here if row not in there]
        return only_here + [("twin", *row) for row in there if row not in here]


@contextmanager
def pair(source: EmbeddedServer, twin: EmbeddedServer, schema: str) -> Iterator[Pair]:
    """Make two databases with a schema; they are dropped at the end."""
    number = next(_serial)
    made = Pair(Database.create(source, f"source_{number}"), Database.create(twin, f"twin_{number}"))
    try:
        made.source.execute(schema)
        made.twin.execute(schema)
        yield made
    finally:
        made.source.drop()
        made.twin.drop()
