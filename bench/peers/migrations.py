"""Migrations over the shop, written before any tool was run over them; what is right is measured, not written."""

from __future__ import annotations

WRITTEN = (
    "ALTER TABLE product ADD COLUMN weight numeric",
    "ALTER TABLE product ADD COLUMN made timestamptz NOT NULL DEFAULT now()",
    "ALTER TABLE product ADD COLUMN token uuid NOT NULL DEFAULT gen_random_uuid()",
    "ALTER TABLE product ADD COLUMN token uuid; "
    "ALTER TABLE product ALTER COLUMN token SET DEFAULT gen_random_uuid()",
    "ALTER TABLE product ADD COLUMN slug text GENERATED ALWAYS AS (lower(name)) STORED",
    "ALTER TABLE product ADD COLUMN rank smallint DEFAULT 0 CHECK (rank >= 0)",
    "ALTER TABLE product ALTER COLUMN name TYPE varchar(200)",
    "ALTER TABLE stock ALTER COLUMN id TYPE numeric",
    "ALTER TABLE payment ALTER COLUMN amount TYPE numeric(14,2)",
    "ALTER TABLE payment ALTER COLUMN amount TYPE numeric(12,4)",
    "ALTER TABLE payment ALTER COLUMN amount TYPE numeric",
    "ALTER TABLE orders ALTER COLUMN placed_at TYPE timestamptz(6)",
    "ALTER TABLE orders ALTER COLUMN placed_at TYPE timestamptz(0)",
    "ALTER TABLE customer ALTER COLUMN name SET NOT NULL",
    "ALTER TABLE customer ADD CONSTRAINT c CHECK (name IS NOT NULL) NOT VALID",
    "ALTER TABLE customer ALTER COLUMN email DROP NOT NULL",
    "ALTER TABLE customer ADD CONSTRAINT customer_name_key UNIQUE (id, name)",
    "CREATE UNIQUE INDEX customer_id_name ON customer (id, name)",
    "CREATE TABLE loyalty (id bigint PRIMARY KEY, customer_id bigint NOT NULL REFERENCES customer); "
    "CREATE INDEX ON loyalty (customer_id)",
    "CREATE TABLE old_orders AS SELECT * FROM orders",
    "CREATE TABLE fresh (id bigint); ALTER TABLE fresh ADD COLUMN t timestamptz DEFAULT clock_timestamp(); "
    "ALTER TABLE fresh ALTER COLUMN id SET NOT NULL; ALTER TABLE fresh ADD PRIMARY KEY (id)",
    "CREATE INDEX ON stock (product_id)",
    "DROP INDEX stock_warehouse",
    "DROP TABLE import_line",
    "ALTER TABLE note RENAME TO remark",
    "ALTER TABLE note DROP COLUMN body",
    "ALTER TABLE note ADD PRIMARY KEY USING INDEX note_pk",
    "ALTER TABLE note ALTER COLUMN subject_id SET DEFAULT 1",
    "ALTER TABLE note SET UNLOGGED",
    "ALTER TABLE note SET (fillfactor = 90)",
    "ALTER TABLE note SET (autovacuum_enabled = false); REINDEX TABLE note",
    "ALTER TABLE note ADD COLUMN customer_id bigint REFERENCES customer",
    "ALTER TABLE note ADD COLUMN customer_id bigint DEFAULT 1 REFERENCES customer",
    "ALTER TABLE note ADD COLUMN customer_id bigint; "
    "ALTER TABLE note ADD FOREIGN KEY (customer_id) REFERENCES customer NOT VALID",
    "ALTER TABLE wish DROP CONSTRAINT wish_pkey",
    "ALTER TABLE wish DROP CONSTRAINT wish_product_id_fkey; "
    "ALTER TABLE wish ADD FOREIGN KEY (product_id) REFERENCES product",
    "ALTER TABLE wish VALIDATE CONSTRAINT wish_product_id_fkey",
    "BEGIN; ALTER TABLE refund ADD CONSTRAINT r CHECK (reason <> '') NOT VALID; COMMIT; "
    "ALTER TABLE refund VALIDATE CONSTRAINT r",
    "BEGIN; ALTER TABLE refund ADD CONSTRAINT r CHECK (reason <> '') NOT VALID; "
    "ALTER TABLE refund VALIDATE CONSTRAINT r; COMMIT",
    "DO $$ BEGIN IF EXISTS (SELECT 1 FROM pg_tables WHERE tablename = 'refund') "
    "THEN CREATE INDEX ON refund (reason); END IF; END $$",
    "UPDATE coupon SET code = code || 'x'",
    "ALTER TABLE coupon ADD COLUMN seen int; UPDATE coupon SET seen = 0",
    "LOCK TABLE brand IN ACCESS EXCLUSIVE MODE; SELECT count(*) FROM review",
    "CREATE TRIGGER t BEFORE UPDATE ON brand FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    "ALTER TABLE brand ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON brand USING (true)",
    "CREATE VIEW names AS SELECT name FROM brand; GRANT SELECT ON names TO PUBLIC",
    "ALTER TABLE category ADD CONSTRAINT apart EXCLUDE USING btree (id WITH =)",
    "VACUUM FULL category",
    "CLUSTER category USING category_parent",
    "CREATE INDEX CONCURRENTLY ON category (name)",
    "COMMENT ON TABLE category IS 'a tree'",
    "TRUNCATE import_line",
)
EXTRA = (
    "CREATE UNIQUE INDEX note_pk ON note (subject_id);\nALTER TABLE note DROP CONSTRAINT note_pkey;\n"
    "ALTER TABLE note ALTER COLUMN subject_id SET NOT NULL;\n"
)
"""Added to the shop so that every migration has what it needs."""
