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
