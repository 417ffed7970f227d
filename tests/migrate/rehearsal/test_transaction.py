"""A file that runs as one transaction: what each statement locks, rewrites and reads."""

from __future__ import annotations

from pgplumb.migrate.rehearsal import rehearse
from pgplumb.migrate.rehearsal.rehearse import Mode
from pgplumb.twin.source import read_source
from pgplumb.twin.twin import Twin
from tests.databases import Database


def test_a_file_of_three_statements_is_measured_one_by_one(twin: Twin) -> None:
    found = rehearse(
        twin,
        """
        ALTER TABLE orders ADD COLUMN token uuid DEFAULT gen_random_uuid();
        ALTER TABLE customers ADD CONSTRAINT c CHECK (id > 0);
        CREATE INDEX ON tags (tag);
        """,
        "transaction",
    )
    assert found.executes is True
    first, second, third = found.statements
    assert first.table_locks == {"public.orders": "AccessExclusiveLock"}
    assert first.rewrites == ("public.orders",)
    assert "public.orders_plain" in first.rebuilds
    assert second.table_locks == {"public.customers": "AccessExclusiveLock"}
    assert second.rewrites == ()
    assert second.scans == ("public.customers",)
    assert third.table_locks == {"public.tags": "ShareLock"}
    assert third.scans == ("public.tags",)
    assert found.unknown == ()


def test_a_lock_that_is_taken_again_is_told_for_each_statement(twin: Twin) -> None:
    script = """
    SET LOCAL lock_timeout = '2s';
    ALTER TABLE orders ADD CONSTRAINT c CHECK (small > 0) NOT VALID;
    ALTER TABLE orders VALIDATE CONSTRAINT c;
    CREATE INDEX i ON orders (flag);
    """
    found = rehearse(twin, script)
    _, added, validated, index = found.statements
    assert added.table_locks == {"public.orders": "AccessExclusiveLock"}
    assert validated.table_locks == {"public.orders": "ShareUpdateExclusiveLock"}
    assert validated.scans == ("public.orders",)
    assert index.table_locks == {"public.orders": "ShareLock"}
    assert [lock.mode for lock in index.held if lock.object == "public.orders"] == ["AccessExclusiveLock"]
    assert all(statement.locks_exact for statement in found)


def test_without_a_second_run_hidden_locks_are_said_to_be_hidden(twin: Twin) -> None:
    script = "ALTER TABLE orders ADD COLUMN n int; CREATE INDEX i ON orders (n)"
    found = rehearse(twin, script, exact=False)
    assert [statement.locks_exact for statement in found] == [True, False]


def test_what_depends_on_rows_that_are_not_there_is_unknown_and_the_rest_is_measured(twin: Twin) -> None:
    script = """
    INSERT INTO orders (customer_id) VALUES (1);
    CREATE INDEX i ON orders (flag);
    """
    found = rehearse(twin, script)
    assert found.executes is None
    insert, index = found.statements
    assert "no rows" in insert.unknown[0]
    assert insert.error is None
    assert index.table_locks["public.orders"] == "ShareLock"


def test_what_is_refused_is_unknown_and_never_safe(twin: Twin) -> None:
    found = rehearse(twin, "COPY customers TO PROGRAM 'cat'; ALTER TABLE customers ADD COLUMN n int")
    assert found.executes is None
    assert found.statements[0].refused
    assert "runs a program" in found.unknown[0]
    assert found.statements[1].ran


def test_an_error_says_where_and_what_comes_after_is_not_reached(twin: Twin) -> None:
    found = rehearse(
        twin, "ALTER TABLE customers ADD COLUMN n int;\nALTER TABLE customers DROP COLUMN gone;\nSELECT 1"
    )
    assert found.executes is False
    assert found.sqlstate == "42703"
    assert [statement.ran for statement in found] == [True, False, False]
    assert "not reached" in found.statements[2].unknown[0]
    assert rehearse(twin, "ALTER TABEL customers").sqlstate == "42601"


def test_new_tables_are_nobodys_yet(twin: Twin) -> None:
    found = rehearse(twin, "CREATE TABLE fresh (id int); CREATE INDEX ON fresh (id); DROP TABLE fresh")
    assert all(statement.locks == () for statement in found)
    assert all(statement.scans == () for statement in found)


def test_changed_catalog_rows_and_dropped_objects_are_named(twin: Twin) -> None:
    found = rehearse(twin, "ALTER TABLE orders DISABLE TRIGGER orders_touch; DROP INDEX orders_plain")
    changed = {(c.kind, c.identity) for c in found.statements[0].changed}
    assert ("trigger", "orders_touch on public.orders") in changed
    assert found.statements[1].dropped == ("public.orders_plain",)


def test_a_deferred_constraint_that_fails_at_commit_is_not_called_safe(twin: Twin) -> None:
    script = """
    CREATE TABLE a (id int PRIMARY KEY, other int REFERENCES a DEFERRABLE INITIALLY DEFERRED);
    INSERT INTO a VALUES (1, 2);
    """
    found = rehearse(twin, script)
    assert found.executes is None
    assert "deferred constraints fail" in found.unknown[-1]


def test_scripts_before_it_have_run_and_what_they_made_counts_as_there(twin: Twin) -> None:
    earlier: list[tuple[str, Mode]] = [
        ("CREATE TABLE fresh (id int)", "transaction"),
        ("CREATE INDEX CONCURRENTLY f ON fresh (id)", "autocommit"),
    ]
    script = "ALTER TABLE fresh ADD COLUMN n int; ALTER TABLE fresh ALTER COLUMN id TYPE bigint; DROP INDEX f"
    found = rehearse(twin, script, earlier=earlier)
    assert found.executes is True, found
    assert [s.table_locks for s in found] == [{"public.fresh": "AccessExclusiveLock"}] * 3
    assert found.statements[1].rewrites == ("public.fresh",)
    assert rehearse(twin, script).sqlstate == "42P01"


def test_after_a_script_that_does_not_run_nothing_is_certain(twin: Twin) -> None:
    found = rehearse(
        twin, "ALTER TABLE gone ADD COLUMN n int", earlier=[("DROP TABLE nowhere", "transaction")]
    )
    assert found.executes is None
    assert found.unknown


def test_a_twin_that_was_stopped_is_said_to_be(orders: Database) -> None:
    with orders.session() as session:
        twin = Twin.start(read_source(session), bindir=orders.server.bindir.path)
    assert rehearse(twin, "SELECT 1").executes is True
    twin.stop()
    found = rehearse(twin, "SELECT 1")
    assert found.executes is None
    assert "the twin" in found.stopped


def test_a_function_that_is_called_may_do_more_where_there_are_rows(twin: Twin) -> None:
    assert "tricky" in rehearse(twin, "SELECT public.tricky()").unknown[0]
    assert rehearse(twin, "SELECT count(*), now() FROM tags").unknown == ()
    made = "CREATE FUNCTION fresh() RETURNS int LANGUAGE sql AS 'SELECT 1'; SELECT fresh() AS one"
    assert "fresh" in rehearse(twin, made).statements[1].unknown[0]


def test_a_table_that_was_locked_while_the_twin_was_made_makes_nothing_fail(orders: Database) -> None:
    holder = orders.connect()
    holder.execute("LOCK TABLE customers IN ACCESS EXCLUSIVE MODE")
    with orders.session() as session:
        source = read_source(session)
    holder.rollback()
    with Twin.start(source, bindir=orders.server.bindir.path) as twin:
        found = rehearse(twin, "ALTER TABLE customers ADD COLUMN n int; CREATE TABLE apart (id bigint)")
        gone = rehearse(twin, "DROP TABLE IF EXISTS customers")
        elsewhere = rehearse(twin, "CREATE TABLE apart (id bigint)")
    assert found.executes is None
    assert "lacks public.customers (locked" in found.statements[0].unknown[0]
    assert found.statements[1].ran
    assert "lacks public.customers (locked" in gone.statements[0].unknown[0]
    assert elsewhere.executes is True
    assert elsewhere.statements[0].unknown == ()
