"""Types, collations, operators, settings, triggers and what the planner drops, where they make rows of another tenant
pass: none of it is called isolated or denied."""
# ruff: noqa: E501

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import pytest

from pgplumb.server.embedded import EmbeddedServer
from tests.conftest import majors, sampled
from tests.databases import Database
from tests.rls import judging

S = "current_setting('my.t', true)"
T = f"{S}::int"
IDENTITIES = (
    "current_setting('my.t')",
    "app.members(tenant_id) where user_id = current_setting('my.u')",
    "(current_setting('request.jwt.claims')::json ->> 'sub')",
)
MEMBERS = "CREATE TABLE app.members (user_id int, tenant_id int PRIMARY KEY); INSERT INTO app.members VALUES (11, 1), (22, 2); GRANT SELECT ON app.members TO lucy;"
SECRET = "CREATE TABLE app.secret (tenant_id int);"
NOTES = "CREATE TABLE app.d (id int NOT NULL, tenant_id int NOT NULL, note text); INSERT INTO app.d VALUES (1, 1, 'n1'), (2, 2, 'n2');"
EQUALITY = (
    "CREATE FUNCTION app.yes(int, int) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true';"
    "CREATE OPERATOR app.= (leftarg = int, rightarg = int, function = app.yes); SET search_path = app, pg_catalog;"
)
"""In force where a policy is made; printed, CASE and IS DISTINCT FROM do not tell."""
LOOSE = "CREATE COLLATION app.ci (provider = icu, locale = 'und-u-ks-level2', deterministic = false);"


class Disguise(NamedTuple):
    """A schema `app` of its own, a session, and what it does; a foreign row that it then reaches holds "2" or "A"."""

    sql: str
    settings: tuple[str, ...] = ("my.t = '1'",)
    does: str = "SELECT tenant_id FROM app.t"
    command: str = "SELECT"
    object: str = "app.t"
    seen: str | None = None
    """What tells afterwards, asked by the superuser, whether a row was reached."""
    own: tuple[str, ...] = ("1",)


def table(
    policy: str,
    before: str = "",
    columns: str = "id int, tenant_id int NOT NULL",
    rows: str = "(1, 1), (2, 2)",
) -> str:
    return (
        f"{before} CREATE TABLE app.t ({columns}); INSERT INTO app.t VALUES {rows}; GRANT SELECT ON app.t TO lucy;"
        f" ALTER TABLE app.t ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON app.t USING ({policy})"
    )


def text(
    policy: str, rows: str, own: str, before: str = "", columns: str = "id int, tenant_id text NOT NULL"
) -> Disguise:
    return Disguise(table(policy, before, columns, rows), (f"my.t = '{own}'",), own=(own,))


def view(query: str, before: str = "", reads: str = "app.d") -> str:
    return (
        f"{NOTES} {before} GRANT SELECT ON {reads} TO own; CREATE VIEW app.t AS {query};"
        " ALTER VIEW app.t OWNER TO own; GRANT SELECT ON app.t TO lucy"
    )


DISGUISES = {
    # Types
    "domain_cuts": text(
        f"tenant_id = {S}::app.one",
        "(1, 'ab'), (2, 'a')",
        "ab",
        "CREATE DOMAIN app.one AS varchar(1);",
    ),
    "numbers_divided": Disguise(
        table(f"tenant_id = {T} OR id / 2 <> id::numeric / 2", rows="(2, 1), (3, 2)")
    ),
    "divided_by_a_fraction": Disguise(table(f"tenant_id = {T} OR id / 2 <> id / 2.0", rows="(2, 1), (3, 2)")),
    "spelled_numbers": Disguise(table(f"tenant_id = {T} OR concat(1.0) <> concat(1)")),
    "list_of_numbers_as_texts": text(
        f"tenant_id = ANY (string_to_array({S}, ',')::int[]::text[])", "(1, '1'), (2, '01')", "01"
    ),
    "split_into_letters": text(f"tenant_id = ANY (string_to_array({S}, NULL))", "(1, '12'), (2, '2')", "12"),
    "split_into_rows": text(f"tenant_id IN (SELECT string_to_table({S}, NULL))", "(1, '12'), (2, '2')", "12"),
    "split_by_nothing": text(
        f"tenant_id = ANY (regexp_split_to_array({S}, ''))", "(1, '12'), (2, '2')", "12"
    ),
    "array_in_array": Disguise(
        table(
            f"tenant_id = ANY (ARRAY[ARRAY[{T}, 2]]::int[]) AND id = ANY (ARRAY[ARRAY[{T}, 2]]::int[]) AND id = {T}",
            rows="(1, 1), (1, 2)",
        )
    ),
    "json_for_jsonb": Disguise(
        table(
            f"tenant_id::text = app.f(({S})::jsonb -> 'a')",
            "CREATE FUNCTION app.f(json) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT '1'::text $$;"
            " CREATE FUNCTION app.f(jsonb) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT '2'::text $$;",
        ),
        ("my.t = '{\"a\": {}}'",),
    ),
    # Settings
    "missing_as_null": Disguise(
        table(
            f"tenant_id = {T} OR (current_setting('my.t', NULL::boolean) IS NULL AND current_setting('my.t') IS NOT NULL)"
        )
    ),
    "dynamic_set": Disguise(
        table(
            f"app.become(tenant_id) AND tenant_id = {T}",
            "CREATE FUNCTION app.become(x int) RETURNS boolean LANGUAGE plpgsql COST 0.0001 AS"
            " $$ BEGIN EXECUTE format('SET %s = %L', 'my.t', x); RETURN true; END $$;",
        )
    ),
    "set_in_capitals": Disguise(
        table(
            f"app.turn(tenant_id) AND tenant_id = {T}",
            "CREATE FUNCTION app.become_loud(x int) RETURNS boolean LANGUAGE plpgsql AS"
            " $$ BEGIN PERFORM SET_CONFIG('my.t', x::text, false); RETURN true; END $$;"
            "CREATE FUNCTION app.turn(x int) RETURNS boolean LANGUAGE plpgsql COST 0.0001 AS"
            " $$ DECLARE a int[]; BEGIN a[1] := 1; RETURN APP.BECOME_LOUD(x); END $$;",
        )
    ),
    "operator_that_sets": Disguise(
        table(
            f"(tenant_id OPERATOR(app.@@@) 1) AND tenant_id = {T}",
            "CREATE FUNCTION app.become(x int, y int) RETURNS boolean LANGUAGE plpgsql COST 0.0001 AS"
            " $$ BEGIN PERFORM set_config('my.t', x::text, false); RETURN true; END $$;"
            "CREATE OPERATOR app.@@@ (leftarg = int, rightarg = int, function = app.become);",
        )
    ),
    "domain_that_sets": Disguise(
        table(
            f"tenant_id::app.set > 0 AND tenant_id = {T}",
            "CREATE FUNCTION app.become(x int) RETURNS boolean LANGUAGE plpgsql COST 0.0001 AS"
            " $$ BEGIN PERFORM set_config('my.t', x::text, false); RETURN true; END $$;"
            "CREATE DOMAIN app.set AS int CHECK (app.become(VALUE));",
        )
    ),
    "default_that_sets": Disguise(
        "CREATE FUNCTION app.become() RETURNS int LANGUAGE plpgsql AS"
        " $$ BEGIN PERFORM set_config('my.t', '2', false); RETURN 2; END $$;"
        "CREATE TABLE app.t (id int, tenant_id int DEFAULT app.become()); GRANT INSERT (id) ON app.t TO lucy;"
        f"ALTER TABLE app.t ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON app.t FOR INSERT WITH CHECK (tenant_id = {T})",
        does="INSERT INTO app.t (id) VALUES (1)",
        command="INSERT",
        seen="SELECT tenant_id FROM app.t",
    ),
    "view_that_sets": Disguise(
        table(
            f"EXISTS (SELECT 1 FROM app.v WHERE v.x) AND tenant_id = {T}",
            "CREATE FUNCTION app.become() RETURNS boolean LANGUAGE plpgsql AS"
            " $$ BEGIN PERFORM set_config('my.t', '2', false); RETURN true; END $$;"
            "CREATE VIEW app.v AS SELECT app.become() AS x LIMIT 1; GRANT SELECT ON app.v TO lucy;",
        )
    ),
    "joins_before_it_asks": Disguise(
        table(
            "app.is_in(tenant_id)",
            f"{MEMBERS} CREATE FUNCTION app.take(x int) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER AS"
            " $$ BEGIN UPDATE app.members SET user_id = 11 WHERE tenant_id = x; RETURN true; END $$;"
            "CREATE FUNCTION app.is_in(x int) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN PERFORM app.take(x);"
            " RETURN EXISTS (SELECT 1 FROM app.members m WHERE m.user_id = current_setting('my.u')::int AND m.tenant_id = x); END $$;",
        ),
        ("my.u = '11'",),
    ),
    "trigger_sets": Disguise(
        "CREATE FUNCTION app.stamp() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN PERFORM set_config('my.t', NEW.tenant_id::text, true); RETURN NEW; END $$;"
        "CREATE TABLE app.t (id int, tenant_id int); GRANT INSERT ON app.t TO lucy; ALTER TABLE app.t ENABLE ROW LEVEL SECURITY;"
        "CREATE TRIGGER stamp BEFORE INSERT ON app.t FOR EACH ROW EXECUTE FUNCTION app.stamp();"
        f"CREATE POLICY p ON app.t FOR INSERT WITH CHECK (tenant_id = {T})",
        does="INSERT INTO app.t VALUES (1, 2)",
        command="INSERT",
        seen="SELECT tenant_id FROM app.t",
    ),
    "not_that_auth_uid": Disguise(
        table(
            "tenant_id = auth.uid()",
            "CREATE SCHEMA auth; GRANT USAGE ON SCHEMA auth TO lucy;"
            "CREATE FUNCTION auth.uid() RETURNS int LANGUAGE sql STABLE AS 'SELECT 2';",
        ),
        ('request.jwt.claims = \'{"sub": "1"}\'',),
    ),
    # Functions
    "gives_nothing": Disguise(
        table(
            "app.touch() IS NOT NULL",
            "CREATE FUNCTION app.touch() RETURNS void LANGUAGE plpgsql AS 'BEGIN RETURN; END';",
        )
    ),
    "gives_an_out_variable": Disguise(
        table(
            f"tenant_id = {T} OR app.out_of() IS NULL",
            "CREATE FUNCTION app.out_of(OUT x int) LANGUAGE plpgsql AS 'BEGIN RETURN; END';",
        )
    ),
    "variable_or_column": Disguise(
        f"{NOTES} CREATE FUNCTION app.t() RETURNS SETOF text LANGUAGE plpgsql SECURITY DEFINER AS"
        f" $$ DECLARE tenant_id int := {T}; BEGIN RETURN QUERY SELECT d.note FROM app.d WHERE tenant_id = {T}; END $$",
        ("plpgsql.variable_conflict = use_variable", "my.t = '1'"),
        "SELECT * FROM app.t()",
        "EXECUTE",
        "app.t()",
        own=("n1",),
    ),
    "name_on_the_path": Disguise(
        f"{NOTES} CREATE FUNCTION app.peek(text) RETURNS text LANGUAGE plpgsql SECURITY DEFINER AS"
        " $$ DECLARE x text; BEGIN EXECUTE 'select note from app.d where id = 2' INTO x; RETURN x; END $$;"
        "CREATE FUNCTION app.t() RETURNS SETOF text LANGUAGE sql SECURITY DEFINER SET search_path = app AS"
        f" $$ SELECT peek(note) FROM d WHERE tenant_id = {T} $$",
        does="SELECT * FROM app.t()",
        command="EXECUTE",
        object="app.t()",
        own=("n1",),
    ),
    "rounded_elements": Disguise(
        table(
            "tenant_id = ANY (app.mine())",
            "CREATE TABLE app.n (x numeric); INSERT INTO app.n VALUES (1.6);"
            "CREATE FUNCTION app.mine() RETURNS int[] LANGUAGE plpgsql STABLE SECURITY DEFINER AS"
            f" $$ BEGIN RETURN ARRAY(SELECT n.x FROM app.n WHERE n.x = {S}::numeric); END $$;",
        ),
        ("my.t = '1.6'",),
        own=("1.6",),
    ),
    "variable_that_cuts": text(
        "tenant_id = app.short()",
        "(1, 'a'), (2, 'ab')",
        "ab",
        "CREATE FUNCTION app.short() RETURNS text LANGUAGE plpgsql STABLE AS"
        f" $$ DECLARE v varchar(1) := left({S}, 1) || ' '; BEGIN RETURN v; END $$;",
    ),
    # What users made of PostgreSQL's own names
    "array_agg_of_users": Disguise(
        table(
            "tenant_id = ANY (app.mine())",
            f"{MEMBERS} CREATE FUNCTION app.two(int[], int) RETURNS int[] LANGUAGE sql IMMUTABLE AS 'SELECT ARRAY[2]';"
            "CREATE AGGREGATE app.array_agg(int) (sfunc = app.two, stype = int[]);"
            "CREATE FUNCTION app.mine() RETURNS int[] LANGUAGE sql STABLE SET search_path = app, pg_catalog AS"
            f" $$ SELECT array_agg({T}) FROM members $$;",
        )
    ),
    "count_of_users": Disguise(
        table(
            "app.is_in(tenant_id)",
            f"{MEMBERS} CREATE FUNCTION app.five(int, int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 5';"
            "CREATE AGGREGATE app.count(int) (sfunc = app.five, stype = int, initcond = '5');"
            "CREATE FUNCTION app.is_in(x int) RETURNS boolean LANGUAGE plpgsql STABLE SET search_path = app, pg_catalog AS"
            " $$ DECLARE n int; BEGIN SELECT count(m.user_id) INTO n FROM members m"
            " WHERE m.user_id = current_setting('my.u')::int AND m.tenant_id = x; RETURN n > 0; END $$;",
        ),
        ("my.u = '11'",),
    ),
    "case_by_another_equality": Disguise(
        table(f"CASE tenant_id WHEN {T} THEN true ELSE false END", EQUALITY)
    ),
    "distinct_by_another_equality": Disguise(table(f"tenant_id IS NOT DISTINCT FROM {T}", EQUALITY)),
    "enum_by_a_function": text(
        f"tenant_id = {S}::app.label",
        "(1, 'A'), (2, 'a')",
        "A",
        "CREATE TYPE app.label AS ENUM ('a', 'A'); CREATE FUNCTION app.folded(text) RETURNS app.label LANGUAGE plpgsql"
        " IMMUTABLE AS $$ BEGIN RETURN lower($1); END $$; CREATE CAST (text AS app.label) WITH FUNCTION app.folded(text);",
        "id int, tenant_id app.label NOT NULL",
    ),
    "cast_by_a_function": Disguise(
        table(
            f"tenant_id = {T}",
            "CREATE FUNCTION app.two(text) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 2';"
            "CREATE CAST (text AS int) WITH FUNCTION app.two(text);",
        )
    ),
    # Doors
    "count_in_a_door": Disguise(
        f"{NOTES} CREATE FUNCTION app.t() RETURNS SETOF bigint LANGUAGE plpgsql SECURITY DEFINER AS"
        " $$ DECLARE n bigint; BEGIN SELECT count(*) INTO n FROM app.d; RETURN NEXT n;"
        f" RETURN QUERY SELECT d.id::bigint FROM app.d d WHERE d.tenant_id = {T}; END $$",
        does="SELECT * FROM app.t()",
        command="EXECUTE",
        object="app.t()",
    ),
    "existence_in_a_door": Disguise(
        f"{NOTES} CREATE FUNCTION app.t() RETURNS SETOF boolean LANGUAGE plpgsql SECURITY DEFINER AS"
        " $$ BEGIN RETURN NEXT EXISTS (SELECT 1 FROM app.d WHERE note = 'n2');"
        f" RETURN QUERY SELECT false FROM app.d d WHERE d.tenant_id = {T}; END $$",
        does="SELECT * FROM app.t()",
        command="EXECUTE",
        object="app.t()",
        own=("False",),
    ),
    # Rows
    "foreign_partition": Disguise(
        "CREATE EXTENSION file_fdw; CREATE SERVER f FOREIGN DATA WRAPPER file_fdw;"
        "CREATE TABLE app.t (tenant_id int NOT NULL, id int) PARTITION BY LIST (id);"
        "CREATE FOREIGN TABLE app.t2 PARTITION OF app.t FOR VALUES IN (2) SERVER f OPTIONS (program 'echo \",2\"', format 'csv');"
        "GRANT SELECT ON app.t TO lucy; ALTER TABLE app.t ENABLE ROW LEVEL SECURITY;"
        f"CREATE POLICY p ON app.t USING (tenant_id IS NULL OR tenant_id = {T})"
    ),
    # What the planner drops
    "query_that_nothing_reads": Disguise(
        table("EXISTS (WITH u AS (SELECT 1 FROM app.secret) SELECT 1)", SECRET)
    ),
    "column_of_exists": Disguise(
        table("EXISTS (SELECT (SELECT 1 FROM app.secret) FROM app.members)", SECRET + MEMBERS)
    ),
    "order_of_exists": Disguise(
        table("EXISTS (SELECT 1 FROM app.members ORDER BY (SELECT 1 FROM app.secret))", SECRET + MEMBERS)
    ),
    "column_of_a_sub_select": Disguise(
        table(
            "tenant_id IN (SELECT q.tenant_id FROM (SELECT m.tenant_id, (SELECT 1 FROM app.secret) AS s FROM app.members m) q)",
            SECRET + MEMBERS,
        )
    ),
    "inner_condition": Disguise(
        table(
            "EXISTS (SELECT 1 FROM app.members m WHERE m.tenant_id = t.tenant_id AND (true OR EXISTS (SELECT 1 FROM app.secret)))",
            SECRET + MEMBERS,
        )
    ),
    "column_of_a_view": Disguise(
        view("SELECT tenant_id, (SELECT 1 FROM app.secret) AS s FROM app.d", SECRET)
    ),
    "condition_of_a_view": Disguise(
        view("SELECT tenant_id FROM app.d WHERE true OR EXISTS (SELECT 1 FROM app.secret)", SECRET)
    ),
    "query_of_a_view_that_nothing_reads": Disguise(
        view(
            "WITH u AS (SELECT * FROM app.secret) SELECT d.tenant_id FROM app.d JOIN app.members USING (tenant_id)",
            SECRET + MEMBERS,
            "app.d, app.members",
        )
    ),
    "failing_column_of_a_view": Disguise(
        view(
            "SELECT tenant_id, (SELECT count(*) FROM app.s) AS s FROM app.d",
            f"{SECRET} CREATE TABLE app.s (tenant_id int); ALTER TABLE app.s ENABLE ROW LEVEL SECURITY;"
            "CREATE POLICY p ON app.s USING (tenant_id IN (SELECT x.tenant_id FROM app.secret x));",
            "app.d, app.s",
        )
    ),
    "operator_of_a_view": Disguise(
        f"{NOTES} CREATE FUNCTION app.peek(int, int) RETURNS text LANGUAGE sql STABLE SECURITY DEFINER AS"
        " $$ SELECT note FROM app.d WHERE id = 2 $$;"
        "CREATE OPERATOR app.@@@ (leftarg = int, rightarg = int, function = app.peek);"
        f"CREATE VIEW app.t AS SELECT d.id OPERATOR(app.@@@) 1 AS note FROM app.d WHERE tenant_id = {T};"
        "GRANT SELECT ON app.t TO lucy",
        does="SELECT note FROM app.t",
        own=("n1",),
    ),
}
LOOSE_ONES = {
    "nullif": text(f"tenant_id = NULLIF({S}, '' COLLATE app.ci)", "(1, 'a'), (2, 'A')", "a", LOOSE),
    "arm_never_taken": text(
        f"tenant_id = CASE WHEN false THEN 'q' COLLATE app.ci ELSE {S} END", "(1, 'a'), (2, 'A')", "a", LOOSE
    ),
    "own_column_in_an_arm": text(
        f'tenant_id = COALESCE(CASE WHEN nick = {S} COLLATE "C" THEN nick END, {S})',
        "(1, 'a', NULL), (2, 'A', NULL)",
        "a",
        LOOSE,
        "id int, tenant_id text NOT NULL, nick text COLLATE app.ci",
    ),
    "list": text(f"tenant_id = ANY (ARRAY[{S}, {S} COLLATE app.ci])", "(1, 'a'), (2, 'A')", "a", LOOSE),
    "session_list": Disguise(
        table(
            f"tenant_id = ANY ({S}::text[] COLLATE app.ci)",
            LOOSE,
            "id int, tenant_id text NOT NULL",
            "(1, 'a'), (2, 'A')",
        ),
        ("my.t = '{a}'",),
        own=("a",),
    ),
    "union": text(
        f"tenant_id IN (SELECT {S} UNION SELECT {S} COLLATE app.ci)", "(1, 'a'), (2, 'A')", "a", LOOSE
    ),
    "domain": text(
        f"tenant_id = {S}::app.any_case",
        "(1, 'a'), (2, 'A')",
        "a",
        f"{LOOSE} CREATE DOMAIN app.any_case AS text COLLATE app.ci;",
    ),
    "argument": text(
        f"app.same('q' COLLATE app.ci, tenant_id, {S})",
        "(1, 'a'), (2, 'A')",
        "a",
        f"{LOOSE} CREATE FUNCTION app.same(a text, b text, c text) RETURNS boolean LANGUAGE sql STABLE AS 'SELECT b = c';",
    ),
    "two_orders": text(
        f'tenant_id <= {S} COLLATE "C" AND tenant_id >= {S} COLLATE app.en',
        "(1, 'a'), (2, 'B')",
        "a",
        "CREATE COLLATION app.en (provider = icu, locale = 'en');",
    ),
}
WITH_ICU = 15


@pytest.fixture(scope="module")
def database(server: EmbeddedServer) -> Iterator[Database]:
    made = Database.create(server, "rls_disguises")
    yield made
    made.drop()


@pytest.fixture
def empty(database: Database) -> Iterator[Database]:
    yield emptied(database)
    database.execute(
        "DROP SCHEMA app CASCADE; DROP SCHEMA IF EXISTS auth CASCADE; DROP EXTENSION IF EXISTS file_fdw CASCADE"
    )


def emptied(database: Database) -> Database:
    if not database.execute("SELECT 1 FROM pg_roles WHERE rolname = 'lucy'"):
        database.execute("CREATE ROLE lucy; CREATE ROLE own")
    database.execute("CREATE SCHEMA app; GRANT USAGE ON SCHEMA app TO lucy, own")
    return database


def is_reached(database: Database, one: Disguise) -> bool:
    """Whether a row of another tenant is reached."""
    with database.connect() as connection:
        for setting in one.settings:
            connection.execute(f"SET {setting}")
        connection.execute("SET ROLE lucy")
        cursor = connection.execute(one.does)
        if one.seen is not None:
            connection.execute("RESET ROLE")
            cursor = connection.execute(one.seen)
        found = {str(value) for row in cursor for value in row}
        connection.rollback()
    return not found <= set(one.own)


def verdict(database: Database, one: Disguise) -> str:
    cells = judging.judged(database, identities=IDENTITIES, roles=("lucy",))
    return cells.verdict(one.object, one.command, "lucy")


@pytest.mark.parametrize("name", sampled(DISGUISES, 2))
def test_what_lets_another_tenants_row_pass_is_neither_isolated_nor_denied(
    empty: Database, name: str
) -> None:
    one = DISGUISES[name]
    empty.execute(f"{one.sql}; RESET search_path")
    assert is_reached(empty, one)
    assert verdict(empty, one) not in ("isolated", "denied")


@pytest.mark.long
@pytest.mark.skipif(WITH_ICU not in majors(), reason="the other servers here are built without ICU")
@pytest.mark.parametrize("name", LOOSE_ONES)
def test_a_collation_that_takes_other_texts_for_equal_is_neither_isolated_nor_denied(
    request: pytest.FixtureRequest, name: str
) -> None:
    database = Database.create(request.getfixturevalue("clusters").get(WITH_ICU), "rls_loose")
    one = LOOSE_ONES[name]
    try:
        emptied(database).execute(one.sql)
        assert is_reached(database, one)
        assert verdict(database, one) not in ("isolated", "denied")
    finally:
        database.drop()
