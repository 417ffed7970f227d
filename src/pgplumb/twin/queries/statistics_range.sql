-- Statistics of range columns where pg_stats does not show them, read from pg_statistic itself.
-- Returns: schema, relation, column name, inherited, histogram of lengths, fraction of empty ranges, histogram of bounds. {only c.relname} narrows it.
-- Versions: 13 to 16; only where the role may read pg_statistic. Cost: pg_statistic once; no locks.
SELECT n.nspname::text, c.relname::text, a.attname::text, s.stainherit, l.vals::text, l.numbers[1], b.vals::text
  FROM pg_statistic s
  JOIN pg_class c ON c.oid = s.starelid
  JOIN pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = s.staattnum
  CROSS JOIN LATERAL (
       SELECT CASE 6 WHEN s.stakind1 THEN s.stavalues1 WHEN s.stakind2 THEN s.stavalues2
                     WHEN s.stakind3 THEN s.stavalues3 WHEN s.stakind4 THEN s.stavalues4
                     WHEN s.stakind5 THEN s.stavalues5 END AS vals,
              CASE 6 WHEN s.stakind1 THEN s.stanumbers1 WHEN s.stakind2 THEN s.stanumbers2
                     WHEN s.stakind3 THEN s.stanumbers3 WHEN s.stakind4 THEN s.stanumbers4
                     WHEN s.stakind5 THEN s.stanumbers5 END AS numbers) l
  CROSS JOIN LATERAL (
       SELECT CASE 7 WHEN s.stakind1 THEN s.stavalues1 WHEN s.stakind2 THEN s.stavalues2
                     WHEN s.stakind3 THEN s.stavalues3 WHEN s.stakind4 THEN s.stavalues4
                     WHEN s.stakind5 THEN s.stavalues5 END AS vals) b
 WHERE ARRAY[s.stakind1, s.stakind2, s.stakind3, s.stakind4, s.stakind5] && ARRAY[6, 7]::int2[]
   AND c.oid >= 16384 {only c.relname}
