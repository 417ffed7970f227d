-- Functions and procedures. Those in a language that the twin lacks become stubs with the same properties, which raise
-- an error when called. With {atomic}, those whose body the server keeps as a parsed tree: deparsing one locks its relations.
-- Returns: phase, kind, name parts, NULL, statement, NULL; then the language of a stub.
-- Versions: 13 to 18. Cost: 20 ms at 1,000 functions.
WITH {locked},
mine AS MATERIALIZED (
  SELECT p.oid, p.proname, n.nspname, p.pronamespace, p.proargtypes, p.proowner, p.prokind, p.prosecdef,
         p.proleakproof, p.proisstrict, p.provolatile, p.proparallel, p.procost, p.prorows, p.proretset, l.lanname,
         l.lanname NOT IN ('sql', 'plpgsql') AS stub
    FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace JOIN pg_language l ON l.oid = p.prolang
   WHERE {own pg_proc p} AND p.prokind <> 'a' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
     AND {140000+ (p.prosqlbody IS NOT NULL) | false} = {atomic}
     AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid
                        AND d.refclassid = 'pg_class'::regclass AND d.refobjid IN (SELECT relation FROM locked)))
SELECT 15, 'function', ARRAY[m.nspname::text, m.proname::text]
       || ARRAY(SELECT t.typname::text FROM unnest(m.proargtypes::oid[]) WITH ORDINALITY u(oid, at)
                  JOIN pg_type t ON t.oid = u.oid ORDER BY u.at),
       NULL::oid,
       CASE WHEN NOT m.stub THEN rtrim(pg_get_functiondef(m.oid), E'\n')
            ELSE format('CREATE %s %I.%I(%s)%s LANGUAGE plpgsql %s AS %L',
                        CASE m.prokind WHEN 'p' THEN 'PROCEDURE' ELSE 'FUNCTION' END, m.nspname, m.proname,
                        pg_get_function_arguments(m.oid), ' RETURNS ' || pg_get_function_result(m.oid),
                        CASE WHEN m.prokind <> 'p' THEN concat_ws(' ',
                          CASE m.provolatile WHEN 'i' THEN 'IMMUTABLE' WHEN 's' THEN 'STABLE' END,
                          CASE WHEN m.proisstrict THEN 'STRICT' END,
                          CASE WHEN m.proleakproof THEN 'LEAKPROOF' END,
                          CASE m.proparallel WHEN 's' THEN 'PARALLEL SAFE' WHEN 'r' THEN 'PARALLEL RESTRICTED' END,
                          'COST ' || m.procost, CASE WHEN m.proretset THEN 'ROWS ' || m.prorows END) END,
                        format('BEGIN RAISE EXCEPTION %L; END',
                               'this function is written in ' || replace(m.lanname, '%', '%%') || ', which the twin lacks'))
       END || format('; ALTER ROUTINE %s OWNER TO %s', m.oid::regprocedure, m.proowner::regrole), NULL::text,
       CASE WHEN m.stub THEN m.lanname::text END
  FROM mine m
 ORDER BY m.oid
