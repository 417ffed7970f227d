-- Tables with range columns: what is asked where their statistics cannot be read.
-- Returns: table. {only a.attrelid} narrows it to some.
-- Versions: 13 to 16. Cost: pg_attribute of user tables; no locks.
SELECT DISTINCT a.attrelid
  FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
 WHERE a.attrelid >= 16384 AND a.attnum > 0 AND t.typtype IN ('r', 'm') {only a.attrelid}
