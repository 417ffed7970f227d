-- Names for the first paint: every relation a user made, with the planner's estimates.
-- Returns: oid, schema, name, relkind, reltuples, relpages, relrowsecurity, is partition.
-- Versions: 13 to 18. Cost: one scan of pg_class, 30 ms at 10,000 tables; no locks beyond the catalogs.
SELECT c.oid, n.nspname, c.relname, c.relkind, c.reltuples, c.relpages, c.relrowsecurity, c.relispartition
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE c.oid >= 16384 AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname !~ '^pg_(toast|temp)'
