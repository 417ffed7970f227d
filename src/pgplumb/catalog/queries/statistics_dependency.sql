-- What ANALYZE found of columns that follow from others: extended statistics of the kind dependencies.
-- Returns: relation, {"1, 2 => 3": 0.99, ...} by column numbers as json: how much of the sampled rows agree.
-- Versions: 13 to 18. Cost: a handful of rows; objects on tables that the role may not read are missing.
SELECT e.stxrelid, v.dependencies::text::json
  FROM pg_statistic_ext e
  JOIN pg_namespace n ON n.oid = e.stxnamespace
  JOIN pg_class c ON c.oid = e.stxrelid
  JOIN pg_stats_ext v ON v.statistics_schemaname = n.nspname AND v.statistics_name = e.stxname
 WHERE 'f' = ANY (e.stxkind) AND v.dependencies IS NOT NULL
   {150000+ AND v.inherited = (c.relkind = 'p') | }
