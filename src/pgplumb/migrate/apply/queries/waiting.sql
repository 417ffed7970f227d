-- Whether anybody waits for a session, and for how long the first of them has.
-- Returns: count of those who wait, pids.
-- Found in pg_locks, which every role may read, unlike the wait events of others.
-- Versions: 13 to 18. Cost: shared memory alone; pg_blocking_pids() is asked for waiters alone.
SELECT count(*), array_agg(pid)
  FROM (SELECT DISTINCT l.pid FROM pg_locks l WHERE NOT l.granted AND l.pid <> %(pid)s) w
 WHERE %(pid)s = ANY (pg_blocking_pids(w.pid))
