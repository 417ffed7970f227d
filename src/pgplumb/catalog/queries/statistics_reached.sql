-- How far the integer columns that own a sequence had come when they were analysed last.
-- Returns: sequence, the largest value of the column's histogram. Columns without one are missing.
-- Versions: 13 to 18. Cost: pg_stats of these columns; tables that the role may not read are missing.
SELECT d.objid, (p.histogram_bounds::text::int8[])[array_length(p.histogram_bounds::text::int8[], 1)]
  FROM pg_depend d
  JOIN pg_sequence q ON q.seqrelid = d.objid
  JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid AND a.atttypid IN (20, 21, 23)
  JOIN pg_class c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p')
  JOIN pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_stats p ON p.schemaname = n.nspname AND p.tablename = c.relname AND p.attname = a.attname
                 AND p.inherited = (c.relkind = 'p') AND p.histogram_bounds IS NOT NULL
 WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
   AND d.objid >= 16384
