-- Functions and procedures that users or extensions made.
-- Returns: the columns of `Function` in order, argument type names left out, comment left out.
-- Versions: 13 to 18 (BEGIN ATOMIC bodies from 14 on). Cost: one scan of pg_proc; sources are read when looked at.
SELECT p.oid, n.nspname, p.proname, p.proargtypes::oid[], p.prokind, l.lanname, l.lanpltrusted, p.proowner,
       p.prosecdef, p.provolatile, p.proleakproof, p.proparallel, p.prorettype, p.proretset, p.proconfig,
       p.proacl::text[], {140000+ p.prosqlbody IS NOT NULL | false}, e.extname
  FROM pg_proc p
  JOIN pg_namespace n ON n.oid = p.pronamespace
  JOIN pg_language l ON l.oid = p.prolang
  LEFT JOIN pg_depend x ON x.classid = 'pg_proc'::regclass AND x.objid = p.oid AND x.deptype = 'e'
  LEFT JOIN pg_extension e ON e.oid = x.refobjid
 WHERE p.oid >= 16384 AND n.nspname !~ '^pg_temp'
