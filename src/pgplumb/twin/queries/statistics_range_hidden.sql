-- Relations with range columns: what is asked where their statistics cannot be read.
-- Returns: schema, relation. {only c.relname} narrows it.
-- Versions: 13 to 16. Cost: pg_attribute of user tables; no locks.
SELECT DISTINCT n.nspname::text, c.relname::text
  FROM pg_attribute a
  JOIN pg_type t ON t.oid = a.atttypid
  JOIN pg_class c ON c.oid = a.attrelid
  JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE a.attrelid >= 16384 AND a.attnum > 0 AND NOT a.attisdropped AND t.typtype IN ('r', 'm')
   AND c.relkind IN ('r', 'p', 'm') {only c.relname}
