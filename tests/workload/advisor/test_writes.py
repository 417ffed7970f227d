"""What indexes cost writers, HOT updates above all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from pgplumb.catalog.reader import read_whole
from pgplumb.catalog.unread import Unread
from pgplumb.server.embedded import EmbeddedServer
from pgplumb.twin.source import read_source
from pgplumb.twin.twin import Twin
from pgplumb.workload.advisor.advise import advise
from pgplumb.workload.advisor.workload import Entry
from tests.databases import Database
from tests.workload.advisor.conftest import Place

TABLE = """
CREATE TABLE jobs (id bigint PRIMARY KEY, queue int NOT NULL, state text NOT NULL, seen timestamp NOT NULL,
  note text) WITH (fillfactor = 70);
INSERT INTO jobs SELECT g, g % 300, 's' || g % 4000, timestamp '2024-01-01' + g * interval '1 s', 'n'
  FROM generate_series(1, 40000) g;
CREATE INDEX jobs_state ON jobs (state);
VACUUM ANALYZE;
"""
LOOK = "SELECT id, note FROM jobs WHERE seen = $1"
BEAT = "UPDATE jobs SET seen = $1 WHERE id = $2"


@pytest.fixture(scope="module")
def jobs(server: EmbeddedServer) -> Iterator[Place]:
    """A table whose updates are HOT."""
    database = Database.create(server, "advisor_jobs")
    for statement in TABLE.split(";\n"):
        if statement.strip():
            database.execute(statement)
    database.execute("UPDATE jobs SET seen = seen + interval '1 s' WHERE id % 50 = 0")
    database.execute("SELECT pg_stat_force_next_flush()")
    with database.session() as session:
        catalog, statistics = read_whole(session)
        source = read_source(session)
    with Twin.start(source) as twin:
        yield Place(database, catalog, statistics, twin)
    database.drop()


def test_an_index_that_would_end_hot_updates_is_not_advised_but_named(jobs: Place) -> None:
    advice = jobs.advise(Entry(LOOK, 10, 10), Entry(BEAT, 1_000_000, 1_000_000))
    assert advice.indexes == ()
    assert any("seen" in note and "HOT" in note for note in advice.notes)


def test_where_it_gains_ten_times_what_is_lost_it_is_advised_and_says_so(jobs: Place) -> None:
    advice = jobs.advise(Entry(LOOK, 100_000, 100_000), Entry(BEAT, 1000, 1000))
    (index,) = advice.indexes
    assert index.columns == ("seen",)
    assert any("HOT" in note and "seen" in note for note in index.notes)
    assert index.write_cost > 0


def test_a_column_that_is_indexed_already_has_no_hot_updates_to_lose(jobs: Place) -> None:
    advice = jobs.advise(
        Entry("SELECT id FROM jobs WHERE state = $1 AND queue = $2", 100_000, 100),
        Entry("UPDATE jobs SET state = $1 WHERE id = $2", 1000, 1000),
        Entry("SELECT id FROM jobs WHERE queue = $1", 1_000, 133_000),
    )
    assert not any("HOT" in note for index in advice.indexes for note in index.notes)


def test_inserts_cost_every_index(jobs: Place) -> None:
    look = Entry("SELECT id FROM jobs WHERE queue = $1", 1000, 133_000)
    quiet = jobs.advise(look)
    busy = jobs.advise(look, Entry("INSERT INTO jobs VALUES ($1, $2, $3, $4, $5)", 50_000, 50_000))
    flooded = jobs.advise(look, Entry("INSERT INTO jobs VALUES ($1, $2, $3, $4, $5)", 1e9, 1e9))
    assert [index.write_cost for index in quiet.indexes] == [0]
    assert busy.indexes[0].write_cost > 0
    assert flooded.indexes == ()


def test_an_unused_index_of_young_counters_is_named_and_stays(jobs: Place) -> None:
    advice = jobs.advise(Entry("SELECT id FROM jobs WHERE id = $1", 1000, 1000))
    assert advice.drops == ()


def test_an_unused_index_goes_after_a_month_of_counting_on_a_lone_server(jobs: Place) -> None:
    statistics = replace(
        jobs.statistics,
        started_at=jobs.statistics.read_at - timedelta(days=40),
        database=None,
        indexes={
            oid: replace(c, pages=max(c.pages, 500), scans=0) for oid, c in jobs.statistics.indexes.items()
        },
    )
    look = [Entry("SELECT id FROM jobs WHERE id = $1", 1000, 1000)]
    advice = advise(jobs.catalog, statistics, look, jobs.twin.planning)
    assert [drop.index for drop in advice.drops] == ["public.jobs_state"]
    with_replica = replace(statistics, replicas=Unread("needs pg_monitor"))
    kept = advise(jobs.catalog, with_replica, look, jobs.twin.planning)
    assert kept.drops == ()
    assert any("other servers" in note for note in kept.notes)


def test_an_index_that_the_workload_needs_is_never_to_drop(jobs: Place) -> None:
    statistics = replace(
        jobs.statistics,
        started_at=jobs.statistics.read_at - timedelta(days=40),
        database=None,
        indexes={
            oid: replace(c, pages=max(c.pages, 500), scans=0) for oid, c in jobs.statistics.indexes.items()
        },
    )
    look = [Entry("SELECT note FROM jobs WHERE state = $1", 1000, 10_000)]
    assert advise(jobs.catalog, statistics, look, jobs.twin.planning).drops == ()
