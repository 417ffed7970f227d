-- Whether a server process that once was ours is still there and at work: the pid alone may be another's by now.
-- Returns: state, seconds that its statement has run, seconds since its transaction began.
-- Versions: 13 to 18. Cost: shared memory alone.
SELECT a.state, extract(epoch FROM clock_timestamp() - a.query_start)::float8,
       extract(epoch FROM clock_timestamp() - a.xact_start)::float8
  FROM pg_stat_activity a
 WHERE a.pid = %(pid)s AND a.backend_start = %(started)s
