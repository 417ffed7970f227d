-- Functions and procedures that users or extensions made.
-- Returns: the columns of `Function` in order, comment left out; then, for people's own plpgsql functions that say
-- EXECUTE, the names of the arguments in order ('' without one) and the body.
-- Versions: 13 to 18 (BEGIN ATOMIC bodies from 14 on). Cost: one scan of pg_proc; bodies in plpgsql are searched.
SELECT p.oid, n.nspname, p.proname, p.proargtypes::oid[],
       ARRAY(SELECT t.typname::text FROM unnest(p.proargtypes) WITH ORDINALITY a(type, n)
               JOIN pg_type t ON t.oid = a.type ORDER BY a.n),
       p.prokind, l.lanname, l.lanpltrusted, p.proowner,
       p.prosecdef, p.provolatile, p.proleakproof, p.proparallel, p.prorettype, p.proretset, p.proconfig,
       p.proacl::text[], {140000+ p.prosqlbody IS NOT NULL | false}, e.extname,
       CASE WHEN d.builds THEN ARRAY(
         SELECT coalesce(p.proargnames[i], '') FROM generate_series(1, coalesce(array_length(p.proargnames, 1), 0)) i
          WHERE p.proargmodes IS NULL OR p.proargmodes[i] IN ('i', 'b', 'v') ORDER BY i) END,
       CASE WHEN d.builds THEN p.prosrc END
  FROM pg_proc p
  JOIN pg_namespace n ON n.oid = p.pronamespace
  JOIN pg_language l ON l.oid = p.prolang
  LEFT JOIN pg_depend x ON x.classid = 'pg_proc'::regclass AND x.objid = p.oid AND x.deptype = 'e'
  LEFT JOIN pg_extension e ON e.oid = x.refobjid
 CROSS JOIN LATERAL (SELECT CASE WHEN l.lanname = 'plpgsql' AND e.oid IS NULL
                                 THEN p.prosrc ~* '\mexecute\M' ELSE false END AS builds) d
 WHERE p.oid >= 16384 AND n.nspname !~ '^pg_temp'
