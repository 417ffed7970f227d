"""Rows decoded on access."""

from __future__ import annotations

from datetime import UTC, date, datetime

import psycopg
import pytest
from psycopg import sql

from pgplumb.server.rows import Rows
from pgplumb.server.session import Session
from pgplumb.server.target import Target
from tests.databases import Database


def read(database: Database, text: str) -> Rows:
    return database.session().once(text)


def test_rows_are_a_sequence_of_tuples(database: Database) -> None:
    rows = read(database, "SELECT i, 'n' || i AS name FROM generate_series(1, 4) i")
    assert len(rows) == 4
    assert rows.names == ("i", "name")
    assert rows[0] == (1, "n1")
    assert rows[-1] == (4, "n4")
    assert rows[1:3] == [(2, "n2"), (3, "n3")]
    assert list(rows) == rows.all() == [(i, f"n{i}") for i in range(1, 5)]
    assert rows.column(1) == ["n1", "n2", "n3", "n4"]
    with pytest.raises(IndexError):
        rows[4]


def test_no_rows_are_no_trouble(database: Database) -> None:
    rows = read(database, "SELECT 1::oid WHERE false")
    assert (len(rows), list(rows), rows.all(), rows.column(0), rows.group_by(0)) == (0, [], [], [], {})


def test_rows_outlive_their_session(database: Database) -> None:
    with Session.open(database.target()) as session:
        rows = session.once("SELECT 'still here'")
    assert rows[0] == ("still here",)


def test_rows_are_grouped_by_an_oid(database: Database) -> None:
    values = "(20), (20), (4294967295), (10), (NULL), (20)"
    rows = read(database, f"SELECT v::oid FROM (VALUES {values}) t (v)")
    groups = rows.group_by(0)
    assert {oid: list(numbers) for oid, numbers in groups.items()} == {
        20: [0, 1, 5],
        4294967295: [2],
        10: [3],
    }


def test_the_catalogs_own_types_come_out_as_plain_values(every_database: Database) -> None:
    every_database.execute("CREATE TABLE t (a int, b int); CREATE INDEX i ON t (b, a)")
    [row] = read(
        every_database,
        "SELECT c.oid, c.xmin, c.relname, c.relkind, x.indkey, x.indclass, c.oid::regclass, 'int4'::regtype,"
        " ARRAY['a', NULL]::name[], '{\"a\": 1}'::jsonb, 1.50::numeric, NULL::text, x.indkey::int2[]"
        " FROM pg_class c JOIN pg_index x ON x.indexrelid = c.oid WHERE c.relname = 'i'",
    )
    oid, xmin, name, kind, keys, classes, regclass, regtype, names, document, number, nothing, array = row
    assert oid == regclass > 16383
    assert isinstance(xmin, int)
    assert (name, kind, keys, regtype) == ("i", "i", [2, 1], 23)
    assert len(classes) == 2
    assert (names, document, str(number), nothing, array) == (["a", None], {"a": 1}, "1.50", None, [2, 1])


def test_times_are_in_utc_and_infinity_is_the_end_of_the_calendar(database: Database) -> None:
    rows = read(
        database,
        "SELECT '2026-01-02 03:04:05+02'::timestamptz, 'infinity'::timestamptz, '-infinity'::timestamp,"
        " 'infinity'::date, '0044-03-15 BC'::date",
    )
    assert rows[0] == (
        datetime(2026, 1, 2, 1, 4, 5, tzinfo=UTC),
        datetime.max.replace(tzinfo=UTC),
        datetime.min,
        date.max,
        date.min,
    )
    assert rows.column(1) == [datetime.max.replace(tzinfo=UTC)]


def test_text_results_are_decoded_too(database: Database) -> None:
    with database.session().unit() as unit:
        rows = unit.result("SELECT 1, 'a'::\"char\", ARRAY['x']", binary=False)
    assert rows[0] == (1, "a", ["x"])


def test_a_database_of_any_bytes_is_shown_with_replacement_characters(database: Database) -> None:
    name = f"{database.name}_ascii"
    create = "CREATE DATABASE {} TEMPLATE template0 ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C'"
    with psycopg.connect(database.conninfo, autocommit=True) as admin:
        admin.execute(sql.SQL(create).format(sql.Identifier(name)))
        try:
            target = Target(database.server.conninfo(name))
            with psycopg.connect(target.conninfo, autocommit=True, client_encoding="SQL_ASCII") as writer:
                writer.execute(b"CREATE TABLE t (\"caf\xe9\" int); COMMENT ON TABLE t IS 'na\xc3\xafve \xff'")
            with Session.open(target) as session, session.unit() as unit:
                assert unit.query("SELECT obj_description('public.t'::regclass)") == [("naïve \ufffd",)]
                rows = unit.result("SELECT attname FROM pg_attribute WHERE attrelid = 'public.t'::regclass")
                assert "caf\ufffd" in rows.column(0)
                assert ("caf\ufffd",) in list(rows)
                assert unit.query("SELECT %s::text, 'ö'", ("é",)) == [("é", "ö")]
        finally:
            admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def test_a_role_named_in_another_encoding_does_not_break_the_list_of_roles(database: Database) -> None:
    name = f"{database.name}_latin"
    create = "CREATE DATABASE {} TEMPLATE template0 ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'"
    with psycopg.connect(database.conninfo, autocommit=True) as admin:
        admin.execute(sql.SQL(create).format(sql.Identifier(name)))
        with psycopg.connect(database.server.conninfo(name), autocommit=True) as writer:
            writer.execute('CREATE ROLE "rené"')
            try:
                roles = read(database, "SELECT rolname FROM pg_roles").column(0)
            finally:
                writer.execute('DROP ROLE "rené"')
        admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
    assert "ren\ufffd" in roles
