-- Relations of this database that somebody else holds, or waits to hold, in ACCESS EXCLUSIVE mode.
-- Returns: relation, pid (0 for a prepared transaction), granted, first words of the statement, seconds it has waited
--          or at most held; the holder before those who wait.
-- Versions: 13 to 18. Cost: reads shared memory, 0.3 ms; readable by every role, statements hidden from some.
SELECT l.relation, coalesce(l.pid, 0), l.granted,
       upper((regexp_match(a.query, '^\s*(?:(?:--[^\n]*\n|/\*.*?\*/)\s*)*(\w+(?:\s+\w+)?)'))[1]),
       extract(epoch FROM clock_timestamp() - coalesce({140000+ l.waitstart | NULL::timestamptz}, a.xact_start))::float8
  FROM pg_locks l LEFT JOIN pg_stat_activity a ON a.pid = l.pid
 WHERE l.mode = 'AccessExclusiveLock' AND l.relation IS NOT NULL AND l.pid IS DISTINCT FROM pg_backend_pid()
   AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
 ORDER BY l.relation, l.granted DESC, 5 DESC NULLS LAST
