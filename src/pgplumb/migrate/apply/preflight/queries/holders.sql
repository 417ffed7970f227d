-- Who holds locks on some tables, other than us: one row a session or prepared transaction.
-- Returns: pid (null for a prepared transaction), its name, role, application_name, state, statement, age of the
--          transaction in seconds, strongest locks as text, whether it is an autovacuum against wraparound.
-- Versions: 13 to 18. Cost: shared memory alone.
SELECT l.pid, p.gid, coalesce(a.usename, p.owner)::text, coalesce(a.application_name, ''), a.state,
       left(a.query, 1000),
       extract(epoch FROM clock_timestamp() - coalesce(a.xact_start, p.prepared))::float8,
       string_agg(DISTINCT l.mode || ' on ' || n.nspname || '.' || c.relname, ', '),
       coalesce(bool_or(a.backend_type = 'autovacuum worker' AND a.query LIKE '%%to prevent wraparound%%'), false),
       bool_or(l.mode = 'ShareUpdateExclusiveLock')
  FROM pg_locks l
  JOIN pg_class c ON c.oid = l.relation
  JOIN pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_stat_activity a ON a.pid = l.pid
  LEFT JOIN LATERAL (
       SELECT x.gid, x.prepared, x.owner
         FROM pg_locks t JOIN pg_prepared_xacts x ON x.transaction = t.transactionid
        WHERE l.pid IS NULL AND t.pid IS NULL AND t.locktype = 'transactionid'
          AND t.virtualtransaction = l.virtualtransaction
        LIMIT 1) p ON true
 WHERE l.locktype = 'relation' AND l.granted
   AND l.database = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())
   AND l.relation = ANY (%(oids)s::oid[])
   AND l.pid IS DISTINCT FROM pg_backend_pid()
 GROUP BY l.pid, l.virtualtransaction, p.gid, a.usename, p.owner, a.application_name, a.state, a.query, a.xact_start,
          p.prepared
 ORDER BY l.pid, p.gid
