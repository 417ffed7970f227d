-- Tables whose locks decide about a change of some tables: these, their partitions, and foreign key partners.
-- Returns: oid.
-- Versions: 13 to 18. Cost: index scans of catalogs; pg_constraint has no index on confrelid and is read whole.
WITH RECURSIVE tables AS (
  SELECT unnest(%(oids)s::oid[]) AS oid
  UNION
  SELECT i.inhrelid FROM tables JOIN pg_catalog.pg_inherits i ON i.inhparent = tables.oid
)
SELECT oid FROM tables
UNION SELECT c.confrelid FROM pg_catalog.pg_constraint c WHERE c.contype = 'f' AND c.conrelid IN (SELECT oid FROM tables)
UNION SELECT c.conrelid FROM pg_catalog.pg_constraint c WHERE c.contype = 'f' AND c.confrelid IN (SELECT oid FROM tables)
 ORDER BY 1
