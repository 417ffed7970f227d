"""Rules on indexes: what each must find, and what only looks wrong."""

from __future__ import annotations

import pytest

from pgplumb.checks.rule import Status
from tests.checks.rules.schema_cases import Case, CaseDatabase

THOUSANDS = "generate_series(1, 2000) i"

SAME = [
    Case(
        "no-duplicate-index",
        "the copy of a constraint's index is the one to drop",
        """CREATE TABLE t (id int PRIMARY KEY, a int UNIQUE, b int);
        CREATE INDEX t_id ON t (id); CREATE UNIQUE INDEX t_id2 ON t (id); CREATE INDEX t_a ON t (a);
        CREATE INDEX b1 ON t (b); CREATE INDEX b2 ON t (b)""",
        ["index:{s}.b2", "index:{s}.t_a", "index:{s}.t_id", "index:{s}.t_id2"],
    ),
    Case(
        "no-duplicate-index",
        "method, order, operator class, collation, INCLUDE, expression and predicate tell indexes apart",
        """CREATE TABLE t (a text, b int, c int);
        CREATE INDEX ON t (b); CREATE INDEX ON t USING hash (b); CREATE INDEX ON t USING brin (b);
        CREATE INDEX ON t (b DESC); CREATE INDEX ON t (b NULLS FIRST); CREATE INDEX ON t (b) INCLUDE (c);
        CREATE INDEX ON t (b) WHERE c > 0; CREATE INDEX ON t (b) WHERE c > 1;
        CREATE INDEX ON t (b, c); CREATE INDEX ON t (c, b);
        CREATE INDEX ON t (a); CREATE INDEX ON t (a COLLATE "C"); CREATE INDEX ON t (a text_pattern_ops);
        CREATE INDEX ON t (lower(a)); CREATE INDEX ON t (upper(a))""",
    ),
    Case(
        "no-duplicate-index",
        "equal expressions and predicates are equal",
        """CREATE TABLE t (a text, b int); CREATE INDEX i1 ON t (lower(a)) WHERE b > 0;
        CREATE INDEX i2 ON t (LOWER(a)) WHERE (b > 0)""",
        ["index:{s}.i2"],
    ),
    Case(
        "no-duplicate-index",
        "expressions that were not read leave it open",
        "CREATE TABLE t (a text); CREATE INDEX i1 ON t (lower(a)); CREATE INDEX i2 ON t (upper(a))",
        status=Status.UNKNOWN,
        unread=True,
    ),
    Case(
        "no-duplicate-index",
        "one expression that was not read cannot be a copy",
        "CREATE TABLE t (a text); CREATE INDEX i1 ON t (lower(a)); CREATE INDEX i2 ON t (a)",
        unread=True,
    ),
    Case(
        "no-duplicate-index",
        "a partitioned table's copies are reported once, and a partition's own there",
        """CREATE TABLE t (a int, b int) PARTITION BY LIST (a);
        CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1); CREATE TABLE t2 PARTITION OF t FOR VALUES IN (2);
        CREATE INDEX i1 ON t (b); CREATE INDEX i2 ON t (b); CREATE INDEX own ON t1 (b)""",
        ["index:{s}.i2", "index:{s}.own"],
    ),
    Case(
        "no-duplicate-index",
        "a unique constraint beside an equal primary key is a constraint too many",
        "CREATE TABLE t (id int PRIMARY KEY); ALTER TABLE t ADD CONSTRAINT again UNIQUE (id)",
        ["constraint:{s}.t.again"],
    ),
    Case(
        "no-duplicate-index",
        "a key that a foreign key points at, and one that is checked later, stay",
        """CREATE TABLE t (id int UNIQUE, a int UNIQUE, UNIQUE (a) DEFERRABLE);
        CREATE TABLE c (id int REFERENCES t (id)); ALTER TABLE t ADD PRIMARY KEY (id)""",
    ),
    Case(
        "no-redundant-prefix-index",
        "the beginning of another index is found, expressions included",
        """CREATE TABLE t (a int, b int, c text, PRIMARY KEY (a, b));
        CREATE INDEX t_a ON t (a); CREATE INDEX t_lower ON t (lower(c)); CREATE INDEX ON t (lower(c), b)""",
        ["index:{s}.t_a", "index:{s}.t_lower"],
    ),
    Case(
        "no-redundant-prefix-index",
        "keys, other orders, predicates, payloads and names that begin alike are no beginnings",
        """CREATE TABLE t (id int PRIMARY KEY, u int UNIQUE, name text, name_full text, a int, b int, c int);
        CREATE INDEX ON t (id, a); CREATE INDEX ON t (u, a);
        CREATE INDEX ON t (name); CREATE INDEX ON t (name_full);
        CREATE INDEX ON t (a DESC); CREATE INDEX ON t (a, b); CREATE INDEX ON t (a) WHERE b > 0;
        CREATE INDEX ON t (b) INCLUDE (c); CREATE INDEX ON t (b, a); CREATE INDEX ON t USING hash (a);
        CREATE INDEX ON t (name text_pattern_ops, a); CREATE INDEX ON t (lower(name));
        CREATE INDEX ON t (upper(name), a)""",
    ),
    Case(
        "no-redundant-prefix-index",
        "column 1 is not the beginning of column 10",
        f"CREATE TABLE t ({', '.join(f'c{i} int' for i in range(1, 12))}); CREATE INDEX ON t (c1); "
        f"CREATE INDEX ON t (c10, c2)",
    ),
    Case(
        "no-redundant-prefix-index",
        "an invalid index cannot take its place",
        "CREATE TABLE t (a int, b int); INSERT INTO t VALUES (1, 1), (1, 1); CREATE INDEX t_a ON t (a)",
        breaks=["CREATE UNIQUE INDEX CONCURRENTLY ON t (a, b)"],
    ),
    Case(
        "no-invalid-index",
        "what CREATE INDEX CONCURRENTLY left behind is found",
        "CREATE TABLE t (a int); INSERT INTO t VALUES (1), (1)",
        ["index:{s}.left"],
        breaks=['CREATE UNIQUE INDEX CONCURRENTLY "left" ON t (a)'],
    ),
    Case(
        "no-invalid-index",
        "a partitioned index that waits for its parts is meant",
        """CREATE TABLE t (a int) PARTITION BY LIST (a); CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1);
        CREATE INDEX waiting ON ONLY t (a); CREATE INDEX ON t1 (a)""",
    ),
]

USE = [
    Case(
        "no-unused-index",
        "an index that was never scanned in a month is found",
        """CREATE TABLE t (id int PRIMARY KEY, a int, b int UNIQUE); CREATE INDEX t_a ON t (a)""",
        ["index:{s}.t_a"],
        days=30,
        says="30 days",
    ),
    Case(
        "no-unused-index",
        "keys and the index of a foreign key are never unused",
        """CREATE TABLE p (id int PRIMARY KEY, x int UNIQUE, EXCLUDE USING btree (x WITH =));
        CREATE TABLE c (p_id int REFERENCES p, a int); CREATE INDEX ON c (p_id, a);
        CREATE INDEX used ON c (a); INSERT INTO c SELECT NULL, i FROM generate_series(1, 100) i;
        SET enable_seqscan = off; SELECT * FROM c WHERE a = 7; RESET enable_seqscan""",
        days=30,
    ),
    Case(
        "no-unused-index",
        "young counters prove nothing",
        "CREATE TABLE t (a int); CREATE INDEX ON t (a)",
        status=Status.UNKNOWN,
        days=2,
        says="14 d are needed",
    ),
    Case(
        "no-unused-index",
        "use of one partition is use",
        """CREATE TABLE t (a int, b int) PARTITION BY LIST (a);
        CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1); CREATE TABLE t2 PARTITION OF t FOR VALUES IN (2);
        CREATE INDEX ON t (b); INSERT INTO t SELECT 1, i FROM generate_series(1, 100) i;
        SET enable_seqscan = off; SELECT * FROM t1 WHERE b = 7; RESET enable_seqscan""",
        days=30,
    ),
    Case(
        "no-unused-index",
        "an unused partitioned index is reported once, at the root",
        """CREATE TABLE t (a int, b int) PARTITION BY LIST (a);
        CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1); CREATE TABLE t2 PARTITION OF t FOR VALUES IN (2);
        CREATE INDEX t_b ON t (b)""",
        ["index:{s}.t_b"],
        days=30,
    ),
    Case(
        "missing-index-seq-scans",
        "a large table that is read from end to end is found",
        """CREATE TABLE t (id int PRIMARY KEY, a int);
        INSERT INTO t SELECT i, i FROM generate_series(1, 12000) i; ANALYZE t;
        DO 'BEGIN FOR i IN 1..110 LOOP PERFORM count(*) FROM t WHERE a = i; END LOOP; END'""",
        ["table:{s}.t"],
    ),
    Case(
        "missing-index-seq-scans",
        "small tables are rightly read whole",
        """CREATE TABLE t (a int); INSERT INTO t SELECT i FROM generate_series(1, 500) i; ANALYZE t;
        DO 'BEGIN FOR i IN 1..300 LOOP PERFORM count(*) FROM t WHERE a = i; END LOOP; END'""",
        status=Status.NOT_APPLICABLE,
    ),
    Case(
        "missing-index-seq-scans",
        "a few reports a month are fine",
        """CREATE TABLE t (a int); INSERT INTO t SELECT i FROM generate_series(1, 12000) i; ANALYZE t;
        SELECT count(*) FROM t""",
        days=30,
    ),
    Case(
        "missing-index-seq-scans",
        "young counters without a sign prove nothing",
        "CREATE TABLE t (a int); INSERT INTO t SELECT i FROM generate_series(1, 12000) i; ANALYZE t",
        status=Status.UNKNOWN,
        days=1,
    ),
    Case(
        "table-has-index",
        "a table of thousands of rows without any index is found",
        f"""CREATE TABLE t (a int); INSERT INTO t SELECT i FROM {THOUSANDS}; ANALYZE t;
        CREATE TABLE few (a int); INSERT INTO few VALUES (1); ANALYZE few; CREATE TABLE ok (a int PRIMARY KEY)""",
        ["table:{s}.t"],
    ),
    Case(
        "table-has-index",
        "indexes on the partitions are indexes",
        f"""CREATE TABLE t (a int) PARTITION BY RANGE (a);
        CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (9999);
        CREATE INDEX ON t1 (a); INSERT INTO t SELECT i FROM {THOUSANDS}; ANALYZE t""",
    ),
    Case(
        "index-size-vs-table",
        "indexes three times as large as the rows are found",
        """CREATE TABLE t (a text) WITH (fillfactor = 100);
        INSERT INTO t SELECT lpad(i::text, 40, 'x') FROM generate_series(1, 8000) i;
        CREATE INDEX ON t (a) WITH (fillfactor = 10); CREATE INDEX ON t ((a || 'x')) WITH (fillfactor = 10);
        ANALYZE t""",
        ["table:{s}.t"],
    ),
    Case(
        "index-size-vs-table",
        "small tables do not matter, however many indexes they have",
        "CREATE TABLE t (a int PRIMARY KEY, b int UNIQUE, c int UNIQUE); INSERT INTO t VALUES (1, 1, 1); ANALYZE t",
        status=Status.NOT_APPLICABLE,
    ),
    Case(
        "index-size-vs-table",
        "an index smaller than its table is fine",
        """CREATE TABLE t (a int, b text); INSERT INTO t SELECT i, repeat('x', 100) FROM generate_series(1, 80000) i;
        CREATE INDEX ON t (a); ANALYZE t""",
    ),
]

SHAPE = [
    Case(
        "index-count-limit",
        "more than ten indexes on a few columns are too many",
        "CREATE TABLE t (a int, b int);" + "CREATE INDEX ON t (a);" * 11,
        ["table:{s}.t"],
    ),
    Case(
        "index-count-limit",
        "a wide table may have more",
        f"CREATE TABLE t ({', '.join(f'c{i} int' for i in range(12))});" + "CREATE INDEX ON t (c1);" * 11,
    ),
    Case(
        "index-column-limit",
        "six key columns are too many, INCLUDE does not count",
        """CREATE TABLE t (a int, b int, c int, d int, e int, f int, g int);
        CREATE INDEX six ON t (a, b, c, d, e, f); CREATE INDEX ON t (a, b, c, d, e) INCLUDE (f, g)""",
        ["index:{s}.six"],
    ),
    Case(
        "index-column-limit",
        "five are fine, and a primary key has a rule of its own",
        "CREATE TABLE t (a int, b int, c int, d int, e int, f int, PRIMARY KEY (a, b, c, d, e, f)); "
        "CREATE INDEX ON t (a, b)",
    ),
    Case(
        "index-no-repeated-column",
        "a column twice is found",
        """CREATE TABLE t (a int, b text); CREATE INDEX twice ON t (a, b, a);
        CREATE INDEX payload ON t (a) INCLUDE (a)""",
        ["index:{s}.payload", "index:{s}.twice"],
    ),
    Case(
        "index-no-repeated-column",
        "another operator class or collation and several expressions are meant",
        """CREATE TABLE t (a int, b text); CREATE INDEX ON t (b, b text_pattern_ops);
        CREATE INDEX ON t (b, b COLLATE "C");
        CREATE INDEX ON t (lower(b), upper(b))""",
    ),
    Case(
        "no-low-cardinality-index",
        "a boolean or three values alone are found",
        f"""CREATE TABLE t (id int, flag bool, kind int, n int);
        INSERT INTO t SELECT i, i % 2 = 0, i % 3, i FROM {THOUSANDS};
        CREATE INDEX by_flag ON t (flag); CREATE INDEX by_kind ON t (kind);
        CREATE INDEX both_of ON t (flag, kind); ANALYZE t;
        CREATE TABLE empty (flag bool); CREATE INDEX on_empty ON empty (flag)""",
        ["index:{s}.both_of", "index:{s}.by_flag", "index:{s}.by_kind", "index:{s}.on_empty"],
    ),
    Case(
        "no-low-cardinality-index",
        "unique, partial and skewed ones, selective tails and foreign keys are right",
        f"""CREATE TABLE p (id int PRIMARY KEY); INSERT INTO p VALUES (0), (1);
        CREATE TABLE t (id int, flag bool, rare bool, n int, p_id int REFERENCES p);
        INSERT INTO t SELECT i, i % 2 = 0, i % 100 = 0, i, i % 2 FROM {THOUSANDS};
        CREATE INDEX ON t (flag, n); CREATE INDEX ON t (id) WHERE flag; CREATE INDEX ON t (rare);
        CREATE INDEX ON t (n);
        CREATE INDEX ON t (p_id); CREATE UNIQUE INDEX ON t (flag, id); ANALYZE t""",
    ),
    Case(
        "no-low-cardinality-index",
        "a column that was never analysed leaves it open",
        f"CREATE TABLE t (n int); INSERT INTO t SELECT i FROM {THOUSANDS}; CREATE INDEX ON t (n)",
        status=Status.UNKNOWN,
        says="never analysed",
    ),
    Case(
        "nullable-index-partial",
        "an index of nulls is found",
        f"""CREATE TABLE t (a int, b int); INSERT INTO t SELECT CASE WHEN i % 4 = 0 THEN i END, i FROM {THOUSANDS};
        CREATE INDEX t_a ON t (a); CREATE INDEX ON t (b); ANALYZE t""",
        ["index:{s}.t_a"],
        says="75 %",
    ),
    Case(
        "nullable-index-partial",
        "partial and unique ones, and columns that merely may be null, are fine",
        f"""CREATE TABLE t (a int, b int, c int UNIQUE);
        INSERT INTO t SELECT CASE WHEN i % 4 = 0 THEN i END, i, NULL FROM {THOUSANDS};
        CREATE INDEX ON t (a) WHERE a IS NOT NULL; CREATE INDEX ON t (b); ANALYZE t""",
    ),
    Case(
        "no-needless-index-predicate",
        "IS NOT NULL of what is never null is found",
        """CREATE TABLE t ("A" int NOT NULL, b int); CREATE INDEX i1 ON t (b) WHERE "A" IS NOT NULL;
        CREATE INDEX i2 ON t (b) WHERE "A" IS NOT NULL AND b > 0; CREATE INDEX ON t (b) WHERE b IS NOT NULL""",
        ["index:{s}.i1", "index:{s}.i2"],
    ),
    Case(
        "no-needless-index-predicate",
        "OR and IS NULL say something else",
        """CREATE TABLE t (a int NOT NULL, b int); CREATE INDEX ON t (b) WHERE a IS NOT NULL OR b > 0;
        CREATE INDEX ON t (a) WHERE b IS NULL; CREATE INDEX ON t (a) WHERE b IS NOT NULL""",
    ),
    Case(
        "no-needless-index-predicate",
        "a predicate that was not read leaves it open",
        "CREATE TABLE t (a int NOT NULL); CREATE INDEX ON t (a) WHERE a IS NOT NULL",
        status=Status.UNKNOWN,
        unread=True,
    ),
    Case(
        "array-index-not-btree",
        "arrays, jsonb and tsvector as btree keys are found",
        """CREATE TABLE t (id int, a int[], j jsonb, v tsvector); CREATE INDEX i1 ON t (a);
        CREATE INDEX i2 ON t (id, j);
        CREATE INDEX i3 ON t (v)""",
        ["index:{s}.i1", "index:{s}.i2", "index:{s}.i3"],
    ),
    Case(
        "array-index-not-btree",
        "GIN, INCLUDE, unique keys and expressions over a document are right",
        """CREATE TABLE t (id int, a int[] UNIQUE, j jsonb); CREATE INDEX ON t USING gin (a);
        CREATE INDEX ON t (id) INCLUDE (j);
        CREATE INDEX ON t ((j ->> 'name'))""",
    ),
    Case(
        "gin-on-tsvector",
        "a search vector without GIN or GiST is found",
        """CREATE TABLE t (v tsvector); CREATE TABLE b (v tsvector); CREATE INDEX ON b (v);
        CREATE MATERIALIZED VIEW m AS SELECT 'a'::tsvector AS v""",
        ["column:{s}.b.v", "column:{s}.m.v", "column:{s}.t.v"],
    ),
    Case(
        "gin-on-tsvector",
        "GIN, GiST and an index on each partition serve",
        """CREATE TABLE t (v tsvector, w tsvector); CREATE INDEX ON t USING gin (v); CREATE INDEX ON t USING gist (w);
        CREATE TABLE p (a int, v tsvector) PARTITION BY LIST (a);
        CREATE TABLE p1 (v tsvector, a int); ALTER TABLE p ATTACH PARTITION p1 FOR VALUES IN (1);
        CREATE INDEX ON p1 USING gin (v)""",
    ),
    Case(
        "brin-correlation-good",
        "BRIN over scattered values is found",
        """CREATE TABLE t (a int, b int); INSERT INTO t SELECT i, hashint4(i) FROM generate_series(1, 5000) i;
        CREATE INDEX scattered ON t USING brin (b); CREATE INDEX ON t USING brin (a); ANALYZE t""",
        ["index:{s}.scattered"],
    ),
    Case(
        "brin-correlation-good",
        "values in order, up or down, and tables too small to matter are fine",
        """CREATE TABLE t (a int, b int); INSERT INTO t SELECT i, -i FROM generate_series(1, 5000) i;
        CREATE INDEX ON t USING brin (a, b); ANALYZE t;
        CREATE TABLE few (a int); CREATE INDEX ON few USING brin (a)""",
    ),
    Case(
        "brin-correlation-good",
        "bloom classes need no order",
        """CREATE TABLE t (b int); INSERT INTO t SELECT hashint4(i) FROM generate_series(1, 5000) i;
        CREATE INDEX ON t USING brin (b int4_bloom_ops); ANALYZE t""",
        since=140000,
    ),
    Case(
        "brin-correlation-good",
        "one scattered partition is enough, and reported at the root",
        """CREATE TABLE t (k int, a int) PARTITION BY LIST (k);
        CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1); CREATE TABLE t2 PARTITION OF t FOR VALUES IN (2);
        INSERT INTO t SELECT 1, i FROM generate_series(1, 3000) i;
        INSERT INTO t SELECT 2, hashint4(i) FROM generate_series(1, 3000) i;
        CREATE INDEX t_a ON t USING brin (a); ANALYZE t""",
        ["index:{s}.t_a"],
    ),
    Case(
        "brin-correlation-good",
        "a table that was never analysed leaves it open",
        "CREATE TABLE t (a int); INSERT INTO t SELECT i FROM generate_series(1, 5000) i; "
        "CREATE INDEX ON t USING brin (a)",
        status=Status.UNKNOWN,
    ),
]

CASES = [*SAME, *USE, *SHAPE]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_the_rule_finds_what_is_wrong_and_nothing_else(case: Case, cases: CaseDatabase) -> None:
    if case.since > cases.version:
        pytest.skip(f"needs PostgreSQL {case.since // 10000}")
    cases.confirm(case)
