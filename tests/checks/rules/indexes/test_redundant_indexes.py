"""Rules on indexes that are there twice or broken: what each must find, and what only looks wrong."""

from __future__ import annotations

import pytest

from pgplumb.checks.rule import Status
from tests.checks.rules.schema_cases import Case, CaseDatabase

CASES = [
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
        CREATE INDEX ON t (name text_pattern_ops, a);
        CREATE INDEX ON t (name_full COLLATE "C", a); CREATE INDEX ON t (lower(name));
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


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_the_rule_finds_what_is_wrong_and_nothing_else(case: Case, cases: CaseDatabase) -> None:
    if case.since > cases.version:
        pytest.skip(f"needs PostgreSQL {case.since // 10000}")
    cases.confirm(case)
