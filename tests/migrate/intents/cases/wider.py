"""Cases of intents whose effect lies outside of any schema: extensions, roles, publications, the server."""

from __future__ import annotations

from tests.migrate.intents.cases.case import Case

CASES = (
    Case("schema-made", "create-schema", "CREATE ROLE wide_reader;",
         {"name": "wide_new", "usage": ["wide_reader"]}, "to_regnamespace('wide_new') IS NOT NULL"),
    Case("extension", "create-extension", "", {"extension": "pg_trgm", "schema": "wide_extensions"},
         "EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_trgm')"),
    Case("extension-moved", "alter-extension-schema",
         "CREATE EXTENSION citext SCHEMA {s}; CREATE SCHEMA wide_other;",
         {"extension": "citext", "schema": "wide_other"}, "to_regtype('wide_other.citext') IS NOT NULL"),
    Case("extension-updated", "update-extension", "CREATE EXTENSION hstore SCHEMA {s} VERSION '1.7';",
         {"extension": "hstore"}, "EXISTS (SELECT FROM pg_extension WHERE extversion = '1.8')", exact=False),
    Case("publication", "alter-publication",
         "CREATE TABLE {s}.a (id int PRIMARY KEY); CREATE TABLE {s}.b (id int PRIMARY KEY);"
         " CREATE PUBLICATION wide_p FOR TABLE {s}.a WITH (publish = 'insert, truncate');",
         {"publication": "wide_p", "add": ["{s}.b"], "drop": ["{s}.a"], "publish": ["insert", "delete"]},
         "EXISTS (SELECT FROM pg_publication WHERE pubdelete)"),
    Case("role", "alter-role", "CREATE ROLE wide_worker;", {"role": "wide_worker", "options": ["CREATEDB"]},
         "EXISTS (SELECT FROM pg_roles WHERE rolname = 'wide_worker' AND rolcreatedb)"),
    Case("role-setting", "alter-role-setting", "CREATE ROLE wide_slow;",
         {"role": "wide_slow", "setting": "statement_timeout", "value": "30s"},
         "EXISTS (SELECT FROM pg_db_role_setting WHERE setrole = 'wide_slow'::regrole)"),
    Case("system-setting", "alter-system-setting", "",
         {"setting": "log_autovacuum_min_duration", "value": "250ms"},
         "EXISTS (SELECT FROM pg_file_settings WHERE name = 'log_autovacuum_min_duration')"),
    Case("membership", "grant", "CREATE ROLE wide_group; CREATE ROLE wide_member;",
         {"membership": "wide_group", "role": "wide_member"}, "pg_has_role('wide_member', 'wide_group', 'MEMBER')"),
)  # fmt: skip
