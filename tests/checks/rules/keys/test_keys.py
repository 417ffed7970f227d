"""Rules on keys and integrity: what each must find, and what only looks wrong."""

from __future__ import annotations

import pytest

from pgplumb.checks.rule import Status
from tests.checks.rules.schema_cases import Case, CaseDatabase

PRIMARY_KEYS = [
    Case(
        "table-has-primary-key",
        "a unique index is no primary key",
        "CREATE TABLE t (a int NOT NULL UNIQUE); CREATE TABLE good (a int PRIMARY KEY)",
        ["table:{s}.t"],
    ),
    Case(
        "table-has-primary-key",
        "a partitioned table is reported once, at its root",
        """CREATE TABLE t (a int) PARTITION BY RANGE (a);
        CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (9);
        CREATE TABLE t2 PARTITION OF t FOR VALUES FROM (9) TO (19)""",
        ["table:{s}.t"],
    ),
    Case(
        "table-has-primary-key",
        "unlogged tables are not spared silently and views need none",
        'CREATE UNLOGGED TABLE "Load" (a int); CREATE VIEW v AS SELECT 1 AS a; '
        "CREATE MATERIALIZED VIEW m AS SELECT 1 AS a",
        ['table:{s}."Load"'],
    ),
    Case(
        "table-has-primary-key",
        "a database without tables has nothing to judge",
        "CREATE SEQUENCE s",
        status=Status.NOT_APPLICABLE,
        says="there is no table",
    ),
    Case(
        "table-has-replica-identity",
        "a published table needs a key or an identity",
        """CREATE TABLE bare (a int);
        CREATE TABLE keyed (a int PRIMARY KEY);
        CREATE TABLE whole (a int); ALTER TABLE whole REPLICA IDENTITY FULL;
        CREATE TABLE by_index (a int NOT NULL); CREATE UNIQUE INDEX by_index_a ON by_index (a);
        ALTER TABLE by_index REPLICA IDENTITY USING INDEX by_index_a;
        CREATE TABLE nothing (a int PRIMARY KEY); ALTER TABLE nothing REPLICA IDENTITY NOTHING;
        CREATE TABLE late (a int PRIMARY KEY DEFERRABLE);
        CREATE TABLE unpublished (a int);
        CREATE PUBLICATION p1 FOR TABLE bare, keyed, whole, by_index, nothing, late""",
        ["table:{s}.bare", "table:{s}.late", "table:{s}.nothing"],
    ),
    Case(
        "table-has-replica-identity",
        "a publication of inserts alone needs none",
        "CREATE TABLE bare (a int); CREATE PUBLICATION p2 FOR TABLE bare WITH (publish = 'insert')",
        status=Status.NOT_APPLICABLE,
    ),
    Case(
        "table-has-replica-identity",
        "partitions are judged and reported at the root",
        """CREATE TABLE t (a int) PARTITION BY LIST (a);
        CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1);
        CREATE TABLE t2 PARTITION OF t FOR VALUES IN (2);
        ALTER TABLE t1 REPLICA IDENTITY FULL;
        CREATE PUBLICATION p3 FOR TABLE t""",
        ["table:{s}.t"],
        says="1 of 2 partitions",
    ),
    Case(
        "pk-column-count-limit",
        "five columns are too many and four are not",
        """CREATE TABLE five (a int, b int, c int, d int, e int, PRIMARY KEY (a, b, c, d, e));
        CREATE TABLE four (a int, b int, c int, d int, PRIMARY KEY (a, b, c, d))""",
        ["constraint:{s}.five.five_pkey"],
    ),
    Case(
        "pk-bigint-or-uuid",
        "generated integer keys run out of numbers",
        """CREATE TABLE serials (id serial PRIMARY KEY);
        CREATE TABLE identities (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
        CREATE TABLE plain (id integer PRIMARY KEY);
        CREATE TABLE small (id smallserial PRIMARY KEY);
        CREATE TABLE big (id bigserial PRIMARY KEY);
        CREATE TABLE random (id uuid PRIMARY KEY)""",
        [
            "column:{s}.identities.id",
            "column:{s}.plain.id",
            "column:{s}.serials.id",
            "column:{s}.small.id",
        ],
    ),
    Case(
        "pk-bigint-or-uuid",
        "codes, bounded keys, keys of a parent and line numbers stay small",
        """CREATE TABLE bounded (id int PRIMARY KEY CHECK (id BETWEEN 1 AND 300));
        CREATE TABLE codes (id smallint PRIMARY KEY);
        CREATE TABLE lookup (id int PRIMARY KEY); INSERT INTO lookup VALUES (1), (2), (3); ANALYZE lookup;
        CREATE TABLE child (id int PRIMARY KEY REFERENCES bounded);
        CREATE TABLE lines (order_id bigint, line int, PRIMARY KEY (order_id, line))""",
    ),
    Case(
        "pk-bigint-or-uuid",
        "a lower bound alone bounds nothing",
        "CREATE TABLE t (id int PRIMARY KEY CHECK (id > 0 AND id <> 7))",
        ["column:{s}.t.id"],
    ),
    Case(
        "pk-bigint-or-uuid",
        "a check that was not read leaves it open",
        "CREATE TABLE t (id int PRIMARY KEY CHECK (id < 300))",
        status=Status.UNKNOWN,
        unread=True,
    ),
    Case(
        "identity-over-serial",
        "a serial is found, an identity and a shared sequence are not",
        """CREATE TABLE t (id bigserial PRIMARY KEY);
        CREATE TABLE good (id bigint GENERATED ALWAYS AS IDENTITY);
        CREATE SEQUENCE shared;
        CREATE TABLE one (id bigint DEFAULT nextval('shared'));
        CREATE TABLE two (id bigint DEFAULT nextval('shared'));
        ALTER SEQUENCE shared OWNED BY one.id""",
        ["column:{s}.t.id"],
    ),
    Case(
        "identity-over-serial",
        "an unread default is no pass",
        "CREATE TABLE t (id serial)",
        status=Status.UNKNOWN,
        unread=True,
    ),
    Case(
        "pk-uuid-not-text",
        "a UUID in text is given away by default, name or length",
        """CREATE TABLE a (id text PRIMARY KEY DEFAULT gen_random_uuid()::text);
        CREATE TABLE b (user_uuid varchar PRIMARY KEY);
        CREATE TABLE c (id varchar(36) PRIMARY KEY);
        CREATE TABLE d (id char(36) PRIMARY KEY)""",
        ["column:{s}.a.id", "column:{s}.b.user_uuid", "column:{s}.c.id", "column:{s}.d.id"],
    ),
    Case(
        "pk-uuid-not-text",
        "codes, hashes and keys of a parent are no UUIDs",
        """CREATE TABLE a (id uuid PRIMARY KEY);
        CREATE TABLE b (code varchar(8) PRIMARY KEY);
        CREATE TABLE c (md5_hash char(32) PRIMARY KEY);
        CREATE TABLE d (slug text PRIMARY KEY);
        CREATE TABLE e (id varchar(36) PRIMARY KEY REFERENCES d (slug))""",
    ),
    Case(
        "pk-uuid-not-text",
        "32 characters may be a UUID or a hash",
        "CREATE TABLE t (id char(32) PRIMARY KEY)",
        status=Status.UNKNOWN,
        says="32 characters",
    ),
    Case(
        "pk-uuid-not-text",
        "values of another length are no UUIDs",
        """CREATE TABLE t (id varchar(36) PRIMARY KEY);
        INSERT INTO t SELECT lpad(i::text, 26, '0') FROM generate_series(1, 1200) i; ANALYZE t""",
    ),
    Case(
        "pk-uuid-time-ordered",
        "random defaults are found",
        "CREATE TABLE t (id uuid PRIMARY KEY DEFAULT gen_random_uuid())",
        ["column:{s}.t.id"],
    ),
    Case(
        "pk-uuid-time-ordered",
        "version 7 is in order",
        "CREATE TABLE t (id uuid PRIMARY KEY DEFAULT uuidv7())",
        since=180000,
    ),
    Case(
        "pk-uuid-time-ordered",
        "what the application makes is not known",
        "CREATE TABLE t (id uuid PRIMARY KEY)",
        status=Status.UNKNOWN,
        says="the application makes its UUIDs",
    ),
    Case(
        "pk-uuid-time-ordered",
        "the key of a parent is made elsewhere",
        "CREATE TABLE p (id bigint UNIQUE, u uuid UNIQUE); CREATE TABLE c (id uuid PRIMARY KEY REFERENCES p (u))",
        status=Status.NOT_APPLICABLE,
    ),
]

PARENT = "CREATE TABLE p (id bigint PRIMARY KEY);"
PAIR = "CREATE TABLE p (a int, b int, PRIMARY KEY (a, b));"

FOREIGN_KEYS = [
    Case(
        "fk-columns-indexed",
        "no index, a partial one, BRIN, INCLUDE and a later column do not serve",
        PARENT
        + """CREATE TABLE none (p_id bigint CONSTRAINT f1 REFERENCES p);
        CREATE TABLE part (p_id bigint CONSTRAINT f2 REFERENCES p, done bool);
        CREATE INDEX ON part (p_id) WHERE done;
        CREATE TABLE brin (p_id bigint CONSTRAINT f3 REFERENCES p); CREATE INDEX ON brin USING brin (p_id);
        CREATE TABLE inc (p_id bigint CONSTRAINT f4 REFERENCES p, x int); CREATE INDEX ON inc (x) INCLUDE (p_id);
        CREATE TABLE later (p_id bigint CONSTRAINT f5 REFERENCES p, x int); CREATE INDEX ON later (x, p_id)""",
        ["fk:{s}.none.f1", "fk:{s}.part.f2", "fk:{s}.brin.f3", "fk:{s}.inc.f4", "fk:{s}.later.f5"],
    ),
    Case(
        "fk-columns-indexed",
        "any order of the columns, hash and IS NOT NULL serve",
        PARENT
        + PAIR.replace("TABLE p", "TABLE q")
        + """CREATE TABLE swapped (a int, b int, c int, FOREIGN KEY (a, b) REFERENCES q);
        CREATE INDEX ON swapped (b, a, c);
        CREATE TABLE hashed (p_id bigint REFERENCES p); CREATE INDEX ON hashed USING hash (p_id);
        CREATE TABLE partly ("P id" bigint REFERENCES p); CREATE INDEX ON partly ("P id") WHERE "P id" IS NOT NULL;
        CREATE TABLE both_set (a int, b int, FOREIGN KEY (a, b) REFERENCES q);
        CREATE INDEX ON both_set (a, b) WHERE a IS NOT NULL AND b IS NOT NULL;
        CREATE TABLE keyed (p_id bigint REFERENCES p, n int, PRIMARY KEY (p_id, n))""",
    ),
    Case(
        "fk-columns-indexed",
        "an index with another collation does not serve",
        """CREATE TABLE p (code text PRIMARY KEY);
        CREATE TABLE c (code text CONSTRAINT f REFERENCES p); CREATE INDEX ON c (code COLLATE "C")""",
        ["fk:{s}.c.f"],
    ),
    Case(
        "fk-columns-indexed",
        "a partitioned table is reported at its root, and may be indexed on each partition",
        PARENT
        + """CREATE TABLE bad (p_id bigint CONSTRAINT f REFERENCES p, d int) PARTITION BY LIST (d);
        CREATE TABLE bad1 PARTITION OF bad FOR VALUES IN (1);
        CREATE TABLE bad2 PARTITION OF bad FOR VALUES IN (2); CREATE INDEX ON bad1 (p_id);
        CREATE TABLE good (p_id bigint REFERENCES p, d int) PARTITION BY LIST (d);
        CREATE TABLE good1 (d int, p_id bigint); ALTER TABLE good ATTACH PARTITION good1 FOR VALUES IN (1);
        CREATE INDEX ON good1 (p_id);
        CREATE TABLE whole (p_id bigint REFERENCES p, d int) PARTITION BY LIST (d);
        CREATE INDEX ON whole (p_id)""",
        ["fk:{s}.bad.f"],
    ),
    Case(
        "fk-columns-indexed",
        "a key to a partitioned table is reported once",
        """CREATE TABLE p (id int PRIMARY KEY) PARTITION BY RANGE (id);
        CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (9);
        CREATE TABLE p2 PARTITION OF p FOR VALUES FROM (9) TO (19);
        CREATE TABLE c (p_id int CONSTRAINT f REFERENCES p)""",
        ["fk:{s}.c.f"],
    ),
    Case(
        "fk-columns-indexed",
        "an unread predicate is no pass",
        PARENT + "CREATE TABLE c (p_id bigint REFERENCES p); CREATE INDEX ON c (p_id) WHERE p_id IS NOT NULL",
        status=Status.UNKNOWN,
        unread=True,
    ),
    Case(
        "fk-columns-indexed",
        "an invalid index does not serve",
        PARENT
        + """INSERT INTO p VALUES (1); CREATE TABLE c (p_id bigint CONSTRAINT f REFERENCES p);
        INSERT INTO c VALUES (1), (1)""",
        ["fk:{s}.c.f"],
        breaks=["CREATE UNIQUE INDEX CONCURRENTLY broken ON c (p_id)"],
    ),
    Case(
        "fk-explicit-on-delete",
        "an action that nobody chose is found, and any other is a choice",
        PARENT
        + """CREATE TABLE c (a bigint CONSTRAINT fa REFERENCES p,
        b bigint CONSTRAINT fb REFERENCES p ON DELETE NO ACTION,
        r bigint REFERENCES p ON DELETE RESTRICT, k bigint REFERENCES p ON DELETE CASCADE,
        n bigint REFERENCES p ON DELETE SET NULL)""",
        ["fk:{s}.c.fa", "fk:{s}.c.fb"],
    ),
    Case(
        "fk-set-null-column-nullable",
        "SET NULL on NOT NULL, a key column, a domain or a check fails on the day of the delete",
        PARENT
        + """CREATE DOMAIN required AS bigint NOT NULL;
        CREATE TABLE a (p_id bigint NOT NULL CONSTRAINT fa REFERENCES p ON DELETE SET NULL);
        CREATE TABLE b (p_id bigint PRIMARY KEY CONSTRAINT fb REFERENCES p ON DELETE SET NULL);
        CREATE TABLE c (p_id required CONSTRAINT fc REFERENCES p ON DELETE SET NULL);
        CREATE TABLE d (p_id bigint CHECK (p_id IS NOT NULL) CONSTRAINT fd REFERENCES p ON DELETE SET NULL);
        CREATE TABLE e (p_id bigint NOT NULL CONSTRAINT fe REFERENCES p ON UPDATE SET NULL)""",
        ["fk:{s}.a.fa", "fk:{s}.b.fb", "fk:{s}.c.fc", "fk:{s}.d.fd", "fk:{s}.e.fe"],
    ),
    Case(
        "fk-set-null-column-nullable",
        "nullable columns and other actions are fine",
        PARENT
        + """CREATE TABLE a (p_id bigint REFERENCES p ON DELETE SET NULL);
        CREATE TABLE b (p_id bigint NOT NULL REFERENCES p ON DELETE CASCADE)""",
    ),
    Case(
        "fk-set-null-column-nullable",
        "only the columns that are set count",
        PAIR
        + """CREATE TABLE good (a int NOT NULL, b int, FOREIGN KEY (a, b) REFERENCES p ON DELETE SET NULL (b));
        CREATE TABLE bad (a int NOT NULL, b int, CONSTRAINT f FOREIGN KEY (a, b) REFERENCES p ON DELETE SET NULL)""",
        ["fk:{s}.bad.f"],
        since=150000,
    ),
    Case(
        "fk-type-matches-target",
        "narrower and other types are found",
        PARENT
        + """CREATE TABLE q (n numeric(12,2) PRIMARY KEY, v varchar(20) UNIQUE);
        CREATE TABLE a (p_id int CONSTRAINT fa REFERENCES p);
        CREATE TABLE b (n numeric(10,2) CONSTRAINT fb REFERENCES q);
        CREATE TABLE c (v varchar(10) CONSTRAINT fc REFERENCES q (v))""",
        ["fk:{s}.a.fa", "fk:{s}.b.fb", "fk:{s}.c.fc"],
    ),
    Case(
        "fk-type-matches-target",
        "equal types, domains of them and text beside varchar match",
        """CREATE DOMAIN key AS bigint;
        CREATE TABLE p (id bigint PRIMARY KEY, v varchar(20) UNIQUE);
        CREATE TABLE q (id int PRIMARY KEY);
        CREATE TABLE a (x key CONSTRAINT same_name REFERENCES p, v text REFERENCES p (v));
        CREATE TABLE b (x int CONSTRAINT same_name REFERENCES q)""",
    ),
    Case(
        "fk-not-duplicated",
        "the same pairs in another order are the same key",
        PAIR
        + """CREATE TABLE c (a int, b int, CONSTRAINT f1 FOREIGN KEY (a, b) REFERENCES p (a, b),
        CONSTRAINT f2 FOREIGN KEY (b, a) REFERENCES p (b, a))""",
        ["fk:{s}.c.f2"],
    ),
    Case(
        "fk-not-duplicated",
        "it says which one acts where the actions differ",
        PARENT
        + """CREATE TABLE c (p_id bigint);
        ALTER TABLE c ADD CONSTRAINT zz FOREIGN KEY (p_id) REFERENCES p ON DELETE CASCADE;
        ALTER TABLE c ADD CONSTRAINT aa FOREIGN KEY (p_id) REFERENCES p ON DELETE RESTRICT""",
        ["fk:{s}.c.aa"],
        says="zz, made first, acts first",
    ),
    Case(
        "fk-not-duplicated",
        "other columns, other targets and partitions of the target are no copies",
        """CREATE TABLE p (id int PRIMARY KEY, other int UNIQUE);
        CREATE TABLE r (id int PRIMARY KEY) PARTITION BY RANGE (id);
        CREATE TABLE r1 PARTITION OF r FOR VALUES FROM (0) TO (9);
        CREATE TABLE r2 PARTITION OF r FOR VALUES FROM (9) TO (19);
        CREATE TABLE c (a int REFERENCES p, b int REFERENCES p, r_id int REFERENCES r,
        FOREIGN KEY (a) REFERENCES p (other))""",
    ),
    Case(
        "fk-composite-nullable-uses-match-full",
        "a nullable part switches the check off",
        PAIR
        + """CREATE TABLE c (a int, b int, CONSTRAINT f FOREIGN KEY (a, b) REFERENCES p);
        CREATE TABLE d (a int NOT NULL, b int, CONSTRAINT f FOREIGN KEY (a, b) REFERENCES p)""",
        ["fk:{s}.c.f", "fk:{s}.d.f"],
    ),
    Case(
        "fk-composite-nullable-uses-match-full",
        "MATCH FULL, NOT NULL and an optional reference beside the tenant are right",
        PAIR
        + """CREATE TABLE m (a int, b int, FOREIGN KEY (a, b) REFERENCES p MATCH FULL);
        CREATE TABLE n (a int NOT NULL, b int NOT NULL, FOREIGN KEY (a, b) REFERENCES p);
        CREATE TABLE tenants (tenant_id int PRIMARY KEY);
        CREATE TABLE users (tenant_id int NOT NULL REFERENCES tenants, id int, PRIMARY KEY (tenant_id, id));
        CREATE TABLE tasks (tenant_id int NOT NULL REFERENCES tenants, id int, done_by int,
        PRIMARY KEY (tenant_id, id), FOREIGN KEY (tenant_id, done_by) REFERENCES users);
        CREATE TABLE notes (tenant_id int NOT NULL REFERENCES tenants, id int PRIMARY KEY)""",
    ),
    Case(
        "fk-no-cycle",
        "a circle of required keys lets no first row in",
        """CREATE TABLE a (id int PRIMARY KEY, c_id int NOT NULL);
        CREATE TABLE b (id int PRIMARY KEY, a_id int NOT NULL CONSTRAINT fb REFERENCES a);
        CREATE TABLE c (id int PRIMARY KEY, b_id int NOT NULL CONSTRAINT fc REFERENCES b);
        ALTER TABLE a ADD CONSTRAINT fa FOREIGN KEY (c_id) REFERENCES c;
        CREATE TABLE outside (a_id int NOT NULL REFERENCES a)""",
        ["fk:{s}.a.fa"],
        says="{s}.a, {s}.b, {s}.c",
    ),
    Case(
        "fk-no-cycle",
        "a nullable or deferrable key opens it, and a self reference is none",
        """CREATE TABLE a (id int PRIMARY KEY, b_id int, self int NOT NULL REFERENCES a);
        CREATE TABLE b (id int PRIMARY KEY, a_id int NOT NULL REFERENCES a);
        ALTER TABLE a ADD FOREIGN KEY (b_id) REFERENCES b;
        CREATE TABLE c (id int PRIMARY KEY, d_id int NOT NULL);
        CREATE TABLE d (id int PRIMARY KEY, c_id int NOT NULL REFERENCES c DEFERRABLE);
        ALTER TABLE c ADD FOREIGN KEY (d_id) REFERENCES d""",
    ),
    Case(
        "missing-fk-constraint",
        "a column named for a table and typed like its key should refer to it",
        """CREATE TABLE customers (id bigint PRIMARY KEY); CREATE TABLE category (id int PRIMARY KEY);
        CREATE TABLE companies (id int PRIMARY KEY);
        CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, category_id int, company_id int)""",
        ["column:{s}.orders.category_id", "column:{s}.orders.company_id", "column:{s}.orders.customer_id"],
    ),
    Case(
        "missing-fk-constraint",
        "polymorphic pairs, external ids, logs and the key itself are left alone",
        """CREATE TABLE posts (id bigint PRIMARY KEY); CREATE TABLE customers (customer_id bigint PRIMARY KEY);
        CREATE TABLE comments (id bigint PRIMARY KEY, post_id bigint, post_type text);
        CREATE TABLE payments (id bigint PRIMARY KEY, stripe_customer_id text, external_id bigint, customer_id text);
        CREATE TABLE audit_log (id bigint PRIMARY KEY, post_id bigint);
        CREATE TABLE good (id bigint PRIMARY KEY, post_id bigint REFERENCES posts)""",
    ),
]

CONSTRAINTS = [
    Case(
        "constraints-validated",
        "checks and foreign keys that are NOT VALID are found",
        PARENT
        + """CREATE TABLE c (p_id bigint, n int);
        ALTER TABLE c ADD CONSTRAINT f FOREIGN KEY (p_id) REFERENCES p NOT VALID;
        ALTER TABLE c ADD CONSTRAINT k CHECK (n > 0) NOT VALID;
        ALTER TABLE c ADD CONSTRAINT fine CHECK (n < 9)""",
        ["constraint:{s}.c.k", "fk:{s}.c.f"],
    ),
    Case(
        "constraints-validated",
        "a partitioned table's check is reported once",
        """CREATE TABLE t (a int) PARTITION BY LIST (a);
        CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1); CREATE TABLE t2 PARTITION OF t FOR VALUES IN (2);
        ALTER TABLE t ADD CONSTRAINT k CHECK (a > 0) NOT VALID;
        ALTER TABLE t1 ADD CONSTRAINT own CHECK (a < 9) NOT VALID""",
        ["constraint:{s}.t.k", "constraint:{s}.t1.own"],
    ),
    Case(
        "constraints-validated",
        "a constraint that is not enforced is never validated",
        "CREATE TABLE t (a int CHECK (a > 0) NOT ENFORCED, b int CHECK (b > 0))",
        since=180000,
    ),
    Case(
        "constraints-validated",
        "NOT NULL can be NOT VALID as well",
        "CREATE TABLE t (a int); ALTER TABLE t ADD CONSTRAINT n NOT NULL a NOT VALID",
        ["constraint:{s}.t.n"],
        since=180000,
    ),
    Case(
        "trigger-fk-enforced",
        "a foreign key whose triggers are off is not enforced",
        PARENT
        + """CREATE TABLE c (p_id bigint CONSTRAINT f REFERENCES p); ALTER TABLE c DISABLE TRIGGER ALL;
        CREATE TABLE d (p_id bigint CONSTRAINT g REFERENCES p)""",
        ["fk:{s}.c.f"],
    ),
    Case(
        "trigger-fk-enforced",
        "the parent's side counts, and replica triggers are meant",
        PARENT
        + """CREATE TABLE c (p_id bigint CONSTRAINT f REFERENCES p); ALTER TABLE p DISABLE TRIGGER ALL;
        CREATE FUNCTION tg() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
        CREATE TRIGGER t AFTER INSERT ON c EXECUTE FUNCTION tg(); ALTER TABLE c ENABLE REPLICA TRIGGER t""",
        ["fk:{s}.c.f"],
        says="on {s}.p are disabled",
    ),
    Case(
        "no-disabled-trigger",
        "a disabled trigger is found, a replica one and foreign keys are not",
        PARENT
        + """CREATE FUNCTION tg() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
        CREATE TABLE c (p_id bigint REFERENCES p);
        CREATE TRIGGER off AFTER INSERT ON c EXECUTE FUNCTION tg();
        CREATE TRIGGER on_replica AFTER INSERT ON c EXECUTE FUNCTION tg();
        CREATE TRIGGER always AFTER INSERT ON c EXECUTE FUNCTION tg();
        ALTER TABLE c DISABLE TRIGGER ALL; ALTER TABLE c ENABLE REPLICA TRIGGER on_replica;
        ALTER TABLE c ENABLE ALWAYS TRIGGER always""",
        ["trigger:{s}.c.off"],
    ),
    Case(
        "no-disabled-trigger",
        "a trigger of a partitioned table is reported once, and one that is off on a partition alone there",
        """CREATE FUNCTION tg() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
        CREATE TABLE t (a int) PARTITION BY LIST (a);
        CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1); CREATE TABLE t2 PARTITION OF t FOR VALUES IN (2);
        CREATE TRIGGER off AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION tg();
        CREATE TRIGGER here AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION tg();
        ALTER TABLE t DISABLE TRIGGER off; ALTER TABLE t1 DISABLE TRIGGER off; ALTER TABLE t2 DISABLE TRIGGER off;
        ALTER TABLE t1 DISABLE TRIGGER here""",
        ["trigger:{s}.t.off", "trigger:{s}.t1.here"],
    ),
    Case(
        "unique-index-not-nullable-columns",
        "a nullable column lets equal rows in",
        """CREATE TABLE t (id int PRIMARY KEY, org int NOT NULL, slug text, deleted_at timestamptz,
        UNIQUE (org, slug));
        CREATE UNIQUE INDEX living ON t (org, deleted_at);
        CREATE UNIQUE INDEX half ON t (slug) WHERE deleted_at IS NULL""",
        ["index:{s}.half", "index:{s}.living", "index:{s}.t_org_slug_key"],
    ),
    Case(
        "unique-index-not-nullable-columns",
        "a predicate or a check that shuts nulls out is right",
        """CREATE TABLE t (id int PRIMARY KEY, a int NOT NULL UNIQUE, "B" text, c text, d int CHECK (d IS NOT NULL));
        CREATE UNIQUE INDEX ON t ("B") WHERE "B" IS NOT NULL;
        CREATE UNIQUE INDEX ON t (c) WHERE c <> ''::text AND a > 0;
        CREATE UNIQUE INDEX ON t (d)""",
    ),
    Case(
        "unique-index-not-nullable-columns",
        "NULLS NOT DISTINCT is right",
        "CREATE TABLE t (a int, UNIQUE NULLS NOT DISTINCT (a))",
        since=150000,
    ),
    Case(
        "range-pair-ordered",
        "nothing keeps these in order",
        """CREATE TABLE t (starts_at timestamptz, ends_at timestamptz);
        CREATE TABLE u (valid_from date, valid_to date, CHECK (valid_from IS NOT NULL OR valid_to IS NOT NULL));
        CREATE TABLE v (start_page int, end_page int, CHECK (start_page <> end_page))""",
        ["column:{s}.t.starts_at", "column:{s}.u.valid_from", "column:{s}.v.start_page"],
    ),
    Case(
        "range-pair-ordered",
        "a comparison, an exclusion and a generated range keep order",
        """CREATE TABLE a (starts_at timestamptz, ends_at timestamptz,
        CHECK (starts_at < ends_at OR ends_at IS NULL));
        CREATE TABLE b ("from" date, "to" date, CHECK ("to" >= "from" AND "from" > '2000-01-01'));
        CREATE TABLE c (start_at timestamptz, end_at timestamptz, EXCLUDE USING gist (tstzrange(start_at,
        end_at) WITH &&));
        CREATE TABLE d (valid_from date, valid_until date,
        during daterange GENERATED ALWAYS AS (daterange(valid_from, valid_until)) STORED)""",
    ),
    Case(
        "range-pair-ordered",
        "hours past midnight, edges of a graph and other types are no ranges",
        """CREATE TABLE t (start_time time, end_time time, from_account_id bigint, to_account_id bigint,
        started_at timestamptz, ended_at date)""",
        status=Status.NOT_APPLICABLE,
    ),
    Case(
        "check-constraints-on-domains",
        "few values, percentages and amounts without a limit are found",
        """CREATE TABLE t (id int, status text, discount_percent int, amount numeric(12,2));
        INSERT INTO t SELECT i, (ARRAY['new','open','done'])[i % 3 + 1], 0, 0 FROM generate_series(1, 1500) i;
        ANALYZE t""",
        ["column:{s}.t.amount", "column:{s}.t.discount_percent", "column:{s}.t.status"],
    ),
    Case(
        "check-constraints-on-domains",
        "a check, an enum, a domain, a reference or many values are fine",
        """CREATE TYPE mood AS ENUM ('new', 'done'); CREATE DOMAIN state AS text CHECK (VALUE IN ('new', 'done'));
        CREATE TABLE kinds (code text PRIMARY KEY);
        CREATE TABLE t (a_status text CHECK (a_status IN ('x')), b_status mood, c_state state,
        kind text REFERENCES kinds,
        mime_type text, post_type text, post_id int, amount int CHECK (amount > 0));
        INSERT INTO t (a_status, mime_type, post_type) SELECT 'x', 'type/' || i, 'Post' FROM generate_series(1,
        1500) i;
        ANALYZE t""",
    ),
    Case(
        "check-constraints-on-domains",
        "a table without statistics leaves it open",
        "CREATE TABLE t (status text); INSERT INTO t SELECT 'x' FROM generate_series(1, 1500)",
        status=Status.UNKNOWN,
        says="never analysed",
    ),
    Case(
        "check-constraints-on-domains",
        "a few rows tell nothing",
        "CREATE TABLE t (status text); INSERT INTO t VALUES ('x'); ANALYZE t",
        status=Status.NOT_APPLICABLE,
    ),
    Case(
        "not-null-via-check-only",
        "a check that says no more than NOT NULL is found",
        'CREATE TABLE t ("A" int CHECK ("A" IS NOT NULL), b int CHECK (b IS NOT NULL AND b > 0))',
        ['column:{s}.t."A"'],
    ),
    Case(
        "not-null-via-check-only",
        "a step of a migration under way and a column that is NOT NULL as well are fine",
        """CREATE TABLE t (a int, b int NOT NULL CHECK (b IS NOT NULL), c int CHECK (c > 0));
        ALTER TABLE t ADD CHECK (a IS NOT NULL) NOT VALID""",
    ),
    Case(
        "table-has-required-column",
        "a table in which everything may be missing is found",
        "CREATE TABLE t (id int PRIMARY KEY, a text, b int); CREATE TABLE bare (a int)",
        ["table:{s}.bare", "table:{s}.t"],
    ),
    Case(
        "table-has-required-column",
        "one required column, or nothing but a key, is enough",
        """CREATE DOMAIN d AS text NOT NULL; CREATE TABLE t (id int PRIMARY KEY, a d, b int);
        CREATE TABLE pairs (a int, b int, PRIMARY KEY (a, b));
        CREATE TABLE u (id int PRIMARY KEY, x int NOT NULL, y int)""",
    ),
]

CASES = [*PRIMARY_KEYS, *FOREIGN_KEYS, *CONSTRAINTS]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_the_rule_finds_what_is_wrong_and_nothing_else(case: Case, cases: CaseDatabase) -> None:
    if case.since > cases.version:
        pytest.skip(f"needs PostgreSQL {case.since // 10000}")
    cases.confirm(case)
