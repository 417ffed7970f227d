"""Questions about rows say what the migration then really does."""

from __future__ import annotations

import psycopg
import pytest

from tests.conftest import some
from tests.databases import Database
from tests.migrate.probes.asked import Asked, ask, outcome

SCHEMA = """
CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE TYPE status AS ENUM ('new', 'paid', 'gone');
CREATE TYPE pair AS (a int, b int);
CREATE DOMAIN positive AS int CHECK (VALUE > 0);
CREATE DOMAIN anything AS int;
CREATE TABLE parent (id int PRIMARY KEY, code char(5) UNIQUE, a int, b int, UNIQUE (a, b), big bigint UNIQUE);
INSERT INTO parent VALUES (1, 'x', 1, 1, 1), (2, 'y', 1, 2, 2);
CREATE TABLE empty (id int, n int, t text);
CREATE TABLE t (
  id int, n int, full_n int NOT NULL, t text, ws varchar(20), num numeric(10, 2), big bigint, digits text, st status,
  c pair, good_fk int, bad_fk int, a int, b int, half int, code text, r int4range, d anything, f float8, bits varbit,
  ts timestamptz
);
INSERT INTO t VALUES
 (1, 1, 1, 'one', 'ab   ', 1.10, 1, '1', 'new', (NULL, NULL), 1, 1, 1, 1, NULL, 'x', '[1,3)', 1, 1.5, '101',
  '2026-01-01'),
 (2, NULL, 1, 'ONE', 'abcdef', 1.12, 5000000000, 'x2', 'gone', (1, 1), 2, 9, 1, 2, 1, 'y', '[2,5)', -1, 1e300, '1',
  '2026-01-02'),
 (3, NULL, 2, 'two', 'c', 99999999.99, 3, '3', 'paid', (1, NULL), NULL, NULL, NULL, 5, NULL, NULL, '[7,9)', NULL, 2,
  '11', NULL);
CREATE TABLE heir () INHERITS (empty);
INSERT INTO heir VALUES (1, NULL, 'x'), (1, 2, 'x');
CREATE TABLE m (at date NOT NULL, id int, v text) PARTITION BY RANGE (at);
CREATE TABLE m_1 PARTITION OF m FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
CREATE TABLE m_other PARTITION OF m DEFAULT;
INSERT INTO m VALUES ('2026-01-05', 1, 'a'), ('2026-03-05', NULL, 'b'), ('2026-03-06', 1, 'b');
CREATE TABLE good_part (at date NOT NULL, id int, v text);
INSERT INTO good_part VALUES ('2027-01-01', 1, 'x'), ('2027-01-31', 1, 'x');
CREATE TABLE bad_part (at date NOT NULL, id int, v text);
INSERT INTO bad_part VALUES ('2027-02-01', 1, 'x');
CREATE TABLE l (k text) PARTITION BY LIST (k);
CREATE TABLE l_a PARTITION OF l FOR VALUES IN ('a');
CREATE TABLE l_null (k text);
INSERT INTO l_null VALUES (NULL), ('b');
CREATE TABLE two (x int NOT NULL, y int NOT NULL) PARTITION BY RANGE (x, y);
CREATE TABLE two_part (x int NOT NULL, y int NOT NULL);
INSERT INTO two_part VALUES (1, 5), (2, -100);
CREATE TABLE h (k int) PARTITION BY HASH (k);
CREATE TABLE h_part (k int);
INSERT INTO h_part SELECT generate_series(1, 20);
CREATE TABLE dom (v positive, w anything);
INSERT INTO dom VALUES (5, 5), (7, NULL);
CREATE TABLE "Odd ""Table" ("Some Column" int, "select" int);
INSERT INTO "Odd ""Table" VALUES (1, 1), (NULL, 1);
CREATE TABLE keyed (id int, ref int REFERENCES parent, UNIQUE (id)) PARTITION BY RANGE (id);
CREATE TABLE keyed_good (id int, ref int);
INSERT INTO keyed_good VALUES (1, 1), (2, NULL);
CREATE TABLE keyed_twice (id int, ref int);
INSERT INTO keyed_twice VALUES (1, 1), (1, 1);
CREATE TABLE keyed_orphan (id int, ref int);
INSERT INTO keyed_orphan VALUES (1, 9);
ALTER TABLE t ADD CONSTRAINT unproved CHECK (n IS NOT NULL) NOT VALID;
ALTER TABLE t ADD CONSTRAINT proved CHECK (b > 0) NOT VALID;
ALTER TABLE t ADD CONSTRAINT loose FOREIGN KEY (bad_fk) REFERENCES parent NOT VALID;
ANALYZE;
"""

MIGRATIONS = """
ALTER TABLE t ALTER n SET NOT NULL
ALTER TABLE t ALTER id SET NOT NULL
ALTER TABLE t ALTER c SET NOT NULL
ALTER TABLE empty ALTER n SET NOT NULL
ALTER TABLE ONLY empty ALTER n SET NOT NULL
ALTER TABLE empty ALTER t SET NOT NULL
ALTER TABLE m ALTER id SET NOT NULL
ALTER TABLE m ALTER v SET NOT NULL
ALTER TABLE m_1 ALTER id SET NOT NULL
ALTER TABLE "Odd ""Table" ALTER "Some Column" SET NOT NULL
ALTER TABLE "Odd ""Table" ALTER "select" SET NOT NULL
ALTER TABLE "Odd ""Table" ADD CHECK ("select" = 1 AND "Some Column" > 0), ALTER "select" SET NOT NULL
ALTER TABLE t ADD PRIMARY KEY (id)
ALTER TABLE t ADD PRIMARY KEY (n)
ALTER TABLE t ADD PRIMARY KEY (full_n)
ALTER TABLE empty ADD PRIMARY KEY (id)
ALTER TABLE heir ADD PRIMARY KEY (id)
ALTER TABLE t ADD UNIQUE (n)
ALTER TABLE t ADD UNIQUE (full_n)
ALTER TABLE t ADD UNIQUE (full_n, id)
ALTER TABLE t ADD UNIQUE (full_n) DEFERRABLE INITIALLY DEFERRED
ALTER TABLE t ADD UNIQUE (c)
ALTER TABLE m ADD UNIQUE (at, id)
ALTER TABLE m_other ADD UNIQUE (v)
ALTER TABLE empty ADD UNIQUE (id)
CREATE UNIQUE INDEX ON t (n)
CREATE UNIQUE INDEX ON t (lower(t))
CREATE UNIQUE INDEX ON t (t)
CREATE UNIQUE INDEX ON t (t COLLATE "C")
CREATE UNIQUE INDEX ON t (t text_pattern_ops DESC NULLS LAST)
CREATE UNIQUE INDEX ON t (full_n) WHERE id > 1
CREATE UNIQUE INDEX ON t (full_n) WHERE id < 3 AND t <> 'ONE'
CREATE UNIQUE INDEX ON t ((full_n + 0), coalesce(n, 0)) INCLUDE (id) WHERE (id > 0)
CREATE UNIQUE INDEX ON t (round(num, 0), (full_n))
CREATE UNIQUE INDEX ON t ((1))
CREATE UNIQUE INDEX ON t USING btree (full_n /* a ) comment */ , id) -- another
ALTER TABLE t ADD CHECK (n > 0)
ALTER TABLE t ADD CHECK (id > 1)
ALTER TABLE t ADD CHECK (t.id > 0 AND (t.t) IS NOT NULL)
ALTER TABLE t ADD CHECK (n IS NOT NULL)
ALTER TABLE t ADD CHECK (1 / (id - 2) < 5)
ALTER TABLE t ADD CHECK (n > 0) NOT VALID
ALTER TABLE t ADD CONSTRAINT x CHECK (num < 2), ADD CONSTRAINT y CHECK (id < 10)
ALTER TABLE empty ADD CHECK (n IS NOT NULL)
ALTER TABLE empty ADD CHECK (n IS NOT NULL) NO INHERIT
ALTER TABLE m ADD CHECK (id IS NOT NULL)
ALTER TABLE t VALIDATE CONSTRAINT unproved
ALTER TABLE t VALIDATE CONSTRAINT proved
ALTER TABLE t VALIDATE CONSTRAINT loose
ALTER TABLE t ADD CONSTRAINT z CHECK (n = 1) NOT VALID; ALTER TABLE t VALIDATE CONSTRAINT z
ALTER TABLE t ADD CONSTRAINT z CHECK (n IS NULL) NOT VALID; ALTER TABLE t VALIDATE CONSTRAINT z
ALTER TABLE t ADD CONSTRAINT z FOREIGN KEY (good_fk) REFERENCES parent NOT VALID; ALTER TABLE t VALIDATE CONSTRAINT z
ALTER TABLE t ADD FOREIGN KEY (good_fk) REFERENCES parent
ALTER TABLE t ADD FOREIGN KEY (bad_fk) REFERENCES parent
ALTER TABLE t ADD FOREIGN KEY (bad_fk) REFERENCES parent NOT VALID
ALTER TABLE t ADD FOREIGN KEY (a, b) REFERENCES parent (a, b)
ALTER TABLE t ADD FOREIGN KEY (a, b) REFERENCES parent (a, b) MATCH FULL
ALTER TABLE t ADD FOREIGN KEY (half, b) REFERENCES parent (a, b)
ALTER TABLE t ADD FOREIGN KEY (code) REFERENCES parent (code)
ALTER TABLE t ADD FOREIGN KEY (good_fk) REFERENCES parent (big)
ALTER TABLE t ADD FOREIGN KEY (bad_fk) REFERENCES parent DEFERRABLE INITIALLY DEFERRED
ALTER TABLE empty ADD FOREIGN KEY (n) REFERENCES parent
ALTER TABLE m ADD FOREIGN KEY (id) REFERENCES parent
ALTER TABLE t ADD EXCLUDE USING gist (r WITH &&)
ALTER TABLE t ADD EXCLUDE USING gist (full_n WITH =, r WITH &&) WHERE (id > 1)
ALTER TABLE t ALTER ws TYPE varchar(5)
ALTER TABLE t ALTER ws TYPE varchar(6)
ALTER TABLE t ALTER ws TYPE char(6)
ALTER TABLE t ALTER ws TYPE char(2)
ALTER TABLE t ALTER ws TYPE varchar(3) USING ws::varchar(3)
ALTER TABLE t ALTER ws TYPE varchar(3) USING left(ws, 2)
ALTER TABLE t ALTER id TYPE varchar(1)
ALTER TABLE t ALTER big TYPE varchar(3)
ALTER TABLE t ALTER bits TYPE bit(3)
ALTER TABLE t ALTER bits TYPE varbit(3)
ALTER TABLE t ALTER num TYPE numeric(10, 1)
ALTER TABLE t ALTER num TYPE numeric(9, 2)
ALTER TABLE t ALTER num TYPE numeric(10, 2)
ALTER TABLE t ALTER big TYPE int
ALTER TABLE t ALTER big TYPE int USING (big % 1000)::int
ALTER TABLE t ALTER id TYPE smallint
ALTER TABLE t ALTER id TYPE bigint
ALTER TABLE t ALTER f TYPE real
ALTER TABLE t ALTER digits TYPE int USING digits::int
ALTER TABLE t ALTER digits TYPE int USING length(digits)
ALTER TABLE t ALTER digits TYPE int USING CASE WHEN digits ~ '^[0-9]+$' THEN digits::int END
ALTER TABLE t ALTER d TYPE positive
ALTER TABLE t ALTER full_n TYPE positive
ALTER TABLE t ALTER full_n TYPE bigint USING nullif(full_n, 2)
ALTER TABLE t ALTER full_n TYPE bigint USING full_n + 1
CREATE TYPE s2 AS ENUM ('new', 'paid'); ALTER TABLE t ALTER st TYPE s2 USING st::text::s2
CREATE TYPE s2 AS ENUM ('new', 'paid', 'gone'); ALTER TABLE t ALTER st TYPE s2 USING st::text::s2
CREATE TYPE s2 AS ENUM ('new'); ALTER TABLE t ALTER st TYPE s2 USING (CAST(CASE WHEN id > 1 THEN 'new' END AS s2))
ALTER TYPE status RENAME TO o; CREATE TYPE status AS ENUM (); ALTER TABLE t ALTER st TYPE status USING st::text::status
ALTER TABLE t ADD COLUMN x int NOT NULL
ALTER TABLE heir ADD COLUMN x int NOT NULL
ALTER TABLE t ADD COLUMN x int NOT NULL DEFAULT 5
ALTER TABLE t ADD COLUMN x int NOT NULL DEFAULT NULL
ALTER TABLE t ADD COLUMN x int DEFAULT 5 CHECK (x > 6)
ALTER TABLE t ADD COLUMN x int DEFAULT 5 CONSTRAINT fine CHECK (x > 4) NOT NULL
ALTER TABLE t ADD COLUMN x int CHECK (x > 6)
ALTER TABLE t ADD COLUMN x int DEFAULT 5 UNIQUE
ALTER TABLE t ADD COLUMN x int UNIQUE
ALTER TABLE t ADD COLUMN x int PRIMARY KEY
ALTER TABLE t ADD COLUMN x serial PRIMARY KEY
ALTER TABLE t ADD COLUMN x int DEFAULT 1 REFERENCES parent
ALTER TABLE t ADD COLUMN x int DEFAULT 7 REFERENCES parent
ALTER TABLE t ADD COLUMN x int REFERENCES parent
ALTER TABLE t ADD COLUMN x int GENERATED ALWAYS AS (n) STORED NOT NULL
ALTER TABLE t ADD COLUMN x int GENERATED ALWAYS AS (id * 2) STORED CHECK (x < 5)
ALTER TABLE t ADD COLUMN x positive
ALTER TABLE t ADD COLUMN x positive DEFAULT -1
ALTER TABLE l ADD COLUMN x positive DEFAULT -1
ALTER TABLE t ADD COLUMN x int DEFAULT 3, ADD CHECK (x <> 3 OR id = 2)
ALTER TABLE t ADD COLUMN x int; ALTER TABLE t ALTER x SET NOT NULL
ALTER TABLE t ADD COLUMN x text DEFAULT 'a'; CREATE UNIQUE INDEX ON t (x, id)
ALTER TABLE t RENAME COLUMN n TO other; ALTER TABLE t ALTER other SET NOT NULL
ALTER TABLE t RENAME COLUMN id TO other; ALTER TABLE t ADD CHECK (other > 0)
ALTER TABLE t RENAME TO u; ALTER TABLE u ADD CHECK (u.id > 1)
ALTER TABLE m ATTACH PARTITION good_part FOR VALUES FROM ('2027-01-01') TO ('2027-02-01')
ALTER TABLE m ATTACH PARTITION bad_part FOR VALUES FROM ('2027-01-01') TO ('2027-02-01')
ALTER TABLE m ATTACH PARTITION good_part FOR VALUES FROM ('2026-03-06') TO ('2027-02-01')
CREATE TABLE m_3 PARTITION OF m FOR VALUES FROM ('2026-03-01') TO ('2026-03-05')
CREATE TABLE m_3 PARTITION OF m FOR VALUES FROM ('2026-03-01') TO ('2026-03-06')
CREATE TABLE m_3 PARTITION OF m FOR VALUES FROM ('2028-01-01') TO (MAXVALUE)
CREATE TABLE m_3 PARTITION OF m FOR VALUES FROM ('2026-02-01') TO (MAXVALUE)
ALTER TABLE l ATTACH PARTITION l_null FOR VALUES IN (NULL, 'b')
ALTER TABLE l ATTACH PARTITION l_null FOR VALUES IN ('b')
ALTER TABLE l ATTACH PARTITION l_null DEFAULT
ALTER TABLE two ATTACH PARTITION two_part FOR VALUES FROM (1, 5) TO (2, 0)
ALTER TABLE two ATTACH PARTITION two_part FOR VALUES FROM (1, 6) TO (2, 0)
ALTER TABLE two ATTACH PARTITION two_part FOR VALUES FROM (1, MINVALUE) TO (2, MINVALUE)
ALTER TABLE two ATTACH PARTITION two_part FOR VALUES FROM (1, MINVALUE) TO (2, MAXVALUE)
ALTER TABLE two ATTACH PARTITION two_part FOR VALUES FROM (1, MAXVALUE) TO (MAXVALUE, MAXVALUE)
ALTER TABLE h ATTACH PARTITION h_part FOR VALUES WITH (modulus 1, remainder 0)
ALTER TABLE h ATTACH PARTITION h_part FOR VALUES WITH (modulus 2, remainder 0)
ALTER TABLE keyed ATTACH PARTITION keyed_good FOR VALUES FROM (0) TO (9)
ALTER TABLE keyed ATTACH PARTITION keyed_twice FOR VALUES FROM (0) TO (9)
ALTER TABLE keyed ATTACH PARTITION keyed_orphan FOR VALUES FROM (0) TO (9)
ALTER DOMAIN anything ADD CHECK (VALUE > 0)
ALTER DOMAIN anything ADD CHECK (VALUE > -5)
ALTER DOMAIN anything ADD CHECK (VALUE > 0) NOT VALID
ALTER DOMAIN anything SET NOT NULL
ALTER DOMAIN positive SET NOT NULL
ALTER DOMAIN positive ADD CONSTRAINT low CHECK (VALUE BETWEEN 1 AND 6)
CREATE UNIQUE INDEX made ON t (id); ALTER TABLE t ADD PRIMARY KEY USING INDEX made
CREATE UNIQUE INDEX made ON t (n); ALTER TABLE t ADD PRIMARY KEY USING INDEX made
"""

NEWER = {
    150000: """
ALTER TABLE t ADD UNIQUE NULLS NOT DISTINCT (n)
ALTER TABLE t ADD UNIQUE NULLS NOT DISTINCT (half)
CREATE UNIQUE INDEX ON t (half, id) NULLS NOT DISTINCT
CREATE UNIQUE INDEX ON t (half) NULLS NOT DISTINCT WHERE id <> 3
ALTER TABLE t ADD COLUMN x int UNIQUE NULLS NOT DISTINCT
""",
    180000: """
ALTER TABLE t ADD CONSTRAINT x NOT NULL n
ALTER TABLE t ADD CONSTRAINT x NOT NULL id
ALTER TABLE t ADD CONSTRAINT x NOT NULL n NOT VALID; ALTER TABLE t VALIDATE CONSTRAINT x
ALTER TABLE t ADD CHECK (n > 100) NOT ENFORCED
ALTER TABLE t ADD UNIQUE (full_n, r WITHOUT OVERLAPS)
ALTER TABLE t ADD UNIQUE (id, r WITHOUT OVERLAPS)
""",
}


def test_what_is_foretold_of_rows_is_what_happens(every_database: Database) -> None:
    every_database.execute(SCHEMA)
    version = every_database.session().server_version
    wanted = MIGRATIONS + "".join(text for since, text in NEWER.items() if version >= since)
    wrong = []
    with Asked(every_database) as asked:
        for migration in some([line for line in wanted.splitlines() if line], 3):
            said, did = asked.foretold(migration), outcome(every_database, migration)
            if said != did:
                wrong.append(f"{migration}: foretold {said}, happens {did}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    "migration",
    [
        "UPDATE t SET n = 0 WHERE n IS NULL; ALTER TABLE t ALTER n SET NOT NULL",
        "DELETE FROM parent; ALTER TABLE t ADD FOREIGN KEY (good_fk) REFERENCES parent",
        "DO $$ BEGIN UPDATE t SET n = 0; END $$; ALTER TABLE t ALTER n SET NOT NULL",
        "WITH x AS (DELETE FROM t RETURNING 1) SELECT * FROM x; ALTER TABLE t ALTER n SET NOT NULL",
        "ALTER TABLE t ALTER n SET NOT NULL; CREATE TABLE p2 (id int PRIMARY KEY);"
        " ALTER TABLE t ADD FOREIGN KEY (good_fk) REFERENCES p2",
        "ALTER TABLE t ADD COLUMN x serial CHECK (x < 3)",
        "CREATE DOMAIN small AS int CHECK (VALUE < 5); ALTER TABLE t ALTER big TYPE small",
        "CREATE TYPE s2 AS ENUM ('new'); ALTER TABLE t ALTER st TYPE s2 USING CASE WHEN id = 1 THEN 'new'::s2 END",
    ],
)
def test_rows_that_the_migration_changes_first_are_unknown(database: Database, migration: str) -> None:
    database.execute(SCHEMA)
    answers = [a for a in ask(database, migration) if a.probe.settles]
    assert answers[-1].status == "unknown"
    assert answers[-1].evidence


def test_the_search_path_of_the_migration_finds_its_names(database: Database) -> None:
    database.execute("CREATE SCHEMA s; CREATE TABLE s.t (a int); INSERT INTO s.t VALUES (NULL);"
                     " CREATE FUNCTION s.fine(int) RETURNS bool LANGUAGE sql IMMUTABLE AS 'SELECT $1 > 0'")  # fmt: skip
    with Asked(database) as asked:
        assert asked.foretold("SET search_path = s; ALTER TABLE t ALTER a SET NOT NULL") == "fail"
        assert asked.foretold("SET search_path = s; ALTER TABLE t ADD CHECK (fine(a))") == "pass"


def test_texts_that_a_collation_makes_equal_are_duplicates(every_database: Database) -> None:
    try:
        every_database.execute(
            "CREATE COLLATION nocase (provider = icu, locale = 'und-u-ks-level2', deterministic = false)"
        )
    except psycopg.errors.FeatureNotSupported:
        pytest.skip("this server is built without ICU")
    every_database.execute(
        "CREATE TABLE t (a text, b text COLLATE nocase); INSERT INTO t VALUES ('a', 'a'), ('A', 'A')"
    )
    wanted = {
        "ALTER TABLE t ADD UNIQUE (a)": "pass",
        "ALTER TABLE t ADD UNIQUE (b)": "fail",
        "CREATE UNIQUE INDEX ON t (a COLLATE nocase)": "fail",
        'CREATE UNIQUE INDEX ON t (b COLLATE "C")': "pass",
        "ALTER TABLE t ALTER a TYPE text COLLATE nocase": "pass",
    }
    with Asked(every_database) as asked:
        assert {m: asked.foretold(m) for m in wanted} == wanted
    assert {m: outcome(every_database, m) for m in wanted} == wanted
