-- Runs in the twin, as the builder. Tables with their columns, and sequences.
-- Returns: oid, relkind, schema, name, bytes; of columns: numbers, names, types (a domain's base), whether generated.
-- Versions: 13 to 18. Cost: 40 ms at 1,000 tables.
SELECT c.oid::int8, c.relkind::text, n.nspname::text, c.relname::text,
       CASE WHEN c.relkind = 'r' THEN pg_relation_size(c.oid) ELSE 0 END,
       coalesce(array_agg(a.attnum ORDER BY a.attnum) FILTER (WHERE a.attnum IS NOT NULL), '{}'),
       coalesce(array_agg(a.attname::text ORDER BY a.attnum) FILTER (WHERE a.attnum IS NOT NULL), '{}'),
       coalesce(array_agg(CASE WHEN t.typtype = 'd' THEN format_type(t.typbasetype, t.typtypmod)
                               ELSE format_type(a.atttypid, a.atttypmod) END ORDER BY a.attnum)
                FILTER (WHERE a.attnum IS NOT NULL), '{}'),
       coalesce(array_agg(a.attgenerated <> '' ORDER BY a.attnum) FILTER (WHERE a.attnum IS NOT NULL), '{}')
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN (pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON t.oid = a.atttypid)
         ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND c.relkind <> 'S'
 WHERE c.oid >= 16384 AND c.relkind IN ('r', 'p', 'S') AND n.nspname !~ '^pg_(toast|temp)'
 GROUP BY c.oid, n.nspname
