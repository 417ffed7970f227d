-- Bodies of functions of SQL, which the planner may put into a query, and what those read that the server has parsed.
-- Parameters: names of functions, in whatever schema. Returns: body, schema and name of a relation (NULL where there is none).
-- Versions: 13 to 18. Cost: 1 ms.
SELECT DISTINCT p.prosrc, n.nspname::text, c.relname::text
  FROM pg_catalog.pg_proc p
  JOIN pg_catalog.pg_language l ON l.oid = p.prolang AND l.lanname = 'sql'
  LEFT JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND d.objid = p.oid
        AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
  LEFT JOIN pg_catalog.pg_class c ON c.oid = d.refobjid
  LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE p.oid >= 16384
   AND p.proname = ANY (%s::name[])
 ORDER BY 1, 2, 3
