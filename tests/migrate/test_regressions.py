"""Queries of today, planned before and after a migration, without running either on the target."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from pgplumb.migrate.regressions import Regression, regressions
from pgplumb.twin.source import read_source
from pgplumb.twin.twin import Twin
from pgplumb.workload.advisor.workload import Entry
from pgplumb.workload.plan import Plan
from tests.conftest import Clusters, each_major
from tests.databases import Database

SCHEMA = """
CREATE TABLE customers (id bigint PRIMARY KEY, email text NOT NULL, country text NOT NULL, city text NOT NULL);
INSERT INTO customers SELECT g, 'u' || g || '@example.com', 'c' || g % 20, 'c' || g % 20 || ' ' || g % 60
  FROM generate_series(1, 20000) g;
CREATE STATISTICS place (dependencies) ON country, city FROM customers;
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id int NOT NULL, code text NOT NULL, note text,
                     placed_at timestamptz NOT NULL);
INSERT INTO orders SELECT g, 1 + g % 20000, 'code ' || g, repeat('x', 100),
       timestamptz '2026-01-01' + g * interval '1 s' FROM generate_series(1, 100000) g;
CREATE INDEX orders_customer ON orders (customer_id);
CREATE INDEX orders_code ON orders (code);
CREATE TABLE events (id bigint NOT NULL, at date NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
CREATE TABLE events_2 PARTITION OF events FOR VALUES FROM ('2026-02-01') TO ('2026-03-01');
INSERT INTO events SELECT g, date '2026-01-01' + g % 59 FROM generate_series(1, 60000) g;
"""

BY_CUSTOMER = "SELECT * FROM orders WHERE customer_id = $1"
BY_CODE = "SELECT id FROM orders WHERE code = $1"
BY_NOTE = "SELECT id FROM orders WHERE note = $1"
BY_TIME = "SELECT id FROM orders WHERE placed_at > $1 ORDER BY placed_at LIMIT 10"
BY_PLACE = "SELECT * FROM customers WHERE country = 'c1' AND city = 'c1 41'"
JOINED = "SELECT c.email FROM orders o JOIN customers c ON c.id = o.customer_id WHERE o.code = $1"
BY_EVENT = "SELECT at FROM events WHERE id = $1"
BY_ID = "SELECT email FROM customers WHERE id = $1"


@pytest.fixture(scope="module", params=each_major())
def target(request: pytest.FixtureRequest, clusters: Clusters) -> Iterator[Database]:
    """A small shop on a server of each major version in turn."""
    database = Database.create(clusters.get(request.param), "regressions")
    database.execute(SCHEMA)
    database.execute("VACUUM ANALYZE")
    yield database
    database.drop()


@pytest.fixture(scope="module")
def twin(target: Database) -> Iterator[Twin]:
    """A twin of it, of the same major version."""
    with target.session() as session:
        source = read_source(session)
    with Twin.start(source, bindir=target.server.bindir.path) as twin:
        yield twin


def of(twin: Twin, migration: str, *queries: str) -> list[Regression]:
    """Return what a migration does to queries."""
    return list(regressions(twin, migration, [Entry(query, 1, None) for query in queries]))


def verdicts(twin: Twin, migration: str, *queries: str) -> list[str]:
    """Return the verdicts alone."""
    return [found.verdict for found in of(twin, migration, *queries)]


def test_a_dropped_index_makes_its_queries_worse_and_no_others(twin: Twin) -> None:
    worse, same = of(twin, "DROP INDEX orders_customer", BY_CUSTOMER, BY_CODE)
    assert (worse.verdict, same.verdict) == ("worse", "same")
    assert worse.ratio > 10
    assert "orders_customer" in worse.message
    assert isinstance(worse.after, Plan)


def test_a_new_index_makes_its_queries_better_in_either_form(twin: Twin) -> None:
    for form in ("", "CONCURRENTLY "):
        better, same = of(twin, f"CREATE INDEX {form}noted ON orders (placed_at)", BY_TIME, BY_CODE)
        assert (better.verdict, same.verdict) == ("better", "same")
        assert "noted" in better.message


def test_an_index_that_is_built_in_two_statements_is_seen(twin: Twin) -> None:
    migration = "BEGIN; DROP INDEX orders_customer; CREATE INDEX again ON orders (customer_id); COMMIT;"
    assert verdicts(twin, migration, BY_CUSTOMER) == ["same"]


def test_a_type_that_an_index_cannot_be_asked_by_makes_its_join_worse(twin: Twin) -> None:
    worse, same = of(twin, "ALTER TABLE orders ALTER customer_id TYPE numeric", JOINED, BY_CODE)
    assert (worse.verdict, same.verdict) == ("worse", "same")
    assert "customers" in worse.message


def test_a_type_that_no_operator_compares_breaks_the_query(twin: Twin) -> None:
    (found,) = of(twin, "ALTER TABLE orders ALTER customer_id TYPE text", JOINED)
    assert found.verdict == "breaks"
    assert "operator does not exist" in found.message


def test_the_key_of_another_column_helps_no_longer(twin: Twin) -> None:
    migration = "ALTER TABLE orders DROP COLUMN customer_id; ALTER TABLE orders ADD COLUMN customer_id int"
    assert verdicts(twin, migration, BY_CUSTOMER) == ["worse"]


def test_a_wider_type_of_the_key_costs_what_it_did(twin: Twin) -> None:
    found = of(twin, "ALTER TABLE orders ALTER customer_id TYPE bigint", BY_CUSTOMER, BY_CODE, BY_TIME)
    assert [f.verdict for f in found] == ["same", "same", "same"]
    # The statistics of the column are those of before: as many rows for each customer.
    assert isinstance(found[0].before, Plan)
    assert isinstance(found[0].after, Plan)
    assert found[0].after.root.rows == pytest.approx(found[0].before.root.rows, rel=0.05)


def test_a_dropped_statistics_object_changes_what_is_expected(twin: Twin) -> None:
    (found,) = of(twin, "DROP STATISTICS place", BY_PLACE)
    assert isinstance(found.before, Plan)
    assert isinstance(found.after, Plan)
    assert found.after.root.rows < found.before.root.rows / 5


def test_a_renamed_or_dropped_column_breaks_its_queries_in_the_servers_words(twin: Twin) -> None:
    for migration in ("ALTER TABLE orders RENAME code TO sku", "ALTER TABLE orders DROP COLUMN code CASCADE"):
        broken, same = of(twin, migration, BY_CODE, BY_CUSTOMER)
        assert (broken.verdict, same.verdict) == ("breaks", "same")
        assert 'column "code" does not exist' in broken.message


def test_a_table_that_is_written_anew_shrinks_with_its_rows(twin: Twin) -> None:
    migration = "ALTER TABLE orders DROP COLUMN note; ALTER TABLE orders ALTER id TYPE int"
    (found,) = of(twin, migration, BY_TIME)
    assert found.verdict in ("better", "same")
    assert found.ratio < 0.8


def test_a_volatile_default_does_not_change_the_plans(twin: Twin) -> None:
    migration = "ALTER TABLE orders ADD COLUMN token uuid DEFAULT gen_random_uuid()"
    assert verdicts(twin, migration, BY_CUSTOMER, BY_CODE) == ["same", "same"]


def test_an_index_of_every_partition_is_sized(twin: Twin) -> None:
    better, same = of(twin, "CREATE INDEX ON events (id)", BY_EVENT, BY_CODE)
    assert (better.verdict, same.verdict) == ("better", "same")
    assert better.ratio < 0.05
    assert verdicts(twin, "CREATE INDEX ON events_1 (id)", BY_EVENT) == ["better"]


def test_what_is_only_renamed_keeps_its_size(twin: Twin) -> None:
    migration = (
        "CREATE SCHEMA s; ALTER INDEX orders_code RENAME TO by_code; ALTER TABLE customers SET SCHEMA s"
    )
    code, joined = of(twin, migration, BY_CODE, JOINED.replace("JOIN customers", "JOIN s.customers"))
    assert (code.verdict, code.ratio) == ("same", 1.0)
    # Before the migration there is no such table.
    assert joined.verdict == "unknown"
    (renamed,) = of(
        twin,
        "ALTER TABLE orders RENAME TO old_orders; CREATE VIEW orders AS SELECT * FROM old_orders",
        BY_CODE,
    )
    assert (renamed.verdict, renamed.ratio) == ("same", 1.0)


def test_rows_that_a_migration_moves_do_not_change_what_is_known_of_them(twin: Twin) -> None:
    migration = (
        "CREATE TABLE part (id bigint REFERENCES customers); INSERT INTO part VALUES (1);"
        " INSERT INTO customers VALUES (0, 'a', 'b', 'c'); UPDATE customers SET city = city; ANALYZE customers; ANALYZE"
    )
    by_id, by_place = of(twin, migration, BY_ID, BY_PLACE)
    assert (by_id.verdict, by_place.verdict) == ("same", "same")
    assert isinstance(by_place.before, Plan)
    assert isinstance(by_place.after, Plan)
    assert by_place.after.root.rows == by_place.before.root.rows


def test_what_the_twin_refuses_leaves_every_query_unknown(twin: Twin) -> None:
    (found,) = of(twin, "ALTER TABLE nowhere ADD COLUMN x int", BY_CODE)
    assert found.verdict == "unknown"
    assert "nowhere" in found.message


def test_a_query_that_cannot_be_planned_before_is_unknown(twin: Twin) -> None:
    assert verdicts(twin, "DROP INDEX orders_code", "SELECT * FROM nothing") == ["unknown"]


def test_settings_of_a_transaction_hold_for_the_rest_of_it(twin: Twin) -> None:
    migration = (
        "BEGIN; SET LOCAL search_path = public; SET LOCAL lock_timeout = '2s'; DROP INDEX orders_code; COMMIT"
    )
    assert verdicts(twin, migration, BY_CODE) == ["worse"]


def test_nothing_of_it_stays_in_the_twin(twin: Twin) -> None:
    with twin._server.connect("postgres") as admin:
        count = "SELECT count(*) FROM pg_database WHERE datname ~ '^migrated'"
        assert admin.execute(count).fetchall() == [(0,)]
    assert verdicts(twin, "DROP INDEX orders_code", BY_CODE) == ["worse"]
    assert verdicts(twin, "SELECT 1", BY_CODE) == ["same"]


@pytest.mark.long
def test_fifty_queries_take_less_than_three_seconds(twin: Twin) -> None:
    shapes = (BY_CUSTOMER, BY_CODE, BY_NOTE, BY_TIME, BY_ID, BY_PLACE)
    queries = [f"{shape} OFFSET {number}" for number in range(9) for shape in shapes]

    def seconds() -> float:
        began = time.monotonic()
        of(twin, "DROP INDEX orders_code", *queries[:50])
        return time.monotonic() - began

    # A busy machine is no fault of ours: one of a few tries must do.
    assert any(seconds() < 3 for _ in range(4))
