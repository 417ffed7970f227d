"""More migrations over a larger schema, with what is right for each as a real server with rows has it.

What `truth.py` measures decides: the answers are written down here so that a reader can check them.
"""

from __future__ import annotations

from tests.migrate.lint.corpus import Case

SCHEMA = """
CREATE DOMAIN percent AS int CHECK (VALUE BETWEEN 0 AND 100);
CREATE DOMAIN label AS text;
CREATE TYPE grade AS ENUM ('low', 'mid', 'high');
CREATE TYPE address AS (street text, zip text);
CREATE FUNCTION token() RETURNS text LANGUAGE plpgsql VOLATILE AS $$ BEGIN RETURN md5(random()::text); END $$;
CREATE FUNCTION half(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1 / 2';
CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TABLE users (
    id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email text NOT NULL, name varchar(50), score percent, tag label,
    grade grade DEFAULT 'low', born date, seen timestamptz, bio text, doc jsonb, ip inet, balance numeric(12,2),
    shouted text GENERATED ALWAYS AS (upper(email)) STORED, home address
);
CREATE UNIQUE INDEX users_email_lower ON users (lower(email));
CREATE INDEX users_name ON users (name);
CREATE INDEX users_prefix ON users (left(bio, 3));
CREATE INDEX users_high ON users (born) WHERE grade = 'high';
CREATE TABLE bookings (
    id int PRIMARY KEY, user_id int NOT NULL REFERENCES users, room int, during int4range, note text,
    CONSTRAINT bookings_apart EXCLUDE USING gist (during WITH &&)
);
CREATE TABLE base (id int, kind text, amount int);
CREATE TABLE base_a (a int) INHERITS (base);
CREATE TABLE base_b (b int) INHERITS (base_a);
CREATE TABLE metrics (at date NOT NULL, device int NOT NULL, value numeric(8,2), note varchar(30))
    PARTITION BY RANGE (at);
CREATE TABLE metrics_2024 PARTITION OF metrics FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')
    PARTITION BY HASH (device);
CREATE TABLE metrics_2024_0 PARTITION OF metrics_2024 FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE metrics_2024_1 PARTITION OF metrics_2024 FOR VALUES WITH (MODULUS 2, REMAINDER 1);
CREATE TABLE metrics_2025 PARTITION OF metrics FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE INDEX metrics_device ON metrics (device);
CREATE TABLE regions (code text, name text) PARTITION BY LIST (code);
CREATE TABLE regions_eu PARTITION OF regions FOR VALUES IN ('eu');
CREATE TABLE regions_rest PARTITION OF regions DEFAULT;
CREATE TABLE regions_new (LIKE regions);
CREATE TABLE staged (LIKE metrics);
CREATE TABLE staged_checked (LIKE metrics);
CREATE TABLE audit_log (id bigserial PRIMARY KEY, what text, at timestamp DEFAULT now());
CREATE UNLOGGED TABLE cache (key text PRIMARY KEY, value text);
CREATE TABLE accounts (
    id bigint PRIMARY KEY, owner text CONSTRAINT accounts_owner_nn CHECK (owner IS NOT NULL), state text,
    currency char(3), opened date, code int, CONSTRAINT accounts_state CHECK (state IN ('a', 'b'))
);
CREATE UNIQUE INDEX accounts_code ON accounts (code);
CREATE TABLE transfers (id bigint PRIMARY KEY, source bigint CONSTRAINT transfers_source REFERENCES accounts,
    target bigint, amount numeric(10,2) CONSTRAINT transfers_positive CHECK (amount > 0));
CREATE INDEX transfers_target ON transfers (target);
ALTER TABLE transfers ADD CONSTRAINT transfers_target_fk FOREIGN KEY (target) REFERENCES accounts NOT VALID;
CREATE TABLE notes (id int PRIMARY KEY, body text, during int4range);
CREATE RULE notes_logged AS ON INSERT TO notes DO ALSO INSERT INTO audit_log (what) VALUES (NEW.body);
CREATE MATERIALIZED VIEW busy AS SELECT user_id, count(*) AS n FROM bookings GROUP BY 1;
CREATE MATERIALIZED VIEW copies AS SELECT id, email FROM users;
CREATE UNIQUE INDEX copies_id ON copies (id);
CREATE VIEW active AS SELECT id, email FROM users;
CREATE TRIGGER accounts_keep BEFORE UPDATE ON accounts FOR EACH ROW EXECUTE FUNCTION keep();
CREATE PUBLICATION pub FOR TABLE users;
CREATE STATISTICS users_st ON name, grade FROM users;
CREATE POLICY users_all ON users USING (true);
INSERT INTO users (email, name, score, tag, grade, born, seen, bio, doc, ip, balance)
    SELECT 'u' || n || '@x', 'name ' || n, n % 100, 't', 'mid', '2000-01-01', now(), repeat('b', 20), '{}',
        '10.0.0.1', n FROM generate_series(1, 4000) n;
INSERT INTO bookings SELECT n, n, n, int4range(n, n + 1), 'n' FROM generate_series(1, 4000) n;
INSERT INTO base SELECT n, 'k', n FROM generate_series(1, 4000) n;
INSERT INTO base_a SELECT n, 'k', n, n FROM generate_series(1, 4000) n;
INSERT INTO base_b SELECT n, 'k', n, n, n FROM generate_series(1, 4000) n;
INSERT INTO metrics SELECT '2024-03-01', n, n, 'm' FROM generate_series(1, 8000) n;
INSERT INTO metrics SELECT '2025-03-01', n, n, 'm' FROM generate_series(1, 4000) n;
INSERT INTO regions SELECT 'eu', 'e' FROM generate_series(1, 4000);
INSERT INTO regions SELECT 'r' || n, 'e' FROM generate_series(1, 4000) n;
INSERT INTO regions_new SELECT 'xx', 'e' FROM generate_series(1, 4000);
INSERT INTO staged SELECT '2026-03-01', n, n, 'm' FROM generate_series(1, 4000) n;
INSERT INTO staged_checked SELECT '2026-03-01', n, n, 'm' FROM generate_series(1, 4000) n;
ALTER TABLE staged_checked ADD CONSTRAINT year CHECK (at >= '2026-01-01' AND at < '2027-01-01');
INSERT INTO audit_log (what) SELECT 'w' FROM generate_series(1, 4000);
INSERT INTO cache SELECT n, 'v' FROM generate_series(1, 4000) n;
INSERT INTO accounts SELECT n, 'o', 'a', 'EUR', '2020-01-01', n FROM generate_series(1, 4000) n;
INSERT INTO transfers SELECT n, n, n, n FROM generate_series(1, 4000) n;
INSERT INTO notes SELECT n, 'b', int4range(n, n + 1) FROM generate_series(1, 4000) n;
REFRESH MATERIALIZED VIEW busy; REFRESH MATERIALIZED VIEW copies;
ANALYZE;
"""

_BLOCKING = (
    # The check spares the reading, but an index is built.
    "ALTER TABLE metrics ATTACH PARTITION staged_checked FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')",
    # Inheritance and partition trees.
    "ALTER TABLE base ADD CONSTRAINT c CHECK (amount > 0)",
    "ALTER TABLE base ALTER COLUMN amount TYPE bigint",
    "ALTER TABLE base ALTER COLUMN kind SET NOT NULL",
    "ALTER TABLE base ADD COLUMN made timestamptz DEFAULT clock_timestamp()",
    "ALTER TABLE base_a ADD CHECK (amount > 0)",
    "ALTER TABLE metrics ALTER COLUMN value SET NOT NULL",
    "ALTER TABLE metrics ALTER COLUMN note TYPE varchar(10)",
    "ALTER TABLE metrics ADD CONSTRAINT m_pk PRIMARY KEY (at, device)",
    "CREATE INDEX ON metrics_2024 (value)",
    "CREATE INDEX ON ONLY metrics (value); CREATE INDEX i ON metrics_2025 (value)",
    "ALTER TABLE metrics ATTACH PARTITION staged FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')",
    "ALTER TABLE regions ATTACH PARTITION regions_new FOR VALUES IN ('xx')",
    "CREATE TABLE regions_us PARTITION OF regions FOR VALUES IN ('us')",
    "ALTER TABLE metrics ADD COLUMN id bigint GENERATED ALWAYS AS (device * 2) STORED",
    "ALTER TABLE base_b NO INHERIT base_a; ALTER TABLE base_b ADD UNIQUE (id)",
    # Domains, generated columns, identity.
    "ALTER DOMAIN percent ADD CONSTRAINT even CHECK (VALUE > -1)",
    "ALTER DOMAIN label ADD CHECK (VALUE <> '')",
    "ALTER TABLE users ALTER COLUMN balance TYPE percent USING (balance::int % 100)",
    "ALTER TABLE users ALTER COLUMN shouted TYPE varchar(200)",
    "ALTER TABLE users ADD COLUMN quiet text GENERATED ALWAYS AS (lower(email)) STORED",
    "ALTER TABLE bookings ADD COLUMN seq bigint GENERATED ALWAYS AS IDENTITY",
    "ALTER TABLE users ADD COLUMN k text DEFAULT token()",
    "ALTER TABLE users ADD COLUMN share percent DEFAULT 10",
    "ALTER TABLE bookings ALTER COLUMN id TYPE bigint",
    # Exclusion, expression and partial indexes.
    "ALTER TABLE notes ADD CONSTRAINT notes_apart EXCLUDE USING gist (during WITH &&)",
    "ALTER TABLE users ALTER COLUMN bio TYPE varchar USING bio::varchar",
    "ALTER TABLE accounts ALTER COLUMN state TYPE varchar(1)",
    'ALTER TABLE users ALTER COLUMN name TYPE varchar(50) COLLATE "C"',
    "REINDEX INDEX users_email_lower",
    "CREATE INDEX ON users USING gin (doc)",
    "CREATE INDEX ON users ((doc ->> 'a')) WHERE grade = 'low'",
    "ALTER TABLE bookings ALTER COLUMN during TYPE int8range USING int8range(lower(during), upper(during))",
    # Keys.
    "ALTER TABLE transfers VALIDATE CONSTRAINT transfers_positive; ALTER TABLE transfers ADD UNIQUE (target)",
    "ALTER TABLE bookings ADD FOREIGN KEY (room) REFERENCES accounts",
    "ALTER TABLE transfers DROP CONSTRAINT transfers_target_fk, ADD CONSTRAINT t FOREIGN KEY (target)"
    " REFERENCES accounts ON DELETE CASCADE",
    "ALTER TABLE base ADD PRIMARY KEY (id)",
    "ALTER TABLE accounts DROP CONSTRAINT accounts_pkey CASCADE; ALTER TABLE accounts ADD PRIMARY KEY USING INDEX"
    " accounts_code",
    "ALTER TABLE accounts ADD CONSTRAINT code_nn CHECK (code IS NOT NULL)",
    "ALTER TABLE transfers ALTER COLUMN amount TYPE numeric(14,2)",
    "ALTER TABLE accounts ALTER COLUMN currency TYPE text",
    "ALTER TABLE accounts ALTER COLUMN opened TYPE timestamptz",
    "ALTER TABLE users ALTER COLUMN doc TYPE json USING doc::json",
    # Whole tables and views.
    "ALTER TABLE cache SET LOGGED",
    "CLUSTER notes USING notes_pkey",
    "REFRESH MATERIALIZED VIEW busy",
    "REFRESH MATERIALIZED VIEW busy WITH DATA",
    # Locks that an earlier statement holds.
    "BEGIN; ALTER TABLE users ADD COLUMN x int; SAVEPOINT a; UPDATE users SET x = 1; RELEASE a; COMMIT;",
    "BEGIN; SAVEPOINT a; CREATE INDEX ON notes (body); ROLLBACK TO a; COMMIT;",
    "BEGIN; ALTER TABLE notes ADD COLUMN x int; COMMIT; BEGIN;"
    " ALTER TABLE notes ALTER COLUMN body SET NOT NULL; COMMIT;",
    "ALTER TABLE users DISABLE TRIGGER USER; UPDATE bookings SET note = 'x'; ALTER TABLE users ENABLE TRIGGER USER",
    "CREATE TRIGGER t AFTER INSERT ON accounts FOR EACH ROW EXECUTE FUNCTION keep(); UPDATE accounts SET state = 'b'",
    "LOCK TABLE notes; SELECT count(*) FROM accounts",
    "CREATE POLICY p ON users USING (id > 0); DELETE FROM bookings WHERE note = 'never'",
    "ALTER TABLE users RENAME TO people; CREATE TABLE users AS SELECT * FROM people",
    "DROP TABLE notes; INSERT INTO audit_log (what) SELECT email FROM users",
    "TRUNCATE audit_log; INSERT INTO audit_log (what) SELECT body FROM notes",
    # Code.
    "DO $$ DECLARE t text; BEGIN FOR t IN SELECT c.relname FROM pg_class c WHERE relname IN ('notes', 'cache') LOOP"
    " EXECUTE format('ALTER TABLE %I ADD COLUMN x uuid DEFAULT gen_random_uuid()', t); END LOOP; END $$",
    "DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_indexes WHERE indexname = 'late') THEN"
    " CREATE INDEX late ON notes (body); END IF; END $$",
    "CREATE FUNCTION up() RETURNS void LANGUAGE plpgsql AS $$ BEGIN ALTER TABLE notes ALTER body SET NOT NULL; END $$;"
    " SELECT up(); DROP FUNCTION up()",
    "CREATE PROCEDURE up() LANGUAGE sql AS 'ALTER TABLE notes ADD CHECK (id > 0)'; CALL up()",
    "DO $$ BEGIN ALTER TABLE notes ADD CONSTRAINT c CHECK (id > 0) NOT VALID; ALTER TABLE notes VALIDATE CONSTRAINT c;"
    " EXCEPTION WHEN others THEN NULL; END $$",
    "SET LOCAL lock_timeout = '1s'; SET CONSTRAINTS ALL DEFERRED;"
    " CREATE INDEX IF NOT EXISTS notes_body ON notes (body)",
    "SELECT set_config('search_path', 'public', true); ALTER TABLE notes ADD COLUMN z text UNIQUE",
    # For psql.
    "\\set ON_ERROR_STOP on\nALTER TABLE notes ALTER COLUMN body SET NOT NULL;",
    "\\set t notes\nCREATE INDEX ON :t (body);",
    "\\set size 100\nBEGIN;\nALTER TABLE users ALTER COLUMN bio TYPE varchar(:size);\nCOMMIT;",
    "\\if true\nALTER TABLE notes ADD CHECK (id > 0);\n\\endif",
)
_FREE = (
    "CREATE UNIQUE INDEX ON busy (user_id)",
    "ALTER TABLE base ADD CONSTRAINT c CHECK (amount > 0) NOT VALID",
    "ALTER TABLE base ADD COLUMN extra int NOT NULL DEFAULT 0",
    "ALTER TABLE base RENAME COLUMN kind TO sort",
    "ALTER TABLE base_b NO INHERIT base_a",
    "CREATE TABLE base_c (c int) INHERITS (base)",
    "CREATE TABLE metrics_2026 PARTITION OF metrics FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')",
    "ALTER TABLE metrics DETACH PARTITION metrics_2025",
    "ALTER TABLE metrics_2024 DETACH PARTITION metrics_2024_0",
    "DROP TABLE metrics_2025",
    "ALTER TABLE metrics ALTER COLUMN note TYPE text",
    "CREATE INDEX ON ONLY metrics (value)",
    "ALTER TABLE metrics ADD COLUMN extra jsonb",
    "ALTER TABLE metrics ADD CONSTRAINT m CHECK (device > 0) NOT VALID",
    "TRUNCATE metrics_2025",
    "ALTER DOMAIN percent ADD CONSTRAINT p CHECK (VALUE > -1) NOT VALID",
    "ALTER DOMAIN percent DROP CONSTRAINT percent_check",
    "ALTER DOMAIN label SET DEFAULT 'x'",
    "ALTER TABLE users ADD COLUMN nick label",
    "ALTER TABLE users ALTER COLUMN id RESTART WITH 9000",
    "ALTER TABLE users ALTER COLUMN shouted DROP EXPRESSION",
    "ALTER TABLE users ALTER COLUMN id SET GENERATED BY DEFAULT",
    "ALTER TABLE users ALTER COLUMN tag TYPE text",
    "ALTER TABLE users ALTER COLUMN name TYPE varchar(100)",
    "ALTER TABLE users ALTER COLUMN name TYPE text",
    "ALTER TABLE users ALTER COLUMN balance TYPE numeric(20,2)",
    "ALTER TABLE users ALTER COLUMN email SET NOT NULL",
    "ALTER TABLE users ADD COLUMN addr address",
    "ALTER TYPE address ADD ATTRIBUTE city text",
    "ALTER TYPE grade ADD VALUE 'top' AFTER 'high'",
    "ALTER TYPE grade RENAME TO level",
    "ALTER TABLE users ADD COLUMN h int DEFAULT half(10)",
    "ALTER TABLE users ADD COLUMN day date DEFAULT CURRENT_DATE, ADD COLUMN b bool NOT NULL DEFAULT false",
    "ALTER TABLE accounts ALTER COLUMN owner SET NOT NULL",
    "ALTER TABLE accounts ADD CONSTRAINT owner_set CHECK (owner IS NOT NULL) NOT VALID",
    "ALTER TABLE accounts ADD CONSTRAINT k UNIQUE USING INDEX accounts_code",
    "ALTER TABLE accounts DROP CONSTRAINT accounts_state",
    "ALTER TABLE transfers VALIDATE CONSTRAINT transfers_target_fk",
    "ALTER TABLE transfers VALIDATE CONSTRAINT transfers_positive",
    "ALTER TABLE transfers ALTER CONSTRAINT transfers_source DEFERRABLE INITIALLY DEFERRED",
    "ALTER TABLE transfers DROP COLUMN source",
    "DROP TABLE transfers",
    "DROP VIEW active; CREATE VIEW active AS SELECT id FROM users",
    "CREATE MATERIALIZED VIEW fresh AS SELECT id FROM users; CREATE UNIQUE INDEX ON fresh (id)",
    "REFRESH MATERIALIZED VIEW CONCURRENTLY copies",
    "REFRESH MATERIALIZED VIEW busy WITH NO DATA",
    "DROP MATERIALIZED VIEW busy",
    "CREATE RULE r AS ON DELETE TO notes DO INSTEAD NOTHING",
    "ALTER PUBLICATION pub ADD TABLE notes, accounts",
    "CREATE PUBLICATION p2 FOR TABLE notes WHERE (id > 5)",
    "DROP STATISTICS users_st",
    "CREATE STATISTICS st2 ON email, name FROM users",
    "ALTER TABLE users ALTER COLUMN email SET (n_distinct = -1)",
    "ALTER TABLE users SET (autovacuum_vacuum_scale_factor = 0.01)",
    "ALTER TABLE users FORCE ROW LEVEL SECURITY",
    "UPDATE notes SET body = 'x'",
    "DELETE FROM audit_log WHERE at < now() - interval '1 year'",
    "BEGIN; SAVEPOINT a; ALTER TABLE notes ADD COLUMN x int; ROLLBACK TO SAVEPOINT a;"
    " UPDATE notes SET body = 'y'; COMMIT;",
    "BEGIN; UPDATE notes SET body = 'x'; ALTER TABLE notes ADD COLUMN x int; COMMIT;",
    "BEGIN; ALTER TABLE users ADD COLUMN x int; COMMIT; UPDATE users SET x = 1;",
    "CREATE TEMP TABLE t AS SELECT * FROM users; CREATE INDEX ON t (id); DROP TABLE t",
    "DO $$ BEGIN ALTER TABLE notes ADD COLUMN x int; EXCEPTION WHEN duplicate_column THEN NULL; END $$",
    "DO $$ BEGIN IF to_regclass('public.notes_body') IS NOT NULL THEN DROP INDEX notes_body; END IF; END $$",
    "CREATE FUNCTION later() RETURNS void LANGUAGE sql AS 'CREATE INDEX ON notes (body)'",
    "CREATE INDEX IF NOT EXISTS users_name ON users (name)",
    "ALTER TABLE notes ADD COLUMN IF NOT EXISTS body text DEFAULT token()",
    "ALTER TABLE IF EXISTS nowhere ALTER COLUMN x SET NOT NULL",
    "DROP TRIGGER accounts_keep ON accounts",
    "ALTER TABLE notes CLUSTER ON notes_pkey",
    "ALTER TABLE audit_log ALTER COLUMN at TYPE timestamp(6)",
    "COMMENT ON COLUMN users.bio IS 'x'; COMMENT ON INDEX users_name IS 'y'",
    "GRANT SELECT (email) ON users TO PUBLIC; REVOKE ALL ON notes FROM PUBLIC",
    "DROP INDEX users_high; ALTER INDEX users_name RENAME TO users_by_name",
    "ALTER SEQUENCE audit_log_id_seq AS bigint CACHE 20; SELECT setval('audit_log_id_seq', 5000)",
    "\\set ON_ERROR_STOP on\n\\timing\nALTER TABLE notes ADD COLUMN x int;",
    "\\set col x\nALTER TABLE notes ADD COLUMN :col int;",
    "\\echo ALTER TABLE notes ALTER COLUMN body SET NOT NULL\nALTER TABLE notes ADD COLUMN x int;",
    "BEGIN;\nALTER TABLE notes ADD CONSTRAINT c CHECK (id > 0) NOT VALID;\nCOMMIT;\n"
    "ALTER TABLE notes VALIDATE CONSTRAINT c;",
)
_APART = (
    ("CREATE INDEX CONCURRENTLY i ON users (balance)", False),
    ("CREATE UNIQUE INDEX CONCURRENTLY i ON copies (email)", False),
    ("DROP INDEX CONCURRENTLY users_high", False),
    ("REINDEX (CONCURRENTLY) INDEX users_name", False),
    ("ALTER TABLE metrics DETACH PARTITION metrics_2025 CONCURRENTLY", False),
    ("ALTER TABLE notes ADD CONSTRAINT c CHECK (id > 0) NOT VALID; ALTER TABLE notes VALIDATE CONSTRAINT c", False),
    ("ALTER TABLE users ADD COLUMN x int; UPDATE users SET x = 1", False),
    ("VACUUM ANALYZE users", False),
    ("ALTER TABLE notes ADD CONSTRAINT c CHECK (body IS NOT NULL) NOT VALID; ALTER TABLE notes VALIDATE CONSTRAINT c;"
     " ALTER TABLE notes ALTER body SET NOT NULL; ALTER TABLE notes DROP CONSTRAINT c", False),
    ("CREATE UNIQUE INDEX CONCURRENTLY i ON notes (body, id); ALTER TABLE notes ADD UNIQUE USING INDEX i", False),
    ("CREATE INDEX CONCURRENTLY i ON users (balance); REINDEX INDEX i", True),
    ("ALTER TABLE users ALTER COLUMN bio TYPE varchar(100)", True),
    ("BEGIN; LOCK TABLE users IN SHARE ROW EXCLUSIVE MODE; UPDATE users SET tag = 'z'; COMMIT", True),
    ("CREATE INDEX CONCURRENTLY i ON ONLY metrics_2025 (value); CREATE INDEX j ON metrics (value)", True),
    ("VACUUM FULL", True),
    ("VACUUM (FULL, ANALYZE) notes", True),
    ("REINDEX SCHEMA public", True),
    ("REINDEX TABLE CONCURRENTLY metrics; REINDEX TABLE metrics", True),
    ("CLUSTER", False),
    ("REINDEX TABLE CONCURRENTLY metrics", False),
)  # fmt: skip

REALLY = {
    "\\set t notes\nCREATE INDEX ON :t (body);": "CREATE INDEX ON notes (body)",
    "\\set size 100\nBEGIN;\nALTER TABLE users ALTER COLUMN bio TYPE varchar(:size);\nCOMMIT;":
        "ALTER TABLE users ALTER COLUMN bio TYPE varchar(100)",
    "\\set col x\nALTER TABLE notes ADD COLUMN :col int;": "ALTER TABLE notes ADD COLUMN x int",
}  # fmt: skip
"""What psql sends, where that is not the text without its own commands."""

WIDE = (
    *(Case(sql, True) for sql in _BLOCKING),
    *(Case(sql, False) for sql in _FREE),
    *(Case(sql, blocks, "autocommit") for sql, blocks in _APART),
)
