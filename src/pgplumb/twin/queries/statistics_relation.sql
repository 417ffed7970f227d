-- Size and rows of relations as the planner takes them, and whether we may see their statistics.
-- Returns: oid, schema, name, relkind, table (of an index, else its own oid), relpages, reltuples, relallvisible,
--          relallfrozen, why its column statistics are hidden from us (NULL where they are not).
-- Versions: 13 to 18. Cost: pg_class and a privilege look-up a relation; no locks.
SELECT c.oid, n.nspname::text, c.relname::text, c.relkind::text, coalesce(i.indrelid, c.oid),
       c.relpages, c.reltuples, c.relallvisible, {180000+ c.relallfrozen | NULL::int4},
       CASE WHEN c.relkind IN ('i', 'I') AND NOT has_table_privilege(c.oid, 'SELECT')
                 AND array_position(i.indkey::int2[], 0::int2) IS NOT NULL
                 THEN 'the statistics of its expressions are shown to the table''s owner only'
            WHEN c.relkind IN ('i', 'I') THEN NULL
            WHEN c.relrowsecurity AND row_security_active(c.oid) THEN 'row security hides its statistics'
            WHEN has_table_privilege(c.oid, 'SELECT') THEN NULL
            WHEN has_any_column_privilege(c.oid, 'SELECT') THEN 'no SELECT privilege on some columns'
            ELSE 'no SELECT privilege' END
  FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_index i ON i.indexrelid = c.oid
 WHERE c.oid >= 16384
   AND c.relkind IN ('r', 'p', 'm', 'f', 'i', 'I')
   AND n.nspname <> 'information_schema'
   AND n.nspname !~ '^pg_'
 ORDER BY n.nspname, c.relname
