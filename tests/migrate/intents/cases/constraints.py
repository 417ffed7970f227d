"""Constraints."""

from __future__ import annotations

from tests.migrate.intents.cases.case import EVENTS, ORDERS, Case, column, constraint

CASES = (
    Case(
        "foreign-key",
        "add-foreign-key",
        ORDERS,
        {
            "table": "{s}.orders",
            "columns": ["customer_id"],
            "references": "{s}.customers",
            "on_delete": "set null",
        },
        constraint("orders_customer_id_fkey", "convalidated"),
        expect=("NOT VALID", "VALIDATE CONSTRAINT", "ON DELETE SET NULL"),
    ),
    Case(
        "replace-foreign-key",
        "replace-foreign-key",
        ORDERS + "ALTER TABLE {s}.orders ADD CONSTRAINT f FOREIGN KEY (customer_id) REFERENCES {s}.customers"
        " ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED;",
        {"table": "{s}.orders", "constraint": "f", "on_delete": "RESTRICT"},
        constraint("f", "convalidated AND confdeltype = 'r' AND confupdtype = 'c' AND condeferred"),
    ),
    Case(
        "validate-check",
        "validate-constraint",
        ORDERS
        + 'ALTER TABLE {s}.orders ADD CONSTRAINT "Positive" CHECK ("Total" > 0 AND note <> \'x\') NOT VALID;',
        {"table": "{s}.orders", "constraint": "Positive"},
        constraint("Positive", "convalidated"),
    ),
    Case(
        "check",
        "add-check",
        ORDERS,
        {"table": "{s}.orders", "expression": '"Total" >= 0', "columns": ["Total"]},
        constraint("orders_Total_check", "convalidated"),
    ),
    Case(
        "check-partitioned",
        "add-check",
        EVENTS,
        {"table": "{s}.events", "expression": "id > 0", "name": "positive"},
        constraint("positive", "convalidated"),
    ),
    Case(
        "drop-foreign-key",
        "drop-constraint",
        ORDERS
        + "ALTER TABLE {s}.orders ADD CONSTRAINT f FOREIGN KEY (customer_id) REFERENCES {s}.customers MATCH FULL"
        " ON DELETE CASCADE;",
        {"table": "{s}.orders", "constraint": "f"},
        "NOT " + constraint("f"),
    ),
    Case(
        "drop-unvalidated-check",
        "drop-constraint",
        ORDERS + "ALTER TABLE {s}.orders ADD CONSTRAINT k CHECK (id > 3) NO INHERIT NOT VALID;",
        {"table": "{s}.orders", "constraint": "k"},
        "NOT " + constraint("k"),
    ),
    Case(
        "drop-unique",
        "drop-constraint",
        ORDERS + "ALTER TABLE {s}.customers ADD CONSTRAINT u UNIQUE (email) INCLUDE (org);",
        {"table": "{s}.customers", "constraint": "u"},
        "NOT " + constraint("u"),
    ),
    Case(
        "not-null",
        "set-not-null",
        ORDERS,
        {"table": "{s}.orders", "column": "customer_id"},
        column("orders", "customer_id", "attnotnull"),
        expect=("NOT VALID", "VALIDATE CONSTRAINT"),
    ),
    Case(
        "not-null-proved",
        "set-not-null",
        ORDERS + 'ALTER TABLE {s}.orders ADD CONSTRAINT nn CHECK ("Total" IS NOT NULL);',
        {"table": "{s}.orders", "column": "Total"},
        column("orders", "Total", "attnotnull"),
        expect=('ALTER COLUMN "Total" SET NOT NULL;',),
    ),
    Case(
        "not-null-with-default",
        "set-not-null",
        ORDERS,
        {"table": "{s}.orders", "column": "note", "default": "''"},
        "(SELECT attnotnull AND atthasdef FROM pg_attribute WHERE attname = 'note'"
        " AND attrelid = '{s}.orders'::regclass)",
        expect=("SET DEFAULT ''", "NOT VALID"),
    ),
    Case(
        "not-null-partitioned",
        "set-not-null",
        EVENTS,
        {"table": "{s}.events", "columns": ["id", "kind"]},
        "(SELECT bool_and(attnotnull) FROM pg_attribute WHERE attname = 'id'"
        " AND attrelid IN ('{s}.events'::regclass, '{s}.events_2025_a'::regclass))",
    ),
)
