-- Numbers of the columns of indexes that have expressions: their names are made up, and may differ in the twin.
-- Returns: schema, index, column name, column number.
-- Versions: 13 to 18. Cost: indexes with expressions only; no locks.
SELECT n.nspname::text, c.relname::text, a.attname::text, a.attnum
  FROM pg_index i
  JOIN pg_class c ON c.oid = i.indexrelid
  JOIN pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_attribute a ON a.attrelid = i.indexrelid
 WHERE i.indexrelid >= 16384 AND i.indexprs IS NOT NULL
