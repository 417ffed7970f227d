-- The indexes of a table, or of the table that an index belongs to; invalid ones included.
-- Returns: oid, schema, name, whether it is valid and ready, oid of its table. No rows where nothing has that name.
-- Versions: 13 to 18. Cost: index scans of two catalogs; no lock on the table.
SELECT i.indexrelid, n.nspname, c.relname, i.indisvalid AND i.indisready AND i.indislive, i.indrelid
  FROM pg_catalog.pg_index i
  JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE i.indrelid IN (
         SELECT coalesce(x.indrelid, r.oid)
           FROM pg_catalog.to_regclass(%s) AS r(oid)
           LEFT JOIN pg_catalog.pg_index x ON x.indexrelid = r.oid)
 ORDER BY i.indexrelid
