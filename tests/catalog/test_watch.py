"""The tick: what it notices of other sessions, at once, as a superuser and as a role without rights."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pgplumb.catalog.watch import read_tick
from tests.conftest import Clusters, each_major
from tests.databases import Database

CREATES = (
    "CREATE TABLE made (id int PRIMARY KEY DEFAULT 1)",
    "CREATE POLICY made ON made",
    "CREATE FUNCTION made() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    "CREATE TRIGGER made BEFORE INSERT ON made FOR EACH ROW EXECUTE FUNCTION made()",
    "CREATE TYPE made_kind AS ENUM ('a')",
    "CREATE SCHEMA made",
    "CREATE VIEW made_v AS SELECT id FROM made",
    "ALTER TABLE made ADD CONSTRAINT positive CHECK (id > 0)",
    "CREATE PUBLICATION made FOR TABLE made",
    "CREATE STATISTICS made_s ON (id + 1), (id + 2) FROM made",
    "CREATE ROLE watch_made",
)


@pytest.fixture(scope="module", params=each_major())
def watched(request: pytest.FixtureRequest, clusters: Clusters) -> Iterator[Database]:
    database = Database.create(clusters.get(request.param), "watched")
    database.execute("CREATE ROLE watch_plain LOGIN")
    yield database
    database.execute("DROP ROLE IF EXISTS watch_made; DROP ROLE watch_plain")
    database.drop()


def test_what_is_created_is_seen_at_once_by_its_oid_and_by_the_statement(watched: Database) -> None:
    with watched.session() as session, watched.session("watch_plain") as plain:
        for sql in CREATES:
            if "STATISTICS" in sql and session.server_version < 140000:
                continue
            before, seen = read_tick(session), read_tick(plain)
            watched.execute(sql)
            now = read_tick(session)
            assert now.highest != before.highest, sql
            assert now.stirred(before), sql
            assert now.latest_ddl is not None
            # Without rights only the statement is hidden.
            assert read_tick(plain).highest != seen.highest, sql
        assert read_tick(plain).latest_ddl is None


def test_a_change_that_makes_nothing_is_seen_by_its_statement(watched: Database) -> None:
    with watched.session() as session:
        watched.execute("CREATE TABLE altered (id int)")
        before = read_tick(session)
        watched.execute("COMMENT ON TABLE altered IS 'so'")
        now = read_tick(session)
        assert now.highest == before.highest
        assert now.latest_ddl != before.latest_ddl
        assert now.stirred(before)


def test_a_relation_that_another_session_holds_is_named(watched: Database) -> None:
    watched.execute("CREATE TABLE held (id int)")
    [[oid]] = watched.execute("SELECT 'held'::regclass::oid::int")
    with watched.session() as session, watched.connect() as other:
        assert oid not in read_tick(session).locked
        other.execute("BEGIN")
        other.execute("LOCK TABLE held")
        assert oid in read_tick(session).locked
        other.execute("ROLLBACK")
        assert oid not in read_tick(session).locked


def test_a_session_of_another_database_stirs_nothing(watched: Database) -> None:
    with watched.session() as session:
        read_tick(session)
        before = read_tick(session)
        with watched.server.connect("postgres") as other:
            other.execute("CREATE TEMP TABLE elsewhere (id int)")
            assert read_tick(session).latest_ddl == before.latest_ddl
