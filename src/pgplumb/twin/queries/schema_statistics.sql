-- Extended statistics objects with their targets.
-- Returns: phase, kind, name parts, relation, statement, substitute.
-- Versions: 13 to 18. Cost: 5 ms at 100. Deparsing opens the table: those under a lock are left out.
WITH {wanted}
SELECT 62, 'statistics', ARRAY[n.nspname::text, s.stxname::text], c.oid,
       pg_get_statisticsobjdef(s.oid)
       || format('; ALTER STATISTICS %I.%I OWNER TO %s', n.nspname, s.stxname, s.stxowner::regrole)
       || CASE WHEN s.stxstattarget >= 0
               THEN format('; ALTER STATISTICS %I.%I SET STATISTICS %s', n.nspname, s.stxname, s.stxstattarget) ELSE '' END,
       NULL::text
  FROM wanted c JOIN pg_statistic_ext s ON s.stxrelid = c.oid JOIN pg_namespace n ON n.oid = s.stxnamespace
 ORDER BY s.oid
