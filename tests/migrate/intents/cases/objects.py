"""Comments, names, storage, triggers and upkeep."""

from __future__ import annotations

from tests.migrate.intents.cases.case import (
    DOCS,
    EVENTS,
    ORDERS,
    Case,
    column,
    constraint,
    exists,
    policy,
    relation,
)

CASES = (
    Case(
        "comment-column",
        "comment",
        ORDERS + "COMMENT ON COLUMN {s}.orders.\"Total\" IS 'with tax';",
        {"object": 'column:{s}.orders."Total"', "comment": "it's \\ net"},
        "col_description('{s}.orders'::regclass, 3) = E'it''s \\\\ net'",
    ),
    Case(
        "comment-domain",
        "comment",
        "CREATE DOMAIN {s}.d AS text;",
        {"object": "type:{s}.d", "comment": "x"},
        "obj_description('{s}.d'::regtype, 'pg_type') = 'x'",
    ),
    Case(
        "comment-function",
        "comment",
        "CREATE PROCEDURE {s}.p(a int) LANGUAGE sql AS 'SELECT 1';",
        {"object": "function:{s}.p(int4)", "comment": "x"},
        "obj_description((SELECT oid FROM pg_proc WHERE pronamespace = '{s}'::regnamespace), 'pg_proc') = 'x'",
    ),
    Case(
        "storage",
        "set-storage",
        EVENTS + "ALTER TABLE {s}.events_2024 SET (fillfactor=80);",
        {"table": "{s}.events", "options": {"autovacuum_vacuum_scale_factor": "0.01", "fillfactor": "90"}},
        relation("events_2024", "reloptions @> '{{fillfactor=90}}'"),
    ),
    Case(
        "storage-toast",
        "reset-storage",
        "CREATE TABLE {s}.t (a text) WITH (autovacuum_enabled=off, fillfactor=70);",
        {"table": "{s}.t", "options": ["autovacuum_enabled"]},
        relation("t", "reloptions = '{{fillfactor=70}}'"),
    ),
    Case(
        "rename-column",
        "rename",
        ORDERS,
        {"object": 'column:{s}.orders."Total"', "name": "total"},
        column("orders", "total", "true"),
    ),
    Case(
        "rename-index",
        "rename",
        ORDERS + "CREATE INDEX ix1 ON {s}.orders (note);",
        {"object": "index:{s}.ix1", "name": "idx_orders_note"},
        exists("idx_orders_note"),
    ),
    Case(
        "rename-constraint",
        "rename",
        ORDERS
        + "ALTER TABLE {s}.orders ADD CONSTRAINT f FOREIGN KEY (customer_id) REFERENCES {s}.customers;",
        {"object": "fk:{s}.orders.f", "name": "orders_customer_id_fkey"},
        constraint("orders_customer_id_fkey"),
    ),
    Case(
        "rename-policy",
        "rename",
        DOCS,
        {"object": "policy:{s}.docs.readers", "name": "docs select"},
        policy("docs select", "true"),
    ),
    Case(
        "rename-function",
        "rename",
        "CREATE FUNCTION {s}.\"F(x\"(int) RETURNS int LANGUAGE sql AS 'SELECT 1';",
        {"object": 'function:{s}."F(x"(int4)', "name": "f"},
        "EXISTS (SELECT FROM pg_proc WHERE pronamespace = '{s}'::regnamespace AND proname = 'f')",
    ),
    Case(
        "touch-trigger",
        "create-trigger",
        "CREATE TABLE {s}.t (id int, updated_at timestamptz); INSERT INTO {s}.t VALUES (1);",
        {"table": "{s}.t", "column": "updated_at"},
        "EXISTS (SELECT FROM pg_trigger WHERE tgrelid = '{s}.t'::regclass)",
    ),
    Case(
        "trigger",
        "create-trigger",
        "CREATE TABLE {s}.t (id int); CREATE FUNCTION {s}.audit() RETURNS trigger LANGUAGE plpgsql AS"
        " 'BEGIN RETURN NULL; END';",
        {"table": "{s}.t", "function": "{s}.audit", "events": ["INSERT", "delete"], "timing": "AFTER"},
        "EXISTS (SELECT FROM pg_trigger WHERE tgname = 't_audit' AND tgrelid = '{s}.t'::regclass)",
    ),
    Case(
        "enable-trigger",
        "enable-trigger",
        "CREATE TABLE {s}.t (id int); CREATE FUNCTION {s}.audit() RETURNS trigger LANGUAGE plpgsql AS"
        " 'BEGIN RETURN NULL; END'; CREATE TRIGGER \"A\" AFTER INSERT ON {s}.t"
        " FOR EACH ROW EXECUTE FUNCTION {s}.audit();"
        ' ALTER TABLE {s}.t DISABLE TRIGGER "A";',
        {"table": "{s}.t", "trigger": "A"},
        "(SELECT tgenabled = 'O' FROM pg_trigger WHERE tgrelid = '{s}.t'::regclass)",
    ),
    Case(
        "enable-triggers",
        "enable-trigger",
        "CREATE TABLE {s}.t (id int); CREATE FUNCTION {s}.audit() RETURNS trigger LANGUAGE plpgsql AS"
        " 'BEGIN RETURN NULL; END'; CREATE TRIGGER a AFTER INSERT ON {s}.t EXECUTE FUNCTION {s}.audit();"
        " CREATE TRIGGER b AFTER INSERT ON {s}.t EXECUTE FUNCTION {s}.audit(); ALTER TABLE {s}.t DISABLE TRIGGER ALL;",
        {"table": "{s}.t", "triggers": ["a", "b"]},
        "(SELECT bool_and(tgenabled = 'O') FROM pg_trigger WHERE tgrelid = '{s}.t'::regclass)",
    ),
    Case(
        "logged",
        "set-logged",
        "CREATE UNLOGGED TABLE {s}.t (id int);",
        {"table": "{s}.t"},
        relation("t", "relpersistence = 'p'"),
        online=False,
    ),
    Case(
        "analyze",
        "analyze",
        "CREATE TABLE {s}.t (id int, b int); INSERT INTO {s}.t SELECT n, n FROM generate_series(1, 9) n;",
        {"table": "{s}.t"},
        relation("t", "reltuples = 9"),
        exact=False,
    ),
    Case(
        "vacuum",
        "vacuum",
        "CREATE TABLE {s}.t (id int); INSERT INTO {s}.t SELECT n FROM generate_series(1, 9) n;",
        {"table": "{s}.t", "analyze": True, "freeze": True},
        relation("t", "relallvisible = 1"),
        exact=False,
    ),
)
