"""Rules on the use and size of indexes: what each must find, and what only looks wrong."""

from __future__ import annotations

import pytest

from pgplumb.checks.rule import Status
from tests.checks.rules.schema_cases import Case, CaseDatabase

THOUSANDS = "generate_series(1, 2000) i"

CASES = [
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


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_the_rule_finds_what_is_wrong_and_nothing_else(case: Case, cases: CaseDatabase) -> None:
    if case.since > cases.version:
        pytest.skip(f"needs PostgreSQL {case.since // 10000}")
    cases.confirm(case)
