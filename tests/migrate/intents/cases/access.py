"""Who may see and do what."""

from __future__ import annotations

from tests.migrate.intents.cases.case import DOCS, ORDERS, Case, function, policy, relation

CASES = (
    Case(
        "rls",
        "enable-rls",
        DOCS,
        {"table": "{s}.docs", "force": True},
        relation("docs", "relrowsecurity AND relforcerowsecurity"),
    ),
    Case(
        "rls-with-policy",
        "enable-rls",
        "CREATE TABLE {s}.plain (id int);",
        {"table": "{s}.plain", "using": "id = 1"},
        relation("plain", "relrowsecurity")
        + " AND EXISTS (SELECT 1 FROM pg_policy WHERE polrelid = '{s}.plain'::regclass)",
    ),
    Case(
        "rls-forced",
        "force-rls",
        DOCS,
        {"table": "{s}.docs"},
        relation("docs", "relforcerowsecurity"),
    ),
    Case(
        "policy",
        "create-policy",
        DOCS,
        {
            "table": "{s}.docs",
            "command": "insert",
            "roles": ["pg_monitor", "PUBLIC"],
            "using": "tenant_id = '0188a9e0-0000-7000-8000-000000000000'",
            "restrictive": True,
        },
        policy("docs_insert_policy", "NOT polpermissive AND polwithcheck IS NOT NULL"),
    ),
    Case(
        "policy-using",
        "alter-policy",
        DOCS,
        {"table": "{s}.docs", "policy": "readers", "using": "id > 1", "roles": ["pg_monitor"]},
        policy("readers", "pg_get_expr(polqual, polrelid) = '(id > 1)'"),
    ),
    Case(
        "policy-check-added",
        "alter-policy",
        DOCS + "COMMENT ON POLICY writers ON {s}.docs IS 'all of them';",
        {"table": "{s}.docs", "policy": "writers", "check": "id > 1"},
        policy("writers", "polwithcheck IS NOT NULL"),
    ),
    Case(
        "view-options",
        "set-view-options",
        ORDERS + "CREATE VIEW {s}.v WITH (security_barrier=false) AS SELECT id FROM {s}.orders;",
        {"view": "{s}.v", "options": {"security_invoker": "true", "security_barrier": "true"}},
        relation("v", "reloptions @> '{{security_invoker=true,security_barrier=true}}'"),
        since=15,
    ),
    Case(
        "revoke-table",
        "revoke",
        ORDERS + "GRANT SELECT, INSERT ON {s}.orders TO pg_monitor; GRANT UPDATE ON {s}.orders TO pg_monitor"
        " WITH GRANT OPTION; GRANT SELECT ON {s}.orders TO PUBLIC;",
        {"table": ["{s}.orders"], "privilege": "ALL", "role": ["PUBLIC", "pg_monitor"]},
        "NOT has_table_privilege('pg_monitor', '{s}.orders', 'SELECT')",
    ),
    Case(
        "revoke-schema",
        "revoke",
        "GRANT CREATE, USAGE ON SCHEMA {s} TO PUBLIC;",
        {"schema": "{s}", "privilege": "CREATE", "role": "PUBLIC"},
        "NOT has_schema_privilege('pg_monitor', '{s}', 'CREATE')",
    ),
    Case(
        "revoke-function",
        "revoke",
        "CREATE TYPE {s}.e AS ENUM ('a'); CREATE FUNCTION {s}.f(a {s}.e, b \"char\", c text[]) RETURNS int LANGUAGE sql"
        " AS 'SELECT 1';",
        {"object": "function:{s}.f(e,char,_text)", "privilege": ["EXECUTE"], "role": ["PUBLIC"]},
        function("NOT has_function_privilege('pg_monitor', oid, 'EXECUTE')"),
    ),
    Case(
        "revoke-columns",
        "revoke",
        ORDERS + "GRANT UPDATE (note, id) ON {s}.orders TO pg_monitor;",
        {"table": "{s}.orders", "columns": ["note"], "privilege": "UPDATE", "role": "pg_monitor"},
        "NOT has_column_privilege('pg_monitor', '{s}.orders', 'note', 'UPDATE')",
    ),
    Case(
        "grant-table",
        "grant",
        ORDERS + "GRANT SELECT ON {s}.orders TO pg_monitor;",
        {"object": "table:{s}.orders", "privilege": ["SELECT", "DELETE"], "role": "pg_monitor"},
        "has_table_privilege('pg_monitor', '{s}.orders', 'DELETE')",
    ),
    Case(
        "function-search-path",
        "set-function-option",
        "CREATE FUNCTION {s}.f(a int, VARIADIC b numeric[]) RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1';",
        {"function": "{s}.f(int4,_numeric)", "setting": "search_path", "value": "", "leakproof": True},
        function("proconfig = ARRAY['search_path=\"\"'] AND proleakproof"),
        owned=False,
    ),
    Case(
        "function-everything",
        "set-function-option",
        "CREATE FUNCTION {s}.f() RETURNS int LANGUAGE sql SECURITY DEFINER"
        " SET search_path = \"$user\", public, 'My Schema' AS 'SELECT 1';",
        {
            "function": "{s}.f()",
            "setting": "search_path",
            "value": "pg_catalog, pg_temp",
            "security": "invoker",
            "volatility": "stable",
            "parallel": "safe",
        },
        function(
            "proconfig[1] = 'search_path=pg_catalog, pg_temp' AND NOT prosecdef AND provolatile = 's'"
            " AND proparallel = 's'"
        ),
    ),
)
