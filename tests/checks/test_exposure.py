"""Who can really reach a relation, against what the server itself says."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from pgplumb.checks.exposure import PUBLIC, exposure, shown
from pgplumb.checks.gather import gather
from pgplumb.foundation.profile import Profile
from pgplumb.server.embedded import EmbeddedServer
from tests.databases import Database

ROLES = """
CREATE ROLE "x app" LOGIN; CREATE ROLE x_group; CREATE ROLE x_in LOGIN IN ROLE x_group;
CREATE ROLE x_not LOGIN NOINHERIT IN ROLE x_group; CREATE ROLE x_all LOGIN IN ROLE pg_read_all_data;
CREATE ROLE x_owner LOGIN; CREATE ROLE x_heir LOGIN IN ROLE x_owner
"""
NAMES = ('"x app"', "x_in", "x_not", "x_all", "x_heir", "x_owner", "x_group")
SCHEMA = """
CREATE SCHEMA open; CREATE SCHEMA closed; CREATE SCHEMA grouped;
GRANT USAGE ON SCHEMA open TO PUBLIC; GRANT USAGE ON SCHEMA grouped TO x_group;
CREATE TABLE open.by_group (x int); GRANT SELECT, INSERT ON open.by_group TO x_group;
CREATE TABLE open.by_name (x int); GRANT SELECT ON open.by_name TO "x app";
CREATE TABLE open.by_column (x int, y int); GRANT SELECT (y), UPDATE (x) ON open.by_column TO x_in;
CREATE TABLE open.for_all (x int); GRANT SELECT ON open.for_all TO PUBLIC;
CREATE TABLE closed.for_all (x int); GRANT SELECT ON closed.for_all TO PUBLIC;
CREATE TABLE grouped.by_group (x int); GRANT SELECT, DELETE ON grouped.by_group TO x_group, "x app";
CREATE TABLE open.owned (x int); ALTER TABLE open.owned OWNER TO x_owner; CREATE TABLE open.nobody (x int)
"""


@pytest.fixture
def granted(server: EmbeddedServer, database: Database) -> Iterator[Database]:
    with psycopg.connect(server.conninfo(), autocommit=True) as connection:
        connection.execute(ROLES)
        database.execute(SCHEMA)
        yield database
        database.execute("DROP SCHEMA open, closed, grouped CASCADE")
        connection.execute(f"DROP ROLE {', '.join(NAMES)}".encode())


def test_it_says_what_has_privilege_says(granted: Database) -> None:
    facts = gather(granted.session(), Profile())
    who = exposure(facts.catalog)
    letters = {"r": "SELECT", "a": "INSERT", "w": "UPDATE"}
    expected = granted.execute(
        """SELECT c.oid::int, p.letter, array_agg(r.rolname::text ORDER BY r.rolname)
             FILTER (WHERE has_schema_privilege(r.oid, c.relnamespace, 'USAGE')
               AND has_any_column_privilege(r.oid, c.oid, p.word) AND NOT pg_has_role(r.oid, c.relowner, 'USAGE'))
        FROM pg_class c, pg_roles r, unnest(%s::text[], %s::text[]) AS p (letter, word)
        WHERE c.relkind = 'r' AND c.relnamespace::regnamespace::text IN ('open', 'closed', 'grouped')
          AND r.rolname ~ '^x[ _]' GROUP BY 1, 2""",
        [list(letters), list(letters.values())],
    )
    assert len(expected) == 8 * 3
    for oid, letter, names in expected:
        found = who.holders(facts.catalog.relations[oid], letter)
        mine = sorted(n for n in found if n.startswith("x"))
        assert mine == (names or []), (facts.catalog.relations[oid].qualified, letter)


def test_public_counts_where_it_may_use_the_schema(granted: Database) -> None:
    facts = gather(granted.session(), Profile())
    who, tables = exposure(facts.catalog), facts.catalog.by_name
    assert PUBLIC in who.readers(tables["open", "for_all"])
    assert PUBLIC not in who.readers(tables["closed", "for_all"])
    assert shown(who.readers(tables["open", "for_all"])) == "every role"


def test_only_grants_of_the_relation_itself_can_be_revoked(granted: Database) -> None:
    facts = gather(granted.session(), Profile())
    table = facts.catalog.by_name["grouped", "by_group"]
    assert exposure(facts.catalog).grantees(table, "rd") == ("x app", "x_group")
