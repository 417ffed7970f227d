-- Operators, operator families and classes, casts.
-- Returns: phase, kind, name parts, NULL, statement, NULL.
-- Versions: 13 to 18. Cost: 5 ms; no relation is opened.
SELECT 16, 'operator', ARRAY[n.nspname::text, o.oprname::text], NULL::oid,
       format('CREATE OPERATOR %I.%s (%s)', n.nspname, o.oprname, concat_ws(', ',
         'FUNCTION = ' || o.oprcode::regproc,
         CASE WHEN o.oprleft <> 0 THEN 'LEFTARG = ' || format_type(o.oprleft, NULL) END,
         CASE WHEN o.oprright <> 0 THEN 'RIGHTARG = ' || format_type(o.oprright, NULL) END,
         (SELECT format('COMMUTATOR = OPERATOR(%s.%s)', x.oprnamespace::regnamespace, x.oprname) FROM pg_operator x WHERE x.oid = o.oprcom),
         (SELECT format('NEGATOR = OPERATOR(%s.%s)', x.oprnamespace::regnamespace, x.oprname) FROM pg_operator x WHERE x.oid = o.oprnegate),
         CASE WHEN o.oprrest <> 0 THEN 'RESTRICT = ' || o.oprrest::regproc END,
         CASE WHEN o.oprjoin <> 0 THEN 'JOIN = ' || o.oprjoin::regproc END,
         CASE WHEN o.oprcanhash THEN 'HASHES' END, CASE WHEN o.oprcanmerge THEN 'MERGES' END))
       || format('; ALTER OPERATOR %I.%s (%s, %s) OWNER TO %s', n.nspname, o.oprname,
                 CASE o.oprleft WHEN 0 THEN 'NONE' ELSE format_type(o.oprleft, NULL) END,
                 CASE o.oprright WHEN 0 THEN 'NONE' ELSE format_type(o.oprright, NULL) END, o.oprowner::regrole), NULL::text
  FROM pg_operator o JOIN pg_namespace n ON n.oid = o.oprnamespace
 WHERE {own pg_operator o} AND n.nspname !~ '^pg_' AND o.oprcode <> 0
UNION ALL
SELECT 16, 'operator_family', ARRAY[n.nspname::text, f.opfname::text], NULL,
       format('CREATE OPERATOR FAMILY %I.%I USING %I; ALTER OPERATOR FAMILY %I.%I USING %I OWNER TO %s', n.nspname, f.opfname, m.amname,
              n.nspname, f.opfname, m.amname, f.opfowner::regrole), NULL
  FROM pg_opfamily f JOIN pg_namespace n ON n.oid = f.opfnamespace JOIN pg_am m ON m.oid = f.opfmethod
 WHERE {own pg_opfamily f} AND n.nspname !~ '^pg_'
UNION ALL
SELECT 18, 'operator_class', ARRAY[n.nspname::text, c.opcname::text], NULL,
       format('CREATE OPERATOR CLASS %I.%I%s FOR TYPE %s USING %I FAMILY %s.%I AS %s; ALTER OPERATOR CLASS %I.%I USING %I OWNER TO %s',
              n.nspname, c.opcname, CASE WHEN c.opcdefault THEN ' DEFAULT' ELSE '' END, format_type(c.opcintype, NULL),
              m.amname, f.opfnamespace::regnamespace, f.opfname,
              concat_ws(', ',
                CASE WHEN c.opckeytype <> 0 THEN 'STORAGE ' || format_type(c.opckeytype, NULL) END,
                (SELECT string_agg(format('OPERATOR %s %s.%s (%s, %s)%s', a.amopstrategy, o.oprnamespace::regnamespace, o.oprname,
                                          format_type(a.amoplefttype, NULL), format_type(a.amoprighttype, NULL),
                                          CASE WHEN a.amopsortfamily <> 0 THEN
                                            (SELECT format(' FOR ORDER BY %s.%I', s.opfnamespace::regnamespace, s.opfname)
                                               FROM pg_opfamily s WHERE s.oid = a.amopsortfamily) ELSE '' END), ', ' ORDER BY a.amopstrategy)
                   FROM pg_depend d JOIN pg_amop a ON a.oid = d.objid JOIN pg_operator o ON o.oid = a.amopopr
                  WHERE d.classid = 'pg_amop'::regclass AND d.refclassid = 'pg_opclass'::regclass AND d.refobjid = c.oid),
                (SELECT string_agg(format('FUNCTION %s (%s, %s) %s', a.amprocnum, format_type(a.amproclefttype, NULL),
                                          format_type(a.amprocrighttype, NULL), a.amproc::oid::regprocedure), ', ' ORDER BY a.amprocnum)
                   FROM pg_depend d JOIN pg_amproc a ON a.oid = d.objid
                  WHERE d.classid = 'pg_amproc'::regclass AND d.refclassid = 'pg_opclass'::regclass AND d.refobjid = c.oid),
                CASE WHEN c.opckeytype = 0 AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.refclassid = 'pg_opclass'::regclass
                       AND d.refobjid = c.oid AND d.classid IN ('pg_amop'::regclass, 'pg_amproc'::regclass))
                     THEN 'STORAGE ' || format_type(c.opcintype, NULL) END),
              n.nspname, c.opcname, m.amname, c.opcowner::regrole), NULL
  FROM pg_opclass c JOIN pg_namespace n ON n.oid = c.opcnamespace JOIN pg_am m ON m.oid = c.opcmethod JOIN pg_opfamily f ON f.oid = c.opcfamily
 WHERE {own pg_opclass c} AND n.nspname !~ '^pg_'
UNION ALL
SELECT 19, 'operator_family', ARRAY[n.nspname::text, f.opfname::text], NULL,
       format('ALTER OPERATOR FAMILY %I.%I USING %I ADD %s', n.nspname, f.opfname, m.amname, concat_ws(', ',
         (SELECT string_agg(format('OPERATOR %s %s.%s (%s, %s)', a.amopstrategy, o.oprnamespace::regnamespace, o.oprname,
                                   format_type(a.amoplefttype, NULL), format_type(a.amoprighttype, NULL)), ', ' ORDER BY a.oid)
            FROM pg_depend d JOIN pg_amop a ON a.oid = d.objid JOIN pg_operator o ON o.oid = a.amopopr
           WHERE d.classid = 'pg_amop'::regclass AND d.refclassid = 'pg_opfamily'::regclass AND d.refobjid = f.oid),
         (SELECT string_agg(format('FUNCTION %s (%s, %s) %s', a.amprocnum, format_type(a.amproclefttype, NULL),
                                   format_type(a.amprocrighttype, NULL), a.amproc::oid::regprocedure), ', ' ORDER BY a.oid)
            FROM pg_depend d JOIN pg_amproc a ON a.oid = d.objid
           WHERE d.classid = 'pg_amproc'::regclass AND d.refclassid = 'pg_opfamily'::regclass AND d.refobjid = f.oid))), NULL
  FROM pg_opfamily f JOIN pg_namespace n ON n.oid = f.opfnamespace JOIN pg_am m ON m.oid = f.opfmethod
 WHERE {own pg_opfamily f} AND n.nspname !~ '^pg_'
   AND EXISTS (SELECT FROM pg_depend d WHERE d.refclassid = 'pg_opfamily'::regclass AND d.refobjid = f.oid
                  AND d.classid IN ('pg_amop'::regclass, 'pg_amproc'::regclass))
UNION ALL
SELECT 16, 'cast', ARRAY[format_type(c.castsource, NULL), format_type(c.casttarget, NULL)], NULL,
       format('CREATE CAST (%s AS %s) %s%s', format_type(c.castsource, NULL), format_type(c.casttarget, NULL),
              CASE c.castmethod WHEN 'f' THEN 'WITH FUNCTION ' || c.castfunc::regprocedure WHEN 'i' THEN 'WITH INOUT' ELSE 'WITHOUT FUNCTION' END,
              CASE c.castcontext WHEN 'i' THEN ' AS IMPLICIT' WHEN 'a' THEN ' AS ASSIGNMENT' ELSE '' END), NULL
  FROM pg_cast c WHERE {own pg_cast c}
 ORDER BY 1, 2, 3
