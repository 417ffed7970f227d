-- Functions that a statement may call and that are VOLATILE: calling one may change something.
-- Parameters: relations (oids), names of functions, of operators, of columns, of types.
-- Returns: schema, name; each once, by name.
-- A name stands for every function of that name. A column's name may be a call too (row.function). Views are followed
-- through their rules, tables through their SELECT policies, aggregates to their parts, types to their input
-- functions, casts and, for domains, checks. The trees are searched as text: rules are stored that way.
-- Versions: 13 to 18. Cost: 1 ms and 0.1 ms a view.
WITH RECURSIVE trees AS (
  SELECT ev_class AS relation, ev_action::text AS tree FROM pg_rewrite WHERE ev_type = '1'
   UNION ALL
  SELECT polrelid, polqual::text FROM pg_policy WHERE polcmd IN ('r', '*') AND polqual IS NOT NULL
), relations (oid) AS (
  SELECT unnest(%s::oid[])
   UNION
  SELECT found[1]::oid
    FROM relations r
    JOIN trees t ON t.relation = r.oid
   CROSS JOIN LATERAL regexp_matches(t.tree, ':relid (\d+)', 'g') AS found
), used AS (
  SELECT tree FROM trees WHERE relation IN (SELECT oid FROM relations)
   UNION ALL
  SELECT c.conbin::text
    FROM pg_constraint c
    JOIN pg_type d ON d.oid = c.contypid
   WHERE d.typname = ANY (%s::name[]) AND c.conbin IS NOT NULL
), functions (oid) AS (
  SELECT found[1]::oid
    FROM used CROSS JOIN LATERAL regexp_matches(tree, ':(?:funcid|opfuncid|aggfnoid|winfnoid) (\d+)', 'g') AS found
   UNION
  SELECT o.oprcode::oid
    FROM used CROSS JOIN LATERAL regexp_matches(tree, ':opno (\d+)', 'g') AS found
    JOIN pg_operator o ON o.oid = found[1]::oid
   UNION
  SELECT oid FROM pg_proc WHERE proname = ANY (%s::name[])
   UNION
  SELECT oprcode::oid FROM pg_operator WHERE oprname = ANY (%s::name[])
   UNION
  SELECT p.oid
    FROM pg_proc p
    JOIN pg_type a ON a.oid = p.proargtypes[0]
   WHERE p.proname = ANY (%s::name[]) AND (a.typtype = 'c' OR a.typname IN ('record', 'any', 'anyelement'))
   UNION
  SELECT unnest(ARRAY[t.typinput::oid, c.castfunc])
    FROM pg_type t
    LEFT JOIN pg_cast c ON c.casttarget = t.oid
   WHERE t.typname = ANY (%s::name[])
), parts (oid) AS (
  SELECT oid FROM functions
   UNION
  SELECT unnest(ARRAY[a.aggtransfn::oid, a.aggfinalfn::oid, a.aggmtransfn::oid])
    FROM pg_aggregate a
   WHERE a.aggfnoid::oid IN (SELECT oid FROM functions)
)
SELECT DISTINCT n.nspname::text, p.proname::text
  FROM parts
  JOIN pg_proc p ON p.oid = parts.oid
  JOIN pg_namespace n ON n.oid = p.pronamespace
 WHERE p.provolatile = 'v'
 ORDER BY 2, 1
