"""Catalogs compared by name: each fact is seen when it alone is changed, and nothing is seen where nothing was."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace

import pytest

from pgplumb.catalog.diff import CatalogDiff, Difference, diff
from pgplumb.catalog.model import Catalog
from pgplumb.catalog.reader import read_expressions, read_structure, with_expressions
from pgplumb.catalog.unread import Unread
from pgplumb.demo.database import build_demo
from pgplumb.server.embedded import EmbeddedServer
from pgplumb.sql.query_files import query_file
from tests.catalog.alterations import ALTERATIONS, START, Alteration
from tests.conftest import Clusters, majors, sampled
from tests.databases import Database

_serial = itertools.count()


def catalog(database: Database) -> Catalog:
    with database.session() as session:
        return with_expressions(read_structure(session), read_expressions(session)).catalog


def found(difference: CatalogDiff) -> set[tuple[str, str]]:
    return {(d.object, d.what) for d in difference.differences}


def only(difference: CatalogDiff) -> Difference:
    (one,) = difference.differences
    return one


NEWEST, *OLDER = majors()


@pytest.fixture(
    scope="module",
    params=[NEWEST, *(pytest.param(major, marks=pytest.mark.long) for major in OLDER)],
    ids=lambda major: f"pg{major}",
)
def start(request: pytest.FixtureRequest, clusters: Clusters) -> Iterator[tuple[Database, Catalog]]:
    """The schema before every change, on a server of each major version, and its catalog."""
    server = clusters.get(request.param)
    database = Database.create(server, f"diff_start_{request.param}")
    with_reader(database)
    database.execute(START)
    before = catalog(database)
    database.close()
    yield database, before
    database.drop()


def with_reader(database: Database) -> None:
    if not database.execute("SELECT 1 FROM pg_roles WHERE rolname = 'reader'"):
        database.execute("CREATE ROLE reader")


@pytest.fixture
def changed(start: tuple[Database, Catalog]) -> Iterator[Database]:
    """A copy to change."""
    original, _ = start
    database = Database.create(original.server, f"diff_{next(_serial)}", original.name)
    yield database
    database.drop()


@pytest.mark.parametrize("alteration", sampled(ALTERATIONS, 8), ids=lambda a: a.sql[:60])
def test_each_change_is_seen_and_nothing_else(
    alteration: Alteration, start: tuple[Database, Catalog], changed: Database
) -> None:
    if changed.server.major < alteration.since:
        pytest.skip(f"from {alteration.since} on")
    changed.execute(alteration.sql)
    result = diff(start[1], catalog(changed))
    assert found(result) == alteration.found
    assert result.unknown == ()


def test_a_catalog_read_again_is_the_same(start: tuple[Database, Catalog], changed: Database) -> None:
    assert diff(start[1], catalog(changed)).same


def test_oids_play_no_part(every_server: EmbeddedServer) -> None:
    first, second = (Database.create(every_server, f"apart_{n}_{next(_serial)}") for n in "ab")
    with_reader(first)
    try:
        first.execute(START)
        second.execute("CREATE TABLE shift (id serial PRIMARY KEY); DROP TABLE shift")
        second.execute(START)
        assert diff(catalog(first), catalog(second)) == CatalogDiff((), ())
    finally:
        first.drop()
        second.drop()


@pytest.mark.long
def test_the_sample_database_equals_itself(database: Database) -> None:
    build_demo(database.conninfo, lambda *_: None)
    assert diff(catalog(database), catalog(database)).same


def test_privileges_that_were_spelled_out_are_no_difference(database: Database) -> None:
    database.execute("CREATE TABLE t (id int); CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'")
    before = catalog(database)
    database.execute(
        "GRANT SELECT ON t TO PUBLIC; REVOKE SELECT ON t FROM PUBLIC;"
        " REVOKE EXECUTE ON FUNCTION f() FROM PUBLIC; GRANT EXECUTE ON FUNCTION f() TO PUBLIC"
    )
    after = catalog(database)
    assert before.by_name["public", "t"].acl != after.by_name["public", "t"].acl
    assert diff(before, after).same


def test_a_new_owner_is_one_difference(database: Database) -> None:
    with_reader(database)
    database.execute("CREATE TABLE t (id int); GRANT SELECT ON t TO PUBLIC")
    before = catalog(database)
    database.execute("ALTER TABLE t OWNER TO reader")
    one = only(diff(before, catalog(database)))
    assert (one.object, one.what, one.before, one.after) == ("table:public.t", "owner", "postgres", "reader")


def test_a_column_dropped_and_added_again_differs_in_order_alone(database: Database) -> None:
    database.execute("CREATE TABLE t (a int, b int, c int)")
    before = catalog(database)
    database.execute("ALTER TABLE t DROP a; ALTER TABLE t ADD a int")
    one = only(diff(before, catalog(database)))
    assert one.soft
    assert (one.before, one.after) == (("a", "b", "c"), ("b", "c", "a"))


def test_a_column_in_between_is_no_change_of_order(database: Database) -> None:
    database.execute("CREATE TABLE t (a int, b int, c int)")
    before = catalog(database)
    database.execute("ALTER TABLE t DROP b")
    assert found(diff(before, catalog(database))) == {("column:public.t.b", "object")}


def test_what_is_there_is_told_with_its_parts(database: Database) -> None:
    before = catalog(database)
    database.execute("CREATE TABLE t (id bigint PRIMARY KEY, note text NOT NULL DEFAULT 'x')")
    result = diff(before, catalog(database))
    assert [(d.object, d.change, d.after) for d in result.differences] == [
        ("table:public.t", "added", "table, 2 columns"),
        ("column:public.t.id", "added", "bigint, not null"),
        ("column:public.t.note", "added", "text, not null, default 'x'::text"),
        ("constraint:public.t.t_pkey", "added", "PRIMARY KEY (id)"),
        ("index:public.t_pkey", "added", "unique btree (id)"),
    ]
    back = diff(catalog(database), before)
    assert {d.change for d in back.differences} == {"removed"}
    assert [d.object for d in back.differences] == [d.object for d in result.differences]


def test_what_an_extension_brings_is_told_once(database: Database) -> None:
    before = catalog(database)
    database.execute("CREATE EXTENSION citext")
    assert found(diff(before, catalog(database))) == {("extension:citext", "object")}


def test_functions_whose_arguments_differ_in_their_schemas_alone_are_two(database: Database) -> None:
    database.execute(
        "CREATE SCHEMA a; CREATE SCHEMA b; CREATE TYPE a.t AS ENUM (); CREATE TYPE b.t AS ENUM ();"
        " CREATE FUNCTION f(a.t) RETURNS int LANGUAGE sql AS 'SELECT 1'"
    )
    before = catalog(database)
    database.execute("CREATE FUNCTION f(b.t) RETURNS int LANGUAGE sql AS 'SELECT 1'")
    assert found(diff(before, catalog(database))) == {("function:public.f(t)", "object")}
    both = catalog(database)
    database.execute("ALTER FUNCTION f(b.t) STABLE")
    assert found(diff(both, catalog(database))) == {("function:public.f(t)", "volatility")}


def test_a_fact_that_was_not_read_is_unknown_and_never_equal(database: Database) -> None:
    database.execute("CREATE TABLE t (a int DEFAULT 1)")
    with database.session() as session:
        bare = read_structure(session).catalog
    whole = catalog(database)
    for result in (diff(bare, whole), diff(whole, bare), diff(bare, bare)):
        assert not result.same
        assert result.differences == ()
        assert ("column:public.t.a", "default") in {(u.object, u.what) for u in result.unknown}


def test_a_locked_table_is_unknown(database: Database) -> None:
    database.execute("CREATE TABLE t (a int, CHECK (a > 0)); CREATE TABLE u (a int, CHECK (a > 0))")
    whole = catalog(database)
    locker = database.connect()
    locker.execute("LOCK TABLE t IN ACCESS EXCLUSIVE MODE")
    result = diff(whole, catalog(database))
    locker.rollback()
    assert result.differences == ()
    assert {u.object for u in result.unknown} == {"constraint:public.t.t_a_check"}
    assert "locked by" in result.unknown[0].reason


def test_a_policy_that_reads_a_locked_table_is_unknown_and_the_rest_known(database: Database) -> None:
    database.execute(
        "CREATE TABLE held (a int); CREATE TABLE t (a int); CREATE TABLE u (a int, CHECK (a > 0))"
    )
    database.execute("CREATE POLICY p ON t USING (a IN (SELECT a FROM held))")
    whole = catalog(database)
    locker = database.connect()
    locker.execute("LOCK TABLE held IN ACCESS EXCLUSIVE MODE")
    result = diff(whole, catalog(database))
    locker.rollback()
    assert result.differences == ()
    assert {u.object for u in result.unknown} == {"policy:public.t.p"}
    assert "a policy reads a relation that is locked" in result.unknown[0].reason


def test_a_group_that_a_role_may_not_read_is_unknown_as_a_whole(database: Database) -> None:
    database.execute("CREATE TABLE t (a int); CREATE POLICY y ON t USING (true)")
    whole = catalog(database)
    why = Unread("permission denied for table pg_policy")
    blind = replace(
        whole,
        hidden={"policy": why},
        relations={o: replace(r, _policies=()) for o, r in whole.relations.items()},
    )
    result = diff(whole, blind)
    assert result.differences == ()
    assert [(u.what, u.reason) for u in result.unknown] == [("every policy", f"{why.reason} (after)")]


def test_settings_of_databases_and_roles_are_compared(database: Database) -> None:
    with_reader(database)
    before = catalog(database)
    database.execute(f"ALTER DATABASE {database.name} SET work_mem = '8MB'")
    database.execute(f"ALTER ROLE reader IN DATABASE {database.name} SET jit = off")
    result = found(diff(before, catalog(database)))
    assert (f"database:{database.name}", "setting work_mem") in result
    assert ("role:reader", "setting jit in this database") in result


def test_attributes_and_memberships_of_roles_are_compared(database: Database) -> None:
    database.execute("CREATE ROLE differing; CREATE ROLE grouped")
    try:
        before = catalog(database)
        database.execute("ALTER ROLE differing BYPASSRLS; GRANT grouped TO differing")
        assert found(diff(before, catalog(database))) == {
            ("role:differing", "bypass row level security"),
            ("role:differing", "member of grouped"),
        }
    finally:
        database.execute("DROP ROLE differing, grouped")


def test_versions_that_lack_a_privilege_are_not_held_against_it(clusters: Clusters) -> None:
    if len(majors()) < 2:
        pytest.skip("one major version alone")
    made = [
        Database.create(clusters.get(m), f"versions_{next(_serial)}") for m in (max(majors()), min(majors()))
    ]
    catalogs = []
    for database in made:
        with_reader(database)
        database.execute("CREATE TABLE t (id int NOT NULL); GRANT ALL ON t TO reader")
        catalogs.append(catalog(database))
    result = diff(*catalogs)
    for database in made:
        database.drop()
    assert not [d for d in result.differences if d.object.startswith(("table:", "column:", "constraint:"))]


def test_the_history_of_applied_plans_is_no_difference_and_another_schema_of_its_name_is(
    database: Database,
) -> None:
    before = catalog(database)
    database.execute("CREATE SCHEMA pgplumb; CREATE TABLE pgplumb.mine (a int)")
    assert ("table:pgplumb.mine", "object") in found(diff(before, catalog(database)))
    database.execute("DROP SCHEMA pgplumb CASCADE")
    database.execute(query_file("pgplumb.migrate.apply", "history_make"))
    assert diff(before, catalog(database)).differences == ()
