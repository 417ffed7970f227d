"""One case of each intent: its fields, the world that it runs in, and what others do there meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pgplumb.checks.finding import Value

Ways = tuple[tuple[str, ...], ...]

READ_ITEMS: Ways = (
    ("SELECT touched FROM items WHERE id = %(n)s",),
    ("SELECT note FROM parts WHERE item_id = %(n)s",),
)
WRITE_ITEMS: Ways = (
    ("UPDATE items SET touched = touched + 1 WHERE id = %(n)s",),
    ("INSERT INTO items (owner_id, name, price) VALUES (1 + %(n)s %% 50, 'w', 1)",),
    ("UPDATE parts SET note = 'b' WHERE id = %(n)s",),
)


@dataclass(frozen=True)
class Case:
    """One migration on large tables."""

    intent: str
    fields: Mapping[str, Value]
    world: str = "items"
    prepare: str = "SELECT"
    """What is added before it begins."""
    reads: Ways = READ_ITEMS
    writes: Ways = WRITE_ITEMS
    since: int = 13


def _read(table: str) -> Ways:
    return ((f"SELECT touched FROM {table} WHERE id = %(n)s",),)


def _write(table: str) -> Ways:
    return ((f"UPDATE {table} SET touched = touched + 1 WHERE id = %(n)s",),)


def _on(table: str, world: str, intent: str, fields: Mapping[str, Value]) -> Case:
    """A case with reading and writing of one table."""
    return Case(intent, fields, world, reads=_read(table), writes=_write(table))


READ_PLAIN: Ways = (("SELECT touched FROM plain WHERE key = %(n)s",),)
WRITE_PLAIN: Ways = (
    ("UPDATE plain SET touched = touched + 1 WHERE key = %(n)s",),
    ("INSERT INTO plain (id, key) SELECT max(key) + 1, max(key) + 1 FROM plain",),
)
REFERENCE = "ALTER TABLE parts ADD CONSTRAINT k FOREIGN KEY (item_id) REFERENCES items"
ITEM = {"table": "public.items"}
FUNCTION = "CREATE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'"
TOUCHED: tuple[Case, ...] = (
    Case("add-check", {**ITEM, "expression": "price >= 0"}),
    Case("add-column", {**ITEM, "column": "u", "type": "uuid", "default": "gen_random_uuid()", "not_null": True}),
    _on("stays", "plain", "add-exclusion-constraint", {"table": "public.stays", "elements": "during WITH &&"}),
    Case("add-foreign-key", {"table": "public.parts", "columns": ["item_id"], "references": "public.items"}),
    Case("add-primary-key", {"table": "public.plain", "columns": ["id"]}, "plain",
        reads=READ_PLAIN, writes=WRITE_PLAIN),
    # New rows would have to have their tenant, which is what its gate asks code for.
    Case("add-tenant-column", {**ITEM, "tenant_table": "public.tenants"}, writes=WRITE_ITEMS[::2]),
    Case("add-timestamps", ITEM),
    Case("add-unique", {**ITEM, "columns": ["id", "name"]}),
    Case("alter-policy", {**ITEM, "policy": "p", "using": "id > 1"}, prepare="CREATE POLICY p ON items USING (true)"),
    Case("alter-publication", {"publication": "p", "add": ["public.items"]}, prepare="CREATE PUBLICATION p"),
    Case("alter-sequence", {"sequence": "public.items_id_seq", "type": "bigint", "maximum": 9000000000}),
    Case("analyze", ITEM),
    Case("attach-partition", {"table": "public.events", "partition": "public.loose", "from": "2027-01-01",
        "to": "2028-01-01"}, "events", reads=(*_read("events"), *_read("loose")),
        writes=(*_write("events"), *_write("loose"))),
    Case("audit-trail", ITEM),
    Case("backfill-column", {**ITEM, "column": "note", "value": "'new'"}),
    Case("change-type", {**ITEM, "column": "price", "type": "double precision"}),
    Case("comment", {"object": "column:public.items.price", "comment": "net"}),
    _on("months", "months", "create-future-partitions", {"table": "public.months", "interval": "quarter", "count": 2}),
    Case("create-index", {**ITEM, "columns": ["price"]}),
    Case("create-matview", {"name": "sums", "query": "SELECT owner_id, count(*) AS n FROM items GROUP BY 1",
        "key": ["owner_id"]}),
    _on("events", "events", "create-partition", {"table": "public.events", "from": "2027-01-01", "to": "2028-01-01"}),
    Case("create-policy", {**ITEM, "command": "select", "using": "id > 1"}),
    Case("create-sequence", {"name": "numbers", "table": "public.items", "column": "touched"}),
    Case("create-statistics", {**ITEM, "columns": ["name", "price"]}),
    Case("create-table", {"name": "public.lines", "columns": ["item_id int NOT NULL"],
        "references": {"item_id": "public.items"}}),
    Case("create-trigger", {**ITEM, "function": "public.noted", "events": ["INSERT", "UPDATE"], "timing": "AFTER"},
        prepare=FUNCTION),
    Case("create-view", {"name": "dear", "query": "SELECT id FROM items WHERE price > 100"}),
    _on("months", "months", "detach-partition", {"partition": "public.months_2024"}),
    Case("drop-column", {**ITEM, "column": "note"}),
    Case("drop-constraint", {"table": "public.parts", "constraint": "k"}, prepare=REFERENCE),
    Case("drop-index", {"index": "public.items_code"}),
    Case("drop-table", {"table": "public.parts"}, prepare=REFERENCE),
    Case("enable-rls", {**ITEM, "using": "id > 0"}),
    Case("enable-trigger", {**ITEM, "trigger": "t"}, prepare=f"{FUNCTION}; CREATE TRIGGER t AFTER UPDATE ON items"
        " FOR EACH ROW EXECUTE FUNCTION noted(); ALTER TABLE items DISABLE TRIGGER t"),
    Case("enum-add-value", {"enum": "public.mood", "value": "merry", "after": "bad"}),
    Case("enum-remove-value", {"enum": "public.mood", "value": "bad", "replacement": "sad"}),
    Case("force-rls", ITEM),
    Case("grant", {"object": "table:public.items", "privilege": ["SELECT"], "role": "pg_monitor"}),
    Case("int-to-bigint-key", ITEM, prepare=REFERENCE),
    Case("merge-columns", {**ITEM, "columns": ["name", "code"], "name": "both", "value": "name || code"}),
    Case("partition-table", {**ITEM, "column": "at", "boundary": "2090-01-01", "default": True},
        prepare="DROP INDEX items_code"),
    Case("refresh-matview", {"matview": "public.totals"}, prepare="CREATE MATERIALIZED VIEW totals AS SELECT id, price,"
        " touched FROM items; CREATE UNIQUE INDEX ON totals (id)",
        reads=(*READ_ITEMS, ("SELECT touched FROM totals WHERE id = %(n)s",))),
    Case("reindex", {"index": "public.items_owner_id"}),
    Case("rename", {"object": "column:public.items.note", "name": "remark"}),
    Case("rename-column", {**ITEM, "column": "price", "name": "cost"}),
    Case("rename-table", {**ITEM, "name": "goods"}),
    Case("replace-foreign-key", {"table": "public.parts", "constraint": "k", "on_delete": "CASCADE"},
        prepare=REFERENCE),
    Case("reset-storage", {**ITEM, "options": ["fillfactor"]}, prepare="ALTER TABLE items SET (fillfactor = 90)"),
    Case("revoke", {"table": ["public.items"], "privilege": "ALL", "role": ["pg_monitor"]},
        prepare="GRANT SELECT ON items TO pg_monitor"),
    Case("seed-data", {**ITEM, "columns": ["id", "owner_id", "name", "code"], "update": True,
        "rows": ["(-1, 1, 'first', 'f')", "(-2, 1, 'second', 's')"]}),
    Case("set-default", {**ITEM, "column": "note", "default": "'none'"}),
    Case("set-identity", {**ITEM, "column": "id"}),
    _on("passing", "plain", "set-logged", {"table": "public.passing"}),
    Case("set-not-null", {**ITEM, "column": "price", "default": "0"}),
    Case("set-replica-identity", {**ITEM, "identity": "full"}),
    Case("set-schema", {"relation": "public.items", "schema": "elsewhere"}, prepare="CREATE SCHEMA elsewhere",
        reads=(("SELECT touched FROM items WHERE id = %(n)s", "SELECT touched FROM elsewhere.items WHERE id = %(n)s"),),
        writes=(("UPDATE items SET touched = 1 WHERE id = %(n)s",
            "UPDATE elsewhere.items SET touched = 1 WHERE id = %(n)s"),)),
    Case("set-storage", {**ITEM, "options": {"fillfactor": "90"}}),
    Case("set-view-options", {"view": "public.v", "options": {"security_invoker": "true"}}, since=15,
        prepare="CREATE VIEW v AS SELECT id, touched FROM items",
        reads=(*READ_ITEMS, ("SELECT touched FROM v WHERE id = %(n)s",))),
    Case("soft-delete", ITEM),
    Case("split-column", {**ITEM, "column": "name", "into": {"first": "left(name, 1)", "rest": "substr(name, 2)"},
        "back": "first || rest"}),
    Case("vacuum", ITEM),
    Case("validate-constraint", {**ITEM, "constraint": "dear"},
        prepare="ALTER TABLE items ADD CONSTRAINT dear CHECK (price > 0) NOT VALID"),
)  # fmt: skip
ELSEWHERE: tuple[Case, ...] = (
    Case("alter-extension-schema", {"extension": "pg_trgm"}, prepare="CREATE EXTENSION pg_trgm"),
    Case("alter-role", {"role": "stalled_role", "options": ["NOBYPASSRLS"]}),
    Case("alter-role-setting", {"role": "stalled_role", "setting": "statement_timeout", "value": "30s"}),
    Case("alter-system-setting", {"setting": "log_min_duration_statement", "value": "10s"}),
    Case("create-enum", {"name": "colour", "values": ["red", "green"]}),
    Case("create-extension", {"extension": "pg_trgm"}),
    Case("create-function", {"name": "twice", "arguments": "n integer", "returns": "integer",
        "body": "SELECT n * 2", "language": "sql"}, since=14),
    Case("create-schema", {"name": "rooms"}),
    Case("set-function-option", {"function": "public.noted()", "setting": "search_path", "value": ""},
        prepare=FUNCTION),
    Case("update-extension", {"extension": "pg_trgm"}, prepare="CREATE EXTENSION pg_trgm VERSION '1.3'"),
)  # fmt: skip
"""They touch no table with rows."""
CASES = (*TOUCHED, *ELSEWHERE)
SAMPLE = (
    "add-check",
    "add-foreign-key",
    "create-index",
    "set-not-null",
    "create-partition",
    "detach-partition",
)
"""For a short run: what is done most often, and what is easily done wrong."""
