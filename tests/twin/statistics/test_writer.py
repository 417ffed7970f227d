from __future__ import annotations

from dataclasses import replace

import psycopg
import pytest

from pgplumb.server.embedded import EmbeddedServer
from pgplumb.twin.statistics import write_statistics
from tests.twin.statistics.pair import COLUMNS, EXPRESSIONS, FIGURES, OBJECTS, Pair, pair

TABLE = "CREATE TABLE t (a int, b text); CREATE INDEX i ON t (a);"
ROWS = "INSERT INTO t SELECT i % 50, 'b' || i % 20 FROM generate_series(1, 5000) i; ANALYZE t;"


@pytest.fixture
def filled(two: Pair) -> Pair:
    """A table with an index, with rows in the source."""
    two.source.execute(TABLE)
    two.twin.execute(TABLE)
    two.fill(ROWS)
    return two


def test_scale_multiplies_rows_and_pages_of_tables_and_indexes_and_no_fraction(filled: Pair) -> None:
    figures = {name: rest for name, *rest in filled.source.execute(FIGURES)}

    filled.copy(scale=10)

    scaled = {name: rest for name, *rest in filled.twin.execute(FIGURES)}
    assert scaled == {name: [number * 10 for number in numbers] for name, numbers in figures.items()}
    assert figures["t"][1] == 5000
    assert filled.differences(COLUMNS) == []


def test_a_table_that_nobody_analysed_stays_so_at_any_scale(two: Pair) -> None:
    two.source.execute("CREATE TABLE fresh (a int)")
    two.twin.execute("CREATE TABLE fresh (a int)")

    two.copy(scale=10)

    assert two.twin.execute("SELECT reltuples, relpages FROM pg_class WHERE relname = 'fresh'") == [(-1, 0)]


def test_what_nobody_counted_before_version_14_is_written_as_later_versions_have_it(filled: Pair) -> None:
    found = filled.read()
    uncounted = [(*row[:5], 0, 0.0, *row[7:]) for row in found.relations]

    connection = filled.twin.connect()
    write_statistics(connection, replace(found, version_num=130022, relations=uncounted))

    assert connection.execute("SELECT reltuples FROM pg_class WHERE relname = 't'").fetchall() == [(-1,)]


def test_what_is_not_in_the_twin_is_named_and_the_rest_is_written(filled: Pair) -> None:
    filled.source.execute(
        "CREATE TABLE gone AS SELECT 1 AS x; ANALYZE gone; ALTER TABLE t ADD c int DEFAULT 3; ANALYZE t"
    )
    filled.source.execute("CREATE STATISTICS lost ON a, b FROM t; ANALYZE t")

    report = filled.copy()

    assert dict(report.failed) == {
        "public.gone": "not in the twin",
        "public.t": "column c is not in the twin; extended statistics public.lost: not in the twin",
    }
    names = "SELECT attname FROM pg_stats WHERE tablename = 't' ORDER BY 1"
    assert filled.twin.execute(names) == [("a",), ("b",)]


def test_values_that_the_twins_type_refuses_are_named_and_their_numbers_are_written(two: Pair) -> None:
    two.source.execute("CREATE TYPE mood AS ENUM ('sad', 'new'); CREATE TABLE t (x int, m mood, y int)")
    two.twin.execute("CREATE TYPE mood AS ENUM ('sad'); CREATE TABLE t (x int, m mood, y int)")
    two.fill(
        "INSERT INTO t SELECT i % 3, CASE WHEN i % 4 > 0 THEN 'new'::mood END, i FROM generate_series(1, 80) i;"
        "ANALYZE t"
    )

    report = two.copy()

    assert dict(report.failed) == {"public.t": "values of column m: the twin refuses them (22P02)"}
    shown = "SELECT attname, null_frac, most_common_vals::text, correlation IS NOT NULL FROM pg_stats"
    assert sorted(two.twin.execute(f"{shown} WHERE tablename = 't'")) == [
        ("m", 0.25, None, True),
        ("x", 0, "{1,2,0}", True),
        ("y", 0, None, True),
    ]


def test_columns_go_by_name_where_their_numbers_differ(two: Pair) -> None:
    two.source.execute(
        "CREATE TABLE t (gone int, a int, b int); ALTER TABLE t DROP gone; CREATE STATISTICS s ON a, b FROM t"
    )
    two.twin.execute("CREATE TABLE t (a int, b int); CREATE STATISTICS s ON a, b FROM t")
    two.fill("INSERT INTO t SELECT i % 10, i % 20 FROM generate_series(1, 1000) i; ANALYZE t")

    assert two.copy().failed == {}

    assert two.differences(COLUMNS) == []
    shown = "SELECT n_distinct::text, dependencies::text, most_common_vals FROM pg_stats_ext"
    [(counts, _, listed)] = two.twin.execute(shown)
    assert counts == '{"1, 2": 20}'
    assert [listed] == [row[2] for row in two.source.execute(shown)]


def test_an_index_goes_by_number_whatever_its_columns_are_called(two: Pair) -> None:
    table = "CREATE TABLE t (a int); CREATE INDEX i ON t ((a % 7), (a % 3));"
    two.source.execute(table)
    two.twin.execute(table + "ALTER TABLE i RENAME COLUMN expr TO other")
    two.fill("INSERT INTO t SELECT generate_series(1, 500); ANALYZE t")

    assert two.copy().failed == {}

    assert two.twin.execute(
        "SELECT attname, n_distinct FROM pg_stats WHERE tablename = 'i' ORDER BY n_distinct DESC"
    ) == [
        ("other", 7),
        ("expr1", 3),
    ]


def test_no_function_of_the_targets_runs_while_values_are_read_back(every_server: EmbeddedServer) -> None:
    schema = """
        CREATE TABLE public.alarm (said text);
        CREATE FUNCTION public.check_it(int) RETURNS bool LANGUAGE plpgsql IMMUTABLE AS
            $$BEGIN RAISE EXCEPTION 'a check ran'; END$$;
        CREATE DOMAIN plain AS int; CREATE TABLE t (d plain, a plain[], n int);
        CREATE STATISTICS s (mcv) ON d, n FROM t;
    """
    arm = """
        ALTER DOMAIN plain ADD CONSTRAINT c CHECK (public.check_it(VALUE)) NOT VALID;
        CREATE FUNCTION public.on_ddl() RETURNS event_trigger LANGUAGE plpgsql AS
            $$BEGIN INSERT INTO public.alarm VALUES (tg_tag); END$$;
        CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION public.on_ddl();
        CREATE EVENT TRIGGER always ON ddl_command_start EXECUTE FUNCTION public.on_ddl();
        ALTER EVENT TRIGGER always ENABLE ALWAYS;
    """
    with pair(every_server, every_server, schema) as two:
        two.fill("INSERT INTO t SELECT i % 5, ARRAY[i % 3], i % 5 FROM generate_series(1, 100) i; ANALYZE t")
        two.twin.execute(arm)
        two.twin.execute("DELETE FROM alarm")

        assert two.copy().failed == {}

        assert two.twin.execute("SELECT * FROM alarm") == []
        assert two.differences(COLUMNS) == []
        assert two.differences(OBJECTS) == []
        triggers = "SELECT evtname, evtenabled FROM pg_event_trigger ORDER BY 1"
        assert two.twin.execute(triggers) == [("always", "A"), ("e", "O")]
        with pytest.raises(psycopg.errors.RaiseException, match="a check ran"):
            two.twin.execute("SELECT 1::plain")


def test_values_compared_by_a_function_of_the_targets_are_left_out(two: Pair) -> None:
    schema = """
        CREATE TYPE pair AS (x int, y int);
        CREATE FUNCTION pair_lt(pair, pair) RETURNS bool LANGUAGE sql IMMUTABLE AS 'SELECT ($1).x < ($2).x';
        CREATE FUNCTION pair_eq(pair, pair) RETURNS bool LANGUAGE sql IMMUTABLE AS 'SELECT ($1).x = ($2).x';
        CREATE FUNCTION pair_cmp(pair, pair) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT ($1).x - ($2).x';
        CREATE OPERATOR <<< (leftarg = pair, rightarg = pair, function = pair_lt);
        CREATE OPERATOR === (leftarg = pair, rightarg = pair, function = pair_eq);
        CREATE OPERATOR CLASS pair_ops DEFAULT FOR TYPE pair USING btree AS
            OPERATOR 1 <<<, OPERATOR 3 ===, FUNCTION 1 pair_cmp(pair, pair);
        CREATE TYPE pairs AS RANGE (subtype = pair);
        CREATE TYPE mood AS ENUM ('sad');
        CREATE TABLE t (p pair, r pairs, m mood, n int); CREATE STATISTICS s (mcv) ON p, n FROM t;
    """
    two.source.execute(schema)
    two.twin.execute(schema)
    two.fill("INSERT INTO t SELECT ROW(i % 3, 1)::pair, pairs(ROW(1, 1)::pair, ROW(2, 1)::pair), 'sad', i % 3"
             " FROM generate_series(1, 90) i; ANALYZE t")  # fmt: skip
    two.twin.execute("CREATE OR REPLACE FUNCTION pair_cmp(pair, pair) RETURNS int LANGUAGE plpgsql IMMUTABLE AS"
                     " $$BEGIN RAISE EXCEPTION 'compared'; END$$")  # fmt: skip

    why = "values of its type are compared by functions that must not run here"
    assert dict(two.copy().failed) == {
        "public.t": f"values of column p: {why}; values of column r: {why}; extended statistics public.s: {why}"
    }
    shown = "SELECT attname, most_common_vals::text FROM pg_stats WHERE tablename = 't' ORDER BY 1"
    assert two.twin.execute(shown) == [("m", "{sad}"), ("n", "{0,1,2}"), ("p", None), ("r", None)]


def test_without_sample_values_the_numbers_alone_are_written(filled: Pair) -> None:
    filled.copy(sample_values=False)

    shown = (
        "SELECT attname, n_distinct, avg_width, most_common_vals::text, most_common_freqs::text FROM pg_stats"
    )
    assert sorted(filled.twin.execute(f"{shown} WHERE tablename = 't'")) == [
        ("a", 50, 4, None, None),
        ("b", 20, 3, None, None),
    ]


def test_nothing_of_the_writing_stays_behind(filled: Pair) -> None:
    filled.twin.execute("CREATE STATISTICS s ON a, b FROM t")
    filled.source.execute("CREATE STATISTICS s ON a, b FROM t; ANALYZE t")
    before = (
        filled.twin.execute("SELECT count(*) FROM pg_cast"),
        filled.twin.execute("SELECT count(*) FROM pg_type"),
    )

    filled.copy()

    assert (
        filled.twin.execute("SELECT count(*) FROM pg_cast"),
        filled.twin.execute("SELECT count(*) FROM pg_type"),
    ) == before
    assert filled.twin.execute("SELECT relname FROM pg_class WHERE relname LIKE 'pgplumb%'") == []


def test_an_object_of_other_columns_is_named(two: Pair) -> None:
    two.source.execute("CREATE TABLE t (a int, b int, c int); CREATE STATISTICS s ON a, b FROM t")
    two.twin.execute("CREATE TABLE t (a int, b int, c int); CREATE STATISTICS s ON a, c FROM t")
    two.fill("INSERT INTO t SELECT i % 5, i % 5, i FROM generate_series(1, 100) i; ANALYZE t")

    assert dict(two.copy().failed) == {
        "public.t": "extended statistics public.s: of other columns in the twin"
    }


def test_statistics_of_expressions_that_have_none_stay_without(two: Pair) -> None:
    schema = "CREATE TABLE t (a int, b text); CREATE STATISTICS s ON (a + 1), (b || 'x') FROM t"
    two.source.execute(schema)
    two.twin.execute(schema)
    two.fill("INSERT INTO t SELECT i % 5, repeat('x', 5000) FROM generate_series(1, 60) i; ANALYZE t")

    assert two.copy().failed == {}
    assert two.differences(EXPRESSIONS) == []
