-- How many rows a table is estimated to have, with its partitions.
-- Returns: rows; null where it was never analysed.
-- Versions: 13 to 18. Cost: a few catalog rows.
SELECT CASE WHEN bool_and(c.reltuples < 0) THEN NULL ELSE sum(greatest(c.reltuples, 0)) END::bigint
  FROM pg_catalog.pg_class c
 WHERE c.relkind = 'r'
   AND (c.oid = pg_catalog.to_regclass(%(table)s)
        OR c.oid IN (SELECT relid FROM pg_catalog.pg_partition_tree(pg_catalog.to_regclass(%(table)s))))
