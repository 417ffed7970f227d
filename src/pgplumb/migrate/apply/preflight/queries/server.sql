-- What decides whether this session may apply anything here at all.
-- Returns: database, whether the server recovers, whether transactions are read-only by default, TimeZone, whether we
--          may create a schema, whether the history is there, whether we may read and add to it, role, block size,
--          data directory (null where hidden), whether we may see all sessions, whether vacuum is on.
-- Versions: 13 to 18. Cost: no table is read.
SELECT current_database()::text, pg_is_in_recovery(), current_setting('default_transaction_read_only')::bool,
       current_setting('TimeZone'), has_database_privilege(current_database(), 'CREATE'),
       h.oid IS NOT NULL,
       CASE WHEN h.oid IS NULL THEN false
            ELSE has_table_privilege(h.oid, 'SELECT') AND has_table_privilege(h.oid, 'INSERT')
                 AND has_schema_privilege('pgplumb', 'USAGE')
                 AND has_table_privilege('pgplumb.backfill', 'SELECT')
                 AND has_table_privilege('pgplumb.backfill', 'INSERT')
                 AND has_table_privilege('pgplumb.backfill', 'UPDATE') END,
       current_user::text, current_setting('block_size')::int8,
       CASE WHEN pg_has_role('pg_read_all_settings', 'USAGE') THEN current_setting('data_directory') END,
       pg_has_role('pg_read_all_stats', 'USAGE'), current_setting('autovacuum')::bool
  FROM (SELECT to_regclass('pgplumb.schema_change') AS oid) h
