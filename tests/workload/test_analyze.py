"""EXPLAIN ANALYZE: what is refused, what is shown before, and what comes of it."""

from __future__ import annotations

import pytest

from pgplumb.server.embedded import CAGED
from pgplumb.workload.analyze import Analysis, Proposal
from pgplumb.workload.plan import Plan, Unplanned
from tests.databases import Database
from tests.workload.corpus import SCHEMA

FUNCTIONS = """
CREATE SEQUENCE ran;
CREATE FUNCTION changes(int) RETURNS int LANGUAGE sql VOLATILE AS $$ SELECT nextval('ran')::int $$;
CREATE FUNCTION reads(int) RETURNS int LANGUAGE sql STABLE AS $$ SELECT $1 $$;
CREATE FUNCTION either(int) RETURNS int LANGUAGE sql STABLE AS $$ SELECT $1 $$;
CREATE FUNCTION either(text) RETURNS int LANGUAGE sql VOLATILE AS $$ SELECT nextval('ran')::int $$;
CREATE FUNCTION of_row(orders) RETURNS int LANGUAGE sql VOLATILE AS $$ SELECT nextval('ran')::int $$;
CREATE FUNCTION step(int, int) RETURNS int LANGUAGE sql VOLATILE AS $$ SELECT nextval('ran')::int $$;
CREATE AGGREGATE changing(int) (sfunc = step, stype = int);
CREATE OPERATOR ### (rightarg = int, procedure = changes);
CREATE VIEW inner_view AS SELECT changes(line) AS x FROM items;
CREATE VIEW outer_view AS SELECT x FROM inner_view;
CREATE VIEW sleeping AS SELECT pg_sleep(10)::text AS slept;
CREATE VIEW harmless AS SELECT id, upper(status) AS status, now() AS at FROM orders;
CREATE TABLE guarded (id int);
ALTER TABLE guarded ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON guarded FOR SELECT USING (changes(id) > 0);
CREATE DOMAIN checked AS int CHECK (changes(VALUE) > 0);
"""


@pytest.fixture
def shop(every_database: Database) -> Database:
    every_database.execute(SCHEMA)
    every_database.execute(FUNCTIONS)
    return every_database


def test_a_query_is_shown_before_it_runs_and_measured_when_it_does(shop: Database) -> None:
    analysis = Analysis(shop.session())
    proposal = analysis.proposal("SELECT count(*) FROM orders WHERE total > 4000;", mean_ms=400)
    assert isinstance(proposal, Proposal), proposal
    assert proposal.sql == (
        "EXPLAIN (ANALYZE, VERBOSE, BUFFERS, SETTINGS, TIMING ON, FORMAT JSON)"
        " SELECT count(*) FROM orders WHERE total > 4000"
    )
    assert proposal.lines()[:4] == (
        "BEGIN READ ONLY;",
        "SET LOCAL statement_timeout = 1200;",
        "SET LOCAL lock_timeout = 200;",
        f"{proposal.sql};",
    )
    assert "estimated cost" in proposal.lines()[-1]
    plan = analysis.run(proposal)
    assert isinstance(plan, Plan), plan
    assert plan.figures.execution_ms is not None
    scan = next(n for n in plan.root.walk() if n.relation == "orders")
    assert scan.actual is not None
    assert (scan.actual.rows, scan.actual.removed_by_filter) == (1000, 4000)


def test_what_runs_is_what_was_shown(shop: Database) -> None:
    shop.execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements; SELECT pg_stat_statements_reset()")
    analysis = Analysis(shop.session())
    proposal = analysis.proposal("SELECT max(total) FROM orders", timing=False)
    assert isinstance(proposal, Proposal)
    assert "TIMING OFF" in proposal.sql
    counted = (
        "SELECT sum(calls)::int FROM pg_stat_statements WHERE query LIKE 'EXPLAIN (ANALYZE%%max(total)%%'"
    )
    assert shop.execute(counted.replace("%%", "%")) == [(None,)]
    assert isinstance(analysis.run(proposal), Plan)
    assert shop.execute(counted.replace("%%", "%")) == [(1,)]


REFUSED = {
    "DELETE FROM items": "changes rows",
    "INSERT INTO items SELECT * FROM items": "changes rows",
    "WITH gone AS (DELETE FROM items RETURNING 1) SELECT * FROM gone": "a part of it changes rows",
    "SELECT * FROM orders FOR UPDATE": "locks the rows",
    "SELECT * FROM (SELECT * FROM orders FOR SHARE) x": "locks the rows",
    "SELECT 1 INTO made": "creates a table",
    "SELECT * FROM orders WHERE id = $1": "$1 has no value",
    "SELECT 1; SELECT 2": "more than one statement",
    "SELECT pg_sleep(10)": "pg_sleep",
    "SELECT pg_catalog.pg_terminate_backend(pid) FROM pg_stat_activity": "pg_terminate_backend",
    "SELECT set_config('work_mem', '1MB', false)": "set_config",
    "SELECT * FROM orders WHERE id IN (SELECT changes(line) FROM items)": "changes",
    "SELECT id FROM orders ORDER BY random()": "random",
    "SELECT * FROM changes(1)": "changes",
    "SELECT * FROM inner_view": "changes",
    "SELECT x FROM public.outer_view WHERE x > 1": "changes",
    "SELECT * FROM sleeping": "pg_sleep",
    "SELECT * FROM guarded": "changes",
    "SELECT either(line) FROM items": "either",
    "SELECT o.of_row FROM orders o": "of_row",
    "SELECT (o).of_row FROM orders o": "of_row",
    "SELECT changing(line) FROM items": "step",
    "SELECT ### line FROM items": "changes",
    "SELECT '1'::checked": "changes",
    "SELECT checked '1'": "changes",
    "SELECT table_to_xml('sleeping', true, true, '')": "table_to_xml",
}


def test_nothing_that_may_change_something_is_executed(shop: Database) -> None:
    analysis = Analysis(shop.session())
    for text, why in REFUSED.items():
        found = analysis.proposal(text)
        assert isinstance(found, Unplanned), text
        assert why in str(found), (text, str(found))
        assert found.next_step, text
    assert shop.execute("SELECT is_called FROM ran") == [(False,)]


ALLOWED = (
    "SELECT reads(line), upper(status), count(*) OVER () FROM items JOIN orders ON id = order_id WHERE id < 10",
    "SELECT * FROM harmless WHERE at > now() - interval '1 day' LIMIT 5",
    "SELECT avg(total), string_agg(status, ',' ORDER BY id) FROM orders GROUP BY customer_id",
    "SELECT * FROM orders TABLESAMPLE SYSTEM (10)",
    "WITH RECURSIVE t AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM t WHERE i < 5) SELECT * FROM t",
    "VALUES (1), (2)",
    "SELECT generate_series(1, 10), '2026-01-01'::date + 1, 'calm'::mood",
    "SELECT '100%' LIKE '%%s' -- ends with a comment",
)


def test_queries_that_only_read_are_executed(shop: Database) -> None:
    analysis = Analysis(shop.session())
    for text in ALLOWED:
        proposal = analysis.proposal(text)
        assert isinstance(proposal, Proposal), (text, str(proposal))
        assert isinstance(analysis.run(proposal), Plan), text


def test_a_function_that_became_volatile_since_is_not_called(shop: Database) -> None:
    analysis = Analysis(shop.session())
    proposal = analysis.proposal("SELECT reads(line) FROM items")
    assert isinstance(proposal, Proposal)
    shop.execute("ALTER FUNCTION reads(int) VOLATILE")
    found = analysis.run(proposal)
    assert isinstance(found, Unplanned)
    assert "reads" in found.why


def test_a_statement_is_stopped_in_time(shop: Database) -> None:
    shop.execute(
        "CREATE FUNCTION slow() RETURNS int LANGUAGE plpgsql STABLE AS 'BEGIN PERFORM pg_sleep(30); RETURN 1; END'"
    )
    analysis = Analysis(shop.session())
    proposal = analysis.proposal("SELECT slow() FROM orders", mean_ms=1)
    assert isinstance(proposal, Proposal)
    assert proposal.statement_timeout_ms == 250
    found = analysis.run(proposal)
    assert isinstance(found, Unplanned)
    assert "ran longer than 0.25 s" in found.why


@pytest.mark.parametrize(("mean", "timeout"), [(None, 5000), (0.01, 250), (1000, 3000), (60_000, 5000)])
def test_the_time_given_follows_the_usual_time(database: Database, mean: float | None, timeout: int) -> None:
    found = Analysis(database.session()).proposal("SELECT 1", mean_ms=mean)
    assert isinstance(found, Proposal)
    assert found.statement_timeout_ms == timeout


def test_names_are_checked_where_the_search_path_finds_them(shop: Database) -> None:
    shop.execute("CREATE SCHEMA app; CREATE VIEW app.orders AS SELECT public.changes(1) AS id")
    analysis = Analysis(shop.session())
    assert isinstance(analysis.proposal("SELECT id FROM orders"), Proposal)
    assert isinstance(analysis.proposal("SELECT id FROM orders", search_path="app, public"), Unplanned)


def test_in_a_twin_nothing_is_executed(shop: Database) -> None:
    shop.execute(f"DROP ROLE IF EXISTS {CAGED}; CREATE ROLE {CAGED} LOGIN")
    try:
        found = Analysis(shop.session(CAGED)).proposal("SELECT 1")
        assert isinstance(found, Unplanned)
        assert "no rows" in found.why
    finally:
        shop.execute(f"DROP ROLE {CAGED}")


def test_a_locked_table_is_not_waited_for(shop: Database) -> None:
    analysis = Analysis(shop.session())
    proposal = analysis.proposal("SELECT count(*) FROM orders")
    assert isinstance(proposal, Proposal)
    shop.connect().execute("LOCK TABLE orders")
    found = analysis.run(proposal)
    assert isinstance(found, Unplanned)
    assert found.sqlstate == "55P03"
