"""Sequences: which changes the server refuses, and after which numbers end or come again."""

from __future__ import annotations

import psycopg
import pytest

from pgplumb.catalog.reader import read_whole
from pgplumb.migrate.hazards.analysis import hazards_of
from tests.databases import Database

SCHEMA = """CREATE TABLE t (id bigint GENERATED ALWAYS AS IDENTITY, small int, n bigint);
CREATE SEQUENCE wide OWNED BY t.n; CREATE SEQUENCE small_seq OWNED BY t.small;
CREATE SEQUENCE chosen MAXVALUE 5000000000; CREATE SEQUENCE round_and_round CYCLE;
CREATE SEQUENCE downwards INCREMENT -1; CREATE SCHEMA other; CREATE TABLE other.t (n bigint);
CREATE ROLE sequence_keeper; CREATE TABLE theirs (n bigint); ALTER TABLE theirs OWNER TO sequence_keeper"""
PASSED = (
    "SELECT setval('wide', 3000000000), setval('small_seq', 3000000000), setval('downwards', -3000000000)"
)
FAILS = {"fails-on-existing-rows-possible"}
NARROW = {"fails-on-existing-rows-possible", "narrow-key-type"}
AGAIN = {"breaks-old-code"}
REFUSED = {"unsupported-operation"}
WITHOUT_CATALOG = [
    ("ALTER SEQUENCE wide AS integer", NARROW),
    ("ALTER SEQUENCE wide AS bigint", set()),
    ("ALTER SEQUENCE wide MAXVALUE 99", FAILS),
    ("ALTER SEQUENCE wide NO CYCLE OWNED BY NONE", set()),
    ("ALTER SEQUENCE wide CYCLE RESTART", {"breaks-old-code", "weakens-invariant"}),
    ("CREATE SEQUENCE made; ALTER SEQUENCE made AS integer RESTART CYCLE", set()),
]
CASES = [
    ("ALTER SEQUENCE wide AS integer", NARROW, True),
    ("ALTER SEQUENCE wide AS smallint MAXVALUE 99", NARROW, True),
    ("ALTER SEQUENCE wide AS integer MAXVALUE 3000000000", REFUSED, True),
    ("ALTER SEQUENCE wide MAXVALUE 2999999999", FAILS, True),
    ("ALTER SEQUENCE wide MINVALUE 3000000001", FAILS, True),
    ("ALTER SEQUENCE wide AS bigint NO MAXVALUE NO MINVALUE CACHE 20", set(), False),
    ("ALTER SEQUENCE small_seq AS integer", FAILS, True),
    ("ALTER SEQUENCE chosen AS integer", REFUSED, True),
    ("ALTER SEQUENCE chosen AS integer NO MAXVALUE", NARROW, False),
    ("ALTER SEQUENCE chosen NO MAXVALUE", set(), False),
    ("ALTER SEQUENCE downwards AS integer", NARROW, True),
    ("ALTER SEQUENCE downwards MAXVALUE 100", set(), False),
    ("ALTER SEQUENCE wide RESTART WITH 5", AGAIN, False),
    ("ALTER SEQUENCE wide AS integer RESTART WITH 5", {*AGAIN, "narrow-key-type"}, False),
    ("ALTER TABLE t ALTER id RESTART WITH 5", AGAIN, False),
    ("ALTER TABLE t ALTER id SET MAXVALUE 99 SET CYCLE", {*FAILS, "weakens-invariant"}, False),
    ("ALTER SEQUENCE wide CYCLE", {"weakens-invariant"}, False),
    ("ALTER SEQUENCE round_and_round CYCLE", set(), False),
    ("ALTER SEQUENCE wide NO CYCLE", set(), False),
    ("ALTER SEQUENCE wide OWNED BY NONE", set(), False),
    ("ALTER SEQUENCE chosen OWNED BY t.n", set(), False),
    ("ALTER SEQUENCE chosen OWNED BY other.t.n", REFUSED, True),
    ("ALTER SEQUENCE chosen OWNED BY theirs.n", REFUSED, True),
    ("ALTER SEQUENCE t_id_seq OWNED BY NONE", REFUSED, True),
]
ABOUT = {
    "fails-on-existing-rows-possible",
    "narrow-key-type",
    "breaks-old-code",
    "weakens-invariant",
} | REFUSED


@pytest.mark.parametrize(("sql", "wanted"), WITHOUT_CATALOG)
def test_without_a_catalog_what_the_text_says_is_known(sql: str, wanted: set[str]) -> None:
    assert {h.id for h in hazards_of(sql, None, mode="autocommit")} & ABOUT == wanted


def test_what_the_server_refuses_for_numbers_that_were_given_out_was_said_to_be_possible(
    database: Database,
) -> None:
    database.execute(SCHEMA)
    database.execute(PASSED)
    catalog, _ = read_whole(database.session())
    connection = database.connect()
    for sql, wanted, refused in CASES:
        found = {h.id for h in hazards_of(sql, catalog, mode="autocommit")} & ABOUT
        assert found == wanted, sql
        state = None
        try:
            connection.execute(sql)
        except psycopg.Error as error:
            state = error.sqlstate
        assert (state in ("22023", "55000", "0A000")) is refused, (sql, state)
        connection.rollback()
    database.execute("DROP TABLE theirs; DROP ROLE sequence_keeper")
