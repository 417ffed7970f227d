"""Estimated sizes beside those of indexes that are really built."""

from __future__ import annotations

import pytest

from pgplumb.twin.index_size import KeyColumn, deduplicates, estimate_index_size
from tests.databases import Database

ROWS = 60_000
TABLE = f"""
SELECT setseed(0.4);
CREATE TYPE mood AS ENUM ('a', 'b', 'c');
CREATE TABLE t AS SELECT g::int AS id, g::bigint AS big, (random() * 9000)::int AS customer, g / 3 AS parent,
  (array['new', 'paid', 'shipped', 'cancelled'])[1 + g % 4] AS status,
  timestamp '2024-01-01' + g * interval '7 s' AS at,
  gen_random_uuid() AS u, gen_random_uuid()::text AS ut, 'user' || g || '@example.com' AS email,
  (random() * 1000)::numeric(10, 2) AS price, random() < 0.1 AS flag, (array['a', 'b', 'c'])[1 + g % 3]::mood AS mood,
  CASE WHEN random() < 0.4 THEN (random() * 500)::int END AS maybe, md5((random() * 900)::int::text) AS category,
  date '2020-01-01' + (random() * 400)::int AS day, repeat('x', (random() * 60)::int) AS padded, random() AS f,
  array[(random() * 300)::int, (random() * 300)::int, (random() * 300)::int] AS tags, point(random(), random()) AS p,
  (power(random(), 4) * 8000)::int AS skewed
  FROM generate_series(1, {ROWS}) g;
VACUUM ANALYZE t
"""
CASES = (
    *(
        ("btree", (c,), (), "", 1.0)
        for c in ("id", "big", "customer", "parent", "status", "at", "u", "ut", "email")
    ),
    *(
        ("btree", (c,), (), "", 1.0)
        for c in ("price", "flag", "mood", "maybe", "category", "day", "padded", "f")
    ),
    ("btree", ("skewed",), (), "", 1.0),
    ("btree", ("customer", "status"), (), "", 1.0),
    ("btree", ("status", "at"), (), "", 1.0),
    ("btree", ("mood", "flag"), (), "", 1.0),
    ("btree", ("maybe", "customer"), (), "", 1.0),
    ("btree", ("customer", "mood", "day"), (), "", 1.0),
    ("btree", ("customer",), ("status",), "", 1.0),
    ("btree", ("id",), ("at", "price"), "", 1.0),
    ("btree", ("customer",), (), "WHERE flag", 0.1),
    ("btree", ("email",), (), "WHERE flag", 0.1),
    ("btree", ("at",), (), "WHERE status = 'paid'", 0.25),
    ("btree", ("day", "customer"), (), "", 1.0),
    ("btree", ("flag", "u"), (), "", 1.0),
    ("hash", ("id",), (), "", 1.0),
    ("hash", ("u",), (), "", 1.0),
    ("hash", ("customer",), (), "", 1.0),
    ("brin", ("at",), (), "", 1.0),
    ("gin", ("tags",), (), "", 1.0),
    ("gist", ("p",), (), "", 1.0),
)


def columns(database: Database) -> dict[str, KeyColumn]:
    """Return what the estimate needs of each column."""
    rows = database.execute(
        """SELECT a.attname::text, s.avg_width, s.n_distinct, s.null_frac, y.typlen, y.typalign::text, y.typname::text,
                  y.typtype = 'e', coalesce(s.most_common_freqs[1], 0), cardinality(s.most_common_elems::text::text[])
             FROM pg_stats s JOIN pg_attribute a ON a.attrelid = 't'::regclass AND a.attname = s.attname
             JOIN pg_type y ON y.oid = a.atttypid WHERE s.tablename = 't'"""
    )
    return {
        name: KeyColumn(
            width if elements is None else 4,
            elements or max(distinct if distinct > 0 else -distinct * ROWS, 1),
            nulls,
            length if elements is None else 4,
            align,
            deduplicates(kind, is_enum=enum),
            common,
        )
        for name, width, distinct, nulls, length, align, kind, enum, common, elements in rows
    }


@pytest.mark.long
def test_nine_of_ten_estimates_are_within_a_quarter(every_database: Database) -> None:
    for statement in TABLE.split(";\n"):
        every_database.execute(statement)
    known = columns(every_database)
    version = every_database.execute("SHOW server_version_num")[0][0]
    ((heap,),) = every_database.execute("SELECT relpages FROM pg_class WHERE relname = 't'")
    wrong = []
    for method, keys, included, where, share in CASES:
        include = f"INCLUDE ({', '.join(included)})" if included else ""
        every_database.execute(f"CREATE INDEX i ON t USING {method} ({', '.join(keys)}) {include} {where}")
        ((real,),) = every_database.execute("SELECT pg_relation_size('i') / 8192")
        every_database.execute("DROP INDEX i")
        size = estimate_index_size(
            method,
            tuples=ROWS,
            keys=[known[name] for name in keys],
            included=[known[name] for name in included],
            heap_pages=heap,
            selectivity=share,
            server_version=int(version),
            keys_per_row=3 if method == "gin" else None,
        )
        if abs(size.pages / real - 1) > 0.25:
            wrong.append((method, keys, where, size.pages, real))
    assert len(CASES) >= 36
    assert len(wrong) <= len(CASES) // 10, wrong


def test_height_is_the_level_of_the_root() -> None:
    key = KeyColumn(4, 1e9, length=4)
    heights = [
        estimate_index_size("btree", tuples=rows, keys=[key]).height for rows in (1, 300, 1000, 1e6, 1e8)
    ]
    assert heights == [0, 0, 1, 2, 3]


def test_an_empty_index_is_its_first_page() -> None:
    assert estimate_index_size("btree", tuples=0, keys=[KeyColumn(4, 1, length=4)]).pages == 1


def test_duplicates_share_a_key_from_13_on() -> None:
    key = KeyColumn(4, 10, length=4)
    merged = estimate_index_size("btree", tuples=1e6, keys=[key]).pages
    apart = estimate_index_size("btree", tuples=1e6, keys=[key], server_version=120000).pages
    assert merged < 0.4 * apart


@pytest.mark.parametrize("kind", ["numeric", "jsonb", "float8", "_int4"])
def test_types_with_unlike_equals_do_not_merge(kind: str) -> None:
    assert not deduplicates(kind)


def test_a_value_that_fills_the_column_tells_few_keys_apart() -> None:
    one = KeyColumn(8, 100_000, length=8)
    even, skewed = KeyColumn(7, 5), KeyColumn(7, 5, common=0.95)
    size = estimate_index_size("btree", tuples=1e6, keys=[one, skewed]).pages
    assert size < 0.8 * estimate_index_size("btree", tuples=1e6, keys=[one, even]).pages


def test_a_nondeterministic_collation_does_not_merge() -> None:
    assert deduplicates("text")
    assert not deduplicates("text", deterministic=False)
