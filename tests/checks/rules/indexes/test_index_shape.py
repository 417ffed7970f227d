"""Rules on what an index is made of: what each must find, and what only looks wrong."""

from __future__ import annotations

import pytest

from pgplumb.checks.rule import Status
from tests.checks.rules.schema_cases import Case, CaseDatabase

THOUSANDS = "generate_series(1, 2000) i"

CASES = [
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


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_the_rule_finds_what_is_wrong_and_nothing_else(case: Case, cases: CaseDatabase) -> None:
    if case.since > cases.version:
        pytest.skip(f"needs PostgreSQL {case.since // 10000}")
    cases.confirm(case)
