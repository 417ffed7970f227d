-- Runs in the twin. Expressions of indexes whose type is not known yet.
-- Returns: row number of pgplumb_place, table's schema and name, expression.
-- Versions: 13 to 18. Cost: multirange indexes with expressions only.
SELECT p.id, n.nspname::text, c.relname::text, pg_get_indexdef(p.relid, p.attnum, false)
  FROM pgplumb_place p
  JOIN pg_index i ON i.indexrelid = p.relid
  JOIN pg_class c ON c.oid = i.indrelid
  JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE p.typ = 0
