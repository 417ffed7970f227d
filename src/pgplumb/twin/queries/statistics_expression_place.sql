-- The expressions of extended statistics in their order, in the same words as pg_stats_ext_exprs has them.
-- Returns: schema and name of the object, expressions.
-- Versions: 14 to 18. Cost: a row an object; takes ACCESS SHARE on the tables. {only c.relname} narrows it.
SELECT n.nspname::text, s.stxname::text, pg_get_statisticsobjdef_expressions(s.oid)
  FROM pg_statistic_ext s
  JOIN pg_namespace n ON n.oid = s.stxnamespace
  JOIN pg_class c ON c.oid = s.stxrelid
 WHERE c.oid >= 16384 AND s.stxexprs IS NOT NULL {only c.relname}
