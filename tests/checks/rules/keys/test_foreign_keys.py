"""Rules on foreign keys: what each must find, and what only looks wrong."""

from __future__ import annotations

import pytest

from pgplumb.checks.rule import Status
from tests.checks.rules.schema_cases import Case, CaseDatabase

PARENT = "CREATE TABLE p (id bigint PRIMARY KEY);"

PAIRS_OF_MANY = """CREATE TABLE p (a int, b int, PRIMARY KEY (a, b));
INSERT INTO p SELECT i % 10, i / 4 FROM generate_series(0, 1999) i;
CREATE TABLE c (a int, b int, CONSTRAINT f FOREIGN KEY (a, b) REFERENCES p); INSERT INTO c SELECT * FROM p;
"""

PAIR = "CREATE TABLE p (a int, b int, PRIMARY KEY (a, b));"

CASES = [
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
        CREATE INDEX ON whole (p_id);
        CREATE TABLE half (x bigint REFERENCES p, y bigint CONSTRAINT fy REFERENCES p, d int) PARTITION BY LIST (d);
        CREATE TABLE half1 PARTITION OF half FOR VALUES IN (1); CREATE INDEX ON half1 (x)""",
        ["fk:{s}.bad.f", "fk:{s}.half.fy"],
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
        "a part of the key is enough where it is unique, here or in the table that is referred to",
        """CREATE TABLE p (t int NOT NULL, id int PRIMARY KEY, UNIQUE (t, id));
        CREATE TABLE below (t int NOT NULL, p_id int, FOREIGN KEY (t, p_id) REFERENCES p (t, id));
        CREATE INDEX ON below (p_id, t) WHERE p_id IS NOT NULL;
        CREATE TABLE alone (t int NOT NULL, p_id int, FOREIGN KEY (t, p_id) REFERENCES p (t, id));
        CREATE INDEX ON alone (p_id) WHERE p_id IS NOT NULL;
        CREATE TABLE beside (t int, p_id int, FOREIGN KEY (t, p_id) REFERENCES p (t, id) MATCH FULL);
        CREATE INDEX ON beside USING hash (p_id);
        CREATE TABLE q (t int, id int, PRIMARY KEY (t, id));
        CREATE TABLE one (t int, id int PRIMARY KEY, FOREIGN KEY (t, id) REFERENCES q)""",
    ),
    Case(
        "fk-columns-indexed",
        "a part that is unique for some rows, late, or not for what is referred to, is not",
        """CREATE TABLE p (t int NOT NULL, id int NOT NULL, UNIQUE (t, id), UNIQUE (id) DEFERRABLE);
        CREATE UNIQUE INDEX ON p (id) WHERE t > 0;
        CREATE TABLE a (t int NOT NULL, p_id int, CONSTRAINT fa FOREIGN KEY (t, p_id) REFERENCES p (t, id));
        CREATE INDEX ON a (p_id);
        CREATE TABLE q (t int NOT NULL, id int PRIMARY KEY, UNIQUE (t, id));
        CREATE TABLE b (t int NOT NULL, q_id int, CONSTRAINT fb FOREIGN KEY (t, q_id) REFERENCES q (t, id));
        CREATE INDEX ON b (t);
        CREATE TABLE c (t int, q_id int, CONSTRAINT fc FOREIGN KEY (t, q_id) REFERENCES q (t, id));
        CREATE INDEX ON c (q_id);
        CREATE TABLE d (t int NOT NULL, q_id int, x int, CONSTRAINT fd FOREIGN KEY (t, q_id) REFERENCES q (t, id));
        CREATE INDEX ON d (q_id) WHERE x > 0; CREATE INDEX ON d (x, q_id);
        CREATE TABLE e (t int NOT NULL, q_id int);
        ALTER TABLE e ADD CONSTRAINT fe FOREIGN KEY (t, q_id) REFERENCES q (t, id) NOT VALID;
        CREATE INDEX ON e (q_id)""",
        ["fk:{s}.a.fa", "fk:{s}.b.fb", "fk:{s}.c.fc", "fk:{s}.d.fd", "fk:{s}.e.fe"],
    ),
    Case(
        "fk-columns-indexed",
        "a part is enough as well where ANALYZE found few rows for each of its values",
        PAIRS_OF_MANY
        + """CREATE INDEX ON c (b); ANALYZE c;
        CREATE TABLE parts (a int, b int, FOREIGN KEY (a, b) REFERENCES p) PARTITION BY LIST (a);
        CREATE TABLE parts0 PARTITION OF parts FOR VALUES IN (0, 1, 2);
        CREATE TABLE parts1 PARTITION OF parts DEFAULT; INSERT INTO parts SELECT * FROM p;
        CREATE INDEX ON parts0 (b); CREATE INDEX ON parts1 (b); ANALYZE parts0; ANALYZE parts1""",
    ),
    Case(
        "fk-columns-indexed",
        "a part with many rows for a value is not, and it says how many",
        PAIRS_OF_MANY + """CREATE INDEX by_a ON c (a); ANALYZE c""",
        ["fk:{s}.c.f"],
        says="an index on a part of it, by_a: each delete or key change there reads about 200 rows",
    ),
    Case(
        "fk-columns-indexed",
        "one value with a large share of the rows is too many",
        PAIRS_OF_MANY
        + """CREATE INDEX by_b ON c (b); INSERT INTO p SELECT i, -1 FROM generate_series(1, 1500) i;
        INSERT INTO c SELECT i, -1 FROM generate_series(1, 1500) i; ANALYZE c""",
        ["fk:{s}.c.f"],
        says="and up to 1,5",
    ),
    Case(
        "fk-columns-indexed",
        "where a part leads and nothing was analysed, nobody knows",
        PAIRS_OF_MANY + "CREATE INDEX ON c (b)",
        status=Status.UNKNOWN,
        says="{s}.c was never analysed",
    ),
    Case(
        "fk-columns-indexed",
        "how many rows are too many is the profile's to say",
        PAIRS_OF_MANY + "CREATE INDEX ON c (a); ANALYZE c",
        thresholds=(("fk-columns-indexed", 250),),
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


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_the_rule_finds_what_is_wrong_and_nothing_else(case: Case, cases: CaseDatabase) -> None:
    if case.since > cases.version:
        pytest.skip(f"needs PostgreSQL {case.since // 10000}")
    cases.confirm(case)
