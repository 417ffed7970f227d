-- Extended statistics objects.
-- Returns: the columns of `StatisticsObject` in order.
-- Versions: 13 to 18. Cost: a handful of rows.
SELECT s.oid, n.nspname, s.stxname, s.stxrelid, s.stxkeys::int2[], s.stxkind::text[], s.stxowner
  FROM pg_statistic_ext s JOIN pg_namespace n ON n.oid = s.stxnamespace
