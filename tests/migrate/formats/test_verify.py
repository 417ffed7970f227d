"""What a sqitch verify script asks."""

from __future__ import annotations

import psycopg
import pytest

from pgplumb.migrate.formats.parts.verify import verification
from tests.databases import Database

NOTHING = "-- There is nothing to ask of the catalog.\n"


@pytest.mark.parametrize(
    "statement",
    [
        'CREATE TABLE "a b" (i int)',
        'CREATE INDEX CONCURRENTLY "t\'i" ON t (i)',
        'ALTER TABLE t ADD COLUMN "C" int, ADD COLUMN d int',
        "ALTER TABLE t ADD CONSTRAINT c CHECK (i > 0) NOT VALID",
        "ALTER TABLE u VALIDATE CONSTRAINT c",
    ],
)
def test_it_fails_before_the_statement_and_holds_after_it(database: Database, statement: str) -> None:
    database.execute("CREATE TABLE t (i int); CREATE TABLE u (i int)")
    database.execute("ALTER TABLE u ADD CONSTRAINT c CHECK (i > 0) NOT VALID")
    asked = verification([statement], [])
    with pytest.raises(
        (
            psycopg.errors.DivisionByZero,
            psycopg.errors.UndefinedObject,
            psycopg.errors.UndefinedTable,
            psycopg.errors.UndefinedColumn,
        )
    ):
        database.execute(asked)
    database.execute(statement)
    database.execute(asked)


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TEMP TABLE x ()",
        "CREATE INDEX i ON ONLY t (a)",
        "SELECT 1",
        "CREATE TABLE (",
        "CREATE INDEX ON t (a)",
    ],
)
def test_nothing_is_asked_of_what_another_session_could_not_see(statement: str) -> None:
    assert verification([statement], []) == NOTHING


@pytest.mark.parametrize(
    "later",
    [
        "DROP INDEX i",
        'ALTER INDEX "i" RENAME TO j',
        "ALTER TABLE t ADD CONSTRAINT c UNIQUE USING INDEX I, DROP b",
    ],
)
def test_nothing_is_asked_of_what_a_later_statement_takes_away(later: str) -> None:
    assert verification(["CREATE INDEX i ON t (a)"], [later]) == NOTHING
    assert verification(["CREATE INDEX i ON t (a)"], ["DROP INDEX k"]) != NOTHING
