-- Runs in the twin. The statistics objects that there are.
-- Returns: schema, name, oid, table's oid, table's schema and name, columns' numbers and names in the order of stxkeys,
--          expressions as text.
-- Versions: 13 to 18. Cost: a row an object.
SELECT n.nspname::text, s.stxname::text, s.oid::int8, tn.nspname::text, c.relname::text, s.stxkeys::int2[],
       ARRAY(SELECT a.attname::text FROM unnest(s.stxkeys::int2[]) WITH ORDINALITY AS k (attnum, place)
               JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum ORDER BY k.place),
       {140000+ coalesce(pg_get_statisticsobjdef_expressions(s.oid), ARRAY[]::text[]) | ARRAY[]::text[]}
  FROM pg_statistic_ext s
  JOIN pg_namespace n ON n.oid = s.stxnamespace
  JOIN pg_class c ON c.oid = s.stxrelid
  JOIN pg_namespace tn ON tn.oid = c.relnamespace
