-- Runs in the twin, as its superuser with allow_system_table_mods. Gives the expressions of indexes that were never
-- analysed the statistics that ANALYZE would be likely to find, from those of the one column that they are made of:
-- its nulls; as many different values where the expression keeps texts apart (lower, upper, trim, md5), as many
-- as there are days between the histogram's ends where it is a day, none otherwise.
-- Versions: 13 to 18. Cost: 1 ms an index.
INSERT INTO pg_statistic (starelid, staattnum, stainherit, stanullfrac, stawidth, stadistinct,
                          stakind1, stakind2, stakind3, stakind4, stakind5, staop1, staop2, staop3, staop4, staop5,
                          stacoll1, stacoll2, stacoll3, stacoll4, stacoll5)
SELECT c.oid, a.attnum, false, s.stanullfrac, CASE WHEN a.attlen > 0 THEN a.attlen ELSE s.stawidth END, g.distinct_values,
       0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
  FROM pg_class c
  JOIN pg_index i ON i.indexrelid = c.oid
  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum BETWEEN 1 AND i.indnkeyatts AND i.indkey[a.attnum - 1] = 0
 CROSS JOIN LATERAL (SELECT pg_get_indexdef(c.oid, a.attnum, true) AS text) x
  JOIN LATERAL (
       SELECT min(t.attnum) AS attnum, min(t.atttypid::oid::bigint)::oid AS atttypid FROM pg_attribute t
        WHERE t.attrelid = i.indrelid AND t.attnum > 0 AND NOT t.attisdropped
          AND x.text ~ ('(^|[^[:alnum:]_$"])' || regexp_replace(quote_ident(t.attname), '([^[:alnum:]_ ])', '\\\1', 'g') || '([^[:alnum:]_$"(]|$)')
       HAVING count(*) = 1) used ON true
  JOIN pg_statistic s ON s.starelid = i.indrelid AND s.staattnum = used.attnum AND NOT s.stainherit
 CROSS JOIN LATERAL (
       SELECT CASE
         WHEN x.text ~* '^\(*(pg_catalog\.)?(lower|upper|btrim|ltrim|rtrim|md5|reverse)\(' THEN s.stadistinct
         WHEN a.atttypid = 'date'::regtype OR x.text ~* 'date_trunc\(''day''' THEN (
              SELECT greatest((v.bounds[cardinality(v.bounds)]::timestamp)::date - (v.bounds[1]::timestamp)::date, 1)::float4
                FROM (SELECT CASE 2 WHEN s.stakind1 THEN s.stavalues1::text WHEN s.stakind2 THEN s.stavalues2::text
                                    WHEN s.stakind3 THEN s.stavalues3::text WHEN s.stakind4 THEN s.stavalues4::text
                              END::text[] AS bounds) v
               WHERE used.atttypid IN ('timestamp'::regtype, 'timestamptz'::regtype, 'date'::regtype))
         END AS distinct_values) g
 WHERE c.oid = ANY(%(oids)s::oid[])
   AND g.distinct_values IS NOT NULL
   AND NOT EXISTS (SELECT FROM pg_statistic e WHERE e.starelid = c.oid AND e.staattnum = a.attnum)
