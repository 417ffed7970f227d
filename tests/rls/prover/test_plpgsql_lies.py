"""Bodies in plpgsql that look as if they returned the session's tenant: none of them is believed."""
# ruff: noqa: E501

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pgplumb.rls.verdict import Cell, Verdict
from pgplumb.server.embedded import EmbeddedServer
from tests.databases import Database
from tests.rls import judging

IDENTITY = "current_setting('app.t')"
S = "current_setting('app.t', true)::int"
HONEST = f"DECLARE t int; BEGIN t := {S}; IF t IS NULL THEN RAISE EXCEPTION 'no'; END IF; RETURN t; END"
LIES = {
    "shadow_inner": f"DECLARE t int := 2; BEGIN DECLARE t int := {S}; BEGIN NULL; END; RETURN t; END",
    "loop_shadow": f"DECLARE t int := {S}; r record; BEGIN FOR r IN SELECT m.tenant_id AS x FROM app.members m LOOP t := r.x; END LOOP; RETURN t; END",
    "loop_into": f"DECLARE t int := {S}; i int := 0; BEGIN WHILE i < 1 LOOP SELECT max(m.tenant_id) INTO t FROM app.members m; i := i + 1; END LOOP; RETURN t; END",
    "exc": f"DECLARE t int := 2; BEGIN t := 2; BEGIN t := {S}; PERFORM 1/0; EXCEPTION WHEN OTHERS THEN t := 2; END; RETURN t; END",
    "exc2": f"DECLARE t int := 2; BEGIN BEGIN PERFORM 1/(length({S}::text)-1); t := {S}; EXCEPTION WHEN OTHERS THEN NULL; END; RETURN t; END",
    "exit_when": f"DECLARE t int := 2; BEGIN LOOP EXIT WHEN true; t := {S}; END LOOP; RETURN t; END",
    "cont": f"DECLARE t int := {S}; r record; BEGIN FOR r IN SELECT 2 AS x LOOP CONTINUE WHEN false; t := r.x; END LOOP; RETURN t; END",
    "label": f"DECLARE t int := 2; BEGIN <<a>> LOOP LOOP EXIT a WHEN true; END LOOP; t := {S}; END LOOP a; RETURN t; END",
    "case_fall": f"DECLARE t int := 2; BEGIN CASE WHEN {S} IS NULL THEN t := 1; ELSE NULL; END CASE; RETURN t; END",
    "elsif": f"DECLARE t int := 2; BEGIN IF false THEN t := {S}; ELSIF true THEN NULL; ELSE t := {S}; END IF; RETURN t; END",
    "found_stale": f"DECLARE t int := 2; BEGIN PERFORM 1 FROM app.members m WHERE m.tenant_id = -1; IF NOT FOUND THEN RETURN 2; END IF; RETURN {S}; END",
    "foreach": f"DECLARE t int; BEGIN FOREACH t IN ARRAY ARRAY[{S}, 2] LOOP NULL; END LOOP; RETURN t; END",
    "select_two": f"DECLARE t int; u int; BEGIN SELECT {S}, 2 INTO t, u; RETURN u; END",
    "select_swap": f"DECLARE t int := 2; u int := {S}; BEGIN t := u; u := 2; t := u; RETURN t; END",
    "named_into": f"DECLARE r record; BEGIN SELECT 2 AS a, {S} AS b INTO r; RETURN r.a; END",
    "quoted_var": f'DECLARE "T" int := 2; t int := {S}; BEGIN RETURN "T"; END',
    "quoted_dot": f"DECLARE t int := {S}; BEGIN t := 1; t := t + 1; RETURN t; END",
    "const_default": "DECLARE t CONSTANT int DEFAULT 2; BEGIN RETURN t; END",
    "comment": f"DECLARE t int := 2; BEGIN /* t := {S}; */ -- t := {S};\n RETURN t; END",
    "string_kw": f"DECLARE t int := {S}; s text := 'end loop; begin'; BEGIN LOOP s := 'end loop'; t := 2; EXIT; END LOOP; RETURN t; END",
    "get_diag": f"DECLARE t int := {S}; BEGIN GET DIAGNOSTICS t = ROW_COUNT; RETURN t + 2; END",
    "dyn": f"DECLARE t int := {S}; BEGIN EXECUTE 'SELECT 2' INTO t; RETURN t; END",
    "ret_next_in_exc": f"DECLARE t int := {S}; BEGIN BEGIN t := 2; RAISE EXCEPTION 'x'; EXCEPTION WHEN OTHERS THEN RETURN t; END; RETURN 1; END",
    "for_target_after": f"DECLARE t int := {S}; BEGIN FOR t IN SELECT m.tenant_id FROM app.members m ORDER BY 1 LOOP NULL; END LOOP; RETURN t; END",
    "while_cond": f"DECLARE t int := 2; BEGIN WHILE t <> 2 LOOP t := {S}; END LOOP; RETURN t; END",
    "for_int": f"DECLARE i int := {S}; BEGIN FOR i IN 2..2 LOOP RETURN i; END LOOP; RETURN {S}; END",
    "assign_eq": f"DECLARE t int := {S}; b boolean; BEGIN b := t = 2; t = 2; RETURN t; END",
    "nested_case_expr": f"DECLARE t int; BEGIN t := CASE WHEN {S} = 1 THEN CASE WHEN true THEN 2 END ELSE 1 END; RETURN t; END",
    "strict_none": "DECLARE t int; BEGIN SELECT m.tenant_id INTO STRICT t FROM app.members m WHERE m.tenant_id = 2; RETURN t; END",
    "rec_two": f"DECLARE r record; BEGIN SELECT {S} AS a INTO r; SELECT 2 AS a INTO r; RETURN r.a; END",
    "rec_stale": f"DECLARE r record; BEGIN SELECT {S} AS a INTO r; FOR r IN SELECT 2 AS a LOOP NULL; END LOOP; RETURN r.a; END",
    "rowtype_stale": f"DECLARE r app.members%ROWTYPE; BEGIN SELECT * INTO r FROM app.members m WHERE m.tenant_id = {S}; SELECT * INTO r FROM app.members m WHERE m.tenant_id = 2; RETURN r.tenant_id; END",
    "perform_fn": f"DECLARE t int := {S}; BEGIN PERFORM set_config('app.t', '2', true); RETURN {S}; END",
    "a quoted name hides": f'DECLARE t int := {S}; BEGIN DECLARE "t" int := 2; BEGIN RETURN t; END; END',
    "found is a variable": f"DECLARE found boolean := false; BEGIN PERFORM 1; IF found THEN RETURN {S}; END IF; RETURN 2; END",
}


@pytest.fixture(scope="module")
def judged(server: EmbeddedServer) -> Iterator[tuple[Database, dict[str, Cell]]]:
    database = Database.create(server, "rls_lies")
    database.execute("DROP ROLE IF EXISTS lied_to; CREATE ROLE lied_to")
    sql = [
        "CREATE SCHEMA app; GRANT USAGE ON SCHEMA app TO lied_to",
        "CREATE TABLE app.members (tenant_id int PRIMARY KEY)",
        "INSERT INTO app.members VALUES (1), (2)",
        "GRANT SELECT ON app.members TO lied_to",
    ]
    for number, body in enumerate((HONEST, *LIES.values())):
        table = f"app.t{number}"
        sql += [
            f"CREATE FUNCTION app.f{number}() RETURNS int LANGUAGE plpgsql STABLE AS $fn$ {body} $fn$",
            f"CREATE TABLE {table} (tenant_id int NOT NULL)",
            f"INSERT INTO {table} VALUES (1), (2)",
            f"GRANT SELECT ON {table} TO lied_to",
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
            f"CREATE POLICY p ON {table} USING (tenant_id = app.f{number}())",
        ]
    database.execute(";\n".join(sql))
    cells = judging.judged(database, identities=(IDENTITY,), roles=("lied_to",)).judgement.cells
    yield database, {c.object: c for c in cells if c.command == "SELECT"}
    database.execute("DROP OWNED BY lied_to; DROP ROLE lied_to")
    database.drop()


def test_an_honest_body_is_believed(judged: tuple[Database, dict[str, Cell]]) -> None:
    assert judged[1]["app.t0"].verdict is Verdict.ISOLATED


@pytest.mark.parametrize("number", range(1, len(LIES) + 1), ids=LIES)
def test_a_body_that_shows_another_tenant_is_not_believed(
    judged: tuple[Database, dict[str, Cell]], number: int
) -> None:
    database, cells = judged
    with database.connect() as connection:
        connection.execute("SET ROLE lied_to")
        connection.execute("SET app.t = '1'")
        rows = connection.execute(f"SELECT tenant_id FROM app.t{number}").fetchall()
    assert rows == [(2,)]
    assert cells[f"app.t{number}"].verdict is Verdict.UNPROVED
