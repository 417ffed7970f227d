-- Sessions that hold or wait for any lock on some relations: schema, name, pid, mode, granted, state, backend type,
-- seconds since their transaction began (null where the role may not see it), the statement's beginning.
-- Versions: 13 to 18. Cost: shared memory and pg_class by name, about 1 ms; readable by every role.
SELECT n.nspname::text, c.relname::text, l.pid, l.mode, l.granted, a.state, a.backend_type,
       extract(epoch FROM clock_timestamp() - a.xact_start)::float8, left(a.query, 200)
  FROM pg_locks l
  JOIN pg_class c ON c.oid = l.relation
  JOIN pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_stat_activity a ON a.pid = l.pid
 WHERE l.locktype = 'relation'
   AND l.database = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())
   AND l.pid <> pg_backend_pid()
   AND (n.nspname, c.relname) IN (:relations)
 ORDER BY 8 DESC NULLS FIRST
