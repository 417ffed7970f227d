-- What the planner goes by in this session, and what literals mean in it.
-- Returns: name, value with its unit as SET takes it.
-- Versions: 13 to 18. Cost: 1 ms; asked in a unit that leaves the role's own settings alone.
SELECT s.name, current_setting(s.name)
  FROM pg_catalog.pg_settings s
 WHERE (s.category LIKE 'Query Tuning%'
        OR s.name IN ('work_mem', 'hash_mem_multiplier', 'maintenance_work_mem', 'max_parallel_workers', 'max_worker_processes',
                      'max_parallel_maintenance_workers', 'effective_io_concurrency', 'search_path', 'TimeZone',
                      'DateStyle', 'IntervalStyle', 'bytea_output', 'default_text_search_config', 'row_security',
                      'default_table_access_method', 'array_nulls', 'quote_all_identifiers',
                      'transform_null_equals', 'standard_conforming_strings', 'extra_float_digits'))
   AND s.context IN ('user', 'superuser')
 ORDER BY s.name
