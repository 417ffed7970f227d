-- Collations that indexes depend on, and those that users made.
-- Returns: oid, schema, name, provider, deterministic, version made with, version of the library now.
-- Versions: 13 to 18. Cost: one scan of pg_index; the library is asked only for what is in use.
SELECT c.oid, n.nspname, c.collname, c.collprovider, c.collisdeterministic, c.collversion,
       CASE WHEN c.collversion IS NOT NULL THEN pg_collation_actual_version(c.oid) END
  FROM pg_collation c JOIN pg_namespace n ON n.oid = c.collnamespace
 WHERE c.oid >= 16384
    OR c.oid IN (SELECT unnest(i.indcollation) FROM pg_index i WHERE i.indexrelid >= 16384)
