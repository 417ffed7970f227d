"""Attempts to get out of the twin: straight at the server, and through the session that refuses politely.

Every attempt is also made by the superuser, where it succeeds: so it is the wall that stops it.
"""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from pgplumb.server.embedded import BUILDER, EmbeddedServer
from pgplumb.twin.answers import Failed, Refused
from pgplumb.twin.cage import CAGE, CAGE_CONNECTIONS, CAGE_SETTINGS, Breach, admit, breaches, make_cage
from tests.conftest import each_major, majors, sampled
from tests.twin.caged import Caged

PROGRAM = "COPY (SELECT 1) TO PROGRAM 'cat > {escaped}'"

ATTEMPTS = {
    "program": PROGRAM,
    "program-in-do": f"DO $$ BEGIN {PROGRAM}; END $$",
    "program-put-together": "DO $$ BEGIN EXECUTE 'COPY (SELECT 1) TO PRO' || 'GRAM ''cat > {escaped}'''; END $$",
    "program-in-function": "CREATE FUNCTION pg_temp.f() RETURNS void LANGUAGE plpgsql"
    f" AS $$ BEGIN {PROGRAM}; END $$; SELECT pg_temp.f()",
    "program-while-planning": "CREATE FUNCTION public.g() RETURNS int LANGUAGE plpgsql"
    f" AS $$ BEGIN {PROGRAM}; RETURN 1; END $$;"
    " CREATE FUNCTION public.f() RETURNS int IMMUTABLE LANGUAGE plpgsql"
    " AS $$ BEGIN RETURN (SELECT public.g()); END $$; EXPLAIN SELECT public.f()",
    "program-from": "CREATE TEMP TABLE t (x text); COPY t FROM PROGRAM 'id'",
    "file-written": "COPY (SELECT 1) TO '{escaped}'",
    "file-read-by-copy": "CREATE TEMP TABLE t (x text); COPY t FROM '/etc/passwd'",
    "file-read": "SELECT pg_read_file('/etc/passwd')",
    "file-read-relative": "SELECT pg_read_file('postgresql.conf')",
    "file-read-binary": "SELECT pg_read_binary_file('/etc/passwd')",
    "file-looked-at": "SELECT pg_stat_file('/etc/passwd')",
    "directory-listed": "SELECT pg_ls_dir('/')",
    "directory-of-wal": "SELECT pg_ls_waldir()",
    "file-rules-read": "SELECT * FROM pg_hba_file_rules",
    "file-settings-read": "SELECT * FROM pg_file_settings",
    "lo-import": "SELECT lo_import('/etc/passwd')",
    "lo-export": "SELECT lo_from_bytea(4711, '\\x00'); SELECT lo_export(4711, '{escaped}')",
    "dblink": "CREATE EXTENSION dblink",
    "postgres-fdw": "CREATE EXTENSION postgres_fdw",
    "file-fdw": "CREATE EXTENSION file_fdw",
    "wrapper": "CREATE FOREIGN DATA WRAPPER w",
    "subscription": "CREATE SUBSCRIPTION s CONNECTION 'dbname=x' PUBLICATION p WITH (connect = false)",
    "function-in-c": "CREATE FUNCTION public.f() RETURNS language_handler LANGUAGE c"
    " AS '$libdir/plpgsql', 'plpgsql_call_handler'",
    "function-internal": "CREATE FUNCTION public.f(text) RETURNS text LANGUAGE internal AS 'pg_read_file_all'",
    "load": "LOAD '$libdir/dblink'",
    "library-path": "SET dynamic_library_path = '/tmp'",
    "session-library": "SET session_preload_libraries = 'dblink'",
    "temp-limit": "SET temp_file_limit = -1",
    "log-level": "SET log_min_messages = 'debug5'",
    "catalog-by-hand": "SET allow_system_table_mods = on",
    "catalog-superuser": f"UPDATE pg_authid SET rolsuper = true WHERE rolname = '{CAGE}'",
    "settings": "ALTER SYSTEM SET archive_command = 'cat > {escaped}'",
    "reload": "SELECT pg_reload_conf()",
    "role-superuser": f"ALTER ROLE {CAGE} SUPERUSER",
    "role-createrole": f"ALTER ROLE {CAGE} CREATEROLE",
    "role-connections": f"ALTER ROLE {CAGE} CONNECTION LIMIT -1",
    "role-new": "CREATE ROLE evil SUPERUSER",
    "role-granted": f"GRANT pg_execute_server_program TO {CAGE}",
    "role-granted-to-stub": "GRANT pg_read_server_files TO shop_owner",
    "role-builder-granted": f"GRANT {BUILDER} TO shop_owner",
    "role-set": f"SET ROLE {BUILDER}",
    "role-set-by-function": f"SELECT set_config('role', '{BUILDER}', false)",
    "role-authorization": f"SET SESSION AUTHORIZATION {BUILDER}",
    "role-authorization-by-function": f"SELECT set_config('session_authorization', '{BUILDER}', false)",
    "role-password": f"ALTER ROLE {BUILDER} PASSWORD 'known'",
    "passwords-read": "SELECT rolpassword FROM pg_authid",
    "passwords-read-by-view": "SELECT passwd FROM pg_shadow",
    "database": "CREATE DATABASE other",
    "tablespace": "CREATE TABLESPACE evil LOCATION '/tmp'",
    "event-trigger": "CREATE FUNCTION public.e() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN END $$;"
    " CREATE EVENT TRIGGER e ON ddl_command_start EXECUTE FUNCTION public.e()",
    "definer-of-a-stub": "CREATE FUNCTION public.f() RETURNS void SECURITY DEFINER LANGUAGE plpgsql"
    f" AS $$ BEGIN {PROGRAM}; END $$; ALTER FUNCTION public.f() OWNER TO shop_owner; SELECT public.f()",
}

NOT_TO_BE_UNDONE = ("settings", "database", "tablespace")
WITH_A_STUBS_RIGHTS = ("definer-of-a-stub",)


@pytest.fixture(scope="module", params=each_major())
def caged(request: pytest.FixtureRequest) -> Iterator[Caged]:
    caged = Caged(majors()[request.param])
    yield caged
    caged.stop()


@pytest.fixture(scope="module")
def newest() -> Iterator[Caged]:
    caged = Caged(next(iter(majors().values())))
    yield caged
    caged.stop()


def prepared(name: str, caged: Caged) -> str:
    return ATTEMPTS[name].replace("{escaped}", str(caged.escaped))


@pytest.mark.parametrize("name", sampled(ATTEMPTS, 4))
def test_nothing_gets_out_straight_at_the_server(name: str, caged: Caged) -> None:
    with caged.straight() as connection, pytest.raises(psycopg.Error) as refused:
        # One string of several statements is one transaction, and autocommit is what a stranger would like best.
        connection.execute(prepared(name, caged).encode())
    assert refused.value.sqlstate in ("42501", "42704", "0LP01", "58P01"), refused.value
    assert not caged.escaped.exists()


@pytest.mark.parametrize("name", sampled(ATTEMPTS, 4))
def test_nothing_gets_out_through_the_session(name: str, caged: Caged) -> None:
    with caged.session() as session:
        answer = session.run(prepared(name, caged))
    assert isinstance(answer, Failed | Refused)
    if isinstance(answer, Failed):
        assert answer.sqlstate == "42501", answer
    assert not caged.escaped.exists()


@pytest.mark.parametrize(
    "name", sampled(sorted(ATTEMPTS.keys() - {*NOT_TO_BE_UNDONE, *WITH_A_STUBS_RIGHTS}), 6)
)
def test_a_superuser_gets_out_by_every_one_of_these_ways(name: str, newest: Caged) -> None:
    with newest.building() as connection:
        connection.autocommit = False
        connection.execute(prepared(name, newest).encode())
        connection.rollback()
    newest.escaped.unlink(missing_ok=True)


def test_the_attempts_with_a_file_do_make_it(newest: Caged) -> None:
    with newest.building() as connection:
        connection.execute(prepared("program-while-planning", newest).encode())
    assert newest.escaped.exists()
    newest.escaped.unlink()


def test_other_sessions_cannot_be_ended(caged: Caged) -> None:
    pid = caged.builder.info.backend_pid
    with caged.straight() as connection:
        for function in ("pg_terminate_backend", "pg_cancel_backend"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(f"SELECT {function}({pid})".encode())
    assert caged.builder.execute("SELECT 1").fetchone() == (1,)


def test_the_builders_databases_are_closed(caged: Caged) -> None:
    for dbname in ("postgres", "template1"):
        with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
            caged.straight(dbname)


def test_the_password_stops_a_dblink_that_a_superuser_made(caged: Caged) -> None:
    caged.builder.execute("CREATE DATABASE linked OWNER shop_owner")
    with caged.building("linked") as connection:
        connection.execute("CREATE EXTENSION dblink")
        connection.execute("GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO PUBLIC")
        assert "extension dblink may reach beyond the database" in breaches(connection)
    host = f"host={caged.server.socket_directory} dbname=linked"
    with caged.straight("linked") as connection:
        for role in (BUILDER, f"{BUILDER} password=guess", CAGE, f"{CAGE} password=guess"):
            # dblink_connect_u asks for no password; the server's own rules do.
            for function in ("dblink_connect", "dblink_connect_u"):
                if function == "dblink_connect_u" and role.startswith(CAGE):
                    continue
                with pytest.raises(psycopg.Error) as refused:
                    connection.execute(f"SELECT {function}('{host} user={role}')".encode())
                assert "password" in str(refused.value)
    caged.builder.execute("DROP DATABASE linked")


def test_connections_are_counted_and_the_builder_always_has_one(newest: Caged) -> None:
    flood: list[psycopg.Connection[tuple[object, ...]]] = []
    try:
        flood += [newest.straight() for _ in range(CAGE_CONNECTIONS)]
        with pytest.raises(psycopg.OperationalError, match="too many connections for role"):
            newest.straight()
        with newest.building() as builder:
            assert builder.execute("SELECT 1").fetchone() == (1,)
    finally:
        for connection in flood:
            connection.close()


def test_the_role_has_no_right_that_leads_anywhere(caged: Caged) -> None:
    row = caged.builder.execute(
        "SELECT rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls FROM pg_roles"
        " WHERE rolname = %s",
        [CAGE],
    ).fetchone()
    assert row == (False,) * 5


def test_the_server_keeps_the_settings_of_the_cage(caged: Caged) -> None:
    for name, value in CAGE_SETTINGS.items():
        row = caged.builder.execute(
            "SELECT setting, context, current_setting(name) FROM pg_settings WHERE name = %s", [name]
        ).fetchone()
        assert row is not None
        assert value in (row[0], row[2]) or (name, row[0]) == ("log_connections", "")
        assert row[1] != "user" or name in ("jit", "log_parameter_max_length_on_error")


def test_a_stub_loses_what_reaches_beyond_the_database(caged: Caged) -> None:
    with caged.building() as connection:
        connection.execute("CREATE ROLE grand LOGIN CREATEROLE CREATEDB REPLICATION")
        connection.execute(
            "CREATE ROLE above; GRANT pg_execute_server_program, pg_monitor TO above; GRANT above TO grand"
        )
        connection.execute("GRANT EXECUTE ON FUNCTION pg_read_file(text) TO grand")
        connection.execute("GRANT EXECUTE ON FUNCTION pg_ls_dir(text) TO PUBLIC")
        admit(connection, ["grand"])
        assert breaches(connection) == ()
        row = connection.execute(
            "SELECT rolcanlogin, rolcreaterole, rolcreatedb, rolreplication,"
            " pg_has_role('grand', 'pg_execute_server_program', 'MEMBER'),"
            " pg_has_role('grand', 'pg_monitor', 'MEMBER'),"
            " has_function_privilege('grand', 'pg_read_file(text)', 'EXECUTE'),"
            " has_function_privilege('grand', 'pg_ls_dir(text)', 'EXECUTE') FROM pg_roles WHERE rolname = 'grand'"
        ).fetchone()
        assert row == (False, False, False, False, False, True, False, False)


def test_a_superuser_is_never_admitted(caged: Caged) -> None:
    with caged.building() as connection:
        connection.execute("CREATE ROLE root SUPERUSER; CREATE ROLE plain")
        with pytest.raises(Breach, match="root is superuser"):
            admit(connection, ["plain", "root"])
        row = connection.execute(f"SELECT pg_has_role('{CAGE}', 'plain', 'MEMBER')".encode()).fetchone()
        assert row == (False,)
        connection.execute("DROP ROLE root")


@pytest.mark.parametrize(
    ("statement", "breach"),
    [
        (
            "CREATE FUNCTION f() RETURNS int SECURITY DEFINER LANGUAGE sql AS 'SELECT 1'",
            "f() is SECURITY DEFINER",
        ),
        ("CREATE VIEW v AS SELECT rolpassword FROM pg_authid", "v is a superuser's"),
        ("CREATE TABLE t (i int)", "t is a superuser's"),
        (
            "CREATE FUNCTION h() RETURNS language_handler LANGUAGE c AS '$libdir/plpgsql', 'plpgsql_call_handler'",
            "h() is written in c",
        ),
        ("CREATE EXTENSION file_fdw", "foreign data wrapper file_fdw opens files"),
    ],
)
def test_what_a_careless_builder_leaves_open_is_named(statement: str, breach: str, caged: Caged) -> None:
    with caged.building() as connection:
        assert breaches(connection) == ()
        connection.autocommit = False
        connection.execute(statement.encode())
        assert any(found.startswith(breach) for found in breaches(connection))
        connection.rollback()


def test_what_the_server_makes_by_itself_is_no_breach(caged: Caged) -> None:
    with caged.building() as connection:
        connection.autocommit = False
        connection.execute("CREATE TYPE span AS RANGE (SUBTYPE = float8)")
        connection.execute("CREATE AGGREGATE glued (text) (SFUNC = textcat, STYPE = text)")
        connection.execute(
            "CREATE EXTENSION pg_trgm; CREATE EXTENSION hstore; CREATE EXTENSION pg_stat_statements"
        )
        assert breaches(connection) == ()
        connection.rollback()


def test_bypassing_policies_is_a_matter_of_asking(newest: Caged) -> None:
    with newest.building() as connection:
        connection.autocommit = False
        connection.execute(f"ALTER ROLE {CAGE} RENAME TO another".encode())
        make_cage(connection, bypass_rls=True)
        row = connection.execute("SELECT rolbypassrls FROM pg_roles WHERE rolname = %s", [CAGE]).fetchone()
        assert row == (True,)
        connection.rollback()


def test_the_password_is_nowhere_but_in_memory(caged: Caged) -> None:
    server = caged.server
    with psycopg.connect(server.conninfo()) as connection:
        password = connection.info.password
    assert len(password) > 40
    assert password not in repr(server) + repr(server.target()) + server.uri() + server.conninfo(user=CAGE)
    for pid in (server.pid, server._process.pid):
        assert password.encode() not in Path(f"/proc/{pid}/cmdline").read_bytes()
        assert password.encode() not in Path(f"/proc/{pid}/environ").read_bytes()
    files = [path for path in server.root.rglob("*") if path.is_file()]
    assert len(files) > 900
    assert not [path for path in files if password.encode() in path.read_bytes()]


def test_only_the_cage_logs_in_without_a_password(caged: Caged) -> None:
    caged.builder.execute("CREATE ROLE other LOGIN")
    for role in (BUILDER, "other"):
        with pytest.raises(psycopg.OperationalError, match="no password supplied"):
            psycopg.connect(f"host={caged.server.socket_directory} user={role} dbname=postgres")
    caged.builder.execute("DROP ROLE other")


def test_the_directories_are_private_and_go_with_the_server() -> None:
    with EmbeddedServer.start(settings=CAGE_SETTINGS, private=True) as server:
        for place in (server.socket_directory, server.data_directory):
            assert stat.S_IMODE(place.stat().st_mode) == 0o700
        assert server.connect().execute("SHOW listen_addresses").fetchone() == ("",)
    assert not server.root.exists()
