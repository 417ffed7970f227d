"""Two databases to advise on, each with one twin for all tests of a worker."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from bench.advisor_workload import WORKLOAD, load

from pgplumb.catalog.model import Catalog
from pgplumb.catalog.reader import read_whole
from pgplumb.catalog.statistics import Statistics
from pgplumb.server.embedded import EmbeddedServer
from pgplumb.twin.source import read_source
from pgplumb.twin.twin import Twin
from pgplumb.workload.advisor.advice import Advice
from pgplumb.workload.advisor.advise import advise
from pgplumb.workload.advisor.workload import Entry
from tests.databases import Database

SCALE = 0.05
"""Of the bench's rows."""

DESK = """
CREATE TABLE tickets (
  id bigint PRIMARY KEY, org_id int NOT NULL, status text NOT NULL, assignee_id bigint, opened_at timestamp NOT NULL,
  closed_at timestamp, title text NOT NULL, "Weird Name" int NOT NULL, parent_id bigint REFERENCES tickets);
INSERT INTO tickets SELECT g, g % 500, CASE WHEN g % 100 = 0 THEN 'open' ELSE 'closed' END, g * 7919 % 3000,
  timestamp '2024-01-01' + g * interval '1 minute', CASE WHEN g % 20 > 0 THEN timestamp '2025-01-01' END,
  md5(g::text), g * 31 % 9000, NULL FROM generate_series(1, 40000) g;
CREATE INDEX tickets_org ON tickets (org_id);
CREATE INDEX tickets_org_opened ON tickets (org_id, opened_at);
CREATE VIEW open_tickets (number, owner, opened, headline) AS
  SELECT id, assignee_id, opened_at, title FROM tickets WHERE closed_at IS NULL;
CREATE TABLE logs (org_id int NOT NULL, at timestamp NOT NULL, line text NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE logs_1 PARTITION OF logs FOR VALUES FROM ('2024-01-01') TO ('2024-02-01');
CREATE TABLE logs_2 PARTITION OF logs FOR VALUES FROM ('2024-02-01') TO ('2024-03-01');
INSERT INTO logs SELECT g % 700, timestamp '2024-01-01' + g * interval '2 minutes', md5(g::text)
  FROM generate_series(0, 42000) g;
CREATE TABLE kinds (id int PRIMARY KEY, name text NOT NULL);
INSERT INTO kinds SELECT g, 'kind ' || g FROM generate_series(1, 50) g;
CREATE SCHEMA archive;
CREATE TABLE archive.tickets (id bigint, org_id int);
VACUUM ANALYZE;
CREATE TABLE fresh (id bigint, owner int);
INSERT INTO fresh SELECT g, g FROM generate_series(1, 30000) g;
"""


@dataclass(frozen=True)
class Place:
    """A database that was read, and its twin."""

    database: Database
    catalog: Catalog
    statistics: Statistics
    twin: Twin

    def advise(self, *workload: Entry) -> Advice:
        """Return advice for a workload."""
        return advise(self.catalog, self.statistics, workload, self.twin.planning)


def _place(database: Database) -> Iterator[Place]:
    with database.session() as session:
        catalog, statistics = read_whole(session)
        source = read_source(session)
    with Twin.start(source) as twin:
        yield Place(database, catalog, statistics, twin)
    database.drop()


@pytest.fixture(scope="session")
def store(server: EmbeddedServer) -> Iterator[Place]:
    """The bench's tables at a twentieth of their rows."""
    database = Database.create(server, "advisor_store")
    load(database.conninfo, SCALE)
    yield from _place(database)


@pytest.fixture(scope="session")
def store_advice(store: Place) -> Advice:
    """Advice for the bench's whole workload."""
    return store.advise(*(Entry(n.query, n.calls, n.rows) for n in WORKLOAD))


@pytest.fixture(scope="session")
def desk(server: EmbeddedServer) -> Iterator[Place]:
    """Views, partitions, indexes that are there already, and a table that was never analysed."""
    database = Database.create(server, "advisor_desk")
    for statement in DESK.split(";\n"):
        if statement.strip():
            database.execute(statement)
    yield from _place(database)
