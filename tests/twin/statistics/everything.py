"""A schema with a column of every family of types, and rows for it."""

from __future__ import annotations

TYPES = """
CREATE EXTENSION citext;
CREATE TYPE mood AS ENUM ('sad', 'ok "quoted"', 'happy');
CREATE TYPE pair AS (x int, y text);
CREATE TYPE floats AS RANGE (subtype = float8);
CREATE DOMAIN small AS int CHECK (VALUE < 1000);
CREATE DOMAIN tags AS text[];
CREATE DOMAIN span AS int4range;
CREATE DOMAIN tiny AS small CHECK (VALUE > -1);
"""

TABLES = """
CREATE TABLE plain (
    id int PRIMARY KEY, big bigint, n numeric(10,2), f float8, r real, b bool, d date, ts timestamptz, tsn timestamp,
    iv interval, tm time, tmz timetz, u uuid, by bytea, bits bit(4), vbits varbit, mo money, o oid, rc regclass, xid xid,
    one "char", nm name, dropped int, after_dropped int);
ALTER TABLE plain DROP COLUMN dropped;
ALTER TABLE plain ALTER big SET (n_distinct = -0.5), ALTER f SET STATISTICS 30, ALTER r SET STATISTICS 0;
CREATE TABLE texts (
    t text, v varchar(40), c char(5), posix text COLLATE "C", ci citext, m mood, js json, doc tsvector, j jsonb);
CREATE TABLE nested (
    ints int[], matrix int[], strings text[], varchars varchar[], moods mood[], smalls small[], tags tags, p pair,
    pairs pair[], lacking int[]);
CREATE TABLE ranges (i int4range, ts tstzrange, n numrange, own floats, span span, sometimes daterange);
CREATE TABLE places (p point, bx box, ip inet, net cidr, mac macaddr, circle circle);
CREATE TABLE domains (s small, t tiny);
CREATE TABLE part (id int, k text) PARTITION BY RANGE (id);
CREATE TABLE part_1 PARTITION OF part FOR VALUES FROM (0) TO (500);
CREATE TABLE part_2 PARTITION OF part FOR VALUES FROM (500) TO (3000);
CREATE TABLE parent (id int, k text);
CREATE TABLE child (extra int) INHERITS (parent);
CREATE SCHEMA "Odd ""schema";
CREATE TABLE "Odd ""schema"."ta.ble" ("co,l" int, "Ünï" text);
CREATE TABLE empty (a int);
CREATE MATERIALIZED VIEW counted AS SELECT k, count(*) AS n FROM parent GROUP BY k WITH NO DATA;
CREATE INDEX ON texts (lower(t));
CREATE INDEX ON texts ((upper(t) COLLATE "C"), v, (t || v));
CREATE INDEX ON texts USING gin (to_tsvector('simple', t));
CREATE INDEX ON nested USING gin ((ints || 7));
CREATE INDEX ON plain USING gist (int4range(id, id + 5));
CREATE INDEX ON plain ((n * 2)) WHERE b;
CREATE STATISTICS counts (ndistinct) ON k, id FROM part;
CREATE STATISTICS all_kinds ON t, v, posix FROM texts;
CREATE STATISTICS own_types (mcv) ON ci, m FROM texts;
CREATE STATISTICS of_domains (mcv, dependencies) ON s, t FROM domains;
CREATE STATISTICS of_parent (mcv) ON id, k FROM parent;
"""

SINCE_14 = """
CREATE TABLE multiranges (i int4multirange, d datemultirange);
CREATE INDEX ON multiranges USING gist ((i + int4multirange(int4range(1, 2))));
CREATE STATISTICS one_expression ON (id % 10) FROM plain;
CREATE STATISTICS expressions ON d, (id % 10), upper(nm::text) FROM plain;
CREATE STATISTICS expressions_alone ON (upper(ci)), (m::text || 'x') FROM texts;
"""

ROWS = r"""
INSERT INTO plain SELECT i, i % 700, i % 97 / 3.0, sqrt(i % 50), i % 3, i % 3 = 0, date '2020-01-01' + i % 365,
    timestamptz '2001-02-03 04:05:06.789+03' + i * interval '1 min', timestamp '0044-03-15 12:00 BC' + i % 9 * interval '1 d',
    i % 100 * interval '1 mon 2 days -3 hours', time '10:00' + i % 60 * interval '1 s', timetz '10:00+02' + i % 5 * interval '1 s',
    md5(i::text)::uuid, decode(md5((i % 70)::text), 'hex'), (i % 16)::bit(4), (i % 16)::bit(4)::varbit, (i % 60)::text::money,
    i % 30, (ARRAY['pg_class', 'plain'])[1 + i % 2]::regclass, (i % 7)::text::xid, chr(65 + i % 26)::"char", 'n' || i % 5, i % 11
  FROM generate_series(1, 4000) i;
INSERT INTO texts SELECT t, 'v' || i % 30, 'c' || i % 9, 'C' || i % 40, (ARRAY['Ab', 'aB', 'c'])[1 + i % 3] || i % 2,
    (ARRAY['sad', 'ok "quoted"', 'happy'])[1 + i % 3]::mood, '{"a": 1}',
    to_tsvector('simple', 'w' || i % 20 || ' foo w' || i % 3), jsonb_build_object('a', i % 13, 'q"', 'ü')
  FROM generate_series(1, 4000) i,
       LATERAL (SELECT CASE i % 10 WHEN 0 THEN NULL WHEN 1 THEN 'a,b' WHEN 2 THEN 'it''s {braces}' WHEN 3 THEN 'back\slash'
                  WHEN 4 THEN '"quotes"' WHEN 5 THEN 'NULL' WHEN 6 THEN 'żółw ' || i % 40 WHEN 7 THEN ''
                  WHEN 8 THEN E'new\nline\ttab' ELSE ' v' || i || ' ' END) AS l (t);
INSERT INTO nested SELECT ARRAY[i % 5, i % 7, NULL], ARRAY[[i % 2, 1], [2, 3]], ARRAY['x' || i % 5, 'y,"' || i % 3, 'NULL'],
    ARRAY['q' || i % 11], ARRAY['sad', 'happy']::mood[], ARRAY[i % 4]::small[], ARRAY['t' || i % 4],
    ROW(i % 6, 'p,"' || i % 4)::pair, ARRAY[ROW(i % 2, NULL)::pair], CASE WHEN i % 2 = 0 THEN '{}'::int[] END
  FROM generate_series(1, 4000) i;
INSERT INTO ranges SELECT int4range(i % 100, i % 100 + i % 9), tstzrange('2020-01-01', timestamptz '2020-01-01' + i * interval '1 h'),
    numrange(i % 3, NULL), floats(i % 5, i % 5 + 0.5), int4range(i % 50, i % 50 + 3), CASE WHEN i % 2 = 0 THEN 'empty'::daterange END
  FROM generate_series(1, 4000) i;
INSERT INTO places SELECT point(i, i), box(point(0, 0), point(i, i)), ('10.0.' || i % 20 || '.' || i % 250)::inet,
    ('10.' || i % 20 || '.0.0/16')::cidr, '08:00:2b:01:02:03', circle(point(0, 0), i)
  FROM generate_series(1, 4000) i;
INSERT INTO domains SELECT i % 10, i % 5 FROM generate_series(1, 4000) i;
INSERT INTO part SELECT i, 'k' || i % 30 FROM generate_series(1, 2900) i;
INSERT INTO parent SELECT i % 20, 'k' || i % 20 FROM generate_series(1, 3000) i;
INSERT INTO child SELECT i % 30, 'c' || i % 30, i FROM generate_series(1, 3000) i;
INSERT INTO "Odd ""schema"."ta.ble" SELECT i % 5, 'ü' || i % 3 FROM generate_series(1, 300) i;
REFRESH MATERIALIZED VIEW counted;
"""

ROWS_SINCE_14 = """
INSERT INTO multiranges SELECT int4multirange(int4range(i % 9, i % 9 + 2), int4range(20, 20 + i % 30)),
    datemultirange(daterange('2020-01-01', date '2020-01-01' + i % 100)) FROM generate_series(1, 4000) i;
"""


def schema(version: int) -> str:
    """Return the statements that make the schema."""
    return TYPES + TABLES + (SINCE_14 if version >= 140000 else "")


def rows(version: int) -> str:
    """Return the statements that fill and analyse it."""
    return ROWS + (ROWS_SINCE_14 if version >= 140000 else "") + "ANALYZE;"
