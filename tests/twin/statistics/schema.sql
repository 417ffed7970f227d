CREATE EXTENSION citext;
CREATE TYPE mood AS ENUM ('sad', 'ok "quoted"', 'happy');
CREATE TYPE pair AS (x int, y text);
CREATE TYPE floats AS RANGE (subtype = float8);
CREATE DOMAIN small AS int CHECK (VALUE < 1000);
CREATE DOMAIN tags AS text[];
CREATE DOMAIN span AS int4range;
CREATE DOMAIN tiny AS small CHECK (VALUE > -1);

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
