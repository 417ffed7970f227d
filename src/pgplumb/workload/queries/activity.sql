-- Every server process, our own connection too.
-- Returns: pid, role, database, application_name, backend_type, client address, backend_start, state, wait event
--          type, wait event, xact_start, query_start, state_change, age of backend_xmin, leader_pid, query_id,
--          query, pids that block it.
-- A hidden row has no backend_type. query_id is looked up as the outer column where the view lacks it (before 14).
-- pg_blocking_pids() locks the lock manager's partitions for a moment: it is asked for at most 200 waiters. Roles
-- that may not see wait events find the waiters in pg_locks, which everybody may read.
-- Versions: 13 to 18. Cost: shared memory alone, about 1 ms with 100 sessions.
WITH sessions AS MATERIALIZED (
  SELECT a.*
    FROM (SELECT NULL::bigint AS query_id) AS before_14
   CROSS JOIN LATERAL (
         SELECT s.pid, s.usename, s.datname, s.application_name, s.backend_type, s.client_addr, s.backend_start,
                s.state, s.wait_event_type, s.wait_event, s.xact_start, s.query_start, s.state_change,
                s.backend_xmin, s.leader_pid, query_id, s.query
           FROM pg_stat_activity s) a
), waiters AS MATERIALIZED (
  SELECT pid
    FROM sessions
   WHERE wait_event_type = 'Lock'
      OR (backend_type IS NULL AND pid IN (SELECT l.pid FROM pg_locks l WHERE NOT l.granted))
   ORDER BY pid
   LIMIT 200
)
SELECT s.pid, s.usename, s.datname, s.application_name, s.backend_type, host(s.client_addr), s.backend_start,
       s.state, s.wait_event_type, s.wait_event, s.xact_start, s.query_start, s.state_change,
       age(s.backend_xmin), s.leader_pid, s.query_id, s.query,
       CASE WHEN w.pid IS NOT NULL THEN pg_blocking_pids(s.pid) END
  FROM sessions s LEFT JOIN waiters w ON w.pid = s.pid
 ORDER BY s.pid
