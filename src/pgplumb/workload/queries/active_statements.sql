-- What clients of this database run at this moment. Parameters: pids of our other connections.
-- Returns: the clock, pid, role, state, text, wait event type, wait event, seconds since the statement began; one row
--          with the clock alone where nothing runs.
-- A session whose state is hidden from the role has null there; it is listed, to be counted.
-- Versions: 13 to 18. Cost: shared memory alone, below 1 ms with 100 sessions.
SELECT clock_timestamp(), a.pid, a.usename, a.state, a.query, a.wait_event_type, a.wait_event,
       extract(epoch FROM clock_timestamp() - a.query_start)::float8
  FROM (SELECT 1) AS always
  LEFT JOIN pg_stat_activity a
         ON a.datname = current_database()
        AND (a.state IN ('active', 'fastpath function call', 'disabled') OR a.state IS NULL)
        AND coalesce(a.backend_type, 'client backend') = 'client backend'
        AND a.pid <> pg_backend_pid()
        AND a.pid <> ALL (%s::int[])
 ORDER BY a.pid
