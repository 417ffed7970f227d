-- Who holds the lock that lets one apply at a time work on this database.
-- Returns: pid, role, application_name, client address, seconds connected.
-- Versions: 13 to 18. Cost: shared memory alone.
SELECT l.pid, a.usename, coalesce(a.application_name, ''), host(a.client_addr),
       extract(epoch FROM clock_timestamp() - a.backend_start)::float8
  FROM (SELECT hashtextextended('pgplumb:migrate:' || current_database(), 0) AS key) k
  JOIN pg_locks l
    ON l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
   AND l.database = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())
   AND (l.classid::int8 << 32 | l.objid::int8) = k.key
  LEFT JOIN pg_stat_activity a ON a.pid = l.pid
