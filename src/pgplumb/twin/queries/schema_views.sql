-- Views and materialized views. A materialized view is made empty and then marked as populated: nothing is run for it.
-- Deparsing one keeps ACCESS SHARE on what it reads until the transaction ends: run it for a few hundred at a time, each
-- in its own transaction. Those that read a relation under a lock are left out.
-- Returns: phase, kind, name parts, relation, statement, substitute.
-- Versions: 13 to 18. Cost: 0.1 ms a view.
WITH {wanted}
SELECT 28, CASE c.relkind WHEN 'm' THEN 'matview' ELSE 'view' END, ARRAY[c.nspname, c.relname], c.oid,
       format('CREATE %sVIEW %s', CASE c.relkind WHEN 'm' THEN 'MATERIALIZED ' ELSE '' END, c.full_name)
       || CASE WHEN c.relkind = 'm' AND c.relam NOT IN (0, 2)
               THEN (SELECT ' USING ' || quote_ident(amname) FROM pg_am WHERE oid = c.relam) ELSE '' END
       || coalesce(' WITH (' || (SELECT string_agg(left(o.option, o.at) || quote_literal(substr(o.option, o.at + 1)), ', ')
            FROM (SELECT option, strpos(option, '=') AS at FROM unnest(c.reloptions) option
                  UNION ALL SELECT 'toast.' || option, strpos(option, '=') + 6 FROM unnest(toast.reloptions) option) o) || ')', '')
       || ' AS ' || rtrim(pg_get_viewdef(c.oid), ';')
       || CASE c.relkind WHEN 'm' THEN ' WITH NO DATA' ELSE '' END
       || '; ALTER TABLE ' || c.full_name || ' OWNER TO ' || c.relowner::regrole
       || coalesce((SELECT string_agg(format('; ALTER VIEW %s ALTER COLUMN %I SET DEFAULT %s', c.full_name, a.attname,
                                             pg_get_expr(d.adbin, 0)), '' ORDER BY d.adnum)
                      FROM pg_attrdef d JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
                     WHERE d.adrelid = c.oid AND c.relkind = 'v'), '')
       || coalesce((SELECT string_agg(format('; ALTER MATERIALIZED VIEW %s ALTER COLUMN %I SET %s', c.full_name, a.attname, o.setting), ''
                                      ORDER BY a.attnum, o.setting)
                      FROM pg_attribute a
                     CROSS JOIN LATERAL (SELECT 'STATISTICS ' || a.attstattarget AS setting WHERE a.attstattarget >= 0
                                         UNION ALL
                                         SELECT '(' || option || ')' FROM unnest(a.attoptions) option WHERE option LIKE 'n\_distinct%') o
                     WHERE a.attrelid = c.oid AND c.relkind = 'm' AND a.attnum > 0), '')
       || CASE WHEN c.relkind = 'm' AND c.relispopulated THEN
            '; UPDATE pg_catalog.pg_class SET relispopulated = true WHERE oid = ' || quote_literal(c.full_name) || '::pg_catalog.regclass'
          ELSE '' END, NULL::text
  FROM wanted c
  LEFT JOIN pg_class toast ON toast.oid = c.reltoastrelid
 WHERE c.relkind IN ('v', 'm') AND {some}
   AND NOT EXISTS (SELECT FROM pg_rewrite r JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid
                    WHERE r.ev_class = c.oid AND d.refclassid = 'pg_class'::regclass
                      AND d.refobjid IN (SELECT relation FROM locked))
 ORDER BY c.oid
