-- One row: where pg_stat_statements is in this database and what it can say.
-- Returns: schema (null where the extension is not created), names of the function's columns, whether the role may
--          use the schema and call the function, whether pg_stat_statements_info() is there and may be called,
--          pg_stat_statements.max (null where the library is not loaded), pg_stat_statements.track,
--          compute_query_id, track_io_timing, shared_preload_libraries (null where hidden), the role, the clock,
--          when the server was started.
-- Columns follow the version of the extension, not of the server. The library's settings are listed only where it was
-- loaded at start.
-- Versions: 13 to 18. Cost: 1.5 ms, most of it pg_settings.
SELECT n.nspname, f.columns,
       has_schema_privilege(n.oid, 'USAGE'), has_function_privilege(f.oid, 'EXECUTE'),
       coalesce(has_function_privilege(i.oid, 'EXECUTE'), false),
       s.maximum::int, s.track, s.query_id, s.io_timing = 'on', s.preload,
       current_user, clock_timestamp(), pg_postmaster_start_time()
  FROM (SELECT max(setting) FILTER (WHERE name = 'pg_stat_statements.max') AS maximum,
               max(setting) FILTER (WHERE name = 'pg_stat_statements.track') AS track,
               max(setting) FILTER (WHERE name = 'compute_query_id') AS query_id,
               max(setting) FILTER (WHERE name = 'track_io_timing') AS io_timing,
               max(setting) FILTER (WHERE name = 'shared_preload_libraries') AS preload
          FROM pg_settings) s
  LEFT JOIN pg_extension e ON e.extname = 'pg_stat_statements'
  LEFT JOIN pg_namespace n ON n.oid = e.extnamespace
  LEFT JOIN LATERAL (
       SELECT p.oid, p.proargnames AS columns
         FROM pg_depend d JOIN pg_proc p ON p.oid = d.objid AND p.proname = 'pg_stat_statements'
        WHERE d.classid = 'pg_proc'::regclass AND d.refclassid = 'pg_extension'::regclass
          AND d.refobjid = e.oid AND d.deptype = 'e') f ON true
  LEFT JOIN LATERAL (
       SELECT p.oid
         FROM pg_depend d JOIN pg_proc p ON p.oid = d.objid AND p.proname = 'pg_stat_statements_info'
        WHERE d.classid = 'pg_proc'::regclass AND d.refclassid = 'pg_extension'::regclass
          AND d.refobjid = e.oid AND d.deptype = 'e') i ON true
