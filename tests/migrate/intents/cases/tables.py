"""Whole tables, and what stands beside them: views, functions, types, schemas."""

from __future__ import annotations

from tests.migrate.intents.cases.case import EVENTS, ORDERS, Case, column, exists, relation

KEYED = """CREATE TABLE {s}.t (id int PRIMARY KEY,
        "Code" text NOT NULL DEFAULT 'x', n int CHECK (n > 0), at date NOT NULL);
    ALTER TABLE {s}.t ADD CONSTRAINT t_code UNIQUE ("Code", n);
    CREATE INDEX low ON {s}.t (lower("Code")) WHERE "Code" <> '';
    COMMENT ON COLUMN {s}.t."Code" IS 'short';
    GRANT SELECT ("Code") ON {s}.t TO pg_monitor;
    INSERT INTO {s}.t SELECT n, 'c' || n, n, now() FROM generate_series(1, 20) n;"""

CASES = (
    Case(
        "table-new",
        "create-table",
        ORDERS,
        {
            "name": '{s}."Order lines"',
            "columns": ["amount numeric(12,2) NOT NULL", "order_id bigint NOT NULL"],
            "references": {"order_id": "{s}.orders"},
            "tenant": "customer_id",
            "tenant_table": "{s}.customers",
            "indexes": ["(amount, order_id)"],
            "writers": ["pg_monitor"],
            "comment": "what was bought",
        },
        relation('"Order lines"', "relrowsecurity AND relforcerowsecurity"),
    ),
    Case(
        "table-new-uuid",
        "create-table",
        "",
        {"name": "{s}.t", "key": "uuid", "timestamps": False, "columns": ["note text"]},
        column("t", "id", "atttypid = 'uuid'::regtype"),
    ),
    Case(
        "table-dropped",
        "drop-table",
        ORDERS,
        {"table": "{s}.orders"},
        "to_regclass('{s}.orders') IS NULL",
        exact=False,
    ),
    Case(
        "table-dropped-referenced",
        "drop-table",
        ORDERS + "ALTER TABLE {s}.orders ADD FOREIGN KEY (customer_id) REFERENCES {s}.customers;",
        {"table": "{s}.customers"},
        "to_regclass('{s}.customers') IS NULL",
        exact=False,
    ),
    Case(
        "table-archived",
        "drop-table",
        ORDERS + "ALTER TABLE {s}.orders ADD FOREIGN KEY (customer_id) REFERENCES {s}.customers;",
        {"table": "{s}.orders", "archive": True, "archive_schema": "{s} kept"},
        "to_regclass('{s}.orders') IS NULL",
    ),
    Case(
        "column-dropped",
        "drop-column",
        KEYED,
        {"table": "{s}.t", "column": "Code"},
        "NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = '{s}.t'::regclass AND attname = 'Code')",
        exact=False,
    ),
    Case(
        "column-dropped-archived",
        "drop-column",
        KEYED,
        {"table": "{s}.t", "column": "at", "archive": True},
        exists("t_at_archive"),
    ),
    Case(
        "schema-moved",
        "set-schema",
        ORDERS + "CREATE SCHEMA IF NOT EXISTS elsewhere;",
        {"relation": "{s}.orders", "schema": "elsewhere"},
        "to_regclass('elsewhere.orders') IS NOT NULL",
        owned=False,
    ),
    Case(
        "view-new",
        "create-view",
        ORDERS,
        {
            "name": "big",
            "schema": "{s}",
            "query": "SELECT id FROM {s}.orders;",
            "readers": "pg_monitor",
            "comment": "x",
        },
        "has_table_privilege('pg_monitor', to_regclass('{s}.big'), 'SELECT')",
    ),
    Case(
        "matview-new",
        "create-matview",
        ORDERS,
        {
            "name": "sums",
            "schema": "{s}",
            "query": "SELECT note, count(*) AS n FROM {s}.orders GROUP BY 1",
            "key": ["note"],
        },
        relation("sums", "relispopulated"),
    ),
    Case(
        "matview-refreshed",
        "refresh-matview",
        ORDERS
        + "CREATE MATERIALIZED VIEW {s}.m AS SELECT id FROM {s}.orders; CREATE UNIQUE INDEX ON {s}.m (id);"
        " DELETE FROM {s}.orders;",
        {"matview": "{s}.m"},
        "NOT EXISTS (SELECT FROM {s}.m)",
        exact=False,
    ),
    Case(
        "matview-refreshed-plain",
        "refresh-matview",
        ORDERS + "CREATE MATERIALIZED VIEW {s}.m AS SELECT id FROM {s}.orders WITH NO DATA;",
        {"matview": "{s}.m"},
        relation("m", "relispopulated"),
        online=False,
        exact=False,
    ),
    Case(
        "function-new",
        "create-function",
        "",
        {
            "name": "Twice",
            "schema": "{s}",
            "arguments": "n integer",
            "returns": "integer",
            "body": " SELECT n * 2 ",
            "language": "sql",
            "volatility": "IMMUTABLE",
            "security_definer": True,
            "callers": ["pg_monitor"],
        },
        "has_function_privilege('pg_monitor', to_regprocedure('{s}.\"Twice\"(integer)'), 'EXECUTE')"
        " AND NOT has_function_privilege('pg_read_all_data', to_regprocedure('{s}.\"Twice\"(integer)'), 'EXECUTE')",
        since=14,
    ),
    Case(
        "enum-new",
        "create-enum",
        "",
        {"name": "mood", "schema": "{s}", "values": ["fine", "it's bad"]},
        "to_regtype('{s}.mood') IS NOT NULL",
    ),
    Case(
        "enum-value",
        "enum-add-value",
        "CREATE TYPE {s}.mood AS ENUM ('a', 'c');",
        {"enum": "{s}.mood", "value": "b'", "before": "c"},
        "EXISTS (SELECT FROM pg_enum WHERE enumtypid = '{s}.mood'::regtype"
        " AND enumlabel = 'b''' AND enumsortorder = 1.5)",
        exact=False,
    ),
    Case(
        "sequence-new",
        "create-sequence",
        ORDERS,
        {"name": "Numbers", "schema": "{s}", "increment": 10, "table": "{s}.orders", "column": "Total"},
        exists('"Numbers"'),
    ),
    Case(
        "statistics-new",
        "create-statistics",
        ORDERS,
        {"table": "{s}.orders", "columns": ["note", "Total"], "kinds": ["mcv"]},
        "EXISTS (SELECT FROM pg_statistic_ext WHERE stxrelid = '{s}.orders'::regclass)",
    ),
    Case(
        "exclusion",
        "add-exclusion-constraint",
        "CREATE TABLE {s}.stays (id int, during int4range); INSERT INTO {s}.stays VALUES (1, '[1,2)');",
        {"table": "{s}.stays", "elements": "during WITH &&", "where": "id > 0"},
        exists("stays_excl"),
        online=False,
    ),
    Case(
        "soft",
        "soft-delete",
        KEYED + 'CREATE UNIQUE INDEX "By N" ON {s}.t (n) WHERE n > 1;',
        {"table": "{s}.t", "view": "live"},
        exists("t_code_live"),
    ),
    Case(
        "soft-partitioned",
        "soft-delete",
        EVENTS,
        {"table": "{s}.events"},
        column("events_2024", "deleted_at", "true"),
    ),
    Case(
        "audit",
        "audit-trail",
        ORDERS,
        {"table": "{s}.orders", "actor": "nullif(current_setting('app.user', true), '')"},
        exists("orders_audit"),
    ),
    Case(
        "audit-partitioned",
        "audit-trail",
        EVENTS,
        {"table": "{s}.events", "name": "Who did it"},
        exists('"Who did it"'),
    ),
    Case(
        "seed",
        "seed-data",
        ORDERS,
        {
            "table": "{s}.customers",
            "columns": ["id", "email"],
            "rows": ["(1, 'new')", "(3, 'it''s')"],
            "update": True,
        },
        "(SELECT array_agg(email ORDER BY id) = ARRAY['new', 'b@x', 'it''s'] FROM {s}.customers)",
        exact=False,
    ),
)
