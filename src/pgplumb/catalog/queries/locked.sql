-- Relations of this database, and shared ones, that others hold or wait to hold in ACCESS EXCLUSIVE mode: one row
-- each, the holder before those who wait, who has waited longest before the others.
-- Returns: relation, pid (0 for a prepared transaction), mode, granted, statement, state, prepared transaction's
--          name, seconds waited; where granted, the age of the transaction.
-- A hidden session has neither statement nor state. waitstart is looked up as the outer column where pg_locks lacks it
-- (before 14). A prepared transaction is found by the transaction that it holds a lock on.
-- Versions: 13 to 18. Cost: shared memory alone, 0.3 ms; readable by every role.
SELECT DISTINCT ON (l.relation)
       l.relation, coalesce(l.pid, 0), l.mode, l.granted,
       left(a.query, 1000), a.state, p.gid,
       extract(epoch FROM clock_timestamp() - CASE
         WHEN l.granted THEN coalesce(a.xact_start, p.prepared)
         ELSE coalesce(l.waitstart, a.query_start)
       END)::float8
  FROM (SELECT NULL::timestamptz AS waitstart) AS before_14
 CROSS JOIN LATERAL (
       SELECT k.relation, k.pid, k.mode, k.granted, k.virtualtransaction, waitstart
         FROM pg_locks k
        WHERE k.locktype = 'relation'
          AND k.mode = 'AccessExclusiveLock'
          AND k.database IN (0, (SELECT d.oid FROM pg_database d WHERE d.datname = current_database()))
          AND k.pid IS DISTINCT FROM pg_backend_pid()) l
  LEFT JOIN pg_stat_activity a ON a.pid = l.pid AND a.backend_type IS NOT NULL
  LEFT JOIN LATERAL (
       SELECT x.gid, x.prepared
         FROM pg_locks t JOIN pg_prepared_xacts x ON x.transaction = t.transactionid
        WHERE l.pid IS NULL
          AND t.pid IS NULL
          AND t.locktype = 'transactionid'
          AND t.virtualtransaction = l.virtualtransaction
        LIMIT 1) p ON true
 ORDER BY l.relation, l.granted DESC, l.waitstart, l.pid
