-- Looks for names as sessions of a role do, until the transaction ends; pg_catalog comes first.
-- Parameters: path, the role's own search_path; NULL where it has none. Returns: the path that is set.
-- Versions: 13 to 18. Cost: one setting read.
SELECT set_config('search_path', concat_ws(', ', 'pg_catalog', nullif(coalesce(%(path)s,
         (SELECT reset_val FROM pg_settings WHERE name = 'search_path')), '')), true)
