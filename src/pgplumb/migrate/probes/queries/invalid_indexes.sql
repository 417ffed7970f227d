-- Indexes of some relations that are not valid, as a failed CONCURRENTLY leaves them: name, table.
-- Versions: 13 to 18. Cost: catalogs by index, below 1 ms.
SELECT ic.relname::text, c.relname::text
  FROM pg_index i
  JOIN pg_class ic ON ic.oid = i.indexrelid
  JOIN pg_class c ON c.oid = i.indrelid
  JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE NOT i.indisvalid
   AND (n.nspname, c.relname) IN (:relations)
 ORDER BY 2, 1
