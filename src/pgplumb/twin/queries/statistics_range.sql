-- Statistics of range columns where pg_stats does not show them, read from pg_statistic itself.
-- Returns: relation, column number, inherited, histogram of lengths, fraction of empty ranges, histogram of bounds.
-- Versions: 13 to 16; only where the role may read pg_statistic. Cost: pg_statistic once; no locks.
SELECT c.oid, s.staattnum, s.stainherit, l.vals::text, l.numbers[1], b.vals::text
  FROM (SELECT c.oid, coalesce(i.indrelid, c.oid) AS relation
          FROM pg_class c LEFT JOIN pg_index i ON i.indexrelid = c.oid
         WHERE c.oid >= 16384) c
  JOIN pg_statistic s ON s.starelid = c.oid
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
 WHERE ARRAY[s.stakind1, s.stakind2, s.stakind3, s.stakind4, s.stakind5] && '{6,7}'::int2[] {only c.relation}
