-- One row: the server's clock, our own process, max_connections, superuser_reserved_connections,
--          reserved_connections (0 before 16), whether the role sees everybody's details.
-- Versions: 13 to 18. Cost: none.
SELECT clock_timestamp(), pg_backend_pid(), current_setting('max_connections')::int,
       current_setting('superuser_reserved_connections')::int,
       coalesce(current_setting('reserved_connections', true), '0')::int,
       pg_has_role('pg_read_all_stats', 'USAGE')
