"""Views that show rows, or what is in rows, of another tenant: none of them is called isolated."""
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
HONEST = {
    "where": f"SELECT * FROM app.d WHERE tenant_id = {S}",
    "left_join_ok": f"SELECT d.tenant_id, e.note FROM app.d LEFT JOIN app.e ON e.tenant_id = d.tenant_id WHERE d.tenant_id = {S}",
    "union_ok": f"SELECT * FROM app.d WHERE tenant_id = {S} UNION ALL SELECT * FROM app.e WHERE tenant_id = {S}",
    "lateral_ok": f"SELECT l.tenant_id, l.note FROM app.d, LATERAL (SELECT * FROM app.e WHERE e.tenant_id = d.tenant_id) l WHERE d.tenant_id = {S}",
    "using_join": f"SELECT tenant_id, d.note FROM app.d JOIN app.e USING (tenant_id) WHERE tenant_id = {S}",
    "natural": f"SELECT tenant_id, note FROM app.d NATURAL JOIN app.e WHERE tenant_id = {S}",
    "not": f"SELECT * FROM app.d WHERE NOT (tenant_id <> {S})",
    "exists_corr": f"SELECT * FROM app.d WHERE EXISTS (SELECT 1 FROM app.e WHERE e.tenant_id = {S} AND e.tenant_id = d.tenant_id)",
    "in": f"SELECT * FROM app.d WHERE tenant_id IN (SELECT e.tenant_id FROM app.e WHERE e.tenant_id = {S})",
}
LEAKS = {
    "left_join_leak": f"SELECT d.tenant_id, e.note FROM app.d LEFT JOIN app.e ON e.tenant_id = d.tenant_id AND d.tenant_id = {S}",
    "right_side_null": f"SELECT e.tenant_id, d.note FROM app.d LEFT JOIN app.e ON e.tenant_id = {S}",
    "swap_tenant": f"SELECT {S} AS tenant_id, d.note FROM app.d",
    "other_col": f"SELECT e.tenant_id, d.note FROM app.d, app.e WHERE e.tenant_id = {S}",
    "join_other": f"SELECT e.tenant_id, d.note FROM app.d JOIN app.e ON d.id <> e.id WHERE e.tenant_id = {S}",
    "union": f"SELECT * FROM app.d WHERE tenant_id = {S} UNION ALL SELECT * FROM app.e",
    "except_": f"SELECT * FROM app.d EXCEPT SELECT * FROM app.d WHERE tenant_id = {S}",
    "group": "SELECT max(tenant_id) AS tenant_id, count(*)::text AS note FROM app.d",
    "group_having_max": f"SELECT max(tenant_id) AS tenant_id, string_agg(note, ',') AS note FROM app.d GROUP BY id % 1 HAVING max(tenant_id) >= {S}",
    "window": "SELECT tenant_id, lead(note) OVER (ORDER BY id) AS note FROM app.d",
    "window_where": f"SELECT * FROM (SELECT tenant_id, lead(note) OVER (ORDER BY id) AS note FROM app.d) x WHERE tenant_id = {S}",
    "sub_agg": f"SELECT d.tenant_id, (SELECT string_agg(e.note, ',') FROM app.e) AS note FROM app.d WHERE d.tenant_id = {S}",
    "cte_shadow": "WITH d AS (SELECT * FROM app.d) SELECT * FROM d",
    "cte_shadow2": f"WITH e AS (SELECT * FROM app.d WHERE tenant_id = {S}) SELECT app.e.* FROM app.e, e AS z",
    "distinct": f"SELECT DISTINCT ON (1) 1 AS one, tenant_id, note FROM app.d WHERE tenant_id = {S} OR id = 2 ORDER BY 1, id DESC",
    "or": f"SELECT * FROM app.d WHERE tenant_id = {S} OR note = 'n2'",
    "lateral": f"SELECT l.tenant_id, l.note FROM app.d, LATERAL (SELECT * FROM app.e WHERE e.tenant_id <> d.tenant_id) l WHERE d.tenant_id = {S}",
    "values": "SELECT * FROM (VALUES (2, 'n2')) v(tenant_id, note)",
    "tablesample": "SELECT * FROM app.d TABLESAMPLE SYSTEM (100)",
    "recursive": f"WITH RECURSIVE r AS (SELECT id, tenant_id, note FROM app.d WHERE tenant_id = {S} UNION SELECT e.id, e.tenant_id, e.note FROM app.e JOIN r ON e.id = r.id + 1) SELECT * FROM r",
    "recursive_carry": f"WITH RECURSIVE r AS (SELECT id, tenant_id, note FROM app.d WHERE tenant_id = {S} UNION SELECT e.id, r.tenant_id, e.note FROM app.e JOIN r ON e.id = r.id + 1) SELECT * FROM r",
    "full_join": f"SELECT coalesce(d.tenant_id, e.tenant_id) AS tenant_id, e.note FROM app.d FULL JOIN app.e ON d.id = e.id AND d.tenant_id = {S}",
    "limit": "SELECT * FROM app.d ORDER BY id DESC LIMIT 1",
    "exists": f"SELECT * FROM app.d WHERE EXISTS (SELECT 1 FROM app.e WHERE e.tenant_id = {S})",
    "not_in": f"SELECT * FROM app.d WHERE tenant_id NOT IN (SELECT e.tenant_id FROM app.e WHERE e.tenant_id = {S})",
    "carried_note": f"SELECT d.tenant_id, (SELECT e.note FROM app.e WHERE e.id = 2) AS note FROM app.d WHERE d.tenant_id = {S}",
    "window_in_cte": f"WITH w AS (SELECT tenant_id, lead(note) OVER (ORDER BY id) AS note FROM app.d) SELECT * FROM w WHERE tenant_id = {S}",
    "window_in_lateral": f"SELECT w.* FROM app.e, LATERAL (SELECT d.tenant_id, lead(d.note) OVER (ORDER BY d.id) AS note FROM app.d) w WHERE e.tenant_id = {S} AND w.tenant_id = {S}",
    "window_in_view": f"SELECT * FROM app.v_window WHERE tenant_id = {S}",
    "agg_of_group": f"SELECT x.tenant_id, x.note FROM (SELECT min(tenant_id) AS tenant_id, string_agg(note, ',') AS note FROM app.d GROUP BY id > 0) x WHERE x.tenant_id = {S}",
    "rollup": f"SELECT * FROM (SELECT coalesce(tenant_id, 1) AS tenant_id, string_agg(note, ',') AS note FROM app.d GROUP BY ROLLUP (tenant_id)) x WHERE tenant_id = {S}",
    "beside": f"SELECT d.tenant_id, y.note FROM app.d, (SELECT string_agg(note, ',') AS note FROM app.e) y WHERE d.tenant_id = {S}",
    "array_sub": f"SELECT d.tenant_id, array_to_string(ARRAY(SELECT e.note FROM app.e), ',') AS note FROM app.d WHERE d.tenant_id = {S}",
    "whole_row": f"SELECT d.tenant_id, (SELECT e FROM app.e WHERE e.id = 2)::text AS note FROM app.d WHERE d.tenant_id = {S}",
    "case_tenant": f"SELECT CASE WHEN tenant_id > 0 THEN {S} END AS tenant_id, note FROM app.d",
    "nullif_tenant": f"SELECT coalesce(nullif(tenant_id, 2), {S}) AS tenant_id, note FROM app.d",
    "lock": f"SELECT * FROM app.d WHERE tenant_id = {S} OR EXISTS (SELECT FROM app.e WHERE e.note = d.note)",
}


@pytest.fixture(scope="module")
def judged(server: EmbeddedServer) -> Iterator[tuple[Database, dict[str, Cell]]]:
    database = Database.create(server, "rls_views")
    database.execute("DROP ROLE IF EXISTS shown_to; CREATE ROLE shown_to")
    sql = ["CREATE SCHEMA app; GRANT USAGE ON SCHEMA app TO shown_to"]
    for table in "de":
        sql += [
            f"CREATE TABLE app.{table} (id int PRIMARY KEY, tenant_id int NOT NULL, note text)",
            f"INSERT INTO app.{table} VALUES (1, 1, 'n1'), (2, 2, 'n2')",
            f"ALTER TABLE app.{table} ENABLE ROW LEVEL SECURITY",
            f"CREATE POLICY p ON app.{table} USING (tenant_id = {S})",
        ]
    for name, query in {**HONEST, **LEAKS}.items():
        sql += [f"CREATE VIEW app.v_{name} AS {query}", f"GRANT SELECT ON app.v_{name} TO shown_to"]
    database.execute(";\n".join(sql))
    cells = judging.judged(database, identities=(IDENTITY,), roles=("shown_to",)).judgement.cells
    yield database, {c.object.removeprefix("app.v_"): c for c in cells if c.command == "SELECT"}
    database.execute("DROP OWNED BY shown_to; DROP ROLE shown_to")
    database.drop()


def rows(database: Database, name: str) -> list[tuple[int | None, str | None]]:
    with database.connect() as connection:
        connection.execute("SET ROLE shown_to")
        connection.execute("SET app.t = '1'")
        return connection.execute(f"SELECT tenant_id, note FROM app.v_{name}").fetchall()


def foreign(row: tuple[int | None, str | None]) -> bool:
    return row[0] != 1 or "2" in (row[1] or "")


@pytest.mark.parametrize("name", HONEST)
def test_a_view_that_shows_the_session_alone_is_isolated(
    judged: tuple[Database, dict[str, Cell]], name: str
) -> None:
    assert not any(map(foreign, rows(judged[0], name)))
    assert judged[1][name].verdict is Verdict.ISOLATED


@pytest.mark.parametrize("name", LEAKS)
def test_a_view_that_shows_another_tenant_is_not(judged: tuple[Database, dict[str, Cell]], name: str) -> None:
    assert any(map(foreign, rows(judged[0], name)))
    assert judged[1][name].verdict not in (Verdict.ISOLATED, Verdict.DENIED)
