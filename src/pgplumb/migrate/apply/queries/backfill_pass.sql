-- Go over the table once more, from its beginning.
-- Versions: 13 to 18. Cost: one row.
UPDATE pgplumb.backfill
   SET pass = pass + 1, lo = NULL, walked = 0, updated = pg_catalog.clock_timestamp()
 WHERE began = %(began)s::bigint AND pass = %(pass)s::int
