-- Take the lock that lets one apply at a time work on this database; kept until the session ends.
-- Returns: whether it was free, the database's name, our pid.
-- Versions: 13 to 18. Cost: shared memory alone.
SELECT pg_try_advisory_lock(hashtextextended('pgplumb:migrate:' || current_database(), 0)), current_database(),
       pg_backend_pid()
