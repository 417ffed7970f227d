"""One database a server with tables to make plans of, and how to make one."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import psycopg
import pytest

from pgplumb.catalog.reader import read_whole
from pgplumb.workload.insights.context import Context
from pgplumb.workload.insights.engine import insights
from pgplumb.workload.insights.insight import Insight
from tests.conftest import Clusters, each_major, majors
from tests.databases import Database

LABORATORY = (Path(__file__).parent / "laboratory.sql").read_text()
CALM = {"max_parallel_workers_per_gather": "0", "jit": "off", "work_mem": "4MB"}
"""What every plan is made with, unless a test says otherwise."""

_serial = itertools.count()


class Laboratory:
    """The database, what pgplumb reads of it, and a connection that runs plans and takes everything back."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.context = self._read()
        self.connection = psycopg.connect(database.conninfo)

    @property
    def major(self) -> int:
        return self.database.server.major

    def _read(self) -> Context:
        session = self.database.session()
        catalog, statistics = read_whole(session)
        session.close()
        return Context(catalog, statistics)

    def plan(
        self, query: str, settings: Mapping[str, str] | None = None, analyse: bool = True, times: int = 3
    ) -> dict[str, Any]:
        """Return what EXPLAIN says of a statement: the quickest run after the first, which has read everything.

        A busy machine may stop any one run for a while, and its times would tell of that.
        """
        options = "ANALYZE, BUFFERS, " if analyse else ""
        runs: list[dict[str, Any]] = []
        for _ in range(times if analyse else 1):
            with self.connection.transaction(force_rollback=True):
                for name, value in {**CALM, **(settings or {})}.items():
                    self.connection.execute("SELECT set_config(%s, %s, true)", (name, value))
                explain = f"EXPLAIN ({options}SETTINGS, VERBOSE, FORMAT JSON) {query}"
                runs.append(self.connection.execute(explain.encode()).fetchall()[0][0][0])
        if analyse and not query.startswith(("SELECT", "WITH")):
            # What was taken back left its traces in the visibility map.
            self.database.execute("VACUUM orders, items, parents")
        return min(
            runs[1:] or runs, key=lambda run: run.get("Planning Time", 0) + run.get("Execution Time", 0)
        )

    def insights(
        self, query: str, settings: Mapping[str, str] | None = None, analyse: bool = True
    ) -> tuple[Insight, ...]:
        """Return what the rules find in the plan of a statement."""
        return insights(self.plan(query, settings, analyse), self.context)


def build(database: Database) -> None:
    """Fill a database. What one connection did is counted for good before ANALYZE takes the counters back."""
    database.execute(LABORATORY)
    database.execute("SELECT pg_stat_force_next_flush()")
    tables = "customers, orders, items, places, tiers, parents, children, moved, calls, cold, events"
    database.execute(f"VACUUM (ANALYZE) {tables}")
    database.execute("ANALYZE visits")
    database.execute("INSERT INTO moved SELECT g, 'name ' || g FROM generate_series(4001, 7000) g")
    database.execute("SELECT pg_stat_force_next_flush()")


@pytest.fixture(scope="session")
def laboratories(clusters: Clusters) -> Iterator[Callable[[int], Laboratory]]:
    """Gives the laboratory of a major version, built when first asked for."""
    built: dict[int, Laboratory] = {}

    def give(major: int) -> Laboratory:
        if major not in built:
            database = Database.create(clusters.get(major), f"insights_{next(_serial)}")
            build(database)
            built[major] = Laboratory(database)
        return built[major]

    yield give
    for laboratory in built.values():
        laboratory.connection.close()
        laboratory.database.drop()


@pytest.fixture(params=each_major())
def laboratory(request: pytest.FixtureRequest, laboratories: Callable[[int], Laboratory]) -> Laboratory:
    """The laboratory on a server of each major version in turn."""
    return laboratories(request.param)


@pytest.fixture
def newest(laboratories: Callable[[int], Laboratory]) -> Laboratory:
    """The laboratory on the newest server."""
    return laboratories(max(majors()))
