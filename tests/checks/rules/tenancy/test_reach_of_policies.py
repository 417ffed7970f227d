"""Rules on what policies leave open: what each must find, and what only looks wrong."""

from __future__ import annotations

import pytest

from pgplumb.checks.gather import gather
from pgplumb.checks.rule import Status
from pgplumb.foundation.profile import Profile
from tests.checks.rules import records as r
from tests.checks.rules.roles import OPEN
from tests.checks.rules.schema_cases import Case, CaseDatabase
from tests.databases import Database

DOCS = (
    OPEN
    + """CREATE TABLE tenants (id uuid PRIMARY KEY);
CREATE TABLE docs (id bigint PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, at timestamptz, body text);
CREATE TABLE notes (id bigint PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants);
"""
)
GUARD = "ALTER TABLE docs ENABLE ROW LEVEL SECURITY;"
OURS = "tenant_id::text = current_setting('app.t', true)"

CASES = [
    Case(
        "tenant-column-immutable",
        "a role that may update the column is found",
        DOCS + "GRANT SELECT, UPDATE ON docs TO plumb_app; GRANT UPDATE (tenant_id) ON notes TO plumb_reader",
        ["column:{s}.docs.tenant_id", "column:{s}.notes.tenant_id"],
    ),
    Case(
        "tenant-column-immutable",
        "a policy, a trigger on the column and grants on other columns keep it",
        DOCS
        + GUARD
        + f"""CREATE POLICY p ON docs USING ({OURS}); GRANT UPDATE ON docs TO plumb_app;
        CREATE TABLE a (tenant_id uuid REFERENCES tenants, x int); GRANT UPDATE ON a TO plumb_app;
        CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN OLD; END';
        CREATE TRIGGER t BEFORE UPDATE OF tenant_id ON a FOR EACH ROW EXECUTE FUNCTION keep();
        CREATE TABLE b (tenant_id uuid REFERENCES tenants, x int); GRANT UPDATE (x) ON b TO plumb_app""",
    ),
    Case(
        "tenant-index-selectivity",
        "a tenant behind another column is found",
        DOCS + "CREATE INDEX late ON docs (at, tenant_id)",
        ["index:{s}.late"],
        says="in place 2",
    ),
    Case(
        "tenant-index-selectivity",
        "the tenant in front, unique keys and what serves a foreign key are fine",
        DOCS
        + """CREATE INDEX ON docs (tenant_id, at); CREATE UNIQUE INDEX ON docs (id, tenant_id);
        CREATE TABLE parts (doc_id bigint REFERENCES docs, tenant_id uuid REFERENCES tenants);
        CREATE INDEX ON parts (doc_id, tenant_id); CREATE INDEX ON docs (at)""",
    ),
    Case(
        "rls-covers-all-commands",
        "granted commands without a policy are found",
        DOCS
        + GUARD
        + f"CREATE POLICY p ON docs FOR SELECT USING ({OURS}); GRANT SELECT, UPDATE, DELETE ON docs TO plumb_app",
        ["table:{s}.docs"],
        says="UPDATE and DELETE",
    ),
    Case(
        "rls-covers-all-commands",
        "policies for all that is granted, logs that are only added to and closed tables are fine",
        DOCS
        + GUARD
        + f"""CREATE POLICY p ON docs FOR SELECT USING ({OURS}); GRANT SELECT ON docs TO plumb_app;
        CREATE TABLE audit_log (tenant_id uuid, x int); ALTER TABLE audit_log ENABLE ROW LEVEL SECURITY;
        CREATE POLICY r ON audit_log FOR SELECT USING ({OURS});
        CREATE POLICY i ON audit_log FOR INSERT WITH CHECK ({OURS});
        GRANT ALL ON audit_log TO plumb_app;
        ALTER TABLE notes ENABLE ROW LEVEL SECURITY; GRANT SELECT ON notes TO plumb_app""",
    ),
    Case(
        "rls-coverage-matrix",
        "a role that the policies leave out is found",
        DOCS
        + GUARD
        + f"""CREATE POLICY p ON docs TO plumb_reader USING ({OURS});
        GRANT SELECT ON docs TO plumb_reader, plumb_app""",
        ["table:{s}.docs"],
        says="plumb_app for SELECT",
    ),
    Case(
        "rls-coverage-matrix",
        "members of the role, everybody's policies and roles that bypass are fine",
        DOCS
        + GUARD
        + f"""CREATE POLICY p ON docs TO plumb_reader USING ({OURS});
        GRANT SELECT ON docs TO plumb_reader, plumb_member, plumb_service;
        ALTER TABLE notes ENABLE ROW LEVEL SECURITY; CREATE POLICY q ON notes USING ({OURS});
        GRANT ALL ON notes TO plumb_app""",
    ),
    Case(
        "rls-function-leakproof",
        "volatile functions, and definer ones on the caller's path, are found",
        DOCS
        + GUARD
        + """CREATE FUNCTION mine() RETURNS uuid LANGUAGE sql AS 'SELECT NULL::uuid';
        CREATE FUNCTION theirs() RETURNS uuid STABLE SECURITY DEFINER LANGUAGE sql AS 'SELECT NULL::uuid';
        CREATE POLICY a ON docs USING (tenant_id = mine()); CREATE POLICY b ON docs USING (tenant_id = {s}.theirs())""",
        ["policy:{s}.docs.a", "policy:{s}.docs.b"],
    ),
    Case(
        "rls-function-leakproof",
        "stable functions with a pinned path and built-in ones are fine",
        DOCS
        + GUARD
        + """CREATE FUNCTION mine() RETURNS uuid STABLE LANGUAGE sql AS 'SELECT NULL::uuid';
        CREATE FUNCTION theirs() RETURNS uuid STABLE SECURITY DEFINER SET search_path = '' LANGUAGE sql
            AS 'SELECT NULL::uuid';
        CREATE POLICY a ON docs USING (tenant_id = mine() OR tenant_id = theirs());
        CREATE POLICY b ON docs USING (at < clock_timestamp())""",
    ),
    Case(
        "rls-no-user-editable-claim",
        "claims that users write, and what a client calls itself, are found",
        DOCS
        + GUARD
        + """CREATE POLICY a ON docs USING (tenant_id::text =
            current_setting('request.jwt.claims', true)::jsonb -> 'user_metadata' ->> 'tenant');
        CREATE POLICY b ON docs USING (body = current_setting('application_name'))""",
        ["policy:{s}.docs.a", "policy:{s}.docs.b"],
    ),
    Case(
        "rls-no-user-editable-claim",
        "app_metadata and settings of the application are fine",
        DOCS
        + GUARD
        + f"""CREATE POLICY a ON docs USING (tenant_id::text =
            current_setting('request.jwt.claims', true)::jsonb -> 'app_metadata' ->> 'tenant');
        CREATE POLICY b ON docs USING ({OURS})""",
    ),
    Case(
        "foreign-table-not-exposed",
        "a foreign table that an application reads is found, one that it may not read is not",
        OPEN
        + """CREATE FOREIGN DATA WRAPPER {s}_w; CREATE SERVER {s}_far FOREIGN DATA WRAPPER {s}_w;
        CREATE FOREIGN TABLE open (x int) SERVER {s}_far; CREATE FOREIGN TABLE closed (x int) SERVER {s}_far;
        GRANT SELECT ON open TO plumb_app""",
        ["foreign_table:{s}.open"],
    ),
    Case(
        "foreign-table-not-exposed",
        "without foreign tables there is nothing to say",
        "CREATE TABLE t (x int)",
        status=Status.NOT_APPLICABLE,
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_rule(case: Case, cases: CaseDatabase) -> None:
    cases.confirm(case)


def test_a_view_of_the_managed_users_is_found_through_other_views(database: Database, roles: None) -> None:
    database.execute(
        """CREATE SCHEMA auth; CREATE TABLE auth.users (id uuid PRIMARY KEY, email text);
        CREATE VIEW public.people AS SELECT email FROM auth.users;
        CREATE VIEW public.mails AS SELECT email FROM public.people;
        CREATE VIEW public.asking WITH (security_invoker = on) AS SELECT email FROM auth.users;
        CREATE VIEW public.closed AS SELECT id FROM auth.users;
        GRANT SELECT ON public.mails, public.asking TO plumb_app"""
    )
    facts = gather(database.session(), Profile())
    assert r.objects("auth-users-not-exposed", facts) == ["view:public.mails"]
    database.execute("REVOKE SELECT ON public.mails FROM plumb_app")
    assert r.run("auth-users-not-exposed", gather(database.session(), Profile())).status is Status.PASS
