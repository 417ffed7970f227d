"""SECURITY DEFINER functions that give rows of another tenant: none of them is called isolated."""
# ruff: noqa: E501

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import pytest

from pgplumb.rls.verdict import Cell, Verdict
from pgplumb.server.embedded import EmbeddedServer
from tests.databases import Database
from tests.rls import judging

IDENTITY = "current_setting('app.t')"
S = "current_setting('app.t', true)::int"
PATH = "SET search_path = ''"


class Door(NamedTuple):
    """One function, and with what it is called."""

    declared: str
    body: str
    call: str = ""
    sets: str = PATH


HONEST = {
    "plain": Door("() RETURNS SETOF app.d LANGUAGE sql STABLE", f"SELECT * FROM app.d WHERE tenant_id = {S}"),
    "arg_and": Door(
        "(t int) RETURNS SETOF app.d LANGUAGE sql STABLE",
        f"SELECT * FROM app.d WHERE tenant_id = t AND tenant_id = {S}",
        "2",
    ),
    "pl_query": Door(
        "() RETURNS SETOF app.d LANGUAGE plpgsql STABLE",
        f"BEGIN RETURN QUERY SELECT * FROM app.d WHERE d.tenant_id = {S}; END",
    ),
    "pl_raise_ok": Door(
        "(t int) RETURNS SETOF app.d LANGUAGE plpgsql STABLE",
        f"BEGIN IF t IS DISTINCT FROM {S} THEN RAISE EXCEPTION 'no'; END IF; RETURN QUERY SELECT * FROM app.d WHERE d.tenant_id = t; END",
        "2",
    ),
    "table_cols": Door(
        "() RETURNS TABLE(tenant_id int, note text) LANGUAGE sql STABLE",
        f"SELECT d.tenant_id, d.note FROM app.d WHERE d.tenant_id = {S}",
    ),
    "scalar_set": Door(
        "() RETURNS SETOF text LANGUAGE sql STABLE", f"SELECT note FROM app.d WHERE tenant_id = {S}"
    ),
    "path_trick": Door(
        "() RETURNS SETOF app.d LANGUAGE sql STABLE", f"SELECT * FROM app.d WHERE tenant_id = {S}", "", ""
    ),
    "path_leak": Door(
        "() RETURNS SETOF app.d LANGUAGE sql STABLE",
        f"SELECT * FROM d WHERE tenant_id = {S}",
        "",
        "SET search_path = app, pg_temp",
    ),
    "json_ok": Door(
        "() RETURNS SETOF json LANGUAGE sql STABLE", f"SELECT row_to_json(d) FROM app.d WHERE tenant_id = {S}"
    ),
}
LEAKS = {
    "leak": Door("() RETURNS SETOF app.d LANGUAGE sql STABLE", "SELECT * FROM app.d"),
    "arg": Door(
        "(t int) RETURNS SETOF app.d LANGUAGE sql STABLE", "SELECT * FROM app.d WHERE tenant_id = t", "2"
    ),
    "arg_default": Door(
        f"(t int DEFAULT {S}) RETURNS SETOF app.d LANGUAGE sql STABLE",
        "SELECT * FROM app.d WHERE tenant_id = t",
        "2",
    ),
    "arg_coalesce": Door(
        "(t int DEFAULT NULL) RETURNS SETOF app.d LANGUAGE sql STABLE",
        f"SELECT * FROM app.d WHERE tenant_id = coalesce(t, {S})",
        "2",
    ),
    "arg_or": Door(
        "(flag boolean) RETURNS SETOF app.d LANGUAGE sql STABLE",
        f"SELECT * FROM app.d WHERE flag OR tenant_id = {S}",
        "true",
    ),
    "pl_query_leak": Door(
        "() RETURNS SETOF app.d LANGUAGE plpgsql STABLE",
        f"BEGIN RETURN QUERY SELECT * FROM app.d WHERE d.tenant_id = {S}; RETURN QUERY SELECT * FROM app.d; END",
    ),
    "pl_if": Door(
        "(x int) RETURNS SETOF app.d LANGUAGE plpgsql STABLE",
        f"BEGIN IF x = 1 THEN RETURN QUERY SELECT * FROM app.d WHERE d.tenant_id = {S}; ELSE RETURN QUERY SELECT * FROM app.d; END IF; END",
        "2",
    ),
    "pl_for_leak": Door(
        "() RETURNS SETOF app.d LANGUAGE plpgsql STABLE",
        f"DECLARE r app.d; BEGIN FOR r IN SELECT * FROM app.d LOOP IF r.tenant_id <> {S} THEN RETURN NEXT r; END IF; END LOOP; END",
    ),
    "pl_for_stale": Door(
        "() RETURNS SETOF app.d LANGUAGE plpgsql STABLE",
        f"DECLARE r app.d; s app.d; BEGIN FOR r IN SELECT * FROM app.d LOOP IF s.tenant_id = {S} THEN RETURN NEXT r; END IF; s := r; END LOOP; END",
    ),
    "pl_exec": Door(
        "() RETURNS SETOF app.d LANGUAGE plpgsql STABLE",
        "BEGIN RETURN QUERY EXECUTE 'SELECT * FROM app.d'; END",
    ),
    "pl_raise_notice": Door(
        "(t int) RETURNS SETOF app.d LANGUAGE plpgsql STABLE",
        f"BEGIN IF t IS DISTINCT FROM {S} THEN RAISE NOTICE 'no'; END IF; RETURN QUERY SELECT * FROM app.d WHERE d.tenant_id = t; END",
        "2",
    ),
    "pl_return_then": Door(
        "(t int) RETURNS SETOF app.d LANGUAGE plpgsql STABLE",
        f"BEGIN RETURN QUERY SELECT * FROM app.d WHERE d.tenant_id = t; IF t IS DISTINCT FROM {S} THEN RETURN; END IF; END",
        "2",
    ),
    "pl_caught": Door(
        "(t int) RETURNS SETOF app.d LANGUAGE plpgsql STABLE",
        f"BEGIN BEGIN IF t IS DISTINCT FROM {S} THEN RAISE EXCEPTION 'no'; END IF; EXCEPTION WHEN OTHERS THEN NULL; END; RETURN QUERY SELECT * FROM app.d WHERE d.tenant_id = t; END",
        "2",
    ),
    "pl_set": Door(
        "(t int) RETURNS SETOF app.d LANGUAGE plpgsql",
        f"BEGIN PERFORM set_config('app.t', t::text, true); RETURN QUERY SELECT * FROM app.d WHERE d.tenant_id = {S}; END",
        "2",
    ),
    "sql_two": Door(
        "() RETURNS SETOF app.d LANGUAGE sql STABLE",
        f"SELECT * FROM app.d WHERE tenant_id = {S}; SELECT * FROM app.d",
    ),
    "sql_set": Door(
        "() RETURNS SETOF app.d LANGUAGE sql",
        f"SELECT set_config('app.t', '2', true); SELECT * FROM app.d WHERE tenant_id = {S}",
    ),
    "table_mix": Door(
        "() RETURNS TABLE(tenant_id int, note text) LANGUAGE sql STABLE",
        f"SELECT d.tenant_id, e.note FROM app.d, app.e WHERE d.tenant_id = {S}",
    ),
    "table_pl_amb": Door(
        "() RETURNS TABLE(tenant_id int, note text) LANGUAGE plpgsql STABLE",
        f"#variable_conflict use_variable\nBEGIN tenant_id := {S}; RETURN QUERY SELECT d.tenant_id, d.note FROM app.d WHERE tenant_id = {S}; END",
    ),
    "table_next": Door(
        "() RETURNS TABLE(tenant_id int, note text) LANGUAGE plpgsql STABLE",
        "BEGIN FOR tenant_id, note IN SELECT d.tenant_id, d.note FROM app.d LOOP RETURN NEXT; END LOOP; END",
    ),
    "scalar_leak": Door("() RETURNS SETOF text LANGUAGE sql STABLE", "SELECT note FROM app.d WHERE id = 2"),
    "one_row": Door(
        "() RETURNS app.d LANGUAGE sql STABLE", f"SELECT * FROM app.d WHERE tenant_id <> {S} LIMIT 1"
    ),
    "set_clause": Door(
        "() RETURNS SETOF app.d LANGUAGE sql STABLE",
        f"SELECT * FROM app.d WHERE tenant_id = {S}",
        "",
        "SET search_path = '' SET app.t = '2'",
    ),
    "json": Door("() RETURNS SETOF json LANGUAGE sql STABLE", "SELECT row_to_json(d) FROM app.d"),
    "variadic": Door(
        "(VARIADIC ts int[]) RETURNS SETOF app.d LANGUAGE sql STABLE",
        "SELECT * FROM app.d WHERE tenant_id = ANY (ts)",
        "1,2",
    ),
    "inout": Door(
        "(INOUT t int, OUT note text) LANGUAGE sql STABLE",
        "SELECT d.tenant_id, d.note FROM app.d WHERE d.tenant_id = t",
        "2",
    ),
}


@pytest.fixture(scope="module")
def judged(server: EmbeddedServer) -> Iterator[tuple[Database, dict[str, Cell]]]:
    database = Database.create(server, "rls_functions")
    database.execute("DROP ROLE IF EXISTS caller; CREATE ROLE caller")
    sql = ["CREATE SCHEMA app; GRANT USAGE ON SCHEMA app TO caller"]
    for table in "de":
        sql += [
            f"CREATE TABLE app.{table} (id int PRIMARY KEY, tenant_id int NOT NULL, note text)",
            f"INSERT INTO app.{table} VALUES (1, 1, 'n1'), (2, 2, 'n2')",
            f"ALTER TABLE app.{table} ENABLE ROW LEVEL SECURITY",
            f"CREATE POLICY p ON app.{table} USING (tenant_id = {S})",
        ]
    for name, door in {**HONEST, **LEAKS}.items():
        sql.append(
            f"CREATE FUNCTION app.{name}{door.declared} SECURITY DEFINER {door.sets} AS $fn$ {door.body} $fn$"
        )
    database.execute(";\n".join(sql))
    cells = judging.judged(database, identities=(IDENTITY,), roles=("caller",)).judgement.cells
    named = ((c.object.removeprefix("app.").partition("(")[0], c) for c in cells if c.command == "EXECUTE")
    yield database, dict(named)
    database.execute("DROP OWNED BY caller; DROP ROLE caller")
    database.drop()


def given(database: Database, name: str, call: str) -> str:
    """Return all that a function gives to a session of tenant 1."""
    with database.connect() as connection:
        connection.execute("SET ROLE caller")
        connection.execute("SET app.t = '1'")
        return str(connection.execute(f"SELECT x::text FROM app.{name}({call}) x").fetchall())


@pytest.mark.parametrize("name", HONEST)
def test_a_function_that_gives_the_session_its_own_is_isolated(
    judged: tuple[Database, dict[str, Cell]], name: str
) -> None:
    assert judged[1][name].verdict is Verdict.ISOLATED


@pytest.mark.parametrize("name", LEAKS)
def test_a_function_that_gives_another_tenants_rows_is_not(
    judged: tuple[Database, dict[str, Cell]], name: str
) -> None:
    assert "n2" in given(judged[0], name, LEAKS[name].call)
    assert judged[1][name].verdict not in (Verdict.ISOLATED, Verdict.DENIED)
