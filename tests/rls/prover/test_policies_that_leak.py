"""Policies that let rows of another tenant pass: none of them is called isolated or denied."""
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
SCHEMA = f"""
CREATE SCHEMA app; GRANT USAGE ON SCHEMA app TO let_in;
CREATE TABLE app.m (uid int, tenant_id int PRIMARY KEY); INSERT INTO app.m VALUES (11,1),(22,2); GRANT SELECT ON app.m TO let_in;
CREATE TYPE app.loose AS (x int); CREATE FUNCTION app.to_loose(int) RETURNS app.loose LANGUAGE sql IMMUTABLE AS 'SELECT ROW(0)::app.loose'; CREATE CAST (int AS app.loose) WITH FUNCTION app.to_loose(int);
CREATE FUNCTION app.vol() RETURNS int LANGUAGE plpgsql VOLATILE AS $$ BEGIN RETURN 2; END $$;
CREATE FUNCTION app.deft(a int DEFAULT 2) RETURNS int LANGUAGE sql STABLE AS 'SELECT a';
CREATE FUNCTION app.vari(VARIADIC a int[]) RETURNS int[] LANGUAGE sql STABLE AS 'SELECT a || 2';
CREATE FUNCTION app.nam(a int, b int) RETURNS int LANGUAGE sql STABLE AS 'SELECT a';
CREATE FUNCTION app.stri(a int, b int) RETURNS int LANGUAGE sql STABLE STRICT AS 'SELECT b';
CREATE FUNCTION app.ov(a int) RETURNS int LANGUAGE sql STABLE AS 'SELECT a'; CREATE FUNCTION app.ov(a bigint) RETURNS int LANGUAGE sql STABLE AS 'SELECT 2';
CREATE FUNCTION app.srf(a int) RETURNS SETOF int LANGUAGE sql STABLE AS 'SELECT a UNION ALL SELECT 2';
CREATE VIEW app.vw AS SELECT * FROM app.m; GRANT SELECT ON app.vw TO let_in;
CREATE VIEW app.vw2 AS SELECT tenant_id FROM app.m WHERE tenant_id = {S} UNION ALL SELECT tenant_id FROM app.m; GRANT SELECT ON app.vw2 TO let_in;
"""
"""t is the table of the policy."""
HONEST = {
    "not_neq_all": f"NOT (tenant_id <> ALL (ARRAY[{S}]))",
    "neq_any": f"NOT (tenant_id <> ANY (ARRAY[{S}]))",
    "row_eq": f"(tenant_id, id) = ({S}, id)",
    "row_ne": f"NOT ((tenant_id, id) <> ({S}, id))",
    "case_noelse": f"CASE WHEN tenant_id = {S} THEN true END",
    "exists_left_ok": f"EXISTS (SELECT 1 FROM app.m m LEFT JOIN app.m n ON true WHERE m.tenant_id = t.tenant_id AND m.tenant_id = {S})",
    "in_cte_good": f"tenant_id IN (WITH m AS (SELECT {S} AS tenant_id) SELECT m.tenant_id FROM m)",
    "array_contained": f"ARRAY[tenant_id] <@ ARRAY[{S}]",
    "bool_and_eq": f"(tenant_id = {S}) = true",
    "distinct_from": f"(tenant_id IS DISTINCT FROM {S}) IS DISTINCT FROM true",
    "between_texts": "tenant_id::text BETWEEN current_setting('app.t', true) AND current_setting('app.t', true)",
}
LEAKS = {
    "all_empty": f"tenant_id = ALL (ARRAY(SELECT m.tenant_id FROM app.m m WHERE m.uid = 99 AND m.tenant_id = {S}))",
    "all_sub": "tenant_id = ALL (SELECT m.tenant_id FROM app.m m WHERE m.uid = 99)",
    "neq_any_empty": f"NOT (tenant_id <> ANY (ARRAY(SELECT {S} WHERE false)))",
    "between_sym": f"tenant_id BETWEEN SYMMETRIC {S} AND {S} + 1",
    "between_down": f"tenant_id BETWEEN {S} AND 2",
    "row_lt": f"(tenant_id, id) >= ({S}, 0)",
    "row_ne2": f"NOT ((tenant_id, id) <> ({S}, id) AND id > 100)",
    "like2": "tenant_id::text LIKE '%'",
    "substr": f"left(tenant_id::text, 0) = left({S}::text, 0)",
    "bool_cast": f"tenant_id::boolean = {S}::boolean",
    "mod": f"tenant_id % 1 = {S} % 1",
    "greatest": f"GREATEST(tenant_id, {S}) = {S} + 1",
    "least": f"LEAST(tenant_id, {S}) = {S}",
    "nullif2": f"NULLIF(tenant_id, {S}) IS NOT NULL",
    "case_inv": f"CASE tenant_id WHEN {S} THEN false ELSE true END",
    "coalesce": f"COALESCE(NULLIF(tenant_id = {S}, false), true)",
    "is_unknown": f"(tenant_id = NULLIF({S}, 1)) IS UNKNOWN",
    "exists_left": f"EXISTS (SELECT 1 FROM app.m m LEFT JOIN app.m n ON n.tenant_id = t.tenant_id AND n.tenant_id = {S} WHERE m.uid = 11)",
    "exists_union": f"EXISTS (SELECT 1 FROM app.m m WHERE m.tenant_id = t.tenant_id AND m.tenant_id = {S} UNION ALL SELECT 1)",
    "exists_except": f"EXISTS (SELECT t.tenant_id EXCEPT SELECT {S})",
    "exists_agg": f"EXISTS (SELECT count(*) FROM app.m m WHERE m.tenant_id = t.tenant_id AND m.tenant_id = {S})",
    "exists_limit0": f"NOT EXISTS (SELECT 1 FROM app.m m WHERE m.tenant_id = t.tenant_id AND m.tenant_id <> {S} LIMIT 0)",
    "not_in_sub": f"tenant_id NOT IN (SELECT m.tenant_id FROM app.m m WHERE m.tenant_id <> {S} AND m.uid = 99)",
    "in_union": f"tenant_id IN (SELECT {S} UNION SELECT m.tenant_id FROM app.m m)",
    "in_agg": f"tenant_id IN (SELECT max(m.tenant_id) FROM app.m m WHERE m.tenant_id <> {S})",
    "in_cte_shadow": f"tenant_id IN (WITH m AS (SELECT {S} AS tenant_id) SELECT m.tenant_id FROM app.m m)",
    "in_values": f"tenant_id IN (VALUES ({S}), (2))",
    "in_outer": "tenant_id IN (SELECT tenant_id FROM app.m m WHERE m.uid = 11 OR true)",
    "captured": f"tenant_id IN (SELECT t.tenant_id FROM app.m m WHERE m.tenant_id = {S})",
    "scalar": f"tenant_id = (SELECT m.tenant_id FROM app.m m WHERE m.tenant_id <> {S} LIMIT 1)",
    "scalar_none": f"COALESCE((SELECT false FROM app.m m WHERE m.tenant_id = {S} + 100), true)",
    "array_pos": f"array_position(ARRAY[{S}], tenant_id) IS NULL",
    "array_contains": "ARRAY[tenant_id] @> ARRAY[]::int[]",
    "array_overlap": f"ARRAY[tenant_id, {S}] && ARRAY[{S}]",
    "jsonb_empty": "jsonb_build_object('t', tenant_id) @> '{}'::jsonb",
    "jsonb_in": f"jsonb_build_array({S}, 2) @> to_jsonb(tenant_id)",
    "range": f"tenant_id <@ int4range({S}, NULL)",
    "string_to_array": f"tenant_id::text = ANY (string_to_array({S}::text || ',2', ','))",
    "or_null": f"tenant_id = {S} OR {S} > 0",
    "xor": f"(tenant_id = {S}) <> (id = 0 OR id > 1000) OR (tenant_id = {S}) = (id < 0)",
    "bool_eq": f"(tenant_id = {S}) = (id < 0)",
    "bool_ne": f"(tenant_id = {S}) <> true",
    "distinct_from2": f"(tenant_id IS DISTINCT FROM {S}) IS DISTINCT FROM false",
    "abs": f"abs(tenant_id - {S}) < 2",
    "custom_type": f"tenant_id::app.loose = {S}::app.loose",
    "own_volatile": "tenant_id = app.vol()",
    "own_default": "tenant_id = app.deft()",
    "own_variadic": f"tenant_id = ANY (app.vari({S}))",
    "own_named": f"tenant_id = app.nam(b => {S}, a => 2)",
    "own_strict": f"COALESCE(app.stri(NULL, {S}), tenant_id) = tenant_id",
    "own_overload": f"tenant_id = app.ov({S}::bigint)",
    "own_srf": f"tenant_id IN (SELECT app.srf({S}))",
    "own_srf_limit": f"tenant_id = (SELECT x FROM app.srf({S}) x ORDER BY 1 DESC LIMIT 1)",
    "view_in_sub": "tenant_id IN (SELECT v.tenant_id FROM app.vw v)",
    "view_shadow": "EXISTS (SELECT 1 FROM app.vw2 v WHERE v.tenant_id = t.tenant_id)",
    "cross_alias": f"EXISTS (SELECT 1 FROM app.m t WHERE t.tenant_id = tenant_id AND t.tenant_id = {S})",
    "lateral_": f"EXISTS (SELECT 1 FROM app.m m, LATERAL (SELECT t.tenant_id AS x) l WHERE m.tenant_id = {S} AND l.x = l.x)",
    "grouping": f"tenant_id IN (SELECT coalesce(m.tenant_id, 2) FROM app.m m WHERE m.tenant_id = {S} GROUP BY ROLLUP (m.tenant_id))",
    "having": f"EXISTS (SELECT 1 FROM app.m m WHERE m.tenant_id = t.tenant_id AND m.tenant_id = {S} HAVING count(*) >= 0)",
    "group_having": f"EXISTS (SELECT m.tenant_id FROM app.m m WHERE m.tenant_id = t.tenant_id GROUP BY m.tenant_id HAVING m.tenant_id = {S} OR count(*) > 0)",
    "window_sub": "tenant_id IN (SELECT lead(m.tenant_id) OVER (ORDER BY m.tenant_id) FROM app.m m)",
    "window_sub2": f"tenant_id IN (SELECT x.l FROM (SELECT m.tenant_id, lead(m.tenant_id) OVER (ORDER BY m.tenant_id) AS l FROM app.m m) x WHERE x.tenant_id = {S})",
    "distinct_on": "tenant_id IN (SELECT DISTINCT ON (m.uid > 0) m.tenant_id FROM app.m m ORDER BY m.uid > 0, m.tenant_id DESC)",
    "offset": f"tenant_id IN (SELECT m.tenant_id FROM app.m m ORDER BY m.tenant_id OFFSET {S})",
    "fetch_ties": "tenant_id IN (SELECT m.tenant_id FROM app.m m ORDER BY m.tenant_id DESC FETCH FIRST 1 ROW WITH TIES)",
    "char_pad": "(tenant_id::text)::char(3) = rpad('', 0) || '2'",
}


@pytest.fixture(scope="module")
def judged(server: EmbeddedServer) -> Iterator[tuple[Database, dict[str, Cell]]]:
    database = Database.create(server, "rls_policies")
    database.execute("DROP ROLE IF EXISTS let_in; CREATE ROLE let_in")
    sql = [SCHEMA.strip().rstrip(";")]
    for name, predicate in {**HONEST, **LEAKS}.items():
        sql += [
            "CREATE TABLE app.t (id int, tenant_id int NOT NULL)",
            "INSERT INTO app.t VALUES (1, 1), (2, 2)",
            "GRANT SELECT ON app.t TO let_in",
            "ALTER TABLE app.t ENABLE ROW LEVEL SECURITY",
            f"CREATE POLICY p ON app.t USING ({predicate})",
            f"ALTER TABLE app.t RENAME TO t_{name}",
        ]
    database.execute(";\n".join(sql))
    cells = judging.judged(database, identities=(IDENTITY,), roles=("let_in",)).judgement.cells
    yield database, {c.object.removeprefix("app.t_"): c for c in cells if c.command == "SELECT"}
    database.execute("DROP OWNED BY let_in; DROP ROLE let_in")
    database.drop()


def leaks(database: Database, name: str) -> bool:
    """Whether one of two tenants sees a row of the other."""
    found = False
    with database.connect() as connection:
        connection.execute("SET ROLE let_in")
        for tenant in (1, 2):
            connection.execute("SELECT set_config('app.t', %s, false)", (str(tenant),))
            rows = connection.execute(f"SELECT tenant_id FROM app.t_{name}").fetchall()
            found = found or rows != [(tenant,)] * len(rows)
    return found


@pytest.mark.parametrize("name", HONEST)
def test_a_policy_that_lets_the_session_see_its_own_is_isolated(
    judged: tuple[Database, dict[str, Cell]], name: str
) -> None:
    assert not leaks(judged[0], name)
    assert judged[1][name].verdict is Verdict.ISOLATED


@pytest.mark.parametrize("name", LEAKS)
def test_a_policy_that_lets_another_tenants_row_pass_is_not(
    judged: tuple[Database, dict[str, Cell]], name: str
) -> None:
    assert leaks(judged[0], name)
    assert judged[1][name].verdict not in (Verdict.ISOLATED, Verdict.DENIED)
