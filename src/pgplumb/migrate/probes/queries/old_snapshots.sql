-- Sessions of this database whose transaction is open for more than a minute and holds a snapshot or an xid, which
-- CONCURRENTLY waits for: pid, seconds (null where the role may not see it).
-- Versions: 13 to 18. Cost: shared memory, below 1 ms.
SELECT a.pid, extract(epoch FROM clock_timestamp() - a.xact_start)::float8
  FROM pg_stat_activity a
 WHERE a.datname = current_database()
   AND a.pid <> pg_backend_pid()
   AND a.backend_type IS DISTINCT FROM 'walsender'
   AND (a.backend_xmin IS NOT NULL OR a.backend_xid IS NOT NULL)
   AND coalesce(a.xact_start < clock_timestamp() - interval '1 minute', true)
 ORDER BY 2 DESC NULLS LAST
