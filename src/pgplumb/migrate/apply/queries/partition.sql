-- Whether a table is a partition of another, and whether it is being detached.
-- Returns: whether the detachment is pending (14 and later). No rows where it is no partition of it.
-- Versions: 13 to 18. Cost: an index scan.
SELECT coalesce((to_jsonb(i) ->> 'inhdetachpending')::bool, false)
  FROM pg_catalog.pg_inherits i
 WHERE i.inhrelid = pg_catalog.to_regclass(%s)
   AND i.inhparent = pg_catalog.to_regclass(%s)
