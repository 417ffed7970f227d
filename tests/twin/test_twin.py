"""The twin plans as its target does, and holds none of its rows."""

from __future__ import annotations

import pytest

from pgplumb.server.session import Session
from pgplumb.twin.source import read_source
from pgplumb.twin.twin import Twin
from pgplumb.workload.plan import Plan, explain
from pgplumb.workload.plan_diff import shape
from tests.databases import Database

QUERIES = (
    "SELECT * FROM orders WHERE id = 7",
    "SELECT id FROM orders WHERE id = 7",
    "SELECT * FROM orders WHERE id = $1",
    "SELECT * FROM orders WHERE customer_id = 3",
    "SELECT * FROM orders WHERE customer_id = 3 ORDER BY placed_at DESC LIMIT 2",
    "SELECT * FROM orders WHERE state = 'new' AND placed_at > '2025-02-01'",
    "SELECT count(*) FROM orders WHERE state = 'done'",
    "SELECT * FROM orders WHERE placed_at BETWEEN '2025-01-05' AND '2025-01-06'",
    "SELECT state, sum(total) FROM orders GROUP BY state",
    "SELECT customer_id, sum(total) FROM orders GROUP BY customer_id",
    "SELECT max(id) FROM orders",
    "SELECT * FROM orders ORDER BY total DESC LIMIT 5",
    "SELECT * FROM customers WHERE lower(email) = 'user9@example.com'",
    "SELECT * FROM customers WHERE tags @> ARRAY['t3']",
    "SELECT * FROM customers WHERE country = 'FR' AND city = 'FR 4'",
    "SELECT * FROM customers WHERE country = 'FR' AND city = 'DE 4'",
    "SELECT country, city, count(*) FROM customers GROUP BY country, city",
    "SELECT * FROM customers WHERE email LIKE 'User12%'",
    "SELECT * FROM events WHERE at = '2025-02-03' AND kind = 'kind 2'",
    "SELECT kind, count(*) FROM events WHERE at < '2025-01-20' GROUP BY kind",
    "SELECT * FROM open_orders WHERE country = 'DE'",
    "SELECT c.city, count(*) FROM customers c JOIN orders o ON o.customer_id = c.id WHERE o.state = 'paid' GROUP BY 1",
    "SELECT * FROM customers c WHERE NOT EXISTS (SELECT FROM orders o WHERE o.customer_id = c.id)",
    "SELECT * FROM grown WHERE id BETWEEN 10 AND 5000",
    "SELECT id FROM vacant ORDER BY id",
    "SELECT * FROM vacant v JOIN orders o ON o.id = v.id WHERE v.id < 10",
    "UPDATE orders SET total = 0 WHERE customer_id = 3",
)


def plan(session: Session, query: str) -> Plan:
    """Return the plan of a query that has one."""
    found = explain(session, query)
    assert isinstance(found, Plan), found
    return found


@pytest.mark.parametrize("query", QUERIES)
def test_a_plan_in_the_twin_is_the_plan_of_the_target(shop: Database, twin: Twin, query: str) -> None:
    with shop.session() as session:
        there, here = plan(session, query), plan(twin.planning().session, query)
    assert shape(here.root) == shape(there.root)
    assert here.root.total_cost == pytest.approx(there.root.total_cost, rel=0.01)
    assert here.root.rows == pytest.approx(there.root.rows, rel=0.01, abs=1)


def test_a_twin_has_no_rows(twin: Twin) -> None:
    with twin.planning().session.unit(as_user=True) as unit:
        assert unit.query("SELECT count(*) FROM grown WHERE note = 'x'") == [(0,)]


def test_a_scan_of_an_index_in_the_twin_ends_without_a_row(twin: Twin) -> None:
    with twin.planning().session.unit(as_user=True) as unit:
        unit.query("SET LOCAL enable_seqscan = off")
        assert unit.query("SELECT * FROM orders WHERE id = 7") == []
        assert unit.query("SELECT * FROM orders WHERE id > 7 ORDER BY id DESC") == []


def test_at_ten_times_the_data_plans_change(twin: Twin) -> None:
    query = "SELECT sum(total) FROM orders WHERE placed_at > '2025-01-03'"
    once, tenfold = plan(twin.planning().session, query), plan(twin.planning(10).session, query)
    assert tenfold.root.total_cost > 3 * once.root.total_cost
    assert shape(once.root) != shape(tenfold.root)


def test_a_planning_database_is_made_once(twin: Twin) -> None:
    assert twin.planning(10) is twin.planning(10)


def test_a_candidate_is_seen_only_when_it_is_shown(twin: Twin) -> None:
    planning = twin.planning(1, ["CREATE INDEX CONCURRENTLY orders_total ON orders (total)"])
    query = "SELECT * FROM orders WHERE total = 17.3"
    assert "orders_total" not in {n.index for n in plan(planning.session, query).root.walk()}
    planning.show({"public.orders_total"})
    assert "orders_total" in {n.index for n in plan(planning.session, query).root.walk()}
    planning.show(())
    assert "orders_total" not in {n.index for n in plan(planning.session, query).root.walk()}


CANDIDATES = (
    ("CREATE INDEX c1 ON orders (total)", "SELECT * FROM orders WHERE total = 17.3"),
    (
        "CREATE INDEX c2 ON orders (customer_id, placed_at DESC)",
        "SELECT * FROM orders WHERE customer_id = 9 ORDER BY placed_at DESC LIMIT 1",
    ),
    (
        "CREATE INDEX c3 ON orders (total) WHERE state = 'paid'",
        "SELECT * FROM orders WHERE state = 'paid' AND total < 5",
    ),
    (
        "CREATE INDEX c4 ON orders (customer_id) INCLUDE (total)",
        "SELECT total FROM orders WHERE customer_id = 9",
    ),
    ("CREATE INDEX c5 ON customers (city)", "SELECT * FROM customers WHERE city = 'FR 4'"),
    ("CREATE INDEX c6 ON events (kind)", "SELECT * FROM events WHERE kind = 'kind 2' AND at < '2025-01-03'"),
    ("CREATE INDEX c7 ON orders USING brin (id)", "SELECT count(*) FROM orders WHERE id < 600"),
)


@pytest.mark.parametrize(("ddl", "query"), CANDIDATES, ids=[ddl.split()[2] for ddl, _ in CANDIDATES])
def test_a_candidate_plans_as_the_index_really_built(
    shop: Database, twin: Twin, ddl: str, query: str
) -> None:
    planning = twin.planning(1, [ddl])
    (candidate,) = planning.candidates
    assert candidate.error is None
    planning.show({candidate.name})
    guessed = plan(planning.session, query)
    shop.execute(ddl)
    try:
        shop.execute("VACUUM")
        with shop.session() as session:
            built = plan(session, query)
        size = shop.execute(
            "SELECT sum(pg_relation_size(t.relid))::float8 FROM (SELECT %s::regclass AS relid"
            " UNION ALL SELECT inhrelid FROM pg_inherits WHERE inhparent = %s::regclass) t",
            [candidate.name, candidate.name],
        )[0][0]
    finally:
        shop.execute(f"DROP INDEX {candidate.name}")
    assert shape(guessed.root) == shape(built.root)
    assert guessed.root.total_cost == pytest.approx(built.root.total_cost, rel=0.05)
    assert candidate.size_bytes == pytest.approx(size, rel=0.25, abs=5 * 8192)


def test_what_cannot_be_built_says_why_and_leaves_the_others(twin: Twin) -> None:
    ddls = ["CREATE INDEX ON orders (nothing)", "CREATE INDEX good ON orders (total)", "SELECT 1"]
    first, second, third = twin.planning(1, ddls).candidates
    assert first.error == 'column "nothing" does not exist'
    assert second.error is None
    assert second.pages > 0
    assert third.error == "it made no index"


def test_an_index_that_is_hidden_is_not_used_until_it_is_back(twin: Twin) -> None:
    planning = twin.planning(1, ["CREATE INDEX unused ON orders (total)"])
    query = "SELECT * FROM orders WHERE customer_id = 3"
    assert "orders_customer" in {n.index for n in plan(planning.session, query).root.walk()}
    planning.hide({"public.orders_customer"})
    assert "orders_customer" not in {n.index for n in plan(planning.session, query).root.walk()}
    planning.hide(())
    assert "orders_customer" in {n.index for n in plan(planning.session, query).root.walk()}


def test_the_partitions_of_a_hidden_index_are_hidden_too(twin: Twin) -> None:
    planning = twin.planning(1, ["CREATE INDEX unused ON orders (total)"])
    query = "SELECT * FROM events WHERE at = '2025-02-03' AND kind = 'kind 2'"
    planning.hide({"public.events_at"})
    assert not any(n.index for n in plan(planning.session, query).root.walk())
    planning.hide(())


def test_nothing_of_a_twin_is_left(shop: Database) -> None:
    with shop.session() as session:
        source = read_source(session)
    with Twin.start(source, bindir=shop.server.bindir.path) as twin:
        root = twin.root
        twin.planning()
        assert root.stat().st_mode & 0o077 in (0, 0o011)
    assert not root.exists()


def test_without_sample_values_no_value_is_read(shop: Database) -> None:
    with shop.session() as session:
        source = read_source(session, sample_values=False)
    with Twin.start(source, bindir=shop.server.bindir.path) as twin, twin.planning().session.unit() as unit:
        kept = unit.query(
            "SELECT count(*) FROM pg_stats WHERE schemaname = 'public' AND"
            " (most_common_vals IS NOT NULL OR histogram_bounds IS NOT NULL OR most_common_elems IS NOT NULL)"
        )
    assert kept == [(0,)]


def test_a_locked_table_is_named_and_not_waited_for(shop: Database) -> None:
    with shop.connect() as holder:
        holder.execute("LOCK TABLE grown IN ACCESS EXCLUSIVE MODE")
        with shop.session() as session:
            source = read_source(session)
        holder.rollback()
    assert "public.grown" in source.gaps.relations
    assert "locked" in source.gaps.relations["public.grown"]
    with Twin.start(source, bindir=shop.server.bindir.path) as twin:
        assert isinstance(explain(twin.planning().session, QUERIES[0]), Plan)


def test_tables_whose_statistics_the_role_may_not_see_are_named(shop: Database) -> None:
    shop.execute("CREATE ROLE clerk LOGIN")
    shop.execute("GRANT SELECT ON orders TO clerk")
    try:
        with shop.session("clerk") as session:
            source = read_source(session)
        with Twin.start(source, bindir=shop.server.bindir.path) as twin:
            assert "public.customers" in twin.gaps.statistics
            assert "public.orders" not in twin.gaps.statistics
            seen = explain(twin.planning().session, "SELECT * FROM orders WHERE id = 7")
            refused = explain(twin.planning().session, "SELECT * FROM customers WHERE id = 7")
    finally:
        shop.execute("DROP OWNED BY clerk")
        shop.execute("DROP ROLE clerk")
    assert isinstance(seen, Plan)
    assert not isinstance(refused, Plan)
    assert refused.sqlstate == "42501"
