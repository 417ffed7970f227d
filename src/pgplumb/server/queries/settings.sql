-- Settings that decide what there is to see, and those by which a provider's service is recognised.
-- (name, setting). A setting that the role may not see is absent.
-- Versions: all. Cost: 0.5 to 1 ms, all settings are computed.
SELECT name, setting
FROM pg_settings
WHERE name IN ('shared_preload_libraries', 'track_counts', 'track_activities', 'track_io_timing',
               'compute_query_id', 'pg_stat_statements.track', 'pg_stat_statements.max', 'max_connections',
               'superuser_reserved_connections', 'reserved_connections', 'server_encoding', 'block_size')
   OR name LIKE 'rds.%' OR name LIKE 'cloudsql.%' OR name LIKE 'neon.%' OR name LIKE 'azure.%'
   OR name LIKE 'supautils.%'
