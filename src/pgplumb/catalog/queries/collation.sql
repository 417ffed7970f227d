-- Collations that columns or indexes of users refer to, and those that users made.
-- Returns: oid, schema, name, provider, deterministic, version made with, version of the library now.
-- Versions: 13 to 18. Cost: two distinct scans; the library is asked only for what is in use.
SELECT c.oid, n.nspname, c.collname, c.collprovider, c.collisdeterministic, c.collversion,
       CASE WHEN c.collversion IS NOT NULL THEN pg_collation_actual_version(c.oid) END
  FROM pg_collation c JOIN pg_namespace n ON n.oid = c.collnamespace
 WHERE c.oid >= 16384 OR c.oid IN (SELECT DISTINCT a.attcollation FROM pg_attribute a
                                    WHERE a.attrelid >= 16384 AND a.attcollation <> 0)
