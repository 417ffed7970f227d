"""Intents about extensions, roles, settings and publications: forth and back on a real server."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from uuid import uuid4

import pytest

from pgplumb.catalog.reader import read_whole
from pgplumb.checks.finding import Fix, Value
from pgplumb.migrate.change import Change, Fields, Unwritable
from pgplumb.migrate.intents import intent
from pgplumb.sql.parser import parse
from pgplumb.sql.split import split
from tests.changes import change_for
from tests.databases import Database


def change(database: Database, intent: str, fields: Mapping[str, Value]) -> Change:
    catalog, _ = read_whole(database.session())
    made = change_for(Fix(intent, fields), catalog)
    assert made is not None
    parse(made.up)
    return made


def forth_and_back(
    database: Database, intent: str, fields: Mapping[str, Value], query: str
) -> tuple[object, ...]:
    """Return what a query says before, between and after."""
    made = change(database, intent, fields)
    said = [database.execute(query)]
    for script in (made.up, made.down or ""):
        for statement in split(script):
            database.execute(statement.text)
        said.append(database.execute(query))
    return tuple(rows[0][0] if rows else None for rows in said)


@pytest.fixture
def role(every_database: Database) -> Iterator[str]:
    name = f"Role {uuid4().hex[:8]}"
    every_database.execute(f'CREATE ROLE "{name}" BYPASSRLS LOGIN')
    yield name
    every_database.execute(f'DROP OWNED BY "{name}"; DROP ROLE "{name}"')


def test_an_extension_is_installed_into_a_new_schema_and_dropped_with_it(every_database: Database) -> None:
    fields = {"extension": "pg_trgm", "schema": "extensions"}
    query = "SELECT extnamespace::regnamespace::text FROM pg_extension WHERE extname = 'pg_trgm'"
    assert forth_and_back(every_database, "create-extension", fields, query) == (None, "extensions", None)
    assert not every_database.execute("SELECT FROM pg_namespace WHERE nspname = 'extensions'")


def test_an_extension_moves_to_another_schema(every_database: Database) -> None:
    every_database.execute("CREATE EXTENSION pg_trgm SCHEMA public")
    query = "SELECT extnamespace::regnamespace::text FROM pg_extension WHERE extname = 'pg_trgm'"
    fields = {"extension": "pg_trgm"}
    assert forth_and_back(every_database, "alter-extension-schema", fields, query) == (
        "public",
        "extensions",
        "public",
    )


def test_an_extension_is_brought_to_its_newest_version(every_database: Database) -> None:
    every_database.execute("CREATE EXTENSION pg_trgm VERSION '1.3'")
    made = change(every_database, "update-extension", {"extension": "pg_trgm"})
    every_database.execute(made.up)
    newest = "SELECT default_version = installed_version FROM pg_available_extensions WHERE name = 'pg_trgm'"
    assert every_database.execute(newest) == [(True,)]
    assert made.down is None


def test_a_role_loses_attributes_and_gets_them_back(every_database: Database, role: str) -> None:
    fields: dict[str, Value] = {"role": role, "options": ["NOBYPASSRLS", "CREATEDB"], "connection_limit": 7}
    query = f"SELECT (rolbypassrls, rolcreatedb, rolconnlimit)::text FROM pg_roles WHERE rolname = '{role}'"
    assert forth_and_back(every_database, "alter-role", fields, query) == ("(t,f,-1)", "(f,t,7)", "(t,f,-1)")


def test_a_role_gets_a_list_setting_as_a_list(every_database: Database, role: str) -> None:
    every_database.execute(f'ALTER ROLE "{role}" SET search_path = \'My Schema\', "$user"')
    fields = {"role": role, "setting": "search_path", "value": "pg_catalog, public"}
    query = f"SELECT rolconfig[1] FROM pg_roles WHERE rolname = '{role}'"
    old, new = 'search_path="My Schema", "$user"', "search_path=pg_catalog, public"
    assert forth_and_back(every_database, "alter-role-setting", fields, query) == (old, new, old)


def test_a_role_gets_a_timeout_in_one_database(every_database: Database, role: str) -> None:
    name = every_database.name
    fields = {"role": role, "setting": "statement_timeout", "value": "30s", "database": name}
    query = (
        "SELECT setconfig[1] FROM pg_db_role_setting JOIN pg_database d ON d.oid = setdatabase"
        f" WHERE datname = '{name}' AND setrole = '\"{role}\"'::regrole"
    )
    said = forth_and_back(every_database, "alter-role-setting", fields, query)
    assert said == (None, "statement_timeout=30s", None)


def test_a_database_gets_a_default(every_database: Database) -> None:
    query = (
        "SELECT setconfig[1] FROM pg_db_role_setting JOIN pg_database d ON d.oid = setdatabase"
        f" WHERE datname = '{every_database.name}' AND setrole = 0"
    )
    fields = {"setting": "random_page_cost", "value": "1.1"}
    said = forth_and_back(every_database, "alter-role-setting", fields, query)
    assert said == (None, "random_page_cost=1.1", None)


def test_membership_is_granted_and_taken_back(every_database: Database, role: str) -> None:
    query = f"SELECT pg_has_role('{role}', 'pg_monitor', 'MEMBER')"
    fields = {"membership": "pg_monitor", "role": role}
    assert forth_and_back(every_database, "grant", fields, query) == (False, True, False)
    every_database.execute(f'GRANT pg_monitor TO "{role}"')
    assert forth_and_back(every_database, "revoke", fields, query) == (True, False, True)


def test_privileges_on_the_database_come_back_as_they_were_by_default(every_database: Database) -> None:
    query = f"SELECT has_database_privilege('pg_monitor', '{every_database.name}', 'TEMPORARY')"
    fields = {"database": every_database.name, "privilege": "TEMPORARY", "role": "PUBLIC"}
    assert forth_and_back(every_database, "revoke", fields, query) == (True, False, True)


def test_a_publication_takes_a_table_and_other_commands(every_database: Database) -> None:
    every_database.execute(
        'CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE "B" (id int PRIMARY KEY);'
        " CREATE PUBLICATION p FOR TABLE a WITH (publish = 'insert, truncate')"
    )
    query = "SELECT (SELECT count(*) FROM pg_publication_tables)::text || pubinsert || pubdelete FROM pg_publication"
    fields = {"publication": "p", "add": ['public."B"'], "publish": ["insert", "delete"]}
    said = forth_and_back(every_database, "alter-publication", fields, query)
    assert said == ("1truefalse", "2truetrue", "1truefalse")


def test_a_server_setting_goes_back_to_its_default(every_database: Database) -> None:
    made = change(
        every_database, "alter-system-setting", {"setting": "log_min_duration_statement", "value": "250ms"}
    )
    assert [s.text for s in split(made.up)] == [
        "ALTER SYSTEM SET log_min_duration_statement = '250ms'",
        "SELECT pg_reload_conf()",
    ]
    assert made.down == "ALTER SYSTEM RESET log_min_duration_statement;\nSELECT pg_reload_conf();"
    lines = "SELECT setting FROM pg_file_settings WHERE name = 'log_min_duration_statement'"
    for script, expected in ((made.up, [("250ms",)]), (made.down, [])):
        for statement in split(script):
            every_database.execute(statement.text)
        assert every_database.execute(lines) == expected


def test_a_server_setting_goes_back_to_the_value_of_the_configuration(every_database: Database) -> None:
    catalog, _ = read_whole(every_database.session())
    written = replace(catalog.settings["wal_compression"], value="on", source="configuration file")
    catalog = replace(catalog, settings={**catalog.settings, "wal_compression": written})
    made = change_for(Fix("alter-system-setting", {"setting": "wal_compression", "value": "off"}), catalog)
    assert made is not None
    assert made.down is not None
    assert split(made.down)[0].text == "ALTER SYSTEM SET wal_compression = 'on'"


def test_a_setting_of_the_servers_command_line_is_not_written(every_database: Database) -> None:
    # The test servers are started with max_connections on their command line.
    catalog, _ = read_whole(every_database.session())
    with pytest.raises(Unwritable, match="max_connections is given on the server's command line"):
        intent("alter-system-setting").write(Fields({"setting": "max_connections", "value": "500"}), catalog)
