-- Schemas with their owners; `public` is there already in a new database, and goes where the target has none.
-- Returns: phase, kind, name parts, NULL, statement, NULL.
-- Versions: 13 to 18. Cost: 1 ms.
SELECT 5, 'schema', ARRAY[n.nspname::text], NULL::oid,
       CASE WHEN n.nspname = 'public' THEN format('ALTER SCHEMA public OWNER TO %s', n.nspowner::regrole)
            ELSE format('CREATE SCHEMA %I AUTHORIZATION %s', n.nspname, n.nspowner::regrole) END, NULL::text
  FROM pg_namespace n
 WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND (n.nspname = 'public' OR {own pg_namespace n})
UNION ALL
SELECT 5, 'schema', ARRAY['public'], NULL, 'DROP SCHEMA public', NULL
 WHERE NOT EXISTS (SELECT FROM pg_namespace WHERE nspname = 'public')
 ORDER BY 3
