"""Rules on constraints and triggers: what each must find, and what only looks wrong."""

from __future__ import annotations

import pytest

from pgplumb.checks.rule import Status
from tests.checks.rules.schema_cases import Case, CaseDatabase

PARENT = "CREATE TABLE p (id bigint PRIMARY KEY);"

CASES = [
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


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_the_rule_finds_what_is_wrong_and_nothing_else(case: Case, cases: CaseDatabase) -> None:
    if case.since > cases.version:
        pytest.skip(f"needs PostgreSQL {case.since // 10000}")
    cases.confirm(case)
