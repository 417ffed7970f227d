"""Columns that change while the table is in use."""

from __future__ import annotations

from tests.migrate.intents.cases.case import DOCS, EVENTS, ORDERS, Case, column, constraint
from tests.migrate.intents.cases.tables import KEYED

DRESSED = (
    KEYED
    + """CREATE TABLE {s}.kinds (n int PRIMARY KEY); INSERT INTO {s}.kinds SELECT generate_series(1, 20);
    ALTER TABLE {s}.t ADD FOREIGN KEY (n) REFERENCES {s}.kinds; ALTER TABLE {s}.t ALTER n SET NOT NULL;
    CREATE POLICY low ON {s}.t USING (n < 15); COMMENT ON POLICY low ON {s}.t IS 'few';
    ALTER TABLE {s}.t ALTER n SET DEFAULT 7;"""
)
PARTED = """CREATE TABLE {s}.parted (id bigint, at date NOT NULL, kind text, PRIMARY KEY (id, at))
        PARTITION BY RANGE (at);
    CREATE TABLE {s}.parted_1 PARTITION OF {s}.parted FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
    CREATE TABLE {s}.parted_2 PARTITION OF {s}.parted FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
    CREATE INDEX ON {s}.parted (kind);
    INSERT INTO {s}.parted SELECT n, '2024-12-20'::date + n, n FROM generate_series(1, 20) n;"""
MOODS = """CREATE TYPE {s}.mood AS ENUM ('fine', 'sad', 'Bad');
    CREATE TABLE {s}.people (id int PRIMARY KEY, mood {s}.mood NOT NULL DEFAULT 'fine', b {s}.mood);
    CREATE INDEX ON {s}.people (mood);
    INSERT INTO {s}.people SELECT n, CASE WHEN n % 2 = 0 THEN 'sad' ELSE 'Bad' END::{s}.mood
        FROM generate_series(1, 20) n;"""
CHILDREN = """CREATE TABLE {s}.tenants (id int PRIMARY KEY); INSERT INTO {s}.tenants VALUES (1), (2);
    CREATE TABLE {s}.parents (id int PRIMARY KEY, tenant_id int NOT NULL REFERENCES {s}.tenants);
    INSERT INTO {s}.parents SELECT n, 1 + n % 2 FROM generate_series(1, 10) n;
    CREATE TABLE {s}.children (id int PRIMARY KEY, parent_id int NOT NULL REFERENCES {s}.parents);
    INSERT INTO {s}.children SELECT n, n FROM generate_series(1, 10) n;
    CREATE TABLE {s}.grandchildren (a int, b int, "Child" int NOT NULL REFERENCES {s}.children, PRIMARY KEY (a, b));
    INSERT INTO {s}.grandchildren SELECT n, n, n FROM generate_series(1, 10) n;"""

CASES = (
    Case(
        "retype-with-everything",
        "change-type",
        DRESSED,
        {"table": "{s}.t", "column": "n", "type": "bigint"},
        column("t", "n", "atttypid = 'int8'::regtype AND attnotnull")
        + " AND "
        + constraint("t_code", "convalidated"),
        exact=False,
    ),
    Case(
        "retype-partitioned",
        "change-type",
        PARTED,
        {"table": "{s}.parted", "column": "kind", "type": "int"},
        column("parted_2", "kind", "atttypid = 'int4'::regtype"),
        exact=False,
    ),
    Case(
        "retype-catalog-only",
        "change-type",
        "CREATE TABLE {s}.t (a varchar(10), b numeric(8, 2)); CREATE INDEX ON {s}.t (a);"
        " CREATE INDEX ON {s}.t (lower(b::text));"
        " INSERT INTO {s}.t VALUES ('a', 1);",
        {"table": "{s}.t", "column": "a", "type": "varchar(20)"},
        column("t", "a", "atttypmod = 24"),
    ),
    Case(
        "retype-checked",
        "change-type",
        "CREATE TABLE {s}.t (id int PRIMARY KEY, b numeric(8, 2) CHECK (b > 0)); INSERT INTO {s}.t VALUES (1, 1);",
        {"table": "{s}.t", "column": "b", "type": "numeric(12,2)"},
        column("t", "b", "atttypmod = 786438"),
        exact=False,
    ),
    Case(
        "column-volatile-not-null",
        "add-column",
        ORDERS,
        {
            "table": "{s}.orders",
            "column": "U",
            "type": "uuid",
            "default": "gen_random_uuid()",
            "not_null": True,
        },
        column("orders", "U", "attnotnull"),
    ),
    Case(
        "column-partitioned",
        "add-column",
        PARTED,
        {
            "table": "{s}.parted",
            "column": "u",
            "type": "double precision",
            "default": "random()",
            "not_null": True,
        },
        column("parted_1", "u", "attnotnull"),
    ),
    Case(
        "column-of-a-domain",
        "add-column",
        ORDERS + "CREATE DOMAIN {s}.positive AS int CHECK (VALUE > 0);",
        {"table": "{s}.orders", "column": "p", "type": "{s}.positive"},
        column("orders", "p", "true"),
        online=False,
    ),
    Case(
        "column-renamed",
        "rename-column",
        DRESSED,
        {"table": "{s}.t", "column": "Code", "name": "short code"},
        column("t", "short code", "attnotnull"),
    ),
    Case(
        "enum-value-gone",
        "enum-remove-value",
        MOODS,
        {"enum": "{s}.mood", "value": "Bad", "replacement": "sad"},
        "(SELECT count(*) = 2 FROM pg_enum WHERE enumtypid = '{s}.mood'::regtype)"
        " AND (SELECT bool_and(mood = 'sad') FROM {s}.people)",
        exact=False,
    ),
    Case(
        "split",
        "split-column",
        ORDERS,
        {
            "table": "{s}.customers",
            "column": "email",
            "into": {"user": "split_part(email, '@', 1)", "Host": "split_part(email, '@', 2)"},
            "back": '"user" || \'@\' || "Host"',
        },
        "(SELECT \"Host\" = 'x' FROM {s}.customers WHERE id = 1)",
    ),
    Case(
        "split-drop",
        "split-column",
        ORDERS,
        {"table": "{s}.customers", "column": "email", "into": {"u": "lower(email)"}, "drop": True},
        "(SELECT count(*) = 3 FROM pg_attribute WHERE attrelid = '{s}.customers'::regclass"
        " AND attnum > 0 AND NOT attisdropped)"
        " AND (SELECT u = 'a@x' FROM {s}.customers WHERE id = 1)",
        exact=False,
    ),
    Case(
        "merge",
        "merge-columns",
        ORDERS,
        {
            "table": "{s}.orders",
            "columns": ["note", "Total"],
            "name": "both",
            "value": 'note || "Total"::text',
        },
        "(SELECT \"both\" = 'n1.00' FROM {s}.orders WHERE id = 1)",
        exact=True,
    ),
    Case(
        "backfill-partitioned",
        "backfill-column",
        PARTED,
        {"table": "{s}.parted", "column": "kind", "value": "'new'"},
        "(SELECT bool_and(kind = 'new') FROM {s}.parted)",
        exact=False,
    ),
    Case(
        "key-of-partitions",
        "add-foreign-key",
        PARTED
        + "CREATE TABLE {s}.kinds (kind text PRIMARY KEY); INSERT INTO {s}.kinds SELECT generate_series(1, 20);",
        {"table": "{s}.parted", "columns": ["kind"], "references": "{s}.kinds"},
        constraint("parted_kind_fkey", "convalidated"),
    ),
    Case(
        "timestamps-partitioned",
        "add-timestamps",
        EVENTS,
        {"table": "{s}.events", "updated": "Changed at"},
        column("events_2024", "Changed at", "attnotnull"),
    ),
    Case(
        "retype-without-a-key",
        "change-type",
        DOCS,
        {"table": "{s}.docs", "column": "id", "type": "bigint"},
        column("docs", "id", "atttypid = 'int8'::regtype"),
        online=False,
    ),
    Case(
        "retype-without-equality",
        "change-type",
        "CREATE TABLE {s}.t (id int PRIMARY KEY, a json NOT NULL, b jsonb);"
        " INSERT INTO {s}.t VALUES (1, '[1]', '[2]');",
        {"table": "{s}.t", "column": "a", "type": "jsonb"},
        column("t", "a", "atttypid = 'jsonb'::regtype AND attnotnull"),
        exact=False,
    ),
    Case(
        "retype-to-json",
        "change-type",
        "CREATE TABLE {s}.t (id int PRIMARY KEY, a jsonb); INSERT INTO {s}.t VALUES (1, '[1]');",
        {"table": "{s}.t", "column": "a", "type": "json"},
        column("t", "a", "atttypid = 'json'::regtype"),
        exact=False,
    ),
    Case(
        "timestamps-beside-json",
        "add-timestamps",
        "CREATE TABLE {s}.t (id int PRIMARY KEY, a json); INSERT INTO {s}.t VALUES (1, '[1]');",
        {"table": "{s}.t"},
        column("t", "created_at", "attnotnull"),
    ),
)
