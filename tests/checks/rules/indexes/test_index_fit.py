"""Rules on indexes that fit what they are for: what each must find, and what only looks wrong."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pgplumb.catalog.statistics import IndexCounters, Statistics
from pgplumb.catalog.unread import Unread
from pgplumb.checks.facts import Facts
from pgplumb.checks.gather import gather
from pgplumb.checks.rule import Status
from pgplumb.foundation.profile import Profile
from tests.checks.rules import records as r
from tests.checks.rules.schema_cases import Case, CaseDatabase, aged
from tests.databases import Database

CASES = [
    Case(
        "hash-index-needed",
        "a hash of a number or of short texts is found",
        """CREATE TABLE t (n int, short text); INSERT INTO t SELECT i, 'x' || i FROM generate_series(1, 2000) i;
        CREATE INDEX by_n ON t USING hash (n); CREATE INDEX by_short ON t USING hash (short); ANALYZE t""",
        ["index:{s}.by_n", "index:{s}.by_short"],
    ),
    Case(
        "hash-index-needed",
        "a hash of long texts is fine, and of what is not known too",
        """CREATE TABLE t (url text); INSERT INTO t SELECT repeat('x', 90) || i FROM generate_series(1, 2000) i;
        CREATE INDEX ON t USING hash (url); ANALYZE t;
        CREATE TABLE small (a text); CREATE INDEX ON small USING hash (a); CREATE INDEX ON small (a)""",
    ),
    Case(
        "gin-fastupdate-pending",
        "a long pending list on a busy table is found",
        """CREATE TABLE t (tags int[]); INSERT INTO t SELECT ARRAY[i] FROM generate_series(1, 10000) i;
        CREATE INDEX long ON t USING gin (tags) WITH (gin_pending_list_limit = 65536)""",
        ["index:{s}.long"],
    ),
    Case(
        "gin-fastupdate-pending",
        "the usual limit, no list at all and a quiet table are fine",
        """CREATE TABLE t (tags int[]); INSERT INTO t SELECT ARRAY[i] FROM generate_series(1, 10000) i;
        CREATE INDEX ON t USING gin (tags);
        CREATE INDEX ON t USING gin (tags) WITH (gin_pending_list_limit = 65536, fastupdate = off);
        CREATE TABLE quiet (tags int[]);
        CREATE INDEX ON quiet USING gin (tags) WITH (gin_pending_list_limit = 65536)""",
    ),
    Case(
        "range-column-last-in-index",
        "a time before a status is found",
        "CREATE TABLE t (id int PRIMARY KEY, at timestamptz, status text); CREATE INDEX early ON t (at, status)",
        ["index:{s}.early"],
    ),
    Case(
        "range-column-last-in-index",
        "a time at the end, paging, deletion times, unique and ordered ones are fine",
        """CREATE TABLE t (id int PRIMARY KEY, at timestamptz, deleted_at timestamptz, status text);
        CREATE INDEX ON t (status, at); CREATE INDEX ON t (at, id); CREATE INDEX ON t (deleted_at, status);
        CREATE UNIQUE INDEX ON t (at, status); CREATE INDEX ON t (at DESC, status);
        CREATE INDEX ON t (at) INCLUDE (status)""",
    ),
    Case(
        "brin-for-append-only",
        "a btree over the time of a large log is found",
        """CREATE TABLE t (at timestamptz, x int); CREATE INDEX by_at ON t (at);
        INSERT INTO t SELECT now() + i * interval '1 s', i FROM generate_series(1, 3000) i; ANALYZE t""",
        ["index:{s}.by_at"],
        thresholds=(("brin-for-append-only-pages", 10),),
    ),
    Case(
        "brin-for-append-only",
        "rows in any order, changed rows and a BRIN beside it are fine",
        """CREATE TABLE mixed (at timestamptz); CREATE INDEX ON mixed (at);
        INSERT INTO mixed SELECT now() + (i * 7919 % 3001) * interval '1 s' FROM generate_series(1, 3000) i;
        CREATE TABLE changed (at timestamptz, x int); CREATE INDEX ON changed (at);
        INSERT INTO changed SELECT now() + i * interval '1 s', i FROM generate_series(1, 3000) i;
        UPDATE changed SET x = 0 WHERE x < 200;
        CREATE TABLE both_of (at timestamptz); CREATE INDEX ON both_of (at); CREATE INDEX ON both_of USING brin (at);
        INSERT INTO both_of SELECT now() + i * interval '1 s' FROM generate_series(1, 3000) i;
        ANALYZE mixed; ANALYZE changed; ANALYZE both_of""",
        thresholds=(("brin-for-append-only-pages", 10),),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_rule(case: Case, cases: CaseDatabase) -> None:
    cases.confirm(case)


@pytest.fixture
def used(database: Database) -> Facts:
    """Facts of a table with a covering index, as if they had been counted for forty days."""
    database.execute(
        """CREATE TABLE p (id int PRIMARY KEY);
        CREATE TABLE t (id int PRIMARY KEY, a int, b int, p_id int REFERENCES p);
        CREATE INDEX covering ON t (a) INCLUDE (b); CREATE INDEX by_p ON t (p_id)"""
    )
    facts = gather(database.session(), Profile())
    assert isinstance(facts.statistics, Statistics)
    return replace(facts, statistics=aged(facts.statistics, 40))


def counted(
    facts: Facts, index: str, table: dict[str, int], scans: int, read: int = 0, fetched: int = 0
) -> Facts:
    """Return facts in which the server counted this much of table t and one index of it."""
    statistics, relation = facts.statistics, facts.catalog.by_name["public", "t"]
    assert isinstance(statistics, Statistics)
    number = next(i.oid for i in relation.indexes if i.name == index)
    tables = {**statistics.tables, relation.oid: replace(statistics.tables[relation.oid], **table)}  # type: ignore[arg-type]
    indexes = {**statistics.indexes, number: IndexCounters(10, 0.0, scans, read, fetched)}
    return replace(facts, statistics=replace(statistics, tables=tables, indexes=indexes))


def test_an_index_that_costs_more_than_it_is_read(used: Facts) -> None:
    rule, written = "no-low-use-index", {"inserted": 200_000, "updated": 50_000, "hot_updated": 50_000}
    assert r.objects(rule, counted(used, "covering", written, 1999)) == ["index:public.covering"]
    assert r.run(rule, counted(used, "covering", written, 2000)).status is Status.PASS
    # Without a scan it is another rule's, and what serves a foreign key or a key is never too dear.
    assert r.run(rule, counted(used, "covering", written, 0)).status is Status.NOT_APPLICABLE
    for name in ("by_p", "t_pkey"):
        assert r.run(rule, counted(used, name, written, 3)).status is Status.NOT_APPLICABLE
    young = counted(used, "covering", written, 3)
    assert isinstance(young.statistics, Statistics)
    young = replace(young, statistics=aged(young.statistics, 1))
    assert r.run(rule, young).status is Status.UNKNOWN


def test_a_covering_index_that_visits_the_table(used: Facts) -> None:
    rule, pages = "covering-index-visibility", {"pages": 2000, "all_visible": 500}
    assert r.objects(rule, counted(used, "covering", pages, 500, 9000, 8000)) == ["index:public.covering"]
    fine = {**pages, "all_visible": 1900}
    assert r.run(rule, counted(used, "covering", fine, 500, 9000, 8000)).status is Status.PASS
    assert r.run(rule, counted(used, "covering", pages, 500, 9000, 100)).status is Status.PASS
    assert r.run(rule, counted(used, "covering", pages, 5, 9000, 8000)).status is Status.NOT_APPLICABLE
    assert r.run(rule, replace(used, statistics=Unread("needs pg_monitor"))).status is Status.UNKNOWN


def test_updates_that_write_every_index(used: Facts) -> None:
    rule = "index-write-amplification"

    def with_updates(hot: int, elsewhere: int | None) -> Facts:
        table = {"updated": 20_000, "hot_updated": hot, "newpage_updated": elsewhere}
        return counted(used, "covering", table, 0)  # type: ignore[arg-type]

    assert r.objects(rule, with_updates(2000, 1000)) == ["table:public.t"]
    # Where most rows moved for want of room on their page, the indexes are not to blame.
    assert r.run(rule, with_updates(2000, 15_000)).status is Status.PASS
    assert r.run(rule, with_updates(12_000, 0)).status is Status.PASS
    assert r.run(rule, with_updates(2000, None)).status is Status.UNKNOWN


def test_what_statements_search_inside_columns(database: Database) -> None:
    database.execute(
        """CREATE EXTENSION pg_stat_statements; CREATE EXTENSION pg_trgm;
        CREATE TABLE docs (id int, data jsonb, tags int[], title text, stored jsonb, name text);
        INSERT INTO docs SELECT i, jsonb_build_object('a', i), ARRAY[i], 't' || i, '{}', 'n' || i
          FROM generate_series(1, 12000) i;
        CREATE TABLE few (data jsonb, title text); ANALYZE docs; ANALYZE few"""
    )
    for question in (
        "SELECT id FROM docs WHERE data @> '{\"a\": 1}'",
        "SELECT d.id FROM docs d WHERE d.tags && ARRAY[1, 2]",
        "SELECT stored FROM docs WHERE id = 4",
        "SELECT * FROM few WHERE data @> '{}' AND title ILIKE 'x%'",
        "SELECT id FROM docs WHERE title ILIKE '%5%'",
        "SELECT id FROM docs WHERE name LIKE 'n5%'",
    ):
        database.execute(question)
    facts = gather(database.session(), Profile())
    inside = r.run("gin-on-jsonb-array", facts)
    assert [f.object for f in inside.findings] == ["column:public.docs.data", "column:public.docs.tags"]
    assert [f.fix.fields.get("opclass") for f in inside.findings if f.fix] == ["jsonb_path_ops", None]
    patterns = r.run("trgm-for-like", facts)
    assert [f.object for f in patterns.findings] == ["column:public.docs.title"]
    database.execute(
        """CREATE INDEX ON docs USING gin (data jsonb_path_ops); CREATE INDEX ON docs USING gin (tags);
        CREATE INDEX ON docs USING gin (title gin_trgm_ops)"""
    )
    after = gather(database.session(), Profile())
    assert r.run("gin-on-jsonb-array", after).status is Status.PASS
    # LIKE may begin with a wildcard or not: pg_stat_statements does not keep it.
    assert r.run("trgm-for-like", after).status is Status.UNKNOWN
    database.execute("CREATE INDEX ON docs USING gist (name gist_trgm_ops)")
    assert r.run("trgm-for-like", gather(database.session(), Profile())).status is Status.PASS
    unread = replace(after, statements=Unread("pg_stat_statements is not created here"))
    assert r.run("gin-on-jsonb-array", unread).status is Status.UNKNOWN
