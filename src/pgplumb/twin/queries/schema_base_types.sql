-- Base types that are in no extension: they need functions written in C, and the twin lacks them.
-- Returns: schema, name.
-- Versions: 13 to 18. Cost: 2 ms.
SELECT n.nspname, t.typname
  FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
 WHERE {own pg_type t} AND t.typtype = 'b' AND t.typelem = 0 AND n.nspname !~ '^pg_'
 ORDER BY 1, 2
