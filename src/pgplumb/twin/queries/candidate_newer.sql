-- Runs in the twin. Indexes made since an oid was the highest, the one that was named before those of partitions.
-- Returns: oid, schema, name, table's schema, table's name.
-- Versions: 13 to 18. Cost: below 1 ms.
SELECT c.oid::bigint, n.nspname::text, c.relname::text, tn.nspname::text, t.relname::text
  FROM pg_class c
  JOIN pg_index i ON i.indexrelid = c.oid
  JOIN pg_class t ON t.oid = i.indrelid
  JOIN pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_namespace tn ON tn.oid = t.relnamespace
 WHERE c.oid > %s
   AND c.relkind IN ('i', 'I')
 ORDER BY c.relispartition, c.oid
