"""What schemas of strangers showed that verdicts got wrong: each stated as SQL, with what the server did."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from _pytest.mark import ParameterSet

from pgplumb.rls.crosscheck import differences
from pgplumb.rls.probe import probe
from pgplumb.rls.witness.seek import seek
from pgplumb.server.embedded import EmbeddedServer
from tests.databases import Database
from tests.rls.judging import MEMBERS, SETTING, Cells, judged

TENANT = "NULLIF(current_setting('app.tenant_id', true), '')::int"


def some(*cases: tuple[str, ...]) -> list[ParameterSet]:
    """Return cases, every second of which belongs to the long run."""
    return [pytest.param(*one, marks=[pytest.mark.long] if n % 2 else []) for n, one in enumerate(cases)]


@pytest.fixture(scope="module")
def database(server: EmbeddedServer) -> Iterator[Database]:
    made = Database.create(server, "rls_from_outside")
    made.execute("CREATE ROLE app LOGIN")
    yield made
    made.drop()


@pytest.fixture
def schema(database: Database) -> Iterator[Database]:
    """Give the database with nothing in it."""
    yield database
    database.execute(
        "DROP SCHEMA public CASCADE; CREATE SCHEMA public; GRANT USAGE ON SCHEMA public TO PUBLIC"
    )
    database.close()


def table(database: Database, name: str, columns: str, *policies: str, grants: str = "ALL") -> None:
    """Make a table with row security."""
    database.execute(
        f"CREATE TABLE {name} ({columns}); ALTER TABLE {name} ENABLE ROW LEVEL SECURITY;"
        f"GRANT {grants} ON {name} TO app"
    )
    for number, text in enumerate(policies):
        database.execute(f"CREATE POLICY p{number} ON {name} {text}")


def shown(database: Database, identities: tuple[str, ...] = (SETTING,), role: str = "app") -> Cells:
    """Judge with witnesses of all predicates."""
    judgement = judged(database, identities=identities, roles=(role,)).judgement
    return Cells(judgement.confirm(seek(database.session(), judgement, asked=True)))


@pytest.mark.parametrize(
    ("tenant", "flag", "check", "verdict"),
    some(
        ("int", "boolean DEFAULT false", f"flag OR tenant_id = {TENANT}", "denied"),
        ("int", "boolean DEFAULT true", f"flag OR tenant_id = {TENANT}", "partial"),
        (f"int NOT NULL DEFAULT {TENANT}", "boolean", "true", "isolated"),
        (f"int DEFAULT {TENANT}", "boolean", "true", "partial"),
        ("int DEFAULT 2", "boolean", "true", "partial"),
        ("int NOT NULL DEFAULT current_setting('app.other')::int", "boolean", "true", "suspected"),
    ),
)
def test_a_new_row_has_the_default_of_what_its_role_may_not_write(
    schema: Database, tenant: str, flag: str, check: str, verdict: str
) -> None:
    table(
        schema, "docs", f"id int, tenant_id {tenant}, flag {flag}", f"USING ({check})", grants="INSERT (id)"
    )
    assert shown(schema).verdict("docs", "INSERT") == verdict


def test_a_plan_without_the_partitions_that_a_policy_leaves_out_has_a_filter(schema: Database) -> None:
    table(schema, "docs", "tenant_id int) PARTITION BY LIST (tenant_id", f"USING (tenant_id = {TENANT})")
    schema.execute(
        "CREATE TABLE docs_1 PARTITION OF docs FOR VALUES IN (1); CREATE TABLE docs_2 PARTITION OF docs DEFAULT"
    )
    found = judged(schema, roles=("app",))
    assert found.verdict("docs") == "isolated"
    assert differences(schema.session(), found.judgement) == ()


def test_a_function_is_named_by_its_arguments_rows_of_tables_too(schema: Database) -> None:
    schema.execute(
        "CREATE TABLE docs (tenant_id int);"
        "CREATE FUNCTION f(docs, docs[], int[], character varying) RETURNS SETOF docs LANGUAGE sql SECURITY DEFINER"
        " AS 'SELECT * FROM docs'"
    )
    assert shown(schema).verdict("f(docs,_docs,_int4,varchar)", "EXECUTE") == "open"


@pytest.mark.parametrize(
    ("kind", "instead", "verdict"),
    some(
        ("int", "-1", "suspected"),
        ("int", "0", "suspected"),
        ("int", "1", "partial"),
        ("uuid", "'00000000-0000-0000-0000-000000000000'", "suspected"),
        ("uuid", "'0a000000-0000-0000-0000-000000000001'", "partial"),
        ("text", "''", "suspected"),
        ("text", "'acme'", "partial"),
    ),
)
def test_rows_of_what_stands_for_no_tenant_are_no_witness(
    schema: Database, kind: str, instead: str, verdict: str
) -> None:
    mine = f"NULLIF(current_setting('app.tenant_id', true), '')::{kind}"
    table(schema, "docs", f"tenant_id {kind} NOT NULL", f"USING (tenant_id = COALESCE({mine}, {instead}))")
    assert shown(schema).verdict("docs") == verdict


JWT = "NULLIF(current_setting('request.jwt.claims', true), '')::json"


@pytest.fixture(scope="module")
def supabase(database: Database) -> Database:
    """Give it with the roles of Supabase."""
    database.execute("CREATE ROLE anon; CREATE ROLE authenticated; CREATE ROLE service_role BYPASSRLS")
    return database


@pytest.mark.parametrize(
    ("using", "anon", "authenticated"),
    some(
        ("{mine} OR auth.role() = 'service_role'", "isolated", "isolated"),
        ("{mine} OR (auth.jwt() ->> 'role') = 'service_role'", "isolated", "isolated"),
        ("auth.role() = 'authenticated'", "partial", "partial"),
        ("auth.role() <> 'anon'", "partial", "partial"),
        ("auth.role() = 'service_role'", "denied", "denied"),
        ("{mine} OR (auth.jwt() -> 'user_metadata' ->> 'role') = 'service_role'", "partial", "partial"),
        ("CASE WHEN auth.role() = 'service_role' THEN true ELSE {mine} END", "isolated", "isolated"),
    ),
)
def test_a_token_of_a_person_never_names_the_role_of_servers(
    supabase: Database, schema: Database, using: str, anon: str, authenticated: str
) -> None:
    schema.execute(
        "CREATE SCHEMA auth; GRANT USAGE ON SCHEMA auth TO anon, authenticated;"
        f"CREATE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql STABLE AS $$ SELECT ({JWT} ->> 'sub')::uuid $$;"
        f"CREATE FUNCTION auth.role() RETURNS text LANGUAGE sql STABLE AS $$ SELECT {JWT} ->> 'role' $$;"
        f"CREATE FUNCTION auth.jwt() RETURNS jsonb LANGUAGE sql STABLE AS $$ SELECT ({JWT})::jsonb $$;"
    )
    try:
        using = using.format(mine="auth.uid() = tenant_id")
        table(schema, "docs", "tenant_id uuid NOT NULL", f"USING ({using})")
        schema.execute("GRANT SELECT ON docs TO anon, authenticated")
        found = [
            shown(schema, ("auth.uid()",), role).verdict("docs", role=role)
            for role in ("anon", "authenticated")
        ]
        assert found == [anon, authenticated]
    finally:
        schema.execute("DROP SCHEMA auth CASCADE")


ROWS = "SELECT * FROM docs ORDER BY id"
MINE = f"tenant_id = {TENANT}"


@pytest.mark.parametrize(
    ("returns", "body", "verdict"),
    [
        # What a loop leaves in its variable is its last row, whosever.
        (
            "SETOF docs",
            f"DECLARE r record; BEGIN FOR r IN {ROWS} LOOP IF r.{MINE} THEN RETURN NEXT r; END IF; END LOOP;"
            " RETURN NEXT r; END",
            "unproved",
        ),
        # Of two columns of one name, and of those without one, all are shown.
        (
            "SETOF record",
            "DECLARE r record; BEGIN FOR r IN SELECT d.note, m.note FROM docs d JOIN docs m ON m.id > d.id"
            f" WHERE m.{MINE} LOOP RETURN NEXT r; END LOOP; END",
            "unproved",
        ),
        (
            "SETOF docs",
            f"DECLARE r docs; BEGIN FOR r IN SELECT * FROM docs WHERE {MINE} LOOP RETURN NEXT r; END LOOP; END",
            "isolated",
        ),
        (
            "docs",
            f"DECLARE r docs%ROWTYPE; BEGIN SELECT * INTO r FROM docs WHERE {MINE}; RETURN r; END",
            "isolated",
        ),
        (
            "docs",
            f"DECLARE r docs; BEGIN SELECT * INTO r FROM docs; IF r.{MINE} THEN RETURN r; END IF; RETURN NULL; END",
            "isolated",
        ),
        (
            "docs",
            f"DECLARE r docs; BEGIN SELECT * INTO r FROM docs; IF r.tenant_id <> {TENANT} THEN RETURN NULL; END IF;"
            " RETURN r; END",
            "unproved",
        ),
    ],
)
def test_rows_that_plpgsql_returns_one_by_one_are_all_that_a_variable_holds(
    schema: Database, returns: str, body: str, verdict: str
) -> None:
    table(schema, "docs", "id int, tenant_id int, note text", grants="SELECT")
    schema.execute(f"CREATE FUNCTION f() RETURNS {returns} LANGUAGE plpgsql SECURITY DEFINER AS $$ {body} $$")
    assert judged(schema, roles=("app",)).verdict("f()", "EXECUTE") == verdict


def test_a_variable_of_a_tables_type_takes_columns_in_the_tables_order(schema: Database) -> None:
    """Its tenant_id is here who the member is, whatever the query calls it."""
    schema.execute(
        "CREATE TABLE members (user_id int, tenant_id int); GRANT SELECT ON members TO app;"
        "CREATE FUNCTION is_member(t int) RETURNS boolean LANGUAGE plpgsql STABLE AS $$ DECLARE r members%ROWTYPE;"
        " BEGIN SELECT m.tenant_id, m.user_id INTO r FROM members m"
        " WHERE m.user_id = NULLIF(current_setting('app.user_id', true), '')::int; RETURN r.tenant_id = t; END $$"
    )
    table(schema, "docs", "tenant_id int NOT NULL", "USING (is_member(tenant_id))")
    assert judged(schema, identities=(MEMBERS,), roles=("app",)).verdict("docs") in ("unproved", "suspected")


def test_a_list_in_a_sub_select_without_from_is_the_list(schema: Database) -> None:
    schema.execute(
        "CREATE TABLE members (user_id int, tenant_id int); GRANT SELECT ON members TO app;"
        "CREATE FUNCTION mine() RETURNS int[] LANGUAGE sql STABLE AS $$ SELECT array_agg(tenant_id) FROM members"
        " WHERE user_id = NULLIF(current_setting('app.user_id', true), '')::int $$"
    )
    table(schema, "docs", "tenant_id int NOT NULL", "USING (tenant_id = ANY ((SELECT mine())::int[]))")
    table(schema, "others", "tenant_id int NOT NULL", "USING (tenant_id <> ALL ((SELECT mine())::int[]))")
    cells = judged(schema, identities=(MEMBERS,), roles=("app",))
    assert cells.verdict("docs") == "isolated"
    assert cells.verdict("others") == "unproved"


def test_witnesses_and_probes_find_what_helpers_without_a_path_name(schema: Database) -> None:
    """Bodies of plpgsql look for names when they run: as the role's own statements do."""
    schema.execute(
        "CREATE TABLE flags (id int); INSERT INTO flags VALUES (1); GRANT SELECT ON flags TO app;"
        "CREATE FUNCTION shared(i int) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER AS"
        " $$ BEGIN RETURN EXISTS (SELECT 1 FROM flags); END $$"
    )
    table(schema, "docs", "id int, tenant_id int NOT NULL", f"USING (shared(id) OR tenant_id = {TENANT})")
    schema.execute("INSERT INTO docs VALUES (1, 1), (2, 2)")
    cells = shown(schema)
    assert cells.verdict("docs") in ("open", "partial")
    seen = probe(schema.session(), cells.judgement)
    assert {one.error for one in seen if one.object == "public.docs" and one.role == "app"} == {None}
    assert any(one.foreign_row_seen for one in seen)


@pytest.mark.parametrize(
    ("columns", "shows", "verdict"),
    some(
        ("id int, tenant_id int NOT NULL, note text", "id, note", "denied"),
        ("id int, tenant_id int, note text", "id, note", "partial"),
        ("id int, tenant_id int DEFAULT 2, note text", "id, note", "partial"),
        (f"id int, tenant_id int NOT NULL DEFAULT {TENANT}, note text", "id, note", "isolated"),
        ("id int NOT NULL, tenant_id int, note text", "tenant_id, note", "denied"),
        ("id int, tenant_id int, note text", "tenant_id, note", "open"),
    ),
)
def test_a_new_row_has_the_default_of_what_a_view_lacks(
    schema: Database, columns: str, shows: str, verdict: str
) -> None:
    schema.execute(
        f"CREATE TABLE docs ({columns}); CREATE VIEW v AS SELECT {shows} FROM docs; GRANT INSERT ON v TO app"
    )
    assert shown(schema).verdict("v", "INSERT") == verdict


@pytest.mark.parametrize("whose", ["app_metadata", "user_metadata"])
def test_a_claim_read_as_boolean_is_tried_as_true(schema: Database, whose: str) -> None:
    claims = "NULLIF(current_setting('request.jwt.claims', true), '')::jsonb"
    mine = f"tenant_id = ({claims} ->> 'sub')::uuid"
    table(
        schema,
        "docs",
        "tenant_id uuid NOT NULL",
        f"USING (({claims} -> '{whose}' ->> 'admin')::boolean OR {mine})",
    )
    cells = shown(schema, (f"(({claims} ->> 'sub')::uuid)",))
    assert cells.verdict("docs") == "partial"


@pytest.mark.parametrize(
    ("using", "verdict"),
    some(
        ("region = NULLIF(current_setting('app.tenant_id', true), '')::region", "isolated"),
        ("region::text = current_setting('app.tenant_id', true)", "isolated"),
        ("region IN (SELECT current_setting('app.tenant_id', true)::region)", "isolated"),
        ("region::text = other::text AND other::text = current_setting('app.tenant_id', true)", "isolated"),
        ("region::text = other::text", "partial"),
        ("region <> NULLIF(current_setting('app.tenant_id', true), '')::region", "suspected"),
        ("region::text = upper(current_setting('app.tenant_id', true))", "unproved"),
    ),
)
def test_a_tenant_that_is_an_enum_is_what_its_label_says(schema: Database, using: str, verdict: str) -> None:
    schema.execute("CREATE TYPE region AS ENUM ('eu', 'us'); CREATE TYPE other AS ENUM ('us', 'ap')")
    table(schema, "docs", "region region, other other", f"USING ({using})")
    judgement = judged(schema, columns=("region",), roles=("app",)).judgement
    found = Cells(judgement.confirm(seek(schema.session(), judgement, asked=True)))
    assert found.verdict("docs") == verdict


def test_a_view_of_all_that_a_materialized_view_holds_is_open(schema: Database) -> None:
    table(schema, "docs", "tenant_id int", f"USING (tenant_id = {TENANT})")
    schema.execute(
        "CREATE MATERIALIZED VIEW held AS SELECT * FROM docs; CREATE VIEW v AS SELECT * FROM held;"
        f"CREATE VIEW mine AS SELECT * FROM held WHERE tenant_id = {TENANT};"
        "GRANT SELECT ON v, mine TO app"
    )
    cells = judged(schema, written={"public.docs": "tenant_id"}, columns=(), roles=("app",))
    found = [cells.verdict(name) for name in ("v", "mine", "held")]
    assert found == ["open", "unproved", "denied"]


@pytest.mark.parametrize(
    ("query", "verdict"),
    [
        (
            f"WITH m AS (SELECT {TENANT} AS t) SELECT d.note FROM docs d, m WHERE d.tenant_id = m.t",
            "isolated",
        ),
        (f"SELECT d.note FROM docs d JOIN (SELECT {TENANT} AS tenant_id) x USING (tenant_id)", "isolated"),
        (f"SELECT d.note FROM docs d LEFT JOIN (SELECT {TENANT} AS tenant_id) x USING (tenant_id)", "open"),
        (
            f"WITH m AS (SELECT {TENANT} AS t) SELECT d.note FROM docs d, m WHERE d.tenant_id >= m.t",
            "suspected",
        ),
        (
            f"SELECT x.note FROM (SELECT note, {TENANT} AS tenant_id FROM docs) x WHERE x.tenant_id = {TENANT}",
            "suspected",
        ),
    ],
)
def test_what_a_session_says_in_a_query_of_its_own_is_read(
    schema: Database, query: str, verdict: str
) -> None:
    schema.execute(
        f"CREATE TABLE docs (tenant_id int, note text); CREATE VIEW v AS {query}; GRANT SELECT ON v TO app"
    )
    assert judged(schema, roles=("app",)).verdict("v") == verdict
