-- What a session waits for, and who is in its way: one row a blocker; the first in line before us counts too.
-- Returns: pid (0 for a prepared transaction), age of its transaction in seconds, state, statement, role,
--          application_name, what it holds of what we wait for, prepared transaction's name.
-- A blocker that holds nothing itself stands before us in the queue: then the mode it waits for is shown.
-- Versions: 13 to 18. Cost: shared memory alone, 0.5 ms; pg_blocking_pids() locks the lock manager for a moment.
WITH wanted AS MATERIALIZED (
  SELECT l.locktype, l.database, l.relation, l.virtualxid, l.transactionid, l.mode
    FROM pg_locks l
   WHERE l.pid = %(pid)s AND NOT l.granted
), blocking AS MATERIALIZED (
  SELECT DISTINCT pid FROM unnest(pg_blocking_pids(%(pid)s)) AS b(pid)
   WHERE EXISTS (SELECT FROM wanted)
), held AS (
  SELECT coalesce(l.pid, 0) AS pid, l.virtualtransaction,
         string_agg(DISTINCT l.mode || CASE WHEN l.granted THEN '' ELSE ' wanted' END, ', ')
           || coalesce(' on ' || min(n.nspname || '.' || c.relname), '') AS holds
    FROM wanted w
    JOIN pg_locks l ON (l.locktype, l.database, l.relation, l.virtualxid, l.transactionid)
                       IS NOT DISTINCT FROM (w.locktype, w.database, w.relation, w.virtualxid, w.transactionid)
    LEFT JOIN pg_class c ON c.oid = l.relation
    LEFT JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE coalesce(l.pid, 0) IN (SELECT pid FROM blocking)
   GROUP BY coalesce(l.pid, 0), l.virtualtransaction
)
SELECT b.pid, extract(epoch FROM clock_timestamp() - coalesce(a.xact_start, p.prepared))::float8, a.state,
       left(a.query, 1000), coalesce(a.usename, p.owner), coalesce(a.application_name, ''),
       coalesce(CASE WHEN w.locktype IN ('virtualxid', 'transactionid') THEN 'a transaction open since before' END,
                h.holds, ''),
       p.gid
  FROM blocking b
  LEFT JOIN held h ON h.pid = b.pid
  LEFT JOIN LATERAL (SELECT locktype FROM wanted LIMIT 1) w ON true
  LEFT JOIN pg_stat_activity a ON a.pid = b.pid
  LEFT JOIN LATERAL (
       SELECT x.gid, x.prepared, x.owner
         FROM pg_locks t JOIN pg_prepared_xacts x ON x.transaction = t.transactionid
        WHERE b.pid = 0 AND t.pid IS NULL AND t.locktype = 'transactionid'
          AND t.virtualtransaction = h.virtualtransaction
        LIMIT 1) p ON true
 ORDER BY b.pid
