-- How many relations a step may lock at once, and what the server's lock table holds.
-- Returns: one row: relations of the plan with their partitions and indexes, max_locks_per_transaction, the locks that
--          the shared table has room for, those in it now.
-- Versions: 13 to 18. Cost: an index scan of pg_index for each relation; pg_locks once.
SELECT (SELECT count(*) FROM pg_catalog.unnest(%(oids)s::oid[]))
         + (SELECT count(*) FROM pg_catalog.pg_index i WHERE i.indrelid = ANY (%(oids)s::oid[])),
       current_setting('max_locks_per_transaction')::int8,
       current_setting('max_locks_per_transaction')::int8
         * (current_setting('max_connections')::int8 + current_setting('max_prepared_transactions')::int8),
       (SELECT count(*) FROM pg_catalog.pg_locks WHERE NOT fastpath)
