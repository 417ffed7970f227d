"""What the matrix says of a cell is what a statement of that role then meets on the server."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import psycopg
import pytest

from pgplumb.catalog.reader import read_whole
from pgplumb.rls.access import Access, AccessMatrix
from pgplumb.rls.access_reader import read_access
from pgplumb.server.embedded import EmbeddedServer
from tests.databases import Database

_serial = itertools.count()

SCHEMA = """
CREATE SCHEMA app; GRANT USAGE ON SCHEMA app TO PUBLIC;
CREATE SCHEMA hidden;
CREATE TABLE app.plain (id int, tenant int);
CREATE TABLE app.forced (LIKE app.plain);
CREATE TABLE app.unforced (LIKE app.plain);
CREATE TABLE app.bare (LIKE app.plain);
CREATE TABLE app.floored (LIKE app.plain);
CREATE TABLE app.columns (LIKE app.plain);
CREATE TABLE hidden.plain (LIKE app.plain);
CREATE TABLE app.events (LIKE app.plain) PARTITION BY LIST (tenant);
CREATE TABLE app.events_1 PARTITION OF app.events FOR VALUES IN (1);
CREATE TABLE app.events_2 PARTITION OF app.events FOR VALUES IN (2);
CREATE VIEW app.forced_v AS SELECT * FROM app.forced;
CREATE MATERIALIZED VIEW app.forced_m AS SELECT * FROM app.forced;
DO $$ DECLARE t regclass; BEGIN
  FOREACH t IN ARRAY ARRAY['app.forced', 'app.unforced', 'app.bare', 'app.floored', 'app.events']::regclass[] LOOP
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', t);
  END LOOP;
  FOR t IN SELECT oid FROM pg_class WHERE relkind = 'r' AND relnamespace::regnamespace::text IN ('app', 'hidden') LOOP
    IF t = 'app.events_1'::regclass OR t = 'app.events_2'::regclass THEN CONTINUE; END IF;
    EXECUTE format('INSERT INTO %s VALUES (1, 1), (2, 2), (3, 2)', t);
  END LOOP;
END $$;
INSERT INTO app.events VALUES (1, 1), (2, 2), (3, 2);
REFRESH MATERIALIZED VIEW app.forced_m;
ALTER TABLE app.forced FORCE ROW LEVEL SECURITY;
CREATE POLICY mine ON app.forced USING (tenant = 1);
CREATE POLICY mine ON app.unforced TO {group} USING (tenant = 1);
CREATE POLICY everything ON app.floored USING (true);
CREATE POLICY floor ON app.floored AS RESTRICTIVE TO {group} USING (tenant = 1);
CREATE POLICY mine ON app.events FOR SELECT USING (tenant = 1);
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA app TO {group}, {apart}, {bypass};
REVOKE ALL ON app.columns FROM {group}, {apart}, {bypass};
GRANT SELECT (id), INSERT (id), UPDATE (id) ON app.columns TO {group};
GRANT SELECT ON hidden.plain TO {group};
GRANT TRUNCATE ON app.forced TO {group};
"""


@pytest.fixture
def roles(every_server: EmbeddedServer) -> Iterator[dict[str, str]]:
    """Roles of one test by what they are; dropped when its database is gone."""
    number = next(_serial)
    options = {
        "owner": "NOLOGIN",
        "group": "NOLOGIN",
        "app": "LOGIN",
        "heir": "LOGIN",
        "apart": "LOGIN NOINHERIT",
        "bypass": "LOGIN BYPASSRLS",
        "nobody": "LOGIN",
    }
    found = {name: f"rls_{name}_{number}" for name in options}
    with psycopg.connect(every_server.conninfo(), autocommit=True) as connection:
        for name, option in options.items():
            connection.execute(f"CREATE ROLE {found[name]} {option}")
        connection.execute(
            "GRANT {group} TO {app}; GRANT {owner} TO {heir}; GRANT {group} TO {apart}".format(**found)
        )
    yield found
    with psycopg.connect(every_server.conninfo(), autocommit=True) as connection:
        for name in found.values():
            connection.execute(f"DROP ROLE {name}")


@pytest.fixture
def shop(roles: dict[str, str], every_database: Database) -> Database:
    """The schema above, owned by `owner`."""
    every_database.execute(SCHEMA.format(**roles))
    for kind, name in every_database.execute(
        "SELECT CASE relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'TABLE' END, oid::regclass"
        "::text FROM pg_class WHERE relkind IN ('r', 'p', 'v', 'm') AND oid >= 16384"
    ):
        every_database.execute(f"ALTER {kind} {name} OWNER TO {roles['owner']}")
    return every_database


def matrix_of(database: Database, user: str = "postgres") -> AccessMatrix:
    session = database.session(user)
    catalog, _ = read_whole(session)
    with session.unit() as unit:
        return read_access(unit, catalog)


def observed(
    connection: psycopg.Connection[tuple[object, ...]], command: str, name: str, column: str
) -> Access:
    """Run a statement that reads no column but what it must, and say what was met."""
    total = 3
    if name.startswith("app.events_"):
        total = int(name[-1])
    statement = {
        "SELECT": f"SELECT {column} FROM {name}",
        "UPDATE": f"UPDATE {name} SET id = 1",
        "DELETE": f"DELETE FROM {name}",
        "TRUNCATE": f"TRUNCATE {name}",
    }[command]
    try:
        rows = connection.execute(statement).rowcount
    except psycopg.errors.InsufficientPrivilege:
        return Access.DENIED
    finally:
        connection.rollback()
    if command == "TRUNCATE" or rows == total:
        return Access.BYPASS
    return Access.POLICIES if rows else Access.NO_POLICY


def test_cells_are_what_statements_meet(shop: Database, roles: dict[str, str]) -> None:
    matrix = matrix_of(shop)
    names = {role.name: role for role in matrix.roles}
    compared = 0
    for kind in ("app", "heir", "apart", "bypass", "nobody"):
        connection = shop.connect(roles[kind])
        for relation in matrix.objects:
            for command in matrix.commands(relation.oid):
                if command == "INSERT":
                    continue
                cell = matrix.cell(relation.oid, names[roles[kind]].oid, command)
                if cell.state is Access.VIEW:
                    continue
                column = "id" if cell.columns_only else "tenant"
                expected = observed(connection, command, relation.qualified, column)
                seen = cell.state
                if seen is Access.POLICIES and expected is Access.BYPASS:
                    # A policy may let everything through: the matrix does not look into it.
                    assert relation.name == "floored", cell
                    continue
                assert seen is expected, (kind, relation.qualified, command, cell.reasons)
                compared += 1
    assert compared > 150


def test_inserts_are_checked_by_what_the_matrix_says(shop: Database, roles: dict[str, str]) -> None:
    matrix = matrix_of(shop)
    for kind in ("app", "heir", "apart", "bypass", "nobody"):
        connection = shop.connect(roles[kind])
        role = next(r for r in matrix.roles if r.name == roles[kind])
        for relation in matrix.objects:
            if relation.kind not in "rp":
                continue
            cell = matrix.cell(relation.oid, role.oid, "INSERT")
            columns = "(id) VALUES (1)" if cell.columns_only else "(id, tenant) VALUES (1, 2)"
            try:
                connection.execute(f"INSERT INTO {relation.qualified} {columns}")
                passed, said = True, ""
            except (psycopg.errors.InsufficientPrivilege, psycopg.errors.CheckViolation) as error:
                passed, said = False, str(error)
            finally:
                connection.rollback()
            if relation.name == "events_1":
                continue
            if cell.state is Access.BYPASS:
                assert passed, (kind, relation.qualified, said)
            elif cell.state is Access.DENIED:
                assert "permission denied" in said, (kind, relation.qualified, said)
            elif cell.state is Access.NO_POLICY:
                assert "row-level security" in said, (kind, relation.qualified, said)
            else:
                assert passed or "row-level security" in said, (kind, relation.qualified, said)


def test_the_server_agrees_on_whether_row_security_binds(shop: Database, roles: dict[str, str]) -> None:
    matrix = matrix_of(shop)
    for kind in ("app", "heir", "apart", "bypass"):
        connection = shop.connect(roles[kind])
        role = next(r for r in matrix.roles if r.name == roles[kind])
        for relation in matrix.objects:
            if relation.kind not in "rp" or relation.schema == "hidden":
                continue
            row = connection.execute("SELECT row_security_active(%s::oid)", [relation.oid]).fetchone()
            assert row is not None
            binding = matrix.binding(relation, role.oid, "SELECT")
            assert row[0] is (binding.bypass is None), (kind, relation.qualified, binding)


def test_a_bypass_says_why(shop: Database, roles: dict[str, str]) -> None:
    matrix = matrix_of(shop)

    def bypass(table: str, role: str, command: str = "SELECT") -> str | None:
        oid = matrix.catalog.by_name["app", table].oid
        return matrix.cell(oid, next(r.oid for r in matrix.roles if r.name == role), command).bypass

    assert bypass("plain", roles["app"]) == "row security is off"
    assert bypass("unforced", roles["bypass"]) == "BYPASSRLS"
    assert bypass("unforced", "postgres") == "superuser"
    assert bypass("unforced", roles["owner"]) == "owner, not forced"
    assert bypass("unforced", roles["heir"]) == f"member of owner {roles['owner']}, not forced"
    assert bypass("forced", roles["heir"]) is None
    assert bypass("forced", roles["app"], "TRUNCATE") == "TRUNCATE is not filtered by row security"
    assert bypass("forced_m", roles["app"]) == "a materialized view has no row security"


def test_a_role_that_does_not_inherit_escapes_the_floor_of_its_group(
    shop: Database, roles: dict[str, str]
) -> None:
    matrix = matrix_of(shop)
    floored = matrix.catalog.by_name["app", "floored"].oid
    by_name = {r.name: r.oid for r in matrix.roles}
    assert matrix.cell(floored, by_name[roles["app"]], "SELECT").restrictive == ("floor",)
    assert matrix.cell(floored, by_name[roles["apart"]], "SELECT").restrictive == ()


def test_a_partition_named_directly_is_not_guarded_by_its_parent(
    shop: Database, roles: dict[str, str]
) -> None:
    matrix = matrix_of(shop)
    by_name = {r.name: r.oid for r in matrix.roles}
    parent = matrix.catalog.by_name["app", "events"].oid
    child = matrix.catalog.by_name["app", "events_2"].oid
    assert matrix.cell(parent, by_name[roles["app"]], "SELECT").state is Access.POLICIES
    assert matrix.cell(child, by_name[roles["app"]], "SELECT").bypass == "row security is off"


def test_a_view_names_the_role_it_works_as(shop: Database, roles: dict[str, str]) -> None:
    version = shop.server.major
    if version >= 15:
        shop.execute("CREATE VIEW app.own_v WITH (security_invoker = on) AS SELECT * FROM app.forced")
        shop.execute(
            f"ALTER VIEW app.own_v OWNER TO {roles['owner']}; GRANT SELECT ON app.own_v TO {roles['app']}"
        )
    matrix = matrix_of(shop)
    by_name = {r.name: r.oid for r in matrix.roles}
    cell = matrix.cell(matrix.catalog.by_name["app", "forced_v"].oid, by_name[roles["app"]], "SELECT")
    assert cell.state is Access.VIEW
    assert cell.checked_as == by_name[roles["owner"]]
    assert f"app.forced as {roles['owner']}: policies mine apply" in cell.reasons
    if version >= 15:
        own = matrix.cell(matrix.catalog.by_name["app", "own_v"].oid, by_name[roles["app"]], "SELECT")
        assert own.checked_as == by_name[roles["app"]]


def test_the_matrix_needs_no_privilege(shop: Database, roles: dict[str, str]) -> None:
    as_superuser = matrix_of(shop)
    as_nobody = matrix_of(shop, roles["nobody"])
    cells = [list(as_superuser.cells(r.oid)) for r in as_superuser.objects]
    assert cells == [list(as_nobody.cells(r.oid)) for r in as_nobody.objects]


def test_reading_the_matrix_waits_for_no_lock(shop: Database) -> None:
    session = shop.session()
    catalog, _ = read_whole(session)
    holder = shop.connect()
    holder.execute("LOCK TABLE app.forced, app.plain IN ACCESS EXCLUSIVE MODE")
    with session.unit(lock_timeout_ms=1) as unit:
        matrix = read_access(unit, catalog)
    assert {r.name for r in matrix.objects} >= {"forced", "plain"}


def test_roles_of_the_matrix_can_log_in_or_hold_something(shop: Database, roles: dict[str, str]) -> None:
    names = {role.name for role in matrix_of(shop).roles}
    assert {roles["owner"], roles["group"], roles["app"], roles["nobody"]} <= names
    assert not any(name.startswith("pg_") for name in names)


def test_too_many_roles_leave_out_those_without_grants_and_say_so(
    shop: Database, roles: dict[str, str]
) -> None:
    session = shop.session()
    catalog, _ = read_whole(session)
    with session.unit() as unit:
        groups = len(set(read_access(unit, catalog).group_of.values()))
        few = read_access(unit, catalog, most_pairs=groups * 4)
        named = read_access(unit, catalog, roles=[roles["nobody"]], most_pairs=1)
    assert len(few.roles) == 4
    assert roles["nobody"] not in {r.name for r in few.roles}
    assert few.omitted is not None
    assert "roles are left out" in few.omitted
    assert [r.name for r in named.roles] == [roles["nobody"]]


def test_some_objects_alone_can_be_asked_for(shop: Database) -> None:
    session = shop.session()
    catalog, _ = read_whole(session)
    oid = catalog.by_name["app", "forced"].oid
    with session.unit() as unit:
        assert [r.oid for r in read_access(unit, catalog, objects=[oid]).objects] == [oid]


def test_a_relation_dropped_after_the_catalog_was_read_is_unknown(
    shop: Database, roles: dict[str, str]
) -> None:
    session = shop.session()
    catalog, _ = read_whole(session)
    oid = catalog.by_name["app", "plain"].oid
    shop.execute("DROP TABLE app.plain")
    with session.unit() as unit:
        matrix = read_access(unit, catalog)
    role = next(r for r in matrix.roles if r.name == roles["app"])
    cell = matrix.cell(oid, role.oid, "SELECT")
    assert cell.state is Access.UNKNOWN
    assert cell.privilege is None


def test_a_superuser_owned_role_with_a_hostile_name_is_one_row(every_database: Database) -> None:
    name = 'a"b\x1b[31m;\n--'
    quoted = '"' + name.replace('"', '""') + '"'
    every_database.execute(
        f"CREATE ROLE {quoted} LOGIN; CREATE TABLE t (a int); GRANT SELECT ON t TO {quoted}"
    )
    try:
        matrix = matrix_of(every_database)
        role = next(r for r in matrix.roles if r.name == name)
        cell = matrix.cell(matrix.catalog.by_name["public", "t"].oid, role.oid, "SELECT")
        assert cell.bypass == "row security is off"
    finally:
        every_database.execute(f"DROP OWNED BY {quoted}; DROP ROLE {quoted}")
