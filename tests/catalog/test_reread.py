"""After any DDL the updated reading says what a whole new reading says, and shares the rest."""

from __future__ import annotations

import pytest

from pgplumb.catalog.reader import read_expressions, read_structure, with_expressions
from pgplumb.catalog.reread import Rereader
from pgplumb.server.session import Session
from tests.catalog.deep import differences
from tests.conftest import sampled
from tests.databases import Database

SCHEMA = """
CREATE TABLE parent (id int PRIMARY KEY, a int, b text DEFAULT 'x', c int, CONSTRAINT a_positive CHECK (a > 0));
CREATE TABLE child (id int PRIMARY KEY, parent_id int CONSTRAINT child_fk REFERENCES parent, w text);
CREATE TABLE bystander (id int PRIMARY KEY, v text DEFAULT 'unchanged');
CREATE INDEX parent_a ON parent (a) WHERE a > 1;
CREATE POLICY seen ON parent USING (a = 1);
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER touched BEFORE UPDATE ON parent FOR EACH ROW EXECUTE FUNCTION touch();
CREATE VIEW reads AS SELECT id, a FROM parent;
CREATE TABLE measured (at date NOT NULL, v int) PARTITION BY RANGE (at);
CREATE TABLE measured_1 PARTITION OF measured FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
CREATE TYPE mood AS ENUM ('ok');
CREATE TABLE moody (m mood);
CREATE SEQUENCE counter;
CREATE RULE nothing AS ON DELETE TO child DO INSTEAD NOTHING;
COMMENT ON COLUMN parent.a IS 'first';
COMMENT ON FUNCTION touch() IS 'touches';
"""

CHANGES = [
    "ALTER TABLE parent ADD COLUMN z int DEFAULT 3",
    "ALTER TABLE parent DROP COLUMN c",
    "ALTER TABLE parent ALTER a SET NOT NULL",
    "ALTER TABLE parent ALTER b SET DEFAULT 'y'",
    "ALTER TABLE parent ALTER b DROP DEFAULT",
    "ALTER TABLE parent RENAME b TO bb",
    "ALTER TABLE parent RENAME TO elder",
    "CREATE INDEX parent_b ON parent (b)",
    "DROP INDEX parent_a",
    "ALTER INDEX parent_a RENAME TO parent_aa",
    "ALTER TABLE parent ENABLE ROW LEVEL SECURITY",
    "CREATE POLICY other ON parent USING (a = 2) WITH CHECK (a = 3)",
    "ALTER POLICY seen ON parent USING (a = 4)",
    "DROP POLICY seen ON parent",
    "ALTER TABLE parent ADD CONSTRAINT a_small CHECK (a < 100) NOT VALID",
    "ALTER TABLE parent DROP CONSTRAINT a_positive",
    "ALTER TABLE child DROP CONSTRAINT child_fk",
    "ALTER TABLE child ADD CONSTRAINT again FOREIGN KEY (parent_id) REFERENCES parent ON DELETE CASCADE",
    "CREATE TABLE fresh (id int PRIMARY KEY)",
    "DROP TABLE child",
    "DROP TABLE parent CASCADE",
    "DROP VIEW reads",
    "CREATE OR REPLACE VIEW reads AS SELECT id, a, 1 AS one FROM parent",
    "COMMENT ON TABLE parent IS 'said'",
    "COMMENT ON COLUMN parent.a IS NULL",
    "COMMENT ON INDEX parent_a IS 'said'",
    "COMMENT ON CONSTRAINT a_positive ON parent IS 'said'",
    "COMMENT ON POLICY seen ON parent IS 'said'",
    "COMMENT ON TRIGGER touched ON parent IS 'said'",
    "COMMENT ON FUNCTION touch() IS NULL",
    "DROP TRIGGER touched ON parent",
    "ALTER TABLE parent DISABLE TRIGGER touched",
    "DROP RULE nothing ON child",
    "CREATE TABLE measured_2 PARTITION OF measured FOR VALUES FROM ('2021-01-01') TO ('2022-01-01')",
    "ALTER TABLE measured DETACH PARTITION measured_1",
    "CREATE INDEX measured_at ON measured (at)",
    "ALTER TYPE mood ADD VALUE 'better'",
    "ALTER SEQUENCE counter OWNED BY child.id",
    "ALTER SEQUENCE counter CYCLE",
    "ALTER TABLE moody ALTER m TYPE text",
    "ALTER TABLE parent SET (fillfactor = 70)",
    "ALTER TABLE parent SET SCHEMA other",
    "ALTER FUNCTION touch() SECURITY DEFINER",
    "DROP FUNCTION touch() CASCADE",
    "CREATE EXTENSION citext",
    "CREATE STATISTICS linked ON a, c FROM parent",
    "CREATE PUBLICATION feed FOR TABLE parent",
    "GRANT SELECT ON parent TO PUBLIC",
    "GRANT SELECT (a) ON parent TO PUBLIC",
    "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC",
    "DROP SCHEMA other",
    "REINDEX TABLE parent",
    "ALTER TABLE parent REPLICA IDENTITY FULL",
    "ALTER TABLE child INHERIT forebear",
]


def fresh(session: Session) -> Rereader:
    return Rereader(with_expressions(read_structure(session), read_expressions(session)))


@pytest.mark.parametrize("change", sampled(CHANGES, 3))
def test_an_update_says_what_a_whole_reading_says(database: Database, change: str) -> None:
    database.execute(SCHEMA + "CREATE SCHEMA other; CREATE TABLE forebear (id int NOT NULL)")
    with database.session() as session:
        kept = fresh(session)
        untouched = {r.oid: r for r in kept.reading.catalog.relations.values() if r.name == "bystander"}
        database.execute(change)
        kept.update(session)
        assert differences(kept.reading.catalog, fresh(session).reading.catalog) == []
        if (
            "RENAME" not in change
            and "SET SCHEMA" not in change
            and change != "COMMENT ON COLUMN parent.a IS NULL"
        ):
            for oid, relation in untouched.items():
                assert kept.reading.catalog.relations[oid] is relation


def test_an_update_after_nothing_returns_the_same_catalog(database: Database) -> None:
    database.execute(SCHEMA)
    with database.session() as session:
        kept = fresh(session)
        before = kept.reading.catalog
        assert kept.update(session) is False
        assert kept.reading.catalog is before


def test_changes_made_one_after_the_other_are_all_seen(database: Database) -> None:
    database.execute(SCHEMA + "CREATE SCHEMA other; CREATE TABLE forebear (id int NOT NULL)")
    with database.session() as session:
        kept = fresh(session)
        for change in (
            "DROP INDEX parent_a",
            "CREATE INDEX parent_b ON parent (b)",
            "DROP POLICY seen ON parent",
            "COMMENT ON TABLE parent IS 'x'",
            "DROP TABLE child",
            "CREATE TABLE child2 (id int)",
        ):
            database.execute(change)
            assert kept.update(session)
        assert differences(kept.reading.catalog, fresh(session).reading.catalog) == []


NAMED_ELSEWHERE = """
CREATE SCHEMA other; CREATE TABLE other.there (id int PRIMARY KEY);
CREATE FUNCTION low(text) RETURNS text IMMUTABLE LANGUAGE sql AS 'SELECT lower($1)';
CREATE INDEX parent_low ON parent (low(b));
CREATE POLICY afar ON child USING (EXISTS (SELECT FROM bystander b WHERE b.id = parent_id AND b.v = 'x'));
ALTER TYPE mood ADD VALUE 'fine';
CREATE TABLE painted (m mood DEFAULT 'ok', n int DEFAULT nextval('counter'));
CREATE EXTENSION citext;
"""

RENAMES = [
    "ALTER SCHEMA other RENAME TO another",
    "ALTER FUNCTION low(text) RENAME TO lower_still",
    "ALTER FUNCTION low(text) SET SCHEMA other",
    "ALTER TYPE mood RENAME VALUE 'ok' TO 'okay'",
    "ALTER TYPE mood RENAME TO temper",
    "ALTER TABLE bystander RENAME TO witness",
    "ALTER TABLE bystander RENAME v TO w",
    "ALTER TABLE bystander SET SCHEMA other",
    "ALTER SEQUENCE counter RENAME TO meter",
    "ALTER EXTENSION citext ADD TABLE bystander",
]


@pytest.mark.parametrize("change", sampled(RENAMES, 2))
def test_what_other_relations_call_by_name_is_read_again_under_its_new_name(
    database: Database, change: str
) -> None:
    database.execute(SCHEMA)
    database.execute(NAMED_ELSEWHERE)
    with database.session() as session:
        kept = fresh(session)
        database.execute(change)
        kept.update(session)
        assert differences(kept.reading.catalog, fresh(session).reading.catalog) == []


def test_privileges_name_a_role_by_its_new_name(database: Database) -> None:
    database.execute(SCHEMA)
    database.execute("CREATE ROLE reread_old; GRANT SELECT ON parent TO reread_old")
    try:
        with database.session() as session:
            kept = fresh(session)
            database.execute("ALTER ROLE reread_old RENAME TO reread_new")
            kept.update(session)
            assert differences(kept.reading.catalog, fresh(session).reading.catalog) == []
    finally:
        database.execute("DROP OWNED BY reread_new; DROP ROLE reread_new")


def test_a_dropped_index_is_missed_for_no_temporary_table_that_came_with_one(database: Database) -> None:
    database.execute(SCHEMA)
    with database.session() as session:
        kept = fresh(session)
        database.execute(
            "DROP INDEX parent_a; CREATE TEMP TABLE passing (id int); CREATE INDEX ON passing (id)"
        )
        kept.update(session)
        assert differences(kept.reading.catalog, fresh(session).reading.catalog) == []


def test_temporary_tables_change_nothing(database: Database) -> None:
    database.execute(SCHEMA)
    with database.session() as session:
        kept = fresh(session)
        before = kept.reading.catalog
        database.execute("CREATE TEMP TABLE passing (id int PRIMARY KEY CHECK (id > 0), b text DEFAULT 'x')")
        assert kept.update(session) is False
        assert kept.reading.catalog is before


def test_the_database_itself_is_followed(database: Database) -> None:
    database.execute(SCHEMA)
    with database.session() as session:
        kept = fresh(session)
        database.execute(f"ALTER DATABASE {database.name} CONNECTION LIMIT 7")
        assert kept.update(session)
        assert kept.reading.catalog.database.connection_limit == 7
