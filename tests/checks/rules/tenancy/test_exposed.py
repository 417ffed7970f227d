"""Rules on who can really reach tenants' rows: tables, partitions, views, columns."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pgplumb.checks.engine import Engine
from pgplumb.checks.registry import all_rules
from pgplumb.checks.rule import Status
from tests.checks.rules.roles import OPEN
from tests.checks.rules.schema_cases import Case, CaseDatabase

TENANTS = (
    OPEN
    + """CREATE TABLE tenants (id uuid PRIMARY KEY);
CREATE TABLE docs (id bigint PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants);
CREATE TABLE notes (id bigint PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants);
"""
)
GUARDED = TENANTS + "ALTER TABLE docs ENABLE ROW LEVEL SECURITY; ALTER TABLE notes ENABLE ROW LEVEL SECURITY;"
POLICY = "CREATE POLICY p ON docs USING (tenant_id::text = current_setting('app.t', true));"

CASES = [
    Case(
        "rls-enabled",
        "a table that an application reads is found, through a group and by column too",
        TENANTS
        + """CREATE TABLE parts (doc_id bigint NOT NULL REFERENCES docs); CREATE TABLE plain (x int);
        GRANT SELECT ON docs, plain TO plumb_app; GRANT SELECT ON parts TO plumb_reader;
        GRANT SELECT (id) ON notes TO plumb_app""",
        ["table:{s}.docs", "table:{s}.notes", "table:{s}.parts"],
    ),
    Case(
        "rls-enabled",
        "a partitioned root is found, its partitions are not reported beside it",
        TENANTS
        + """CREATE TABLE e (tenant_id uuid, x int) PARTITION BY RANGE (x);
        CREATE TABLE e1 PARTITION OF e FOR VALUES FROM (1) TO (9); GRANT SELECT ON e, e1 TO plumb_app""",
        ["table:{s}.e"],
    ),
    Case(
        "rls-enabled",
        "a grant in a schema that nobody may use shows nothing",
        TENANTS.replace(OPEN, "") + "GRANT SELECT ON docs, notes TO plumb_app",
        status=Status.NOT_APPLICABLE,
    ),
    Case(
        "rls-enabled",
        "owners and roles that may only write show nothing",
        TENANTS + "ALTER TABLE docs OWNER TO plumb_owner; GRANT INSERT ON notes TO plumb_app",
        status=Status.NOT_APPLICABLE,
    ),
    Case("rls-enabled", "a guarded table passes", GUARDED + "GRANT SELECT ON docs TO plumb_app"),
    Case(
        "rls-forced",
        "an owner that logs in is not bound, one that cannot is no matter",
        GUARDED
        + """CREATE TABLE forced (tenant_id uuid);
        ALTER TABLE forced ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
        ALTER TABLE docs OWNER TO plumb_owner; ALTER TABLE forced OWNER TO plumb_owner;
        ALTER TABLE notes OWNER TO plumb_closed""",
        ["table:{s}.docs"],
    ),
    Case(
        "rls-forced",
        "a login that inherits from the owner is not bound either",
        GUARDED + "ALTER TABLE docs OWNER TO plumb_reader",
        ["table:{s}.docs"],
        says="plumb_member can log in",
    ),
    Case(
        "rls-has-policy",
        "privileges that no policy lets through are found",
        GUARDED + "GRANT SELECT ON docs TO plumb_app",
        ["table:{s}.docs"],
    ),
    Case(
        "rls-has-policy",
        "a table closed to all, or said to be, passes",
        GUARDED + "GRANT SELECT ON docs TO plumb_app; COMMENT ON TABLE docs IS 'deny-all: the backend alone'",
    ),
    Case(
        "policy-needs-rls",
        "policies without the switch are found, on partitions too",
        TENANTS
        + POLICY
        + """CREATE TABLE e (x int) PARTITION BY RANGE (x); CREATE TABLE e1 PARTITION OF e FOR VALUES FROM (1) TO (9);
        CREATE POLICY p ON e1 USING (x = 1); CREATE POLICY p ON notes USING (id = 1);
        ALTER TABLE notes ENABLE ROW LEVEL SECURITY""",
        ["table:{s}.docs", "table:{s}.e1"],
    ),
    Case(
        "rls-partitions-protected",
        "an open partition is reported at the root",
        OPEN
        + """CREATE TABLE e (x int) PARTITION BY RANGE (x); CREATE TABLE e1 PARTITION OF e FOR VALUES FROM (1) TO (5);
        CREATE TABLE e2 PARTITION OF e FOR VALUES FROM (5) TO (9); ALTER TABLE e ENABLE ROW LEVEL SECURITY;
        GRANT SELECT ON e, e1 TO plumb_app""",
        ["table:{s}.e"],
        says="{s}.e1",
    ),
    Case(
        "rls-partitions-protected",
        "partitions without grants or with policies of their own pass",
        OPEN
        + """CREATE TABLE e (x int) PARTITION BY RANGE (x); CREATE TABLE e1 PARTITION OF e FOR VALUES FROM (1) TO (5);
        CREATE TABLE e2 PARTITION OF e FOR VALUES FROM (5) TO (9);
        ALTER TABLE e ENABLE ROW LEVEL SECURITY; ALTER TABLE e1 ENABLE ROW LEVEL SECURITY;
        GRANT SELECT ON e, e1 TO plumb_app""",
    ),
    Case(
        "view-security-invoker",
        "a view of the owner's rights is found, through a view of the caller's too",
        GUARDED
        + """CREATE VIEW v AS SELECT * FROM docs; CREATE VIEW inner_v WITH (security_invoker) AS SELECT * FROM docs;
        CREATE VIEW outer_v AS SELECT * FROM inner_v; GRANT SELECT ON v, inner_v, outer_v TO plumb_app""",
        ["view:{s}.outer_v", "view:{s}.v"],
        since=150000,
    ),
    Case(
        "view-security-invoker",
        "views over open tables, closed views and bound owners pass",
        GUARDED
        + """CREATE VIEW plain AS SELECT * FROM tenants; CREATE VIEW closed AS SELECT * FROM docs;
        CREATE VIEW bound AS SELECT * FROM docs; GRANT SELECT ON docs TO plumb_closed;
        ALTER VIEW bound OWNER TO plumb_closed; GRANT SELECT ON plain, bound TO plumb_app""",
        since=150000,
    ),
    Case(
        "view-security-invoker",
        "a view over no guarded table is nothing to judge",
        TENANTS + "CREATE VIEW plain AS SELECT * FROM docs; GRANT SELECT ON plain TO plumb_app",
        status=Status.NOT_APPLICABLE,
    ),
    Case(
        "matview-not-exposed",
        "tenants' rows in a readable materialized view are found",
        TENANTS
        + """CREATE VIEW v AS SELECT * FROM docs; CREATE MATERIALIZED VIEW open_m AS SELECT * FROM v;
        CREATE MATERIALIZED VIEW closed_m AS SELECT * FROM v;
        CREATE MATERIALIZED VIEW plain_m AS SELECT count(*) FROM tenants;
        GRANT SELECT ON open_m, plain_m TO plumb_app""",
        ["matview:{s}.open_m"],
    ),
    Case(
        "sensitive-columns-protected",
        "a secret that the application reads is found",
        OPEN
        + """CREATE TABLE users (id int, api_key text, treatment text, certificate text);
        GRANT SELECT ON users TO plumb_app""",
        ["column:{s}.users.api_key"],
    ),
    Case(
        "sensitive-columns-protected",
        "row security and grants by column protect",
        OPEN
        + """CREATE TABLE a (id int, api_key text); ALTER TABLE a ENABLE ROW LEVEL SECURITY;
        CREATE TABLE b (id int, api_key text); GRANT SELECT ON a TO plumb_app; GRANT SELECT (id) ON b TO plumb_app;
        CREATE TABLE c (ssn text)""",
    ),
    Case(
        "rls-no-bypass-login",
        "roles of the cases: only a service that cannot log in bypasses",
        GUARDED + "GRANT SELECT ON docs TO plumb_app",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_rule(cases: CaseDatabase, case: Case) -> None:
    cases.confirm(case)


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"bypass_rls": True}, True),
        ({"bypass_rls": True, "name": "nightly_backup"}, False),
        ({"bypass_rls": True, "can_login": False}, False),
        ({"superuser": True, "name": "web_api"}, True),
        ({"superuser": True, "name": "alice"}, False),
        ({"bypass_rls": True, "name": "supabase_admin"}, False),
    ],
)
def test_a_login_past_row_security_is_found_where_it_is_an_applications(
    cases: CaseDatabase, change: dict[str, object], found: bool
) -> None:
    case = CASES[-1]
    facts = cases.facts(case)
    app = next(r for r in facts.catalog.roles.values() if r.name == "plumb_member")
    changed = replace(app, **{"name": "shop", **change})  # type: ignore[arg-type]
    catalog = replace(facts.catalog, roles={**facts.catalog.roles, app.oid: changed})
    rule = next(r for r in all_rules() if r.id == "rls-no-bypass-login")
    result = Engine([rule]).run(replace(facts, catalog=catalog)).results[0]
    assert [f.object for f in result.findings] == ([f"role:{changed.name}"] if found else [])


def test_before_15_a_view_cannot_be_the_callers(cases: CaseDatabase) -> None:
    case = next(c for c in CASES if c.rule == "view-security-invoker")
    facts = cases.facts(case)
    old = replace(facts, catalog=replace(facts.catalog, server_version=140025))
    rule = next(r for r in all_rules() if r.id == case.rule)
    result = Engine([rule]).run(old).results[0]
    assert (result.status, result.reason) == (
        Status.NOT_APPLICABLE,
        "security_invoker came with PostgreSQL 15",
    )
