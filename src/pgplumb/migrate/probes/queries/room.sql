-- What a rewrite or an index build of some relations needs, in bytes: tables, their indexes and TOAST, by relpages.
-- Versions: 13 to 18. Cost: catalogs by index, about 1 ms. No server tells how much room its disk has.
SELECT coalesce(sum(8192 * (greatest(c.relpages, 0)::float8 + coalesce(t.relpages, 0)
       + (SELECT coalesce(sum(greatest(ic.relpages, 0)), 0) FROM pg_index i JOIN pg_class ic ON ic.oid = i.indexrelid
           WHERE i.indrelid = c.oid))), 0)::float8
  FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_class t ON t.oid = c.reltoastrelid
 WHERE (n.nspname, c.relname) IN (:relations)
