"""What a twin lacks is named with its reason, and with what depends on it."""

from __future__ import annotations

import psycopg

from pgplumb.twin.cage import CAGE
from pgplumb.twin.schema import build_schema, read_schema
from tests.databases import Database
from tests.twin.schema.conftest import TwinDatabase


def test_a_locked_table_is_left_out_and_named_with_what_reads_it(
    database: Database, twin_database: TwinDatabase
) -> None:
    database.execute(
        "CREATE TABLE free (id int CHECK (id > 0)); CREATE TABLE held (id int CHECK (id > 0));"
        "CREATE VIEW reads_held AS SELECT * FROM held; CREATE VIEW reads_view AS SELECT * FROM reads_held"
    )
    other = database.connect()
    other.execute("LOCK TABLE held IN ACCESS EXCLUSIVE MODE")
    with database.session() as session:
        text = read_schema(session)
    report = twin_database.build(text)
    assert f"locked by {other.info.backend_pid}" in report.gaps.relations["public.held"]
    assert "locked" in report.gaps.relations["public.reads_held"]
    assert "public.reads_view" in report.gaps.relations
    assert "public.free" not in report.gaps.relations
    assert twin_database.rows("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace") == [
        ("free",)
    ]


def test_rules_and_policies_that_read_a_locked_table_are_not_waited_for(
    database: Database, twin_database: TwinDatabase
) -> None:
    database.execute(
        "CREATE TABLE held (id int); CREATE TABLE free (id int); CREATE TABLE ruled (id int);"
        "CREATE TABLE other (id int);"
        "CREATE POLICY p ON free USING (id IN (SELECT id FROM held)); CREATE POLICY q ON other USING (id > 1);"
        "CREATE RULE r AS ON INSERT TO ruled DO ALSO INSERT INTO held VALUES (1)"
    )
    database.connect().execute("LOCK TABLE held IN ACCESS EXCLUSIVE MODE")
    with database.session() as session:
        text = read_schema(session)
    gaps = twin_database.build(text).gaps.relations
    assert gaps["public.free"] == "a policy of it reads a relation that is locked"
    assert "public.other" not in gaps
    assert twin_database.rows("SELECT polname FROM pg_policy") == [("q",)]


def test_a_parent_whose_partition_is_locked_is_incomplete(database: Database) -> None:
    database.execute(
        "CREATE TABLE top (id int) PARTITION BY RANGE (id);"
        "CREATE TABLE middle PARTITION OF top FOR VALUES FROM (0) TO (100) PARTITION BY RANGE (id);"
        "CREATE TABLE leaf PARTITION OF middle FOR VALUES FROM (0) TO (50)"
    )
    database.connect().execute("LOCK TABLE leaf IN ACCESS EXCLUSIVE MODE")
    with database.session() as session:
        gaps = read_schema(session).gaps
    assert gaps.relations.keys() == {"public.top", "public.middle", "public.leaf"}
    assert gaps.relations["public.top"].startswith("its child public.leaf: locked by")


def test_an_extension_that_reaches_other_servers_is_left_out_and_named(
    database: Database, twin_database: TwinDatabase
) -> None:
    database.execute("CREATE EXTENSION dblink; CREATE EXTENSION pg_trgm")
    database.execute(
        "CREATE VIEW uses AS SELECT dblink_get_connections() AS c; CREATE VIEW good AS SELECT show_limit()"
    )
    with database.session() as session:
        text = read_schema(session)
    report = twin_database.build(text)
    assert any(note.startswith("extension dblink is left out") for note in report.gaps.notes)
    assert "dblink_get_connections" in report.gaps.relations["public.uses"]
    assert "public.good" not in report.gaps.relations
    assert twin_database.rows("SELECT extname FROM pg_extension ORDER BY 1") == [("pg_trgm",), ("plpgsql",)]


def test_a_column_of_a_type_that_cannot_be_had_costs_its_table_and_its_views(
    database: Database, twin_database: TwinDatabase
) -> None:
    database.execute(
        "CREATE TYPE oddity;"
        "CREATE FUNCTION oddity_in(cstring) RETURNS oddity LANGUAGE internal IMMUTABLE STRICT AS 'int4in';"
        "CREATE FUNCTION oddity_out(oddity) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'int4out';"
        "CREATE TYPE oddity (INPUT = oddity_in, OUTPUT = oddity_out, LIKE = int4);"
        "CREATE TABLE odd (id int, s oddity); CREATE VIEW of_odd AS SELECT id FROM odd"
    )
    with database.session() as session:
        text = read_schema(session)
    report = twin_database.build(text)
    assert "type public.oddity is left out: a base type needs functions in C" in report.gaps.notes
    assert "public.oddity" in report.gaps.relations["public.odd"]
    assert "public.odd" in report.gaps.relations["public.of_odd"]


def test_a_function_in_an_internal_language_becomes_a_stub_that_raises(
    database: Database, twin_database: TwinDatabase
) -> None:
    database.execute(
        "CREATE FUNCTION reads(text) RETURNS text LANGUAGE internal STABLE AS 'pg_read_file_all'"
    )
    with database.session() as session:
        text = read_schema(session)
    report = twin_database.build(text)
    assert "function:public.reads(text) is a stub: it is written in internal" in report.gaps.notes
    assert twin_database.rows("SELECT lanname, provolatile FROM pg_proc p JOIN pg_language l ON l.oid = prolang"
                              " WHERE proname = 'reads'") == [("plpgsql", "s")]  # fmt: skip


def test_defaults_checks_and_materialized_views_call_nothing_while_a_twin_is_built(
    database: Database, twin_database: TwinDatabase
) -> None:
    boom = "LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RAISE EXCEPTION ''ran''; END'"
    database.execute("CREATE FUNCTION calm(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 1'")
    database.execute(
        "CREATE TABLE t (id int DEFAULT calm(1), CHECK (calm(2) = 1), CONSTRAINT late CHECK (calm(4) = id));"
        "CREATE MATERIALIZED VIEW m AS SELECT calm(3)"
    )
    database.execute(f"CREATE OR REPLACE FUNCTION calm(int) RETURNS int {boom}")
    with database.session() as session:
        text = read_schema(session)
    assert twin_database.build(text).failed == {}
    assert twin_database.rows("SELECT relispopulated FROM pg_class WHERE relname = 'm'") == [(True,)]


def test_a_superuser_becomes_a_stub_that_cannot_log_in(
    database: Database, twin_database: TwinDatabase
) -> None:
    database.execute(
        "DO $$ BEGIN CREATE ROLE twin_boss SUPERUSER LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$"
    )
    database.execute("GRANT pg_execute_server_program, pg_monitor TO twin_boss")
    with database.session() as session:
        twin_database.build(read_schema(session))
    database.execute("DROP ROLE twin_boss")
    assert twin_database.rows(
        "SELECT rolsuper, rolcanlogin, rolbypassrls, pg_has_role(oid, 'pg_monitor', 'member'),"
        " pg_has_role(oid, 'pg_execute_server_program', 'member') FROM pg_roles WHERE rolname = 'twin_boss'"
    ) == [(False, False, True, True, False)]


def test_the_views_of_a_superuser_read_what_others_own(
    database: Database, twin_database: TwinDatabase
) -> None:
    database.execute(
        "DO $$ BEGIN CREATE ROLE twin_maker; EXCEPTION WHEN duplicate_object THEN NULL; END $$;"
        "CREATE TABLE made (id int); ALTER TABLE made OWNER TO twin_maker; CREATE VIEW seen AS SELECT * FROM made"
    )
    with database.session() as session:
        twin_database.build(read_schema(session))
    database.execute("DROP TABLE made CASCADE; DROP ROLE twin_maker")
    with twin_database.caged() as caged:
        assert caged.execute("SELECT * FROM public.seen").fetchall() == []


def test_some_tables_come_with_what_they_need_and_no_others(
    database: Database, twin_database: TwinDatabase
) -> None:
    database.execute(
        "CREATE TABLE other (id int PRIMARY KEY); CREATE TABLE base (id int, ref int REFERENCES other);"
        "CREATE VIEW v AS SELECT id FROM base; CREATE TABLE top (id int) PARTITION BY RANGE (id);"
        "CREATE TABLE part PARTITION OF top DEFAULT"
    )
    with database.session() as session:
        text = read_schema(session, frozenset(["public.v", "public.part"]))
    assert twin_database.build(text).failed == {}
    made = twin_database.rows(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace ORDER BY 1"
    )
    assert made == [("base",), ("part",), ("top",), ("v",)]


def test_a_role_that_is_there_already_does_not_hide_what_failed_beside_it(
    database: Database, twin_database: TwinDatabase
) -> None:
    database.execute("CREATE TABLE t (id int)")
    with database.session() as session:
        text = read_schema(session)
    twin_database.build(text)
    with twin_database.server.connect() as connection:
        connection.execute("CREATE DATABASE second TEMPLATE template0")
    with (
        twin_database.server.connect("second") as connection,
        twin_database.server.connect("second", CAGE) as caged,
    ):
        assert build_schema(connection, text, caged=caged).failed == {}
        assert connection.execute("SELECT to_regclass('public.t') IS NOT NULL").fetchall() == [(True,)]
    with twin_database.server.connect() as connection:
        connection.execute("DROP DATABASE second")


def test_a_lock_taken_while_reading_only_takes_its_table(database: Database) -> None:
    database.execute("CREATE TABLE t (id int CHECK (id > 0)); CREATE TABLE u (id int)")
    other = psycopg.connect(database.conninfo)
    with database.session() as session:
        once = session.once

        def look_then_lock(*arguments: object, **named: object) -> object:
            rows = once(*arguments, **named)  # type: ignore[arg-type]
            if other.info.transaction_status == psycopg.pq.TransactionStatus.IDLE:
                other.execute("LOCK TABLE t IN ACCESS EXCLUSIVE MODE")
            return rows

        session.once = look_then_lock  # type: ignore[method-assign, assignment]
        text = read_schema(session)
    other.close()
    assert text.gaps.relations.keys() == {"public.t"}
    assert "table:public.u" in {step.object for step in text.steps}
