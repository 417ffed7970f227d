-- Rewrite rules that are not a view's own query. Deparsing one keeps ACCESS SHARE on what it reads until the transaction ends.
-- Returns: phase, kind, name parts, relation, statement, substitute.
-- Versions: 13 to 18. Cost: 0.1 ms a rule.
WITH {wanted}
SELECT 64, 'rule', ARRAY[c.nspname, c.relname, r.rulename::text], c.oid,
       rtrim(pg_get_ruledef(r.oid), ';')
       || CASE WHEN r.ev_enabled <> 'O' THEN format('; ALTER TABLE %s %s RULE %I', c.full_name,
            CASE r.ev_enabled WHEN 'D' THEN 'DISABLE' WHEN 'R' THEN 'ENABLE REPLICA' ELSE 'ENABLE ALWAYS' END, r.rulename)
          ELSE '' END, NULL::text
  FROM wanted c JOIN pg_rewrite r ON r.ev_class = c.oid
 WHERE r.rulename <> '_RETURN'
   AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid
                      AND d.refclassid = 'pg_class'::regclass AND d.refobjid IN (SELECT relation FROM locked))
 ORDER BY c.oid, r.rulename
