-- What users made of meanings that printed expressions do not tell: an = of their own over built-in types, casts between
-- these and enums that call a function, and the functions behind operators, casts, aggregates and conditions of domains.
-- Returns: whether there is such an operator; those functions' oids; source and target of each cast, by typname,
-- enums qualified; null without one.
-- Versions: 13 to 18. Cost: scans of pg_operator, pg_cast and pg_aggregate.
SELECT EXISTS (SELECT FROM pg_operator o
                WHERE o.oid >= 16384 AND o.oprname = '=' AND o.oprleft < 16384 AND o.oprright < 16384),
       ARRAY(SELECT f.oid
               FROM (SELECT oprcode::oid FROM pg_operator WHERE oid >= 16384
                     UNION SELECT castfunc FROM pg_cast
                     UNION SELECT aggtransfn::oid FROM pg_aggregate
                     UNION SELECT aggfinalfn::oid FROM pg_aggregate
                     UNION SELECT d.refobjid
                             FROM pg_constraint c
                             JOIN pg_depend d ON d.classid = 'pg_constraint'::regclass AND d.objid = c.oid
                            WHERE c.contypid <> 0 AND d.refclassid = 'pg_proc'::regclass) AS f(oid)
              WHERE f.oid >= 16384),
       CASE WHEN s.typtype = 'e' THEN (SELECT nspname FROM pg_namespace WHERE oid = s.typnamespace) || '.' ELSE '' END
         || s.typname,
       CASE WHEN t.typtype = 'e' THEN (SELECT nspname FROM pg_namespace WHERE oid = t.typnamespace) || '.' ELSE '' END
         || t.typname
  FROM (SELECT 1) AS one
  LEFT JOIN (pg_cast c JOIN pg_type s ON s.oid = c.castsource JOIN pg_type t ON t.oid = c.casttarget)
    ON c.castfunc >= 16384 AND (c.castsource < 16384 OR s.typtype = 'e') AND (c.casttarget < 16384 OR t.typtype = 'e')
