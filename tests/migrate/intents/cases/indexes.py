"""Indexes and what they back."""

from __future__ import annotations

from tests.migrate.intents.cases.case import EVENTS, ORDERS, Case, constraint, exists, index, relation

CASES = (
    Case(
        "index",
        "create-index",
        ORDERS,
        {"table": "{s}.orders", "columns": ["customer_id", "Total"]},
        index('"idx_orders_customer_id_Total"', "indisvalid"),
        expect=("CONCURRENTLY",),
    ),
    Case(
        "index-of-every-kind",
        "create-index",
        ORDERS,
        {
            "table": "{s}.orders",
            "columns": ["note"],
            "opclass": "text_pattern_ops",
            "include": ["id"],
            "where": "note IS NOT NULL",
            "name": "by note",
        },
        exists('"by note"'),
    ),
    Case(
        "index-expression",
        "create-index",
        ORDERS,
        {"table": "{s}.customers", "expressions": ["lower(email)"], "unique": True},
        exists("idx_customers_expr"),
    ),
    Case(
        "index-on-partitions",
        "create-index",
        EVENTS,
        {"table": "{s}.events", "columns": ["kind"]},
        index("idx_events_kind", "indisvalid"),
        expect=("ON ONLY", "ATTACH PARTITION"),
    ),
    Case(
        "index-name-taken",
        "create-index",
        ORDERS + "CREATE INDEX idx_orders_note ON {s}.orders (id);",
        {"table": "{s}.orders", "columns": ["note"]},
        exists("idx_orders_note_1"),
    ),
    Case(
        "index-in-place-of-another",
        "create-index",
        ORDERS + "CREATE INDEX old ON {s}.orders (note DESC);",
        {"table": "{s}.orders", "columns": ["note"], "where": "note IS NOT NULL", "replaces": "{s}.old"},
        "to_regclass('{s}.old') IS NULL AND to_regclass('{s}.idx_orders_note') IS NOT NULL",
        expect=("CREATE INDEX CONCURRENTLY", "DROP INDEX CONCURRENTLY"),
    ),
    Case(
        "drop-index",
        "drop-index",
        ORDERS
        + 'CREATE INDEX old ON {s}.orders ("Total" DESC, note text_pattern_ops NULLS FIRST) INCLUDE (id)'
        " WITH (fillfactor=70) WHERE note IS NOT NULL; COMMENT ON INDEX {s}.old IS 'it''s old';",
        {"index": "{s}.old"},
        "to_regclass('{s}.old') IS NULL",
        expect=("CONCURRENTLY",),
    ),
    Case(
        "drop-index-expressions",
        "drop-index",
        ORDERS
        + """CREATE UNIQUE INDEX old ON {s}.customers (lower(email) COLLATE "C" DESC, (org + 1), (email || ', ('));""",
        {"index": "{s}.old"},
        "to_regclass('{s}.old') IS NULL",
    ),
    Case(
        "drop-index-gin",
        "drop-index",
        "CREATE TABLE {s}.j (doc jsonb, tags text[]); CREATE INDEX old ON {s}.j USING gin (doc jsonb_path_ops, tags);",
        {"index": "{s}.old"},
        "to_regclass('{s}.old') IS NULL",
    ),
    Case(
        "drop-index-partitioned",
        "drop-index",
        EVENTS + "CREATE INDEX old ON {s}.events (kind);",
        {"index": "{s}.old"},
        "to_regclass('{s}.old') IS NULL",
        online=True,
        exact=False,
    ),
    Case(
        "reindex",
        "reindex",
        ORDERS + "CREATE INDEX old ON {s}.orders (note);",
        {"index": "{s}.old"},
        exists("old"),
        exact=False,
    ),
    Case(
        "primary-key",
        "add-primary-key",
        "CREATE TABLE {s}.t (a int, b int NOT NULL); INSERT INTO {s}.t SELECT n, n FROM generate_series(1, 9) n;",
        {"table": "{s}.t", "columns": ["b", "a"]},
        "EXISTS (SELECT FROM pg_constraint WHERE conrelid = '{s}.t'::regclass AND contype = 'p')",
        expect=("CONCURRENTLY", "USING INDEX"),
    ),
    Case(
        "primary-key-new-column",
        "add-primary-key",
        "CREATE TABLE {s}.t (a int);",
        {"table": "{s}.t"},
        "EXISTS (SELECT FROM pg_constraint WHERE conrelid = '{s}.t'::regclass AND contype = 'p')",
        online=False,
    ),
    Case(
        "primary-key-partitioned",
        "add-primary-key",
        EVENTS.replace("PARTITION BY LIST (kind)", "PARTITION BY RANGE (at)").replace(
            "FOR VALUES IN ('a')", "FOR VALUES FROM ('2025-01-01') TO ('2025-02-01')"
        ),
        {"table": "{s}.events", "columns": ["id", "at"]},
        "EXISTS (SELECT FROM pg_constraint WHERE conrelid = '{s}.events'::regclass AND contype = 'p')",
    ),
    Case(
        "unique",
        "add-unique",
        ORDERS,
        {"table": "{s}.customers", "columns": ["org", "email"]},
        constraint("customers_org_email_key"),
    ),
    Case(
        "unique-nulls-not-distinct",
        "add-unique",
        ORDERS,
        {"table": "{s}.customers", "columns": ["email"], "nulls_not_distinct": True},
        index("customers_email_key", "indnullsnotdistinct"),
        since=15,
    ),
    Case(
        "unique-from-index",
        "add-unique",
        ORDERS + "CREATE UNIQUE INDEX u ON {s}.customers (email) INCLUDE (org);",
        {"table": "{s}.customers", "index": "{s}.u", "name": "customers_email_key"},
        constraint("customers_email_key"),
    ),
    Case(
        "replica-identity",
        "set-replica-identity",
        "CREATE TABLE {s}.t (id int NOT NULL); CREATE UNIQUE INDEX u ON {s}.t (id);",
        {"table": "{s}.t", "index": "{s}.u"},
        relation("t", "relreplident = 'i'"),
    ),
    Case(
        "replica-identity-full",
        "set-replica-identity",
        "CREATE TABLE {s}.t (id int NOT NULL);",
        {"table": "{s}.t", "identity": "full"},
        relation("t", "relreplident = 'f'"),
    ),
)
