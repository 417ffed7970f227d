-- ALTER ROLE ... SET and ALTER DATABASE ... SET.
-- Returns: database (0 every), role (0 every), settings.
-- Versions: 13 to 18. Cost: a handful of rows.
SELECT setdatabase, setrole, setconfig FROM pg_db_role_setting
