"""What verdicts once said otherwise than the server did: each a small schema, with what was seen."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pgplumb.rls.witness.seek import seek
from pgplumb.server.embedded import EmbeddedServer
from tests.databases import Database
from tests.rls.judging import Cells, judged

TENANT = "NULLIF(current_setting('app.tenant_id', true), '')::int"
USER = "NULLIF(current_setting('app.user_id', true), '')::int"
MINE = f"tenant_id IN (SELECT m.tenant_id FROM members m WHERE m.user_id = {USER})"
ROLES = ("app", "colleague")
_COLUMNS = "id int PRIMARY KEY, tenant_id int, is_public boolean, note text"


@pytest.fixture(scope="module")
def database(server: EmbeddedServer) -> Iterator[Database]:
    made = Database.create(server, "rls_disagreements")
    made.execute(
        "CREATE ROLE app LOGIN; CREATE ROLE colleague LOGIN; CREATE ROLE stranger NOLOGIN;"
        "CREATE TABLE members (user_id int NOT NULL, tenant_id int NOT NULL, PRIMARY KEY (user_id, tenant_id));"
        "CREATE FUNCTION one(x int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 1';"
        "CREATE TABLE secrets (tenant_id int); GRANT SELECT, INSERT ON members TO app, colleague;"
        "GRANT SELECT ON members TO stranger;"
        f"CREATE FUNCTION is_member(t int) RETURNS boolean LANGUAGE plpgsql STABLE AS"
        f" $$ BEGIN RETURN EXISTS (SELECT 1 FROM public.members m WHERE m.user_id = {USER} AND m.tenant_id = t); END $$"
    )
    yield made
    made.drop()


@pytest.fixture
def schema(database: Database) -> Iterator[Database]:
    """Give the database without the tables of the test before."""
    yield database
    for (name,) in database.execute(
        "SELECT format('%I', relname) FROM pg_class WHERE relkind IN ('r', 'p') AND NOT relispartition"
        " AND relnamespace = 'public'::regnamespace AND relname NOT IN ('members', 'secrets')"
    ):
        database.execute(f"DROP TABLE IF EXISTS {name} CASCADE")
    database.close()


def table(
    database: Database, name: str, *policies: str, grants: str = "SELECT, INSERT, UPDATE, DELETE"
) -> None:
    """Make a table with row security."""
    database.execute(
        f"CREATE TABLE {name} ({_COLUMNS}); ALTER TABLE {name} ENABLE ROW LEVEL SECURITY;"
        f"GRANT {grants} ON {name} TO app, colleague"
    )
    for number, text in enumerate(policies):
        database.execute(f"CREATE POLICY p{number} ON {name} {text}")


def said(database: Database, **paths: str) -> Cells:
    return judged(database, written={f"public.{name}": text for name, text in paths.items()}, roles=ROLES)


def shown(database: Database, *, asked: bool = True, **paths: str) -> Cells:
    """Judge with witnesses, of all predicates or of those that read no table."""
    judgement = said(database, **paths).judgement
    return Cells(judgement.confirm(seek(database.session(), judgement, asked=asked)))


@pytest.fixture
def family(schema: Database) -> Iterator[Database]:
    """Give it with two tenants, a user of each and a parent of each."""
    table(schema, "parents", f"USING (tenant_id = {TENANT})")
    schema.execute("INSERT INTO parents VALUES (10, 1), (20, 2); INSERT INTO members VALUES (1, 1), (2, 2)")
    schema.execute(
        "CREATE TABLE children (id int PRIMARY KEY, parent_id int REFERENCES parents, owner_id int, is_public boolean);"
        "ALTER TABLE children ENABLE ROW LEVEL SECURITY; GRANT SELECT, UPDATE ON children TO app"
    )
    yield schema
    schema.execute("TRUNCATE members")


def test_a_membership_that_the_setting_makes_needless_is_not_relied_on(schema: Database) -> None:
    table(schema, "docs", f"USING (tenant_id = {TENANT})", f"AS RESTRICTIVE USING ({MINE})")
    table(schema, "notes", f"USING ({MINE})")
    cells = said(schema)
    assert cells.verdict("docs") == "isolated"
    assert cells.cell("docs").trusts == frozenset()
    assert cells.verdict("notes") == "partial"


def test_who_may_add_parents_gains_nothing_and_who_may_change_those_of_others_does(schema: Database) -> None:
    table(schema, "projects", f"USING (tenant_id = {TENANT})", "FOR INSERT WITH CHECK (true)")
    schema.execute(
        "CREATE TABLE tasks (id int PRIMARY KEY, project_id int REFERENCES projects);"
        "ALTER TABLE tasks ENABLE ROW LEVEL SECURITY; GRANT SELECT ON tasks TO app;"
        "CREATE POLICY p ON tasks USING"
        f" (EXISTS (SELECT 1 FROM projects p WHERE p.id = tasks.project_id AND p.tenant_id = {TENANT}))"
    )
    path = "project_id -> projects.tenant_id"
    assert said(schema, tasks=path).verdict("tasks") == "isolated"
    schema.execute(
        f"CREATE POLICY theft ON projects FOR UPDATE USING (true) WITH CHECK (tenant_id = {TENANT})"
    )
    assert said(schema, tasks=path).verdict("tasks") == "suspected"


def test_who_may_not_write_a_parents_tenant_takes_no_child(schema: Database) -> None:
    table(schema, "projects", grants="SELECT, UPDATE (note)")
    schema.execute(
        "ALTER TABLE projects DISABLE ROW LEVEL SECURITY;"
        "CREATE TABLE tasks (id int PRIMARY KEY, project_id int REFERENCES projects);"
        "ALTER TABLE tasks ENABLE ROW LEVEL SECURITY; GRANT SELECT ON tasks TO app;"
        "CREATE POLICY p ON tasks USING"
        f" (EXISTS (SELECT 1 FROM projects p WHERE p.id = tasks.project_id AND p.tenant_id = {TENANT}))"
    )
    path = "project_id -> projects.tenant_id"
    assert said(schema, tasks=path).verdict("tasks") == "isolated"
    schema.execute("GRANT UPDATE (tenant_id) ON projects TO app")
    assert said(schema, tasks=path).verdict("tasks") == "suspected"


def test_a_join_relies_on_the_parents_that_it_reads(schema: Database) -> None:
    """A view over both was called isolated, although its role may make a foreign parent its own."""
    table(schema, "projects", grants="SELECT, UPDATE")
    schema.execute(
        "ALTER TABLE projects DISABLE ROW LEVEL SECURITY;"
        "CREATE TABLE tasks (id int PRIMARY KEY, project_id int REFERENCES projects);"
        "ALTER TABLE tasks ENABLE ROW LEVEL SECURITY; GRANT SELECT ON tasks TO app;"
        "CREATE POLICY p ON tasks USING"
        f" (EXISTS (SELECT 1 FROM projects p WHERE p.id = tasks.project_id AND p.tenant_id = {TENANT}));"
        "CREATE VIEW both_ WITH (security_invoker = true) AS"
        " SELECT t.* FROM tasks t JOIN projects p ON p.id = t.project_id; GRANT SELECT ON both_ TO app"
    )
    cells = said(schema, tasks="project_id -> projects.tenant_id")
    assert cells.verdict("tasks") == "suspected"
    assert cells.verdict("both_") != "isolated"


def test_a_tenant_that_the_old_row_shows_to_be_the_sessions_is_its_own_in_the_new_one(
    schema: Database,
) -> None:
    first = f"tenant_id = {TENANT} OR tenant_id = COALESCE({TENANT}, 1)"
    update = f"FOR UPDATE USING ({MINE}) WITH CHECK (is_public)"
    table(schema, "docs", update, f"AS RESTRICTIVE USING ({first})", grants="UPDATE")
    schema.execute("REVOKE INSERT ON members FROM app, colleague")
    try:
        assert said(schema).verdict("docs", "UPDATE") == "isolated"
    finally:
        schema.execute("GRANT INSERT ON members TO app, colleague")


@pytest.mark.parametrize(
    ("using", "check"),
    [
        (f"tenant_id = {TENANT}", "COALESCE(current_setting('app.tenant_id', true), '') = ''"),
        (
            "tenant_id::text = current_setting('app.tenant_id', true)",
            "COALESCE(current_setting('app.tenant_id', true), '') = ''",
        ),
        (f"{USER} IS NULL", MINE),
    ],
)
def test_no_session_passes_gates_that_contradict_each_other(schema: Database, using: str, check: str) -> None:
    table(schema, "docs", f"FOR UPDATE USING ({using}) WITH CHECK ({check})", grants="UPDATE")
    assert said(schema).verdict("docs", "UPDATE") in ("isolated", "denied")


@pytest.mark.parametrize(
    "beside",
    [
        "tenant_id IS NOT DISTINCT FROM 1 AND id IS NOT NULL",
        "note IS NULL",
        "is_public IS NOT FALSE",
        "current_setting('app.admin', true) = 'on'",
        "COALESCE(is_public, false) = is_public",
    ],
)
def test_a_policy_that_reads_what_its_role_may_not_fails_whatever_stands_beside(
    schema: Database, beside: str
) -> None:
    table(schema, "docs", f"USING (tenant_id IN (SELECT s.tenant_id FROM secrets s) OR ({beside}))")
    assert said(schema).verdict("docs") == "denied"


@pytest.mark.parametrize(
    "beside",
    ["id IS NOT NULL", "true", "one(tenant_id) = 1", "COALESCE(1, tenant_id) = 1", "length('abc') = 3"],
)
def test_a_policy_of_which_the_planner_may_drop_what_may_not_be_read_is_not_said_to_fail(
    schema: Database, beside: str
) -> None:
    table(schema, "docs", f"USING (tenant_id IN (SELECT s.tenant_id FROM secrets s) OR ({beside}))")
    assert said(schema).verdict("docs") != "denied"
    if beside != "id IS NOT NULL":
        schema.execute("SET ROLE app; SELECT FROM docs; RESET ROLE")


def test_a_policy_through_a_case_that_stays_fails(schema: Database) -> None:
    table(
        schema,
        "docs",
        "USING (CASE WHEN current_user = 'app' THEN is_public"
        " ELSE tenant_id IN (SELECT s.tenant_id FROM secrets s) END)",
    )
    assert said(schema).verdict("docs") == "denied"


def test_a_policy_that_most_likely_fails_is_no_leak(schema: Database) -> None:
    schema.execute("REVOKE SELECT ON members FROM colleague")
    try:
        table(schema, "docs", f"USING ((is_member(tenant_id) AND {MINE}) OR is_public)")
        cell = said(schema).cell("docs", role="colleague")
        assert (cell.verdict.value, cell.suspected) in (("unproved", False), ("denied", False))
    finally:
        schema.execute("GRANT SELECT ON members TO colleague")


@pytest.mark.parametrize(
    "policies",
    [
        ("USING ((EXISTS (SELECT 1 FROM secrets) AND is_public) OR is_public)",),
        ("USING (EXISTS (SELECT 1 FROM secrets) AND is_public)", "USING (is_public)"),
    ],
)
def test_what_the_planner_drops_of_an_or_with_a_common_condition_may_be_unreadable(
    schema: Database, policies: tuple[str, ...]
) -> None:
    table(schema, "docs", *policies)
    schema.execute("INSERT INTO docs VALUES (1, 2, true)")
    assert said(schema).verdict("docs") != "denied"
    with schema.connect() as connection:
        connection.execute("SET ROLE app")
        assert connection.execute("SELECT id FROM docs").fetchall() == [(1,)]


def test_restrictive_policies_without_a_permissive_one_read_nothing(schema: Database) -> None:
    table(schema, "parents", "AS RESTRICTIVE USING (NOT EXISTS (SELECT 1 FROM secrets))")
    table(schema, "docs", "USING (tenant_id NOT IN (SELECT p.id FROM parents p))")
    schema.execute("INSERT INTO docs VALUES (1, 2, true)")
    assert said(schema).verdict("docs") != "denied"
    with schema.connect() as connection:
        connection.execute("SET ROLE app")
        assert connection.execute("SELECT id FROM docs").fetchall() == [(1,)]


def test_policies_do_not_go_in_circles_through_a_views_join(schema: Database) -> None:
    other = f"USING (tenant_id = {TENANT} AND NOT EXISTS (SELECT 1 FROM secrets s WHERE s.tenant_id = docs.tenant_id))"
    table(schema, "docs", other)
    schema.execute(
        "GRANT SELECT ON secrets TO app; CREATE TABLE lines (id int PRIMARY KEY, doc_id int REFERENCES docs);"
        "ALTER TABLE lines ENABLE ROW LEVEL SECURITY; GRANT SELECT ON lines TO app;"
        "CREATE POLICY p ON lines USING (doc_id IN (SELECT d.id FROM docs d));"
        "CREATE VIEW both_ WITH (security_invoker = true) AS"
        " SELECT d.* FROM lines l JOIN docs d ON d.id = l.doc_id; GRANT SELECT ON both_ TO app"
    )
    try:
        assert said(schema, lines="doc_id -> docs.tenant_id").verdict("both_") != "denied"
    finally:
        schema.execute("REVOKE SELECT ON secrets FROM app")


def test_a_new_row_has_the_defaults_of_columns_that_its_role_may_not_write(schema: Database) -> None:
    table(
        schema,
        "docs",
        f"FOR INSERT WITH CHECK (tenant_id = {TENANT} OR is_public)",
        grants="INSERT (id, tenant_id)",
    )
    schema.execute(
        "CREATE TABLE strict (id int, tenant_id int, status text NOT NULL);"
        "GRANT INSERT (id, tenant_id) ON strict TO app"
    )
    cells = said(schema)
    assert cells.verdict("docs", "INSERT") == "isolated"
    assert cells.verdict("strict", "INSERT") == "denied"


def test_roles_that_hold_other_columns_are_not_alike(schema: Database) -> None:
    table(schema, "docs", "FOR UPDATE USING (true) WITH CHECK (true)", grants="SELECT")
    schema.execute("ALTER TABLE docs DISABLE ROW LEVEL SECURITY")
    table(schema, "gifts", f"FOR UPDATE USING (tenant_id = {TENANT}) WITH CHECK (true)", grants="SELECT")
    schema.execute("GRANT UPDATE (note) ON gifts TO app; GRANT UPDATE (tenant_id) ON gifts TO colleague")
    cells = said(schema)
    assert cells.verdict("gifts", "UPDATE", "app") == "isolated"
    assert cells.verdict("gifts", "UPDATE", "colleague") == "open"


def test_a_view_over_a_column_that_its_role_may_not_read_fails(schema: Database) -> None:
    table(schema, "docs", "USING (true)", grants="SELECT (id, tenant_id)")
    schema.execute(
        "CREATE VIEW whole WITH (security_invoker = true) AS SELECT * FROM docs; GRANT SELECT ON whole TO app;"
        "CREATE VIEW partial WITH (security_invoker = true) AS SELECT id, tenant_id FROM docs;"
        "GRANT SELECT ON partial TO app"
    )
    cells = said(schema)
    assert cells.verdict("whole") == "denied"
    assert cells.verdict("partial") != "denied"


def test_what_is_never_null_is_not_in_its_children_either(schema: Database) -> None:
    table(schema, "docs", f"USING (tenant_id = {TENANT} OR tenant_id IS NULL)")
    schema.execute("ALTER TABLE docs ALTER tenant_id SET NOT NULL; CREATE TABLE docs_old () INHERITS (docs)")
    assert said(schema).verdict("docs") == "isolated"


def test_a_local_check_option_over_a_table_holds_new_rows(schema: Database) -> None:
    table(schema, "docs", grants="SELECT")
    schema.execute(
        "ALTER TABLE docs DISABLE ROW LEVEL SECURITY;"
        f"CREATE VIEW own AS SELECT * FROM docs WHERE tenant_id = {TENANT} WITH LOCAL CHECK OPTION;"
        "GRANT INSERT, UPDATE ON own TO app"
    )
    cells = said(schema)
    assert cells.verdict("own", "INSERT") == "isolated"
    assert cells.verdict("own", "UPDATE") == "isolated"


def test_a_view_writes_no_column_that_its_owner_may_not(schema: Database) -> None:
    table(schema, "docs", grants="SELECT")
    schema.execute(
        f"CREATE POLICY p ON docs TO stranger USING (tenant_id = {TENANT}) WITH CHECK (true);"
        "GRANT SELECT, UPDATE (note), INSERT (tenant_id, note) ON docs TO stranger;"
        "CREATE VIEW through AS SELECT * FROM docs; ALTER VIEW through OWNER TO stranger;"
        "GRANT INSERT, UPDATE ON through TO app"
    )
    cells = said(schema)
    assert cells.verdict("through", "UPDATE") == "isolated"
    assert cells.verdict("through", "INSERT") == "denied"


def test_a_join_over_a_column_that_its_role_may_not_read_fails(schema: Database) -> None:
    table(schema, "docs", "USING (true)", grants="SELECT (id, tenant_id)")
    schema.execute(
        "CREATE VIEW whole WITH (security_invoker = true) AS"
        " SELECT d.* FROM docs d JOIN members m ON m.tenant_id = d.tenant_id; GRANT SELECT ON whole TO app"
    )
    assert said(schema).verdict("whole") == "denied"


def test_a_membership_beside_a_setting_that_may_be_unset_is_not_relied_on(schema: Database) -> None:
    table(
        schema, "docs", f"USING ({MINE})", f"AS RESTRICTIVE USING (tenant_id IS NOT DISTINCT FROM {TENANT})"
    )
    cells = said(schema)
    assert cells.verdict("docs") == "isolated"
    assert cells.cell("docs").trusts == frozenset()


@pytest.mark.parametrize(("may_write", "verdict"), [("note", "suspected"), ("note, is_public", "partial")])
def test_an_update_leaks_where_a_row_passes_both_gates_with_what_cannot_be_written(
    schema: Database, may_write: str, verdict: str
) -> None:
    table(
        schema,
        "docs",
        "FOR UPDATE USING (is_public) WITH CHECK (is_public IS FALSE)",
        grants=f"SELECT, UPDATE ({may_write})",
    )
    assert shown(schema).verdict("docs", "UPDATE") == verdict


@pytest.mark.parametrize(("grants", "verdict"), [("UPDATE (note)", "suspected"), ("UPDATE", "partial")])
def test_an_update_that_cannot_write_the_tenant_leaks_where_one_tenant_passes_both_gates(
    schema: Database, grants: str, verdict: str
) -> None:
    gates = f"USING (tenant_id <> {TENANT}) WITH CHECK (tenant_id = {TENANT} OR tenant_id IS NULL)"
    table(schema, "docs", f"FOR UPDATE {gates}", grants=f"SELECT, {grants}")
    assert shown(schema).verdict("docs", "UPDATE") == verdict


@pytest.mark.parametrize(
    "changed",
    [
        "DROP COLUMN tenant_id, ADD tenant_id int GENERATED ALWAYS AS (length(note)) STORED",
        "ADD whose int; CREATE TRIGGER set_tenant BEFORE UPDATE ON docs FOR EACH ROW EXECUTE FUNCTION give_away()",
    ],
    ids=["generated", "trigger"],
)
def test_a_tenant_that_changes_though_nobody_may_write_it_is_not_fixed(
    schema: Database, changed: str
) -> None:
    schema.execute(
        "CREATE OR REPLACE FUNCTION give_away() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN NEW.tenant_id := length(NEW.note); RETURN NEW; END $$"
    )
    table(schema, "docs", grants="SELECT, UPDATE (note)")
    schema.execute(
        f"ALTER TABLE docs {changed};"
        f"CREATE POLICY p ON docs FOR UPDATE USING (tenant_id = {TENANT}) WITH CHECK (true)"
    )
    assert said(schema).verdict("docs", "UPDATE") not in ("isolated", "denied")


@pytest.mark.parametrize(("blocked", "verdict"), [("(1), (2)", "suspected"), ("(2)", "partial")])
def test_what_passes_for_want_of_rows_is_shown_with_tenants_that_are_there(
    schema: Database, blocked: str, verdict: str
) -> None:
    schema.execute(
        f"CREATE TABLE blocked AS SELECT * FROM (VALUES {blocked}) AS b(whose); GRANT SELECT ON blocked TO app"
    )
    gates = f"USING (tenant_id = 2) WITH CHECK (tenant_id = {TENANT} AND tenant_id NOT IN (SELECT whose FROM blocked))"
    table(schema, "docs", f"FOR UPDATE {gates}")
    schema.execute("INSERT INTO members VALUES (1, 1), (2, 2); INSERT INTO docs VALUES (1, 1), (2, 2)")
    try:
        assert shown(schema).verdict("docs", "UPDATE") == verdict
    finally:
        schema.execute("TRUNCATE members")


PARENT = f"EXISTS (SELECT 1 FROM parents p WHERE p.id = parent_id AND p.tenant_id = {TENANT})"
THROUGH = "parent_id -> public.parents.tenant_id"


@pytest.mark.parametrize(
    ("using", "asked", "verdict"),
    [
        ("is_public", False, "partial"),
        (f"{PARENT} OR is_public", False, "suspected"),
        (f"{PARENT} OR is_public", True, "partial"),
        ("parent_id = 20", False, "suspected"),
        ("parent_id = 20", True, "partial"),
        ("parent_id IS NULL", True, "partial"),
        (f"parent_id IN (SELECT p.id FROM parents p WHERE p.tenant_id > {TENANT})", True, "denied"),
        (PARENT, True, "isolated"),
        (f"owner_id = {USER}", True, "partial"),
        ("owner_id IN (SELECT m.user_id FROM members m)", True, "partial"),
    ],
)
def test_a_row_that_is_of_its_parents_tenant_shows_a_leak(
    family: Database, using: str, asked: bool, verdict: str
) -> None:
    family.execute(f"CREATE POLICY p ON children USING ({using})")
    assert shown(family, asked=asked, children=THROUGH).verdict("children") == verdict


@pytest.mark.parametrize(("may_write", "verdict"), [("is_public", "suspected"), ("owner_id", "partial")])
def test_a_row_of_a_foreign_parent_keeps_what_cannot_be_written(
    family: Database, may_write: str, verdict: str
) -> None:
    family.execute(
        f"CREATE POLICY p ON children USING (NOT {PARENT} AND owner_id = 4) WITH CHECK (owner_id = 5);"
        f"REVOKE UPDATE ON children FROM app; GRANT UPDATE ({may_write}) ON children TO app"
    )
    assert shown(family, children=THROUGH).verdict("children", "UPDATE") == verdict


def test_what_people_say_of_themselves_is_tried_beside_who_they_are(family: Database) -> None:
    mine = f"EXISTS (SELECT 1 FROM members m WHERE m.user_id = {USER})"
    table(family, "docs", f"USING (current_setting('app.admin', true) = 'on' AND {mine})")
    assert shown(family).verdict("docs") == "partial"


@pytest.mark.parametrize(
    ("bounds", "using", "verdict"),
    [
        ("status", "is_public", "partial"),
        ("status", "status = 'live'", "partial"),
        ("status", "status = 'draft'", "suspected"),
        ("made", "is_public AND made > '2024-01-15'", "partial"),
        ("made", "made < '2024-01-01'", "suspected"),
    ],
)
def test_a_partition_named_directly_shows_rows_within_its_bounds(
    schema: Database, bounds: str, using: str, verdict: str
) -> None:
    said = {"status": "IN ('live')", "made": "FROM ('2024-01-01') TO ('2024-02-01')"}[bounds]
    schema.execute(
        "CREATE TABLE docs (tenant_id int NOT NULL, is_public boolean, status text NOT NULL, made date NOT NULL)"
        f" PARTITION BY {'LIST' if bounds == 'status' else 'RANGE'} ({bounds});"
        f"CREATE TABLE docs_some PARTITION OF docs FOR VALUES {said};"
        "ALTER TABLE docs_some ENABLE ROW LEVEL SECURITY; GRANT SELECT ON docs_some TO app;"
        f"CREATE POLICY p ON docs_some USING ({using})"
    )
    assert shown(schema).verdict("docs_some") == verdict


def test_a_row_that_a_table_lets_pass_says_nothing_of_a_view_that_lacks_the_tenant(schema: Database) -> None:
    gates = f"USING (tenant_id <> {TENANT}) WITH CHECK (tenant_id = {TENANT} OR tenant_id IS NULL)"
    table(schema, "docs", f"FOR UPDATE {gates}", "FOR SELECT USING (true)")
    schema.execute(
        "CREATE VIEW notes WITH (security_invoker = true) AS SELECT id, note FROM docs; GRANT UPDATE ON notes TO app"
    )
    cells = shown(schema)
    assert cells.verdict("docs", "UPDATE") == "partial"
    assert cells.verdict("notes", "UPDATE") == "suspected"


def test_that_a_membership_can_be_written_is_a_suspicion_where_more_is_asked_of_the_tenant(
    schema: Database,
) -> None:
    table(schema, "docs", f"USING ({MINE} AND tenant_id > {TENANT})")
    table(schema, "notes", f"USING ({MINE} AND is_public)")
    cells = said(schema)
    assert cells.verdict("docs") == "suspected"
    assert cells.verdict("notes") == "partial"


def test_who_is_a_member_by_the_row_that_is_being_written_joins_any_tenant(schema: Database) -> None:
    """What the policy says of rows that are there was taken for what it says of new ones."""
    schema.execute(
        "CREATE TABLE joined (user_id int, tenant_id int NOT NULL); ALTER TABLE joined ENABLE ROW LEVEL SECURITY;"
        f"GRANT SELECT, INSERT, UPDATE ON joined TO app; CREATE POLICY p ON joined USING (user_id = {USER})"
    )
    cells = judged(
        schema, identities=("joined(tenant_id) where user_id = current_setting('app.user_id')",), roles=ROLES
    )
    assert cells.verdict("joined") == "isolated"
    assert cells.verdict("joined", "INSERT") == "suspected"
    assert cells.verdict("joined", "UPDATE") == "suspected"


def test_a_new_row_is_not_the_one_of_its_key_that_a_helper_finds(schema: Database) -> None:
    table(schema, "docs", "FOR SELECT USING (true)", grants="SELECT, UPDATE")
    schema.execute(
        "CREATE FUNCTION tenant_of(x int) RETURNS int LANGUAGE sql STABLE SECURITY DEFINER AS"
        " 'SELECT d.tenant_id FROM docs d WHERE d.id = x';"
        f"CREATE POLICY u ON docs FOR UPDATE USING (tenant_of(id) = {TENANT});"
        "INSERT INTO docs VALUES (1, 1)"
    )
    try:
        with schema.connect() as connection:
            connection.execute("SET ROLE app; SET app.tenant_id = '1'")
            assert connection.execute("UPDATE docs SET tenant_id = 2").rowcount == 1
        assert said(schema).verdict("docs", "UPDATE") == "suspected"
    finally:
        schema.execute("DROP FUNCTION tenant_of CASCADE")


def test_a_unique_index_by_an_operator_class_of_users_may_take_nothing_for_equal(schema: Database) -> None:
    schema.execute(
        "CREATE FUNCTION never_same(int, int) RETURNS int LANGUAGE sql IMMUTABLE AS"
        " 'SELECT CASE WHEN $1 < $2 THEN -1 ELSE 1 END';"
        "CREATE OPERATOR CLASS odd FOR TYPE int USING btree AS OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =,"
        " OPERATOR 4 >=, OPERATOR 5 >, FUNCTION 1 never_same(int, int);"
        "CREATE TABLE parents (id int, tenant_id int NOT NULL); CREATE UNIQUE INDEX ON parents (id odd);"
        "INSERT INTO parents VALUES (1, 1), (1, 2); GRANT SELECT ON parents TO app"
    )
    found = "EXISTS (SELECT 1 FROM parents p WHERE p.id = docs.id AND p.tenant_id = "
    table(schema, "docs", f"USING ({found} docs.tenant_id) AND {found} {TENANT}))", grants="SELECT")
    schema.execute("INSERT INTO docs VALUES (1, 2)")
    with schema.connect() as connection:
        connection.execute("SET ROLE app; SET app.tenant_id = '1'")
        assert connection.execute("SELECT tenant_id FROM docs").fetchall() == [(2,)]
    assert said(schema).verdict("docs") == "suspected"
    schema.execute("DROP TABLE docs, parents; DROP OPERATOR CLASS odd USING btree; DROP FUNCTION never_same")


@pytest.mark.parametrize(("fills", "verdict"), [("note", "denied"), ("status", "suspected")])
def test_a_column_that_a_new_row_needs_comes_from_a_trigger_or_not_at_all(
    schema: Database, fills: str, verdict: str
) -> None:
    schema.execute(
        "CREATE OR REPLACE FUNCTION fill() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN NEW.{fills} := 'x'; RETURN NEW; END $$;"
        "CREATE TABLE docs (tenant_id int, status text NOT NULL, note text); GRANT INSERT (tenant_id) ON docs TO app;"
        "CREATE TRIGGER fill BEFORE INSERT ON docs FOR EACH ROW EXECUTE FUNCTION fill()"
    )
    assert said(schema).verdict("docs", "INSERT") == verdict


def test_a_trigger_may_spell_a_column_in_capitals(schema: Database) -> None:
    table(
        schema,
        "docs",
        f"FOR INSERT WITH CHECK (tenant_id = {TENANT} OR is_public)",
        grants="INSERT (id, tenant_id)",
    )
    schema.execute(
        "CREATE FUNCTION publish() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN NEW.IS_PUBLIC = true; RETURN NEW; END $$;"
        "CREATE TRIGGER publish BEFORE INSERT ON docs FOR EACH ROW EXECUTE FUNCTION publish()"
    )
    try:
        with schema.connect() as connection:
            connection.execute("SET ROLE app; SET app.tenant_id = '1'")
            assert connection.execute("INSERT INTO docs (id, tenant_id) VALUES (1, 2)").rowcount == 1
        assert said(schema).verdict("docs", "INSERT") == "suspected"
    finally:
        schema.execute("DROP FUNCTION publish CASCADE")


def test_a_view_on_the_way_has_defaults_of_its_own(schema: Database) -> None:
    table(schema, "docs", grants="SELECT")
    schema.execute(
        f"CREATE POLICY p ON docs FOR INSERT TO stranger WITH CHECK (tenant_id = {TENANT} OR is_public);"
        "GRANT INSERT ON docs TO stranger; CREATE VIEW below AS SELECT * FROM docs;"
        "ALTER VIEW below OWNER TO stranger; ALTER VIEW below ALTER is_public SET DEFAULT true;"
        "CREATE VIEW above AS SELECT id, tenant_id FROM below; ALTER VIEW above OWNER TO stranger;"
        "GRANT INSERT ON above TO app"
    )
    with schema.connect() as connection:
        connection.execute("SET ROLE app; SET app.tenant_id = '1'")
        assert connection.execute("INSERT INTO above VALUES (1, 2)").rowcount == 1
    assert said(schema).verdict("above", "INSERT") == "suspected"


def test_functions_that_write_what_a_proof_relies_on_are_told(schema: Database) -> None:
    schema.execute("REVOKE INSERT ON members FROM app, colleague")
    table(schema, "docs", f"USING ({MINE})", grants="SELECT")
    schema.execute(
        "CREATE FUNCTION accept(t int) RETURNS void LANGUAGE sql SECURITY DEFINER AS"
        " 'INSERT INTO members VALUES (1, t)'"
    )
    try:
        cell = said(schema).cell("docs")
        assert cell.verdict.value == "isolated"
        assert "public.accept writes rows of public.members as they should be" in cell.assumptions
    finally:
        schema.execute("DROP FUNCTION accept; GRANT INSERT ON members TO app, colleague")


def test_that_a_membership_can_be_written_is_a_suspicion_where_another_row_must_be_there(
    schema: Database,
) -> None:
    table(schema, "docs", f"USING ({MINE} AND tenant_id IN (SELECT s.tenant_id FROM secrets s))")
    schema.execute("GRANT SELECT ON secrets TO app, colleague")
    assert said(schema).verdict("docs") == "suspected"


@pytest.mark.parametrize(("using", "verdict"), [("true", "partial"), ("is_public", "suspected")])
def test_a_membership_behind_one_gate_of_two_is_a_certain_way_where_the_other_asks_nothing(
    schema: Database, using: str, verdict: str
) -> None:
    table(schema, "docs", f"USING ({using}) WITH CHECK ({MINE})", grants="SELECT, UPDATE (note)")
    assert said(schema).verdict("docs", "UPDATE") == verdict


def test_a_second_step_is_a_suspicion_where_the_old_row_needs_another_to_be_there(schema: Database) -> None:
    listed = "tenant_id IN (SELECT s.tenant_id FROM secrets s)"
    schema.execute("GRANT SELECT ON secrets TO app, colleague")
    table(schema, "docs", f"FOR UPDATE USING (tenant_id = {TENANT} AND {listed}) WITH CHECK ({MINE})")
    table(schema, "notes", f"FOR UPDATE USING (tenant_id = {TENANT}) WITH CHECK ({MINE})")
    cells = said(schema)
    assert cells.verdict("docs", "UPDATE") == "suspected"
    assert cells.verdict("notes", "UPDATE") == "partial"


@pytest.mark.parametrize(("stamps", "verdict"), [("is_public", "suspected"), ("note", "partial")])
def test_a_trigger_that_writes_what_is_asked_of_a_new_row_may_refuse_it(
    schema: Database, stamps: str, verdict: str
) -> None:
    schema.execute(
        "CREATE OR REPLACE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN NEW.{stamps} := NULL; RETURN NEW; END $$"
    )
    table(schema, "docs", "FOR INSERT WITH CHECK (is_public)")
    schema.execute("CREATE TRIGGER stamp BEFORE INSERT ON docs FOR EACH ROW EXECUTE FUNCTION stamp()")
    assert shown(schema).verdict("docs", "INSERT") == verdict


def test_a_second_step_is_a_suspicion_where_the_session_must_be_one_of_some(schema: Database) -> None:
    table(schema, "docs", f"USING ({MINE} AND current_setting('app.kind', true) <> 'guest')")
    assert said(schema).verdict("docs") == "suspected"


@pytest.mark.parametrize(("granted", "verdict"), [("id", "unproved"), ("id, tenant_id", "open")])
def test_a_policy_that_reads_a_column_which_its_role_may_not_is_no_leak(
    family: Database, granted: str, verdict: str
) -> None:
    family.execute(
        f"REVOKE SELECT ON parents FROM app; GRANT SELECT ({granted}) ON parents TO app;"
        f"CREATE POLICY p ON children FOR UPDATE USING ({PARENT} OR parent_id IS NULL) WITH CHECK (true)"
    )
    assert said(family, children=THROUGH).verdict("children", "UPDATE") == verdict
