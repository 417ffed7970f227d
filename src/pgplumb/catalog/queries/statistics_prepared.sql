-- Prepared transactions of every database: each holds its locks and the xmin horizon until somebody ends it.
-- Returns: the columns of `PreparedTransaction` in order.
-- Versions: 13 to 18. Cost: a handful of rows.
SELECT gid, prepared, owner, database FROM pg_prepared_xacts
