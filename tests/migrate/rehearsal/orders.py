"""A shop with what makes locks differ, and statements over it beyond those that every server is asked elsewhere."""

from __future__ import annotations

from tests.migrate.hazards.cases import CASES
from tests.migrate.hazards.measured import SCHEMA as BASE

SCHEMA = (
    BASE
    + """
CREATE TYPE state AS ENUM ('open', 'shut');
CREATE DOMAIN code AS varchar(20) CHECK (VALUE <> '');
CREATE TABLE shops (
    id int PRIMARY KEY, name text NOT NULL, state state NOT NULL DEFAULT 'open', hours int4range, code code,
    twice int GENERATED ALWAYS AS (id * 2) STORED
);
CREATE INDEX shops_upper ON shops (upper(name)) WHERE state = 'open';
CREATE INDEX shops_hours ON shops USING gist (hours);
CREATE TABLE visits (
    shop_id int NOT NULL REFERENCES shops ON DELETE CASCADE, at timestamptz NOT NULL, note text,
    PRIMARY KEY (shop_id, at)
) PARTITION BY RANGE (at);
CREATE TABLE visits_1 PARTITION OF visits FOR VALUES FROM ('2020-01-01') TO ('2021-01-01') PARTITION BY LIST (shop_id);
CREATE TABLE visits_1a PARTITION OF visits_1 FOR VALUES IN (1, 2, 3);
CREATE TABLE visits_1b PARTITION OF visits_1 DEFAULT;
CREATE TABLE visits_2 PARTITION OF visits FOR VALUES FROM ('2021-01-01') TO ('2022-01-01');
CREATE TABLE parents (id int, name text);
CREATE TABLE heirs (extra text) INHERITS (parents);
CREATE TABLE ledger (id serial PRIMARY KEY, shop_id int, amount int);
CREATE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
CREATE TRIGGER shops_noted AFTER UPDATE ON shops FOR EACH ROW EXECUTE FUNCTION noted();
CREATE VIEW open_shops AS SELECT id, name FROM shops WHERE state = 'open';
CREATE VIEW upper_shops AS SELECT id, upper(name) AS name FROM open_shops;
CREATE POLICY shops_mine ON shops USING (name = current_user);
CREATE RULE ledger_kept AS ON DELETE TO ledger DO INSTEAD NOTHING;
CREATE STATISTICS shops_st ON name, state FROM shops;
INSERT INTO shops (id, name, hours, code)
    SELECT n, 'shop ' || n, int4range(n, n + 1), 'c' || n FROM generate_series(1, 300) n;
INSERT INTO visits
    SELECT n % 300 + 1, '2020-06-01'::timestamptz + n * interval '1 hour', 'x' FROM generate_series(1, 900) n;
INSERT INTO heirs SELECT n, 'h', 'e' FROM generate_series(1, 100) n;
INSERT INTO ledger (shop_id, amount) SELECT n, n FROM generate_series(1, 100) n;
ANALYZE;
"""
)

MORE = (
    "ALTER TABLE visits ADD COLUMN n int DEFAULT 5",
    "ALTER TABLE visits ADD COLUMN n uuid DEFAULT gen_random_uuid()",
    "ALTER TABLE visits ADD CONSTRAINT c CHECK (shop_id > 0)",
    "ALTER TABLE visits ADD CONSTRAINT c CHECK (shop_id > 0) NOT VALID",
    "ALTER TABLE visits ALTER COLUMN note SET NOT NULL",
    "ALTER TABLE visits ALTER COLUMN note TYPE varchar(9)",
    "ALTER TABLE visits DROP COLUMN note",
    "ALTER TABLE visits RENAME COLUMN note TO remark",
    "ALTER TABLE visits DETACH PARTITION visits_1",
    "ALTER TABLE visits_1 DETACH PARTITION visits_1a",
    "ALTER TABLE visits ENABLE ROW LEVEL SECURITY",
    "CREATE INDEX i ON visits (note)",
    "CREATE INDEX i ON visits_1 (note)",
    "CREATE TABLE visits_3 PARTITION OF visits FOR VALUES FROM ('2022-01-01') TO ('2023-01-01')",
    "CREATE TABLE visits_1c PARTITION OF visits_1 FOR VALUES IN (4, 5000)",
    "DROP TABLE visits",
    "DROP TABLE visits_1",
    "TRUNCATE visits",
    "TRUNCATE visits_1",
    "DROP TABLE shops CASCADE",
    "ALTER TABLE shops DROP CONSTRAINT shops_pkey CASCADE",
    "ALTER TABLE ledger ADD CONSTRAINT l FOREIGN KEY (shop_id) REFERENCES shops NOT VALID",
    "ALTER TABLE ledger ADD CONSTRAINT l FOREIGN KEY (shop_id) REFERENCES shops",
    "ALTER TABLE ledger ADD CONSTRAINT l FOREIGN KEY (amount) REFERENCES customers ON DELETE SET NULL",
    "ALTER TABLE ledger ALTER COLUMN id TYPE bigint",
    "ALTER TABLE ledger ALTER COLUMN id DROP DEFAULT",
    "ALTER TABLE ledger RENAME TO book",
    "DROP TABLE ledger",
    "ALTER TABLE shops ALTER COLUMN state TYPE text",
    "ALTER TABLE shops ALTER COLUMN name TYPE varchar(50) USING left(name, 50)",
    "ALTER TABLE shops ALTER COLUMN code TYPE text",
    "ALTER TABLE shops ALTER COLUMN hours TYPE int8range USING NULL",
    "ALTER TABLE shops ADD EXCLUDE USING gist (hours WITH &&)",
    "ALTER TABLE shops ADD CONSTRAINT u UNIQUE (name, code)",
    "ALTER TABLE shops DROP COLUMN state CASCADE",
    "ALTER TABLE shops DROP COLUMN twice",
    "ALTER TABLE shops ADD COLUMN thrice int GENERATED ALWAYS AS (id * 3) STORED",
    "ALTER TABLE shops ALTER COLUMN twice DROP EXPRESSION",
    "ALTER TABLE shops ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY",
    "ALTER TABLE shops ADD COLUMN a int, ADD COLUMN b int, ALTER COLUMN name DROP NOT NULL",
    "ALTER TABLE shops REPLICA IDENTITY USING INDEX shops_pkey",
    "ALTER TABLE shops SET UNLOGGED",
    "ALTER TABLE shops NO FORCE ROW LEVEL SECURITY",
    "ALTER POLICY shops_mine ON shops RENAME TO shops_ours",
    "CREATE POLICY p ON shops FOR SELECT USING (EXISTS (SELECT FROM ledger l WHERE l.shop_id = shops.id))",
    "CREATE TRIGGER t AFTER INSERT ON shops FOR EACH STATEMENT EXECUTE FUNCTION noted()",
    "CREATE CONSTRAINT TRIGGER t AFTER INSERT ON shops DEFERRABLE FOR EACH ROW EXECUTE FUNCTION noted()",
    "DROP FUNCTION noted() CASCADE",
    "DROP TYPE state CASCADE",
    "DROP DOMAIN code CASCADE",
    "DROP VIEW open_shops CASCADE",
    "DROP STATISTICS shops_st",
    "DROP RULE ledger_kept ON ledger",
    "DROP SEQUENCE ledger_id_seq CASCADE",
    "ALTER SEQUENCE ledger_id_seq OWNED BY NONE",
    "ALTER SEQUENCE ledger_id_seq AS bigint",
    "ALTER TYPE state ADD VALUE 'gone'",
    "ALTER DOMAIN code DROP CONSTRAINT code_check",
    "ALTER DOMAIN code ADD CHECK (length(VALUE) < 20)",
    "ALTER TABLE parents ADD COLUMN n int",
    "ALTER TABLE parents ADD CONSTRAINT c CHECK (id > 0)",
    "ALTER TABLE heirs NO INHERIT parents",
    "CREATE TABLE more_heirs () INHERITS (parents)",
    "CREATE OR REPLACE VIEW open_shops AS SELECT id, name, code FROM shops",
    "CREATE MATERIALIZED VIEW m AS SELECT count(*) FROM shops",
    "CREATE TABLE shops_copy (LIKE shops INCLUDING ALL)",
    "CREATE RULE r AS ON INSERT TO order_view DO INSTEAD NOTHING",
    "DROP INDEX shops_upper",
    "ALTER INDEX shops_upper RENAME TO shops_name",
    "REINDEX TABLE shops",
    "REINDEX INDEX shops_hours",
    "CLUSTER shops USING shops_pkey",
    "ALTER TABLE visits_2 ADD CONSTRAINT c CHECK (shop_id > 0)",
    "ALTER TABLE public.shops RENAME CONSTRAINT shops_pkey TO shops_key",
    "COMMENT ON VIEW open_shops IS 'x'",
    "COMMENT ON TYPE state IS 'x'",
    "SELECT count(*) FROM shops",
    "SECURITY LABEL ON TABLE shops IS NULL",
    "ALTER TABLE ALL IN TABLESPACE pg_default SET TABLESPACE pg_default",
)

STATEMENTS = (*CASES, *MORE)
