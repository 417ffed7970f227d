-- Extensions, in the order in which they were made.
-- Returns: name, schema, whether that schema is the extension's own, version.
-- Versions: 13 to 18. Cost: 1 ms.
SELECT x.extname, n.nspname,
       EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_namespace'::regclass AND e.objid = n.oid AND e.deptype = 'e'),
       x.extversion
  FROM pg_extension x JOIN pg_namespace n ON n.oid = x.extnamespace
 ORDER BY x.oid
