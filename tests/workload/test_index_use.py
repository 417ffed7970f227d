"""Which statements use which index."""

from __future__ import annotations

from pgplumb.catalog.reader import read_whole
from pgplumb.twin.source import read_source
from pgplumb.twin.twin import Twin
from pgplumb.workload.index_use import index_use
from pgplumb.workload.statements import Statement
from tests.databases import Database


def statement(number: int, query: str, total_ms: float) -> Statement:
    return Statement(number, 10, "app", 10, total_ms, total_ms / 10, 10, query=query)


def test_an_index_of_a_partition_counts_at_its_root_and_a_bitmap_finds_its_schema(database: Database) -> None:
    database.execute(
        """CREATE SCHEMA app;
           CREATE TABLE app.events (at date, kind int, body text) PARTITION BY RANGE (at);
           CREATE TABLE app.events_1 PARTITION OF app.events FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
           CREATE TABLE app.events_2 PARTITION OF app.events FOR VALUES FROM ('2026-02-01') TO ('2026-03-01');
           CREATE INDEX events_kind ON app.events (kind);
           CREATE INDEX events_body ON app.events (body);
           INSERT INTO app.events
           SELECT date '2026-01-01' + n % 59, n % 500, repeat('x', 50) FROM generate_series(1, 60000) n;
           ANALYZE app.events"""
    )
    with database.session() as session:
        catalog, _ = read_whole(session)
        source = read_source(session)
    statements = [
        statement(1, "SELECT * FROM app.events WHERE kind = $1", 300.0),
        statement(2, "SELECT count(*) FROM app.events", 100.0),
        statement(3, "SELECT * FROM nowhere", 50.0),
    ]
    with Twin.start(source) as twin:
        found = index_use(twin.planning(1), statements, 1000.0, catalog)
    kind = catalog.indexes["app", "events_kind"][1]
    body = catalog.indexes["app", "events_body"][1]
    assert (found.looked_at, found.planned) == (3, 2)
    assert set(found.uses) == {kind.oid}
    (use,) = found.uses[kind.oid]
    assert (use.key[2], use.share) == (1, 0.3)
    assert "generic" in use.settings
    assert body.oid not in found.uses
    assert "nowhere" in found.unplanned[0]
