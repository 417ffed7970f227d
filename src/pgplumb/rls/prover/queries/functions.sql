-- Functions that users made, with all that a proof must know of them.
-- Returns: the fields of `FunctionFacts` in order.
-- Versions: 13 to 18 (before 14 there are no BEGIN ATOMIC bodies). Cost: one scan of pg_proc.
SELECT p.oid, n.nspname, p.proname, p.proargtypes::oid[],
       (SELECT coalesce(array_agg(coalesce(p.proargnames[i.place], '') ORDER BY i.place), '{}')
          FROM generate_series(1, coalesce(cardinality(p.proallargtypes), p.pronargs)) AS i(place)
         WHERE p.proargmodes IS NULL OR p.proargmodes[i.place] IN ('i', 'b', 'v')),
       p.pronargdefaults, p.prokind, l.lanname,
       -- With operators of users' own over built-in types, a body's = may be any of them; so may an assignment be a cast.
       CASE WHEN NOT EXISTS (SELECT FROM pg_operator o
                              WHERE o.oid >= 16384 AND o.oprname IN ('=', '<>', '<', '<=', '>', '>=', '->', '->>')
                                AND o.oprleft < 16384 AND o.oprright < 16384)
             AND NOT EXISTS (SELECT FROM pg_cast c
                               JOIN pg_type s ON s.oid = c.castsource JOIN pg_type t ON t.oid = c.casttarget
                              WHERE c.castfunc >= 16384 AND (s.oid < 16384 OR s.typtype = 'e')
                                AND (t.oid < 16384 OR t.typtype = 'e')) THEN {body} END,
       {sql_body},
       p.proowner, p.prosecdef, p.provolatile, p.proisstrict, p.prorettype, p.proretset,
       coalesce(p.proconfig, '{}'), p.proleakproof, p.provariadic <> 0,
       coalesce((SELECT max(p.proargnames[i.place])
                   FROM generate_series(1, cardinality(p.proallargtypes)) AS i(place)
                  WHERE p.proargmodes[i.place] = 'o'
                 HAVING count(*) = 1), ''),
       pg_get_expr(p.proargdefaults, 0),
       coalesce((SELECT array_agg(p.proallargtypes[i.place] ORDER BY i.place)
                   FROM generate_series(1, cardinality(p.proallargtypes)) AS i(place)
                  WHERE p.proargmodes[i.place] IN ('o', 'b', 't')), '{}')
  FROM pg_proc p
  JOIN pg_namespace n ON n.oid = p.pronamespace
  JOIN pg_language l ON l.oid = p.prolang
 WHERE p.oid >= 16384 AND p.prokind = 'f' AND n.nspname !~ '^pg_temp'
   AND NOT EXISTS (SELECT FROM pg_depend x WHERE x.classid = 'pg_proc'::regclass AND x.objid = p.oid AND x.deptype = 'e')
