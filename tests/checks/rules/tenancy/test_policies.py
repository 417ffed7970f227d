"""Rules on what policies say: the tenant, constants, settings, calls for each row, indexes."""

from __future__ import annotations

import pytest

from pgplumb.checks.expressions import read_expression
from pgplumb.checks.rule import Status
from pgplumb.checks.session_values import bare_calls, function_names
from pgplumb.sql.node import Node
from tests.checks.rules.schema_cases import Case, CaseDatabase

DOCS = """CREATE TABLE tenants (id uuid PRIMARY KEY);
CREATE TABLE docs (id bigint PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, owner_id bigint,
  project_id bigint, is_public boolean);
CREATE TABLE members (tenant_id uuid NOT NULL REFERENCES tenants, user_id text, tenant_too uuid);
ALTER TABLE docs ENABLE ROW LEVEL SECURITY;
"""
SESSION = "(SELECT nullif(current_setting('app.tenant_id', true), '')::uuid)"


def policy(using: str, rest: str = "") -> str:
    """Return a schema with one policy for all commands."""
    return f"{DOCS}CREATE POLICY p ON docs {rest} USING ({using})"


def enforcing(title: str, sql: str) -> Case:
    """A policy that keeps tenants apart."""
    return Case("rls-policy-enforces-tenant", title, sql)


def leaking(title: str, sql: str, says: str = "") -> Case:
    """A policy that does not."""
    return Case("rls-policy-enforces-tenant", title, sql, ["policy:{s}.docs.p"], says=says)


def undecided(title: str, sql: str, says: str) -> Case:
    """A policy that only a proof of more than its own text could decide."""
    return Case("rls-policy-enforces-tenant", title, sql, status=Status.UNKNOWN, says=says)


MEMBERS = "members m WHERE m.user_id = current_setting('app.user', true)"

ENFORCES = [
    enforcing("the tenant equals a setting", policy(f"tenant_id = {SESSION}")),
    enforcing("the tenant is cast to text", policy("tenant_id::text = current_setting('app.tenant_id', true)")),
    enforcing("sides may be swapped", policy("current_setting('a.b', true)::uuid = tenant_id AND is_public")),
    enforcing("a helper names the tenant", f"{DOCS} CREATE FUNCTION current_tenant() RETURNS uuid LANGUAGE "
        "sql STABLE AS 'SELECT NULL::uuid'; CREATE POLICY p ON docs USING (tenant_id = current_tenant())"),
    enforcing("membership by IN", policy(f"tenant_id IN (SELECT m.tenant_id FROM {MEMBERS})")),
    enforcing("membership by ANY", policy(f"tenant_id = ANY (ARRAY(SELECT m.tenant_id FROM {MEMBERS}))")),
    enforcing("membership by EXISTS", policy(
        "EXISTS (SELECT 1 FROM members m WHERE m.tenant_id = docs.tenant_id AND m.user_id = current_user)")),
    enforcing("membership on a table with a name of its own",
              """CREATE TABLE tenants (id uuid PRIMARY KEY);
              CREATE TABLE "my ""d" (tenant_id uuid NOT NULL REFERENCES tenants);
              CREATE TABLE members (tenant_id uuid NOT NULL REFERENCES tenants, user_id text);
              ALTER TABLE "my ""d" ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON "my ""d" USING (EXISTS (
                SELECT 1 FROM members m WHERE m.tenant_id = "my ""d".tenant_id AND m.user_id = current_user))"""),
    enforcing("a list of the session's tenants", policy(
        "tenant_id = ANY (string_to_array(current_setting('app.tenants', true), ',')::uuid[])")),
    enforcing("both arms of an OR test the tenant", policy(
        f"(tenant_id = {SESSION} AND is_public) OR (tenant_id = {SESSION} AND owner_id = 1)")),
    enforcing("a row without a tenant cannot be", policy(f"tenant_id IS NULL OR tenant_id = {SESSION}")),
    enforcing("a restrictive policy narrows an open one", policy("true")
              + f"; CREATE POLICY floor ON docs AS RESTRICTIVE USING (tenant_id = {SESSION})"),
    enforcing("a policy that is never true lets nothing out", policy("false OR (1 = 2 AND is_public)")),
    leaking("it is true", policy("true"), "always true"),
    leaking("the tenant equals itself", policy("tenant_id = tenant_id"), "with itself"),
    leaking("a flag opens rows", policy(f"tenant_id = {SESSION} OR is_public"), "something other than tenant_id"),
    leaking("an unset session opens all", policy(
        f"current_setting('app.tenant_id', true) IS NULL OR tenant_id = {SESSION}"), "the session alone"),
    leaking("a sub-select catches the column's name", policy(
        "EXISTS (SELECT 1 FROM members m WHERE m.tenant_id = tenant_id AND m.user_id = current_user)"),
        "compares a column with itself"),
    leaking("a sub-select yields the row's own tenant", policy(
        "tenant_id IN (SELECT docs.tenant_id FROM members m WHERE m.user_id = current_user)"), "of the row itself"),
    leaking("an administrator sees everybody's rows", policy(
        f"tenant_id = {SESSION} OR EXISTS (SELECT 1 FROM members m WHERE m.user_id = current_user)"),
        "true for every tenant's rows"),
    leaking("every other tenant's rows", policy(f"NOT (tenant_id = {SESSION})")),
    leaking("not equal is no test", policy(f"tenant_id <> {SESSION}"), "by <>"),
    leaking("a constant is no session", policy("tenant_id = '6f1b1d2e-0000-4000-8000-000000000000'"), "a constant"),
    leaking("a restrictive policy for others is no floor", policy("true")
            + f"; CREATE POLICY floor ON docs AS RESTRICTIVE TO plumb_app USING (tenant_id = {SESSION})"),
    leaking("a restrictive policy for writing is no floor for reading", policy("true", "FOR SELECT")
            + f"; CREATE POLICY floor ON docs AS RESTRICTIVE FOR UPDATE USING (tenant_id = {SESSION})"),
    undecided("a function that looks at the row", f"{DOCS} CREATE FUNCTION may_see(uuid) RETURNS boolean "
        "LANGUAGE sql AS 'SELECT true'; CREATE POLICY p ON docs USING (may_see(tenant_id))", "not understood"),
    undecided("rows of a person", policy("owner_id = current_setting('app.user', true)::bigint"), "by the session"),
    undecided("a default tenant", policy(
        "tenant_id = coalesce(current_setting('a.b', true)::uuid, '6f1b1d2e-0000-4000-8000-000000000000')"),
        "not understood"),
    undecided("a parent's policies do the work", policy(
        "project_id IN (SELECT m.tenant_too::text::bigint FROM members m)"), "not understood"),
    undecided("one role for one tenant", policy("tenant_id = '6f1b1d2e-0000-4000-8000-000000000000'", "TO plumb_app"),
              "for named roles"),
    Case("rls-policy-enforces-tenant", "a policy for roles that no policy binds means nothing",
         policy("true", "TO plumb_service"), status=Status.NOT_APPLICABLE),
    Case("rls-policy-enforces-tenant", "a policy for INSERT looks for no row",
         f"{DOCS} CREATE POLICY p ON docs FOR INSERT WITH CHECK (true)", status=Status.NOT_APPLICABLE),
    Case("rls-policy-enforces-tenant", "policies of a locked table are unknown", policy(f"tenant_id = {SESSION}"),
         status=Status.UNKNOWN, unread=True),
]  # fmt: skip

WRITES = [
    Case("rls-write-check-enforces-tenant", "USING stands in for a missing WITH CHECK",
         policy(f"tenant_id = {SESSION}")),
    Case("rls-write-check-enforces-tenant", "WITH CHECK (true) gives rows away",
         f"{DOCS} CREATE POLICY p ON docs USING (tenant_id = {SESSION}) WITH CHECK (true)", ["policy:{s}.docs.p"],
         says="INSERT and UPDATE"),
    Case("rls-write-check-enforces-tenant", "an INSERT that checks something else",
         f"{DOCS} CREATE POLICY p ON docs FOR INSERT WITH CHECK (is_public)", ["policy:{s}.docs.p"]),
    Case("rls-write-check-enforces-tenant", "a restrictive WITH CHECK (true) is no floor for writing",
         f"{DOCS} CREATE POLICY p ON docs WITH CHECK (true); "
         f"CREATE POLICY r ON docs AS RESTRICTIVE USING (tenant_id = {SESSION}) WITH CHECK (true)",
         ["policy:{s}.docs.p"]),
    Case("rls-write-check-enforces-tenant", "a policy for SELECT makes no row", policy("true", "FOR SELECT"),
         status=Status.NOT_APPLICABLE),
]  # fmt: skip

ALWAYS_TRUE = [
    Case("rls-policy-not-always-true", "spelled so that a search for true misses it",
         f"""{DOCS} CREATE POLICY a ON docs FOR DELETE USING (2 = 2);
         CREATE POLICY b ON docs FOR UPDATE USING (NOT false) WITH CHECK (is_public);
         CREATE POLICY c ON docs FOR INSERT WITH CHECK (is_public OR 't'::text::boolean);
         CREATE POLICY d ON docs USING (owner_id IS NULL OR owner_id IS NOT NULL)""",
         ["policy:{s}.docs.a", "policy:{s}.docs.b", "policy:{s}.docs.c", "policy:{s}.docs.d"]),
    Case("rls-policy-not-always-true", "reading may be open, NULL and false are no truth, a floor narrows",
         f"""{DOCS} CREATE POLICY a ON docs FOR SELECT USING (true);
         CREATE POLICY b ON docs FOR DELETE USING (NULL::boolean OR 1 = 2);
         CREATE POLICY c ON docs FOR UPDATE USING (true); CREATE POLICY d ON docs FOR INSERT WITH CHECK (is_public);
         CREATE POLICY r ON docs AS RESTRICTIVE FOR UPDATE USING (tenant_id = {SESSION})"""),
    Case("rls-policy-not-always-true", "what bypasses policies may have one",
         policy("true", "TO plumb_service"), status=Status.NOT_APPLICABLE),
]  # fmt: skip

CALLS = [
    Case("rls-initplan", "one wrapped call does not hide a bare one",
         f"""{DOCS} CREATE FUNCTION me() RETURNS bigint LANGUAGE sql STABLE AS 'SELECT 1::bigint';
         CREATE POLICY p ON docs USING (tenant_id = {SESSION} AND owner_id = me())""",
         ["policy:{s}.docs.p"], says="me for every row"),
    Case("rls-initplan", "wrapped calls, the current user and functions of the row pass",
         f"""{DOCS} CREATE FUNCTION seen(bigint) RETURNS boolean LANGUAGE sql AS 'SELECT true';
         CREATE POLICY p ON docs USING (tenant_id = (SELECT current_setting('app.t', true)::uuid)
           AND seen(id) AND current_user = 'x')"""),
    Case("rls-guc-missing-ok", "an error on a fresh session, and a cast of an empty text",
         f"""{DOCS} CREATE POLICY a ON docs USING (tenant_id::text = current_setting('app.tenant'));
         CREATE POLICY b ON docs USING (tenant_id = (SELECT current_setting('app.tenant', true))::uuid)""",
         ["policy:{s}.docs.a", "policy:{s}.docs.b"]),
    Case("rls-guc-missing-ok", "nullif, texts and the server's own settings pass",
         f"""{DOCS} CREATE POLICY a ON docs USING (tenant_id = {SESSION});
         CREATE POLICY b ON docs USING (tenant_id::text = current_setting('app.tenant', true));
         CREATE POLICY c ON docs USING (current_setting('TimeZone') = 'UTC')"""),
    Case("rls-one-permissive-policy", "several for one role are reported once a table",
         f"""{DOCS} CREATE POLICY a ON docs USING (is_public); CREATE POLICY b ON docs FOR SELECT USING (id = 1);
         CREATE POLICY c ON docs FOR SELECT TO plumb_app USING (id = 2)""", ["table:{s}.docs"]),
    Case("rls-one-permissive-policy", "other roles, other commands and restrictive ones do not add up",
         f"""{DOCS} CREATE POLICY a ON docs FOR SELECT TO plumb_app USING (is_public);
         CREATE POLICY b ON docs FOR SELECT TO plumb_reader USING (is_public);
         CREATE POLICY c ON docs FOR INSERT WITH CHECK (is_public);
         CREATE POLICY d ON docs AS RESTRICTIVE USING (is_public)"""),
    Case("rls-policy-columns-indexed", "a compared column without an index is found in a large table",
         f"""{DOCS} CREATE TABLE small (tenant_id uuid NOT NULL REFERENCES tenants);
         ALTER TABLE small ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON small USING (tenant_id = {SESSION});
         CREATE POLICY p ON docs USING (tenant_id = {SESSION} AND owner_id = current_setting('a.b')::bigint
           AND is_public); CREATE INDEX ON docs (owner_id);
         INSERT INTO tenants VALUES ('6f1b1d2e-0000-4000-8000-000000000000');
         INSERT INTO docs SELECT n, '6f1b1d2e-0000-4000-8000-000000000000' FROM generate_series(1, 1500) n;
         ANALYZE docs, small""", ["column:{s}.docs.tenant_id"]),
]  # fmt: skip

CASES = ENFORCES + WRITES + ALWAYS_TRUE + CALLS


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_rule(cases: CaseDatabase, case: Case) -> None:
    cases.confirm(case)


def test_the_fix_wraps_each_bare_call_once_and_the_server_takes_it(cases: CaseDatabase) -> None:
    case = next(c for c in CALLS if "does not hide" in c.title)
    fix = cases.run(case).findings[0].fix
    assert fix is not None
    using = str(fix.fields["using"])
    assert using.count("SELECT") == 2
    node = read_expression(using)
    assert isinstance(node, Node)
    assert bare_calls(node, function_names(cases.facts(case).catalog)) == []
    cases.database.execute(f"ALTER POLICY {fix.fields['policy']} ON {fix.fields['table']} USING ({using})")
