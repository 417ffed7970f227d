-- Collations, with the version of the library now for those that indexes depend on and those that users made.
-- Returns: oid, schema, name, provider, deterministic, version made with, version of the library now.
-- Versions: 13 to 18. Cost: up to 900 rows and one scan of pg_index; the library is asked only for what is in use.
WITH used AS MATERIALIZED (
  SELECT DISTINCT unnest(i.indcollation) AS oid FROM pg_index i WHERE i.indexrelid >= 16384)
SELECT c.oid, n.nspname, c.collname, c.collprovider, c.collisdeterministic, c.collversion,
       CASE WHEN c.collversion IS NOT NULL AND (c.oid >= 16384 OR c.oid IN (SELECT u.oid FROM used u))
            THEN pg_collation_actual_version(c.oid) END
  FROM pg_collation c JOIN pg_namespace n ON n.oid = c.collnamespace
