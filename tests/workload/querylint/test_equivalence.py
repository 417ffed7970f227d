"""A rewrite finds the same rows: original and rewrite run side by side over data full of edges."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pgplumb.catalog.reader import read_whole
from pgplumb.server.embedded import EmbeddedServer
from pgplumb.workload.plan import Plan, explain
from pgplumb.workload.querylint.context import LintContext
from pgplumb.workload.querylint.finding import Rewrite
from pgplumb.workload.querylint.lint import lint_query
from pgplumb.workload.querylint.registry import all_rewrites
from tests.databases import Database

SCHEMA = """
CREATE TABLE days (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, ts timestamp, tz timestamptz, d date);
CREATE INDEX ON days (ts);
CREATE INDEX ON days (tz);
CREATE INDEX ON days (d);
INSERT INTO days (ts, tz, d)
SELECT ts, ts AT TIME ZONE 'UTC', ts::date FROM (
    SELECT '2025-12-30'::timestamp + g * interval '47 minutes' FROM generate_series(0, 3000) g
    UNION ALL SELECT '2018-10-30'::timestamp + g * interval '30 minutes' FROM generate_series(0, 400) g
    UNION ALL SELECT '2025-11-01'::timestamp + g * interval '30 minutes' FROM generate_series(0, 200) g
    UNION ALL SELECT unnest('{NULL,NULL,infinity,-infinity,infinity,2026-01-01 00:00,2026-01-01 00:00,
        2025-12-31 23:59:59.999999,2026-01-31 23:59:59.999999,2026-02-01,2024-02-29 12:00,2024-03-01,
        9999-12-31 23:00,0001-01-01 00:00,2026-12-31 23:59:59.999999,2027-01-01}'::timestamp[])
) edge (ts);
CREATE TABLE numbers (id int GENERATED ALWAYS AS IDENTITY, n int, small smallint, PRIMARY KEY (id));
CREATE INDEX ON numbers (n);
CREATE INDEX ON numbers (small);
INSERT INTO numbers (n, small) SELECT g % 50, g % 20 FROM generate_series(-200, 200) g;
INSERT INTO numbers (n, small) VALUES (NULL, NULL), (NULL, 1), (2147483000, 32000), (-2147483000, -32000);
CREATE TABLE posts (id int PRIMARY KEY, tags text[], counts int[], moments timestamp[], names varchar(9)[]);
CREATE INDEX ON posts USING gin (tags);
INSERT INTO posts SELECT g, t, c, m, NULL FROM generate_series(0, 11) g,
    LATERAL (SELECT (ARRAY['{}', '{a}', '{a,a,b}', '{NULL}', '{a,NULL}', NULL, '{{a,b},{c,d}}', '{"",A," a"}']::text[])
                    [1 + g % 8]) t0 (x),
    LATERAL (SELECT CASE g % 8 WHEN 0 THEN '{}' WHEN 1 THEN '{a}' WHEN 2 THEN '{a,a,b}' WHEN 3 THEN '{NULL}'
                    WHEN 4 THEN '{a,NULL}' WHEN 6 THEN '{{a,b},{c,d}}' WHEN 7 THEN '{"",A," a"}' END::text[]) t1 (t),
    LATERAL (SELECT CASE g % 6 WHEN 0 THEN '{}' WHEN 1 THEN '{1}' WHEN 2 THEN '{1,1,2}' WHEN 3 THEN '{NULL,2}'
                    WHEN 4 THEN '{{1,2},{3,NULL}}' END::int[]) c1 (c),
    LATERAL (SELECT ARRAY['2026-01-01'::timestamp, NULL, 'infinity']) m1 (m);
CREATE TABLE parents (id int PRIMARY KEY, n int NOT NULL, label text);
CREATE TABLE children (id int PRIMARY KEY, parent_id int NOT NULL, n int, big bigint NOT NULL);
CREATE TABLE nobody (id int NOT NULL, at int);
INSERT INTO parents SELECT g, g % 5, nullif('p' || g % 3, 'p0') FROM generate_series(1, 40) g;
INSERT INTO children SELECT g, g % 25, nullif(g % 6, 0), g % 10 FROM generate_series(1, 60) g;
ANALYZE;
UPDATE pg_class SET reltuples = 5000 WHERE oid = ANY('{children,nobody,parents}'::regclass[]);
"""


class Bench:
    """The database, what was read of it, and a connection for comparing."""

    def __init__(self, database: Database) -> None:
        self.session = database.session()
        catalog, statistics = read_whole(self.session)
        self.context = LintContext(catalog, statistics)
        self.connection = database.connect()
        self.connection.autocommit = True

    def rewrite(self, text: str, kind: str) -> Rewrite:
        """Return the rewrite of a kind that a query gets."""
        made = self.rewrites(text)
        assert kind in made, f"{text} gets {sorted(made)}"
        return made[kind]

    def rewrites(self, text: str) -> dict[str, Rewrite]:
        found = lint_query(text, self.context)
        return {f.rewrite.kind.id: f.rewrite for f in found if f.rewrite is not None}

    def differences(self, original: str, rewritten: str, values: Sequence[str | None] = ()) -> int:
        """Return how many rows the one has and the other has not, both ways, repetitions counted."""
        gone, new = f"{original} EXCEPT ALL {rewritten}", f"{rewritten} EXCEPT ALL {original}"
        text = f"SELECT count(*) FROM (({gone}) UNION ALL ({new})) x"
        row = psycopg.RawCursor(self.connection).execute(text, values).fetchone()
        assert row is not None
        return int(row[0])

    def found(self, text: str, values: Sequence[str | None] = ()) -> int:
        return len(psycopg.RawCursor(self.connection).execute(text, values).fetchall())

    def same(self, text: str, kind: str, values: Sequence[str | None] = ()) -> Rewrite:
        made = self.rewrite(text, kind)
        assert made.text != text
        assert self.differences(text, made.text, values) == 0, (made.text, values)
        assert self.found(text, values) == self.found(made.text, values)
        return made


@pytest.fixture(scope="module")
def bench(server: EmbeddedServer) -> Iterator[Bench]:
    database = Database.create(server, "querylint_bench")
    database.execute(SCHEMA)
    yield Bench(database)
    database.drop()


def test_every_rewrite_that_claims_rows_names_the_test_that_holds_it() -> None:
    here = {name for name in globals() if name.startswith("test_")}
    kinds = all_rewrites()
    assert {k.id for k in kinds if k.held_by is None} == {"keyset"}
    for kind in kinds:
        if kind.held_by is not None:
            path, _, name = kind.held_by.partition("::")
            assert path == "tests/workload/querylint/test_equivalence.py"
            assert name in here


DAYS = st.dates(date(2025, 12, 25), date(2026, 4, 10)).map(date.isoformat) | st.sampled_from(
    ["2024-02-29", "9999-12-31", "0001-01-01", "2018-11-04", "2018-11-03", "2025-11-02", "2300-01-01"]
)
DAY_TESTS = (
    "SELECT id FROM days WHERE date(ts) = $1",
    "SELECT id FROM days x WHERE x.ts::date = $1",
    "SELECT id FROM days WHERE (ts)::date = $1 OR id = 3",
    "SELECT id FROM days WHERE CAST(ts AS date) <= $1 AND id > 0",
    "SELECT id FROM days WHERE (ts::date > $1)",
    "SELECT id FROM days WHERE ts::date < $1",
    "SELECT id FROM days WHERE ts::date >= $1::date",
    "SELECT id FROM days WHERE id < 9 OR (id > 100 AND ts::date = $1)",
    "SELECT id FROM days WHERE date(d) = $1",
    "SELECT id FROM days WHERE $1 <= date(ts)",
)


@settings(max_examples=40, deadline=None)
@given(day=DAYS, other=st.integers(0, 40))
def test_a_range_finds_the_days_that_date_finds(bench: Bench, day: str, other: int) -> None:
    for text in DAY_TESTS:
        bench.same(text, "date-range", [day])
    if day < "9999-01-01":
        later = (date.fromisoformat(day) + timedelta(days=other)).isoformat()
        bench.same("SELECT id FROM days WHERE ts::date BETWEEN $1 AND $2", "date-range", [day, later])
        bench.same("SELECT id FROM days WHERE ts::date BETWEEN $2 AND $1", "date-range", [day, later])
        bench.same(f"SELECT id FROM days WHERE date(ts) = '{day}'", "date-range")
        bench.same(f"SELECT id FROM days WHERE ts::date > DATE '{day}'", "date-range")


def test_a_null_day_finds_nothing_either_way(bench: Bench) -> None:
    for text in DAY_TESTS:
        bench.same(text, "date-range", [None])


def test_a_range_of_an_infinite_day_needs_what_it_assumes(bench: Bench) -> None:
    """Infinite rows are found by date(), and by no half-open range: the rewrite says so and is not called safe."""
    made = bench.rewrite("SELECT id FROM days WHERE date(ts) = $1", "date-range")
    assert made.equivalence == "assuming"
    assert not made.safe
    assert "$1 is a finite date" in made.assumes[0]
    assert bench.differences("SELECT id FROM days WHERE date(ts) = $1", made.text, ["infinity"]) == 2
    for text in ("SELECT id FROM days WHERE ts::date < $1", "SELECT id FROM days WHERE ts::date >= $1"):
        for day in ("infinity", "-infinity"):
            assert bench.same(text, "date-range", [day]).safe


def test_a_constant_day_and_today_are_safe(bench: Bench) -> None:
    assert bench.same("SELECT id FROM days WHERE date(ts) = '2026-01-01'", "date-range").safe
    assert bench.same("SELECT id FROM days WHERE ts::date = date '2026-01-31' AND id > 0", "date-range").safe
    bench.connection.execute("INSERT INTO days (ts) VALUES (now()), (current_date), (current_date + 1)")
    assert bench.same("SELECT id FROM days WHERE date(ts) = current_date", "date-range").safe
    assert bench.found("SELECT id FROM days WHERE date(ts) = current_date") >= 2
    assert bench.same("SELECT id FROM days WHERE date(d) <= $1", "date-range", ["infinity"]).safe


def test_a_zone_that_repeats_midnight_breaks_the_range_and_the_rewrite_says_so(bench: Bench) -> None:
    text = "SELECT id FROM days WHERE tz::date = '{}'"
    steps = {"UTC": 0, "Europe/Berlin": 0, "America/New_York": 0, "America/Sao_Paulo": 0, "America/Havana": 2}
    try:
        for zone, differing in steps.items():
            bench.connection.execute(f"SET TimeZone = '{zone}'")
            found = 0
            for day in (
                "2018-11-03",
                "2018-11-04",
                "2018-11-05",
                "2025-11-02",
                "2025-11-01",
                "2026-03-08",
                "2026-03-29",
            ):
                made = bench.rewrite(text.format(day), "date-range")
                assert not made.safe
                assert any("TimeZone" in assumed for assumed in made.assumes)
                found += bench.differences(text.format(day), made.text)
            assert (found > 0) == (differing > 0), zone
    finally:
        bench.connection.execute("RESET TimeZone")


@settings(max_examples=30, deadline=None)
@given(day=st.dates(date(2025, 12, 25), date(2026, 4, 10)), hour=st.integers(0, 23))
def test_a_range_finds_what_date_trunc_and_extract_find(bench: Bench, day: date, hour: int) -> None:
    first = day.replace(day=1)
    texts = (
        f"SELECT id FROM days WHERE date_trunc('day', ts) = '{day}'",
        f"SELECT id FROM days WHERE date_trunc('month', ts) = '{first}'",
        f"SELECT id FROM days WHERE date_trunc('year', ts) = '{day.year}-01-01'",
        f"SELECT id FROM days WHERE date_trunc('hour', ts) = '{day} {hour:02}:00:00'",
        f"SELECT id FROM days WHERE extract(year from ts) = {day.year} AND id > 0",
        f"SELECT id FROM days WHERE date_part('year', days.ts) = {day.year}",
        f"SELECT id FROM days WHERE extract(year FROM d) = {day.year}",
    )
    for text in texts:
        assert bench.same(text, "unit-range").safe


def test_no_range_is_made_where_no_unit_begins_or_the_unit_is_unknown(bench: Bench) -> None:
    for text in (
        "SELECT id FROM days WHERE date_trunc('month', ts) = '2026-01-02'",
        "SELECT id FROM days WHERE date_trunc($1, ts) = $2",
        "SELECT id FROM days WHERE extract(year from ts) = 2026.5",
        "SELECT id FROM days WHERE extract(year from tz) = 2026",
        "SELECT id FROM days WHERE extract(month from ts) = 1",
        "SELECT id FROM days WHERE date_trunc('week', ts) = '2026-01-05'",
        "SELECT id FROM days WHERE date(ts) = date(d)",
        "SELECT id FROM days WHERE date(ts) = $1 + 1",
        "SELECT id FROM days WHERE date(ts) IN ($1,$2)",
        "SELECT id FROM days WHERE date(ts) + 1 = $1",
        "SELECT id FROM days WHERE date(ts) = $1::timestamp",
        "SELECT id FROM days WHERE date(ts) = 'today'",
    ):
        assert not bench.rewrites(text), text


def test_a_parameter_that_is_used_twice_keeps_its_type(bench: Bench) -> None:
    """`$1` is a timestamp here, and a day's date equals it at midnight alone."""
    assert not bench.rewrites("SELECT id FROM days WHERE ts > $1 AND date(ts) = $1")
    assert not bench.rewrites("SELECT id FROM numbers WHERE n + $1 = $2 AND small < $2")
    bench.same("SELECT id FROM days WHERE ts::date BETWEEN $1 AND $1", "date-range", ["2026-01-01"])


SMALL = st.integers(-60, 60)


@settings(max_examples=40, deadline=None)
@given(added=SMALL, value=SMALL | st.sampled_from([2147483040, -2147483040, 2147483647, -2147483648]))
def test_arithmetic_moves_to_the_other_side(bench: Bench, added: int, value: int) -> None:
    for operator in ("=", "<", "<=", ">", ">="):
        for sign in "+-":
            text = f"SELECT id FROM numbers WHERE n {sign} $1 {operator} $2"
            made = bench.same(text, "moved-arithmetic", [str(added), str(value)])
            assert "n + $1 stays in range" in made.assumes[0] or "n - $1 stays in range" in made.assumes[0]
    bench.same("SELECT id FROM numbers WHERE n + 7 = $1 AND id > 0", "moved-arithmetic", [str(value)])
    bench.same(
        f"SELECT id FROM numbers m WHERE m.small - {abs(added)} < $1", "moved-arithmetic", [str(value)]
    )
    bench.same("SELECT id FROM numbers WHERE n + $1 = $2", "moved-arithmetic", [None, str(value)])


def test_arithmetic_that_overflows_fails_only_as_it_was_written(bench: Bench) -> None:
    made = bench.rewrite("SELECT id FROM numbers WHERE n + $1 = $2", "moved-arithmetic")
    with pytest.raises(psycopg.errors.NumericValueOutOfRange):
        bench.found("SELECT id FROM numbers WHERE n + $1 = $2", ["2147483647", "5"])
    assert bench.found(made.text, ["2147483647", "5"]) == 0
    assert bench.found(made.text, ["-2147483648", "2147483647"]) == 0
    assert not bench.rewrites("SELECT id FROM children WHERE big + $1 = $2")
    assert not bench.rewrites("SELECT id FROM numbers WHERE 2 * n + $1 = $2")
    assert not bench.rewrites("SELECT id FROM numbers WHERE n + $1 * 3 = $2")
    assert not bench.rewrites("SELECT id FROM numbers WHERE n + $1 = $2 + 1")


NOT_IN = (
    "SELECT id FROM parents WHERE id NOT IN (SELECT parent_id FROM children)",
    "SELECT p.* FROM parents p WHERE p.n NOT IN (SELECT c.parent_id FROM children c WHERE c.n = $1 OR c.big > 3)",
    "SELECT id FROM parents WHERE label IS NULL AND n NOT IN (SELECT n FROM children WHERE n IS NOT NULL AND n > $1) ",
    "SELECT id FROM parents WHERE id > $1 OR id NOT IN (SELECT nobody.id FROM nobody) ORDER BY id",
    "SELECT count(*) FROM parents WHERE n NOT IN (SELECT big FROM children WHERE n <> $1) AND id > 2",
)


@settings(max_examples=30, deadline=None)
@given(value=st.integers(-2, 12).map(str) | st.none())
def test_not_exists_keeps_what_not_in_keeps(bench: Bench, value: str | None) -> None:
    for text in NOT_IN:
        made = bench.rewrite(text, "not-exists")
        assert made.safe
        values = [value] if "$1" in text else []
        original, rewritten = f"({text.strip()})", f"({made.text.strip()})"
        assert bench.differences(original, rewritten, values) == 0, (made.text, values)


def test_not_exists_is_not_offered_where_a_null_could_tell(bench: Bench) -> None:
    for text in (
        "SELECT id FROM parents WHERE label NOT IN (SELECT 'a' FROM children)",
        "SELECT id FROM parents WHERE id NOT IN (SELECT n FROM children)",
        "SELECT c.id FROM children c WHERE c.n NOT IN (SELECT n FROM parents)",
        "SELECT 1 FROM parents p LEFT JOIN children c ON c.parent_id = p.id WHERE c.big NOT IN (SELECT id FROM nobody)",
        "SELECT id FROM children WHERE parent_id NOT IN (SELECT id FROM children)",
        "SELECT id FROM parents WHERE id NOT IN (SELECT parent_id FROM children LIMIT 3)",
        "SELECT id FROM parents WHERE id NOT IN (SELECT parent_id FROM children UNION SELECT 1)",
        "SELECT id FROM parents WHERE id NOT IN (SELECT max(parent_id) FROM children)",
        "SELECT id FROM parents WHERE id + 1 NOT IN (SELECT parent_id FROM children)",
        "SELECT id FROM parents WHERE (id NOT IN (SELECT parent_id FROM children)) IS NULL",
    ):
        rewrites = bench.rewrites(text)
        if text.endswith("IS NULL"):
            # Neither form is ever NULL here.
            assert all(bench.differences(text, r.text) == 0 for r in rewrites.values())
        else:
            assert "not-exists" not in rewrites, text


@settings(max_examples=30, deadline=None)
@given(value=st.sampled_from(["a", "b", "c", "", " a", "A", "zz", "NULL", "{a}", "1", "2", "3"]) | st.none())
def test_an_array_that_contains_a_value_has_it_as_an_element(bench: Bench, value: str | None) -> None:
    assert bench.same("SELECT id FROM posts WHERE $1 = ANY(tags)", "array-contains", [value]).safe
    assert bench.same(
        "SELECT id FROM posts p WHERE id > 1 AND $1 = ANY(p.tags) ", "array-contains", [value]
    ).safe
    if value is None or value.isdigit():
        bench.same("SELECT id FROM posts WHERE $1 = ANY(counts)", "array-contains", [value])
    if value is not None:
        bench.same(f"SELECT id FROM posts WHERE '{value}' = ANY(tags)", "array-contains")


def test_containment_is_not_offered_where_null_and_false_differ_or_types_do(bench: Bench) -> None:
    assert bench.same("SELECT id FROM posts WHERE 2 = ANY(counts)", "array-contains").safe
    assert bench.same("SELECT id FROM posts WHERE 'infinity' = ANY(moments)", "array-contains").safe
    for text in (
        "SELECT id FROM posts WHERE NOT ($1 = ANY(tags))",
        "SELECT id FROM posts WHERE ($1 = ANY(tags)) IS NULL",
        "SELECT id FROM posts WHERE NOT (id = 1 OR $1 = ANY(tags))",
        "SELECT id FROM posts WHERE NOT (id > 1 AND $1 = ANY(tags))",
        "SELECT id FROM posts WHERE 2.5 = ANY(counts)",
        "SELECT id FROM posts WHERE 3000000000 = ANY(counts)",
        "SELECT id FROM posts WHERE $1::numeric = ANY(counts)",
        "SELECT id FROM posts WHERE lower($1) = ANY(tags)",
    ):
        assert "array-contains" not in bench.rewrites(text), text


COUNTS = (
    "SELECT id FROM parents p WHERE (SELECT count(*) FROM children c WHERE c.parent_id = p.id) > 0",
    "SELECT id FROM parents p WHERE (SELECT count(*) FROM children c WHERE c.parent_id = p.id AND c.n = $1) >= 1"
    " AND n > 0",
    "SELECT id FROM parents p WHERE n = 1 OR (SELECT count(*) FROM children c WHERE c.n = p.n OR c.big = $1) = 0",
    "SELECT id FROM parents p WHERE NOT (SELECT count(*) FROM nobody) <> 0",
    "SELECT id FROM parents p WHERE (SELECT count(*) FROM children c JOIN numbers m ON m.n = c.n"
    " WHERE c.big = p.n) < 1",
)


@settings(max_examples=20, deadline=None)
@given(value=st.integers(-2, 12).map(str) | st.none())
def test_exists_is_true_where_a_count_is_above_zero(bench: Bench, value: str | None) -> None:
    for text in COUNTS:
        made = bench.rewrite(text, "exists")
        assert made.safe
        assert bench.differences(text, made.text, [value] if "$1" in text else []) == 0


def test_rows_with_their_key_are_distinct_by_themselves(bench: Bench) -> None:
    for text in (
        "SELECT DISTINCT id, label FROM parents",
        "SELECT DISTINCT p.* FROM parents p WHERE n > 1",
        "SELECT\n  DISTINCT id AS n FROM children WHERE n IS NULL",
    ):
        assert bench.same(text, "no-distinct").safe
    assert not bench.rewrites("SELECT DISTINCT n FROM parents")
    assert not bench.rewrites("SELECT DISTINCT id FROM nobody")


@settings(max_examples=20, deadline=None)
@given(value=st.integers(-5, 450))
def test_a_parameter_of_the_columns_type_finds_the_same_rows(bench: Bench, value: int) -> None:
    text = "SELECT id FROM numbers WHERE id = $1::numeric"
    plan = explain(bench.session, text)
    assert isinstance(plan, Plan)
    context = LintContext(bench.context.catalog, bench.context.statistics, plan=plan)
    found = [f for f in lint_query(text, context) if f.id == "type-mismatch"]
    assert len(found) == 1
    made = found[0].rewrite
    assert made is not None
    assert made.equivalence == "assuming"
    assert made.text == "SELECT id FROM numbers WHERE id = $1::integer"
    for given_text in (text, made.text):
        assert bench.found(given_text, [str(value)]) == (1 if 1 <= value <= 405 else 0)


def test_a_rewrite_shows_what_changes_line_by_line(bench: Bench) -> None:
    text = "SELECT id\nFROM days -- all of them\nWHERE date(ts) = '2026-01-01'\nORDER BY id"
    made = bench.rewrite(text, "date-range")
    assert made.diff == (
        "  SELECT id",
        "  FROM days -- all of them",
        "- WHERE date(ts) = '2026-01-01'",
        "+ WHERE ts >= DATE '2026-01-01' AND ts < DATE '2026-01-02'",
        "  ORDER BY id",
    )


def test_a_page_by_key_is_advice_and_never_called_safe(bench: Bench) -> None:
    made = bench.rewrite("SELECT id FROM children ORDER BY n DESC, id DESC LIMIT $1 OFFSET $2", "keyset")
    assert made.equivalence == "advice"
    assert not made.safe
    assert "(n, id) < (:last_n, :last_id)" in made.text
