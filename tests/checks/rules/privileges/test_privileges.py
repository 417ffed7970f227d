"""Rules on privileges and roles."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pgplumb.catalog.model import Extension, Role
from pgplumb.checks.checklist import RuleResult
from pgplumb.checks.engine import Engine
from pgplumb.checks.facts import Facts
from pgplumb.checks.registry import all_rules
from pgplumb.checks.rule import Status
from tests.checks.rules.roles import OPEN
from tests.checks.rules.schema_cases import Case, CaseDatabase

DEFINER = "LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'"

CASES = [
    Case(
        "no-create-for-public",
        "CREATE for everybody is found",
        "GRANT CREATE ON SCHEMA {s} TO PUBLIC; GRANT USAGE ON SCHEMA {s} TO plumb_app",
        ["schema:{s}"],
    ),
    Case("no-create-for-public", "USAGE for everybody passes", OPEN + "GRANT CREATE ON SCHEMA {s} TO plumb_app"),
    Case(
        "no-grant-to-public",
        "tables, columns, sequences and views are found, partitions with their root",
        """CREATE TABLE a (x int); GRANT SELECT ON a TO PUBLIC; CREATE TABLE b (x int); GRANT UPDATE (x) ON b TO PUBLIC;
        CREATE SEQUENCE q; GRANT USAGE ON q TO PUBLIC; CREATE VIEW v AS SELECT 1 AS x; GRANT SELECT ON v TO PUBLIC;
        CREATE TABLE e (x int) PARTITION BY RANGE (x); CREATE TABLE e1 PARTITION OF e FOR VALUES FROM (1) TO (5);
        GRANT SELECT ON e, e1 TO PUBLIC; CREATE TABLE ok (x int); GRANT SELECT ON ok TO plumb_app""",
        ["table:{s}.a", "table:{s}.b", "sequence:{s}.q", "view:{s}.v", "table:{s}.e"],
    ),
    Case(
        "definer-function-not-public",
        "the default of a new function is open",
        OPEN
        + f"""CREATE FUNCTION f(int, text[]) RETURNS int {DEFINER}; CREATE FUNCTION ok() RETURNS int {DEFINER};
        REVOKE EXECUTE ON FUNCTION ok() FROM PUBLIC; CREATE FUNCTION plain() RETURNS int LANGUAGE sql AS 'SELECT 1';
        CREATE FUNCTION t() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN RETURN NEW; END'""",
        ["function:{s}.f(int4,_text)"],
    ),
    Case(
        "definer-function-not-public",
        "a schema that nobody may use is closed",
        f"CREATE FUNCTION f() RETURNS int {DEFINER}",
    ),
    Case(
        "definer-function-search-path",
        "no path, and a path without pg_temp at its end, are found",
        f"""CREATE FUNCTION a() RETURNS int {DEFINER};
        CREATE FUNCTION b() RETURNS int {DEFINER}; ALTER FUNCTION b() SET search_path = public, pg_catalog;
        CREATE FUNCTION c() RETURNS int {DEFINER}; ALTER FUNCTION c() SET work_mem = '1MB'""",
        ["function:{s}.a()", "function:{s}.b()", "function:{s}.c()"],
    ),
    Case(
        "definer-function-search-path",
        "an empty path, pg_temp last and functions of the caller pass",
        f"""CREATE FUNCTION a() RETURNS int {DEFINER}; ALTER FUNCTION a() SET search_path = '';
        CREATE FUNCTION b() RETURNS int {DEFINER}; ALTER FUNCTION b() SET search_path = "My Schema", public, pg_temp;
        CREATE FUNCTION c() RETURNS int {DEFINER}; ALTER FUNCTION c() SET search_path = pg_catalog;
        CREATE FUNCTION plain() RETURNS int LANGUAGE sql AS 'SELECT 1'""",
    ),
    Case(
        "definer-function-search-path",
        "a body resolved when it was made needs none",
        "CREATE FUNCTION a() RETURNS int LANGUAGE sql SECURITY DEFINER BEGIN ATOMIC SELECT 1; END",
        since=140000,
    ),
    Case(
        "no-untrusted-language-functions",
        "C is found, SQL and PL/pgSQL pass",
        """CREATE FUNCTION c(int) RETURNS int LANGUAGE internal STRICT AS 'int4abs';
        CREATE FUNCTION p() RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN 1; END'""",
        ["function:{s}.c(int4)"],
    ),
    Case(
        "default-privileges-set",
        "a schema whose next table is forgotten",
        "CREATE TABLE a (x int); GRANT SELECT ON a TO plumb_app",
        ["schema:{s}"],
    ),
    Case(
        "default-privileges-set",
        "a schema with default privileges passes",
        """CREATE TABLE a (x int); GRANT SELECT ON a TO plumb_app;
        ALTER DEFAULT PRIVILEGES IN SCHEMA {s} GRANT SELECT ON TABLES TO plumb_app""",
    ),
    Case("default-privileges-set", "a schema of its owner needs none", "CREATE TABLE a (x int)",
         status=Status.NOT_APPLICABLE),
    Case(
        "app-role-least-privilege",
        "the only login that can write owns the tables",
        OPEN + "CREATE TABLE a (x int); ALTER TABLE a OWNER TO plumb_owner",
        ["role:plumb_owner"],
    ),
    Case(
        "app-role-least-privilege",
        "an owner beside an application is who migrates",
        OPEN + "CREATE TABLE a (x int); ALTER TABLE a OWNER TO plumb_owner; GRANT INSERT ON a TO plumb_member",
    ),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_rule(cases: CaseDatabase, case: Case) -> None:
    if case.rule == "app-role-least-privilege":
        only_its_roles(cases, case)
    else:
        cases.confirm(case)


def run(rule_id: str, facts: Facts) -> RuleResult:
    """Return one rule's answer."""
    return Engine([r for r in all_rules() if r.id == rule_id]).run(facts).results[0]


def only_its_roles(cases: CaseDatabase, case: Case) -> None:
    """Judge a case without the role that is an application's by its name."""
    facts = cases.facts(case)
    roles = {oid: r for oid, r in facts.catalog.roles.items() if r.name != "plumb_app"}
    result = run(case.rule, replace(facts, catalog=replace(facts.catalog, roles=roles)))
    assert [f.object for f in result.findings] == list(case.fails)
    assert result.checked > 0


def role(oid: int, name: str, **attributes: object) -> Role:
    """Return a role that may log in and no more, but for the attributes."""
    plain = Role(oid, name, False, True, False, False, True, False, False, -1, None)
    return replace(plain, **attributes)  # type: ignore[arg-type]


def with_roles(cases: CaseDatabase, *roles: Role) -> Facts:
    """Return facts of an empty schema in a cluster with these roles and PostgreSQL's own."""
    facts = cases.facts(CASES[0])
    own = {oid: r for oid, r in facts.catalog.roles.items() if r.predefined}
    catalog = replace(facts.catalog, roles={**own, **{r.oid: r for r in roles}})
    return replace(facts, catalog=catalog)


def test_the_first_superuser_is_no_excess(cases: CaseDatabase) -> None:
    first, second = role(10, "postgres", superuser=True), role(20001, "alice", superuser=True)
    locked = role(20002, "old", superuser=True, can_login=False)
    provider = role(20003, "rdsadmin", superuser=True)
    assert run("superuser-count", with_roles(cases, first, locked, provider)).status is Status.PASS
    found = run("superuser-count", with_roles(cases, first, second)).findings
    assert [f.object for f in found] == ["role:alice"]


def test_roles_that_log_in_need_a_limit_and_superusers_do_not(cases: CaseDatabase) -> None:
    facts = with_roles(
        cases,
        role(10, "postgres", superuser=True),
        role(20001, "shop"),
        role(20002, "reports", connection_limit=5),
        role(20003, "readers", can_login=False),
    )
    found = run("role-connection-limit", facts).findings
    assert [f.object for f in found] == ["role:shop"]


def test_an_application_that_makes_roles_is_found_and_an_administrator_is_not(cases: CaseDatabase) -> None:
    facts = with_roles(
        cases, role(20001, "shop_app", createrole=True), role(20002, "site_admin", createrole=True)
    )
    assert [f.object for f in run("app-role-least-privilege", facts).findings] == ["role:shop_app"]


def test_md5_for_new_passwords_fails_and_scram_leaves_old_ones_unknown(cases: CaseDatabase) -> None:
    facts = cases.facts(CASES[0])
    assert run("password-scram", facts).status is Status.UNKNOWN
    setting = replace(facts.catalog.settings["password_encryption"], value="md5")
    settings = {**facts.catalog.settings, "password_encryption": setting}
    result = run("password-scram", replace(facts, catalog=replace(facts.catalog, settings=settings)))
    assert [f.object for f in result.findings] == ["setting:password_encryption"]


def with_extensions(cases: CaseDatabase, *extensions: Extension) -> Facts:
    facts = cases.facts(CASES[0])
    return replace(facts, catalog=replace(facts.catalog, extensions={e.oid: e for e in extensions}))


def test_only_extensions_that_can_be_moved_are_told_to_move(cases: CaseDatabase) -> None:
    facts = with_extensions(
        cases,
        Extension(1, "pg_trgm", "public", "1.6", "1.6", True, 10),
        Extension(2, "pg_net", "public", "0.8", "0.8", False, 10),
        Extension(3, "vector", "public", "0.8.0", "0.8.0", True, 10),
        Extension(4, "hstore", "extensions", "1.8", "1.8", True, 10),
    )
    assert [f.object for f in run("extension-not-in-public", facts).findings] == ["extension:pg_trgm"]
    somebody = next(r for r in facts.catalog.roles.values() if r.name == "plumb_app")
    as_other = replace(facts, catalog=replace(facts.catalog, current_role=somebody.oid))
    assert run("extension-not-in-public", as_other).status is Status.NOT_APPLICABLE


def test_an_old_extension_is_found_a_newer_one_is_not_and_a_gone_one_is_unknown(cases: CaseDatabase) -> None:
    old = Extension(1, "pg_trgm", "public", "1.9", "1.10", True, 10)
    new = Extension(2, "vector", "public", "0.8.1", "0.8.0", True, 10)
    gone = Extension(3, "oldlib", "public", "1.0", None, True, 10)
    assert [f.object for f in run("extension-up-to-date", with_extensions(cases, old, new)).findings] == [
        "extension:pg_trgm"
    ]
    assert run("extension-up-to-date", with_extensions(cases, new, gone)).status is Status.UNKNOWN
