"""Rules on primary keys: what each must find, and what only looks wrong."""

from __future__ import annotations

import pytest

from pgplumb.checks.rule import Status
from tests.checks.rules.schema_cases import Case, CaseDatabase

CASES = [
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


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_the_rule_finds_what_is_wrong_and_nothing_else(case: Case, cases: CaseDatabase) -> None:
    if case.since > cases.version:
        pytest.skip(f"needs PostgreSQL {case.since // 10000}")
    cases.confirm(case)
