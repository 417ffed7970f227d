from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from pgplumb.server.embedded import EmbeddedServer
from pgplumb.twin.statistics import PlannerStatistics, read_statistics
from tests.databases import Database
from tests.twin.statistics import everything


def values(statistics: PlannerStatistics) -> Sequence[object]:
    """Return every text of the statistics that is no name."""
    cells = [cell for row in statistics.columns for cell in row[7:] if isinstance(cell, str)]
    cells += [cell for row in statistics.object_data for cell in row[5:] if cell is not None]
    cells += [cell for row in statistics.ranges for cell in row[4:] if cell is not None]
    return cells + [cell for row in statistics.expressions for cell in row[7:] if isinstance(cell, str)]


def numbers(statistics: PlannerStatistics) -> list[tuple[object, ...]]:
    """Return name, null fraction, width, n_distinct and correlation of every column."""
    return sorted((*row[:7], row[10] or 0) for row in statistics.columns)


@pytest.fixture
def reader(server: EmbeddedServer) -> Iterator[str]:
    """A role without any privilege."""
    with server.connect() as connection:
        connection.execute("CREATE ROLE stats_reader LOGIN")
        yield "stats_reader"
        connection.execute("DROP ROLE stats_reader")


@pytest.fixture
def shop(database: Database, reader: str) -> Iterator[Database]:
    """Tables that the reader may read in full, in part, behind row security, and not at all."""
    database.execute("""
        CREATE TABLE open (id int, note text); CREATE TABLE partly (id int, note text);
        CREATE TABLE walled (id int); CREATE TABLE closed (id int); CREATE TABLE fresh (id int);
        CREATE TABLE expressed (a int, b int); CREATE INDEX expressed_sum ON expressed ((a + b));
        CREATE STATISTICS expressed_pair ON a, b FROM expressed;
        INSERT INTO open SELECT i, 'n' || i FROM generate_series(1, 100) i; INSERT INTO partly TABLE open;
        INSERT INTO walled SELECT id FROM open; INSERT INTO closed SELECT id FROM open;
        INSERT INTO expressed SELECT id, id FROM open;
        ANALYZE open, partly, walled, closed, expressed;
        ALTER TABLE walled ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON walled USING (id > 5);
        GRANT SELECT ON open, walled, fresh, expressed TO stats_reader; GRANT SELECT (id) ON partly TO stats_reader;
    """)
    yield database
    database.execute("DROP OWNED BY stats_reader")


def test_tables_whose_statistics_the_role_may_not_see_are_named_with_the_reason(shop: Database) -> None:
    found = read_statistics(shop.session("stats_reader"))

    assert dict(found.gaps.statistics) == {
        "public.closed": "no SELECT privilege",
        "public.expressed": "index public.expressed_sum: the statistics of its expressions are shown to the table's"
        " owner only; extended statistics public.expressed_pair are shown to the table's owner only",
        "public.fresh": "never analysed",
        "public.partly": "no SELECT privilege on some columns",
        "public.walled": "row security hides its statistics",
    }
    assert {(row[1], row[2]) for row in found.columns} == {
        ("open", "id"),
        ("open", "note"),
        ("partly", "id"),
        ("expressed", "a"),
        ("expressed", "b"),
    }


def test_a_superuser_lacks_only_what_was_never_analysed(shop: Database) -> None:
    found = read_statistics(shop.session())

    assert dict(found.gaps.statistics) == {"public.fresh": "never analysed"}
    assert found.gaps.notes == ()


def test_an_empty_table_that_was_analysed_is_no_gap(every_database: Database) -> None:
    every_database.execute("CREATE TABLE empty (a int)")
    every_database.execute("ANALYZE empty")
    assert dict(read_statistics(every_database.session()).gaps.statistics) == {}


def test_a_vacuumed_table_that_was_never_analysed_is_a_gap(every_database: Database) -> None:
    every_database.execute("CREATE TABLE full_one (a int); INSERT INTO full_one VALUES (1)")
    every_database.execute("VACUUM full_one")
    found = read_statistics(every_database.session())
    assert dict(found.gaps.statistics) == {"public.full_one": "never analysed"}


def test_without_sample_values_no_value_is_read(every_database: Database) -> None:
    session = every_database.session()
    every_database.execute(everything.schema(session.server_version))
    every_database.execute(everything.rows(session.server_version))
    whole = read_statistics(session)

    bare = read_statistics(session, sample_values=False)

    assert len(values(whole)) > 100
    assert values(bare) == []
    assert numbers(bare) == numbers(whole)
    assert [row[3:5] for row in bare.object_data] == [row[3:5] for row in whole.object_data]


def test_some_tables_come_with_their_indexes_and_objects_and_nothing_else(database: Database) -> None:
    database.execute("""
        CREATE SCHEMA other; CREATE TABLE a (x int, y int); CREATE TABLE other.a (x int); CREATE TABLE b (x int, y int);
        CREATE INDEX ai ON a ((x + 1)); CREATE STATISTICS sa ON x, y FROM a; CREATE STATISTICS sb ON x, y FROM b;
        INSERT INTO a SELECT i, i FROM generate_series(1, 50) i; INSERT INTO b TABLE a;
        INSERT INTO other.a SELECT x FROM a;
        ANALYZE a, b, other.a
    """)

    found = read_statistics(database.session(), frozenset({"public.a"}))

    assert sorted((row[1], row[2]) for row in found.relations) == [("public", "a"), ("public", "ai")]
    assert sorted(row[:3] for row in found.columns) == [
        ("public", "a", "x"),
        ("public", "a", "y"),
        ("public", "ai", "expr"),
    ]
    assert [row[:2] for row in found.object_data] == [("public", "sa")]


def test_a_locked_table_keeps_nobody_waiting(database: Database) -> None:
    database.execute("""
        CREATE TYPE pair AS (x int, y int); CREATE TABLE locked (p pair, t text, n int);
        CREATE INDEX ON locked (lower(t));
        CREATE STATISTICS s ON (n % 3), t FROM locked; CREATE TABLE of_rows (l locked, i int);
        INSERT INTO locked SELECT ROW(i % 3, 1)::pair, 't' || i % 3, i FROM generate_series(1, 90) i;
        INSERT INTO of_rows SELECT l, 1 FROM locked l; ANALYZE locked, of_rows
    """)
    holder = database.connect()
    holder.execute("BEGIN; LOCK TABLE locked IN ACCESS EXCLUSIVE MODE")
    session = database.session()

    # It is held until they are there: whoever waited for it would wait for ever.
    found = read_statistics(session)

    column = {(row[1], row[2]): row for row in found.columns}
    assert column["locked", "t"][7] == "{t0,t1,t2}"
    assert column["of_rows", "l"][7:10] == (None, None, None)
    assert any("no sample values of types that are not built in" in note for note in found.gaps.notes)
    assert any("statistics of expressions could not be read" in note for note in found.gaps.notes)


def test_values_read_alike_whatever_the_roles_settings(database: Database) -> None:
    database.execute("""
        CREATE TABLE moments (d date, i interval, f float8, b bytea, z timestamptz);
        INSERT INTO moments SELECT date '2020-02-03', '-1 day 2 hours', 1.0 / 3, '\\x00ff', '2020-02-03 04:05+06'
          FROM generate_series(1, 20); ANALYZE moments
    """)
    plain = [row[7] for row in read_statistics(database.session()).columns]
    name = database.name
    for setting in ("datestyle = 'SQL, DMY'", "intervalstyle = 'sql_standard'", "extra_float_digits = -5"):
        database.execute(f"ALTER DATABASE {name} SET {setting}")
    database.execute(
        f"ALTER DATABASE {name} SET bytea_output = 'escape'; ALTER DATABASE {name} SET timezone = 'Asia/Tokyo'"
    )

    assert [row[7] for row in read_statistics(database.session()).columns] == plain
    assert len(plain) == 5
