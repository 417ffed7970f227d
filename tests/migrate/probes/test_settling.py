"""What may fail on rows either does, or does not, once the target was asked."""

from __future__ import annotations

import pytest

from pgplumb.migrate.hazards.analysis import hazards_of
from pgplumb.migrate.probes import probes_for, run, settle
from tests.databases import Database
from tests.migrate.probes.asked import Asked

SCHEMA = """
CREATE TABLE p (id int PRIMARY KEY); INSERT INTO p VALUES (1);
CREATE TABLE t (id int NOT NULL, n int, s varchar(20), f int);
INSERT INTO t VALUES (1, 1, 'short', 1), (2, NULL, 'longer text', 9), (2, 3, 'x', NULL);
ANALYZE;
"""
FAILS, MAY_FAIL = "fails-on-existing-rows", "fails-on-existing-rows-possible"


def left(asked: Asked, migration: str, *, allow_rows: bool = True) -> list[tuple[str, int | None]]:
    """Return the hazards about rows that are left, with their statements."""
    hazards = hazards_of(migration, asked.catalog)
    answers = run(asked.session, probes_for(migration, asked.catalog), allow_rows)
    return [(h.id, h.statement) for h in settle(hazards, answers) if h.id in (FAILS, MAY_FAIL)]


@pytest.mark.parametrize(
    ("migration", "fails"),
    [
        ("ALTER TABLE t ADD CONSTRAINT c CHECK (n > 0)", False),
        ("ALTER TABLE t ADD CONSTRAINT c CHECK (id > 1)", True),
        ("ALTER TABLE t ADD CONSTRAINT c FOREIGN KEY (f) REFERENCES p", True),
        ("ALTER TABLE t ADD CONSTRAINT c FOREIGN KEY (n) REFERENCES p", True),
        ("ALTER TABLE t ADD UNIQUE (id)", True),
        ("CREATE UNIQUE INDEX CONCURRENTLY i ON t (s)", False),
        ("ALTER TABLE t ALTER s TYPE varchar(11)", False),
        ("ALTER TABLE t ALTER s TYPE varchar(10)", True),
        ("ALTER TABLE t ADD COLUMN x int NOT NULL", True),
        ("ALTER TABLE t ALTER n SET NOT NULL", True),
    ],
)
def test_a_possible_failure_becomes_one_or_goes(database: Database, migration: str, fails: bool) -> None:
    database.execute(SCHEMA)
    with Asked(database) as asked:
        assert left(asked, migration) == ([(FAILS, 0)] if fails else [])


def test_without_an_answer_it_stays_possible(database: Database) -> None:
    database.execute(SCHEMA)
    migration = "ALTER TABLE t ADD CONSTRAINT c CHECK (n > 0)"
    with Asked(database) as asked:
        assert left(asked, migration, allow_rows=False) == [(MAY_FAIL, 0)]
    hazards = hazards_of(migration)
    assert settle(hazards, ()) == hazards


def test_each_statement_is_settled_by_its_own_answers(database: Database) -> None:
    database.execute(SCHEMA)
    migration = (
        "ALTER TABLE t ADD CHECK (n > 0); ALTER TABLE t ADD CHECK (id > 1); ALTER TABLE t ADD CHECK (id > 0)"
    )
    with Asked(database) as asked:
        assert left(asked, migration) == [(FAILS, 1)]


def test_rows_that_an_earlier_statement_changes_leave_it_possible(database: Database) -> None:
    database.execute(SCHEMA)
    migration = "UPDATE t SET id = 5; ALTER TABLE t ADD CHECK (id > 1)"
    with Asked(database) as asked:
        assert left(asked, migration) == [(MAY_FAIL, 1)]


def test_a_table_that_lost_its_rows_since_it_was_analysed_fails_no_more(database: Database) -> None:
    database.execute(SCHEMA)
    database.execute("ALTER TABLE t SET (autovacuum_enabled = off); DELETE FROM t")
    with Asked(database) as asked:
        migration = "ALTER TABLE t ADD COLUMN x int NOT NULL"
        assert [h.id for h in hazards_of(migration, asked.catalog) if h.id == FAILS] == [FAILS]
        assert left(asked, migration) == []
