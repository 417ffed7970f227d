-- Runs in the twin, as the builder. Every relation and index that is there before anything is rehearsed.
-- Returns: oid, schema, name, relkind, the table of an index (its oid, else 0), relfilenode.
-- Versions: 13 to 18. Cost: 8 ms for 1,000 tables.
SELECT c.oid::int8, n.nspname::text, c.relname::text, c.relkind::text, coalesce(i.indrelid, 0)::int8, c.relfilenode::int8
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace AND n.nspname !~ '^pg_(toast|temp)'
  LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid
 WHERE c.oid >= 16384 AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S', 'i', 'I')
