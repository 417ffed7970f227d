-- Who we are and what kind of server this is: one row.
-- (role, database, superuser, standby, version text, whether Amazon Aurora)
-- Versions: all. Cost: under 0.1 ms.
SELECT r.rolname::text, current_database()::text, r.rolsuper, pg_is_in_recovery(), version(),
       to_regproc('pg_catalog.aurora_version') IS NOT NULL
FROM pg_roles r
WHERE r.rolname = current_user
