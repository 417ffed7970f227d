-- Installed extensions, and the columns of the views through which their own version shows itself.
-- (name, version, schema, columns of its view pg_stat_statements or null, whether we may read that view)
-- Versions: all. Cost: 0.2 ms.
SELECT e.extname::text, e.extversion, n.nspname::text, v.columns, has_table_privilege(v.oid, 'SELECT')
FROM pg_extension e
JOIN pg_namespace n ON n.oid = e.extnamespace
LEFT JOIN LATERAL (
    SELECT c.oid, array_agg(a.attname::text ORDER BY a.attnum) AS columns
    FROM pg_class c
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE c.relnamespace = e.extnamespace AND c.relname = 'pg_stat_statements' AND c.relkind = 'v'
    GROUP BY c.oid
) v ON e.extname = 'pg_stat_statements'
ORDER BY e.extname
