-- What ANALYZE found about columns of tables with at least 1,000 rows, without any sample value.
-- Returns: relation, column number, null fraction, average width, n_distinct, correlation, frequency of the commonest value.
-- Versions: 13 to 18. Cost: pg_stats of the larger tables only; tables that the role may not read are missing.
SELECT c.oid, a.attnum, s.null_frac::float8, s.avg_width, s.n_distinct::float8, s.correlation::float8,
       s.most_common_freqs[1]::float8
  FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_stats s ON s.schemaname = n.nspname AND s.tablename = c.relname AND s.inherited = (c.relkind = 'p')
  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = s.attname
 WHERE c.oid >= 16384 AND c.relkind IN ('r', 'p', 'm') AND c.reltuples >= 1000
