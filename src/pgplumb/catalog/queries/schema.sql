-- Schemas that users made, and public.
-- Returns: oid, name, owner, acl, owning extension, comment.
-- Versions: 13 to 18. Cost: a handful of rows.
SELECT n.oid, n.nspname, n.nspowner, n.nspacl::text[], e.extname, d.description
  FROM pg_namespace n
  LEFT JOIN pg_depend x ON x.classid = 'pg_namespace'::regclass AND x.objid = n.oid AND x.deptype = 'e'
  LEFT JOIN pg_extension e ON e.oid = x.refobjid
  LEFT JOIN pg_description d ON d.classoid = 'pg_namespace'::regclass AND d.objoid = n.oid AND d.objsubid = 0
 WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
