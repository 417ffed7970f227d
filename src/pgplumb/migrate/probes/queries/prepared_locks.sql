-- Prepared transactions of this database that hold a lock on some relations: gid, seconds, relation.
-- Versions: 13 to 18. Cost: shared memory, below 1 ms; readable by every role.
SELECT DISTINCT p.gid, extract(epoch FROM clock_timestamp() - p.prepared)::float8, c.relname::text
  FROM pg_prepared_xacts p
  JOIN pg_locks t ON t.transactionid = p.transaction AND t.locktype = 'transactionid' AND t.pid IS NULL
  JOIN pg_locks l ON l.virtualtransaction = t.virtualtransaction AND l.locktype = 'relation' AND l.pid IS NULL
  JOIN pg_class c ON c.oid = l.relation
  JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE p.database = current_database()
   AND (n.nspname, c.relname) IN (:relations)
 ORDER BY 2 DESC
