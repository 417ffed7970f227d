-- Runs in the twin, as the builder. Functions, procedures and aggregates with their texts; of an extension's own, who may.
-- Returns: 0, 'function', schema, name and argument types, owner (a role), acl, whether an extension made it, facts.
-- Versions: 13 to 18. Cost: 20 ms at 1,000 functions.
SELECT 0::int8, 'function',
       ARRAY[n.nspname::text, p.proname::text]
         || ARRAY(SELECT t.typname::text FROM unnest(p.proargtypes) WITH ORDINALITY u (oid, at) JOIN pg_type t ON t.oid = u.oid
                   ORDER BY u.at),
       pg_get_userbyid(p.proowner)::text, p.proacl::text[], e.objid IS NOT NULL,
       json_build_object(
         'kind', p.prokind::text, 'comment', d.description,
         'definition', CASE WHEN e.objid IS NULL AND p.prokind <> 'a' THEN pg_get_functiondef(p.oid) END,
         'aggregate', CASE WHEN e.objid IS NULL AND p.prokind = 'a' THEN (
            SELECT json_build_array(pg_get_function_arguments(p.oid), pg_get_function_result(p.oid), a.aggkind::text,
                     a.aggtransfn::regprocedure::text, a.aggfinalfn::regprocedure::text, a.aggcombinefn::regprocedure::text,
                     a.aggserialfn::regprocedure::text, a.aggdeserialfn::regprocedure::text,
                     a.aggmtransfn::regprocedure::text, a.aggminvtransfn::regprocedure::text,
                     a.aggmfinalfn::regprocedure::text, a.aggsortop::regoperator::text,
                     format_type(a.aggtranstype, NULL), a.aggtransspace::text, coalesce(a.agginitval, 'none'),
                     p.proparallel::text)
              FROM pg_aggregate a WHERE a.aggfnoid = p.oid) END,
         -- Told apart from one whose argument types have the same names in other schemas.
         'arguments', pg_get_function_identity_arguments(p.oid))
  FROM pg_proc p
  JOIN pg_namespace n ON n.oid = p.pronamespace
  LEFT JOIN pg_description d ON d.classoid = 'pg_proc'::regclass AND d.objoid = p.oid
  LEFT JOIN pg_depend e ON e.classid = 'pg_proc'::regclass AND e.objid = p.oid AND e.deptype = 'e'
 WHERE p.oid >= 16384 AND n.nspname !~ '^pg_temp'
