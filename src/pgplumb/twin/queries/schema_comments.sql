-- Comments.
-- Returns: phase, kind, name parts, relation, statement, substitute.
-- Versions: 13 to 18. Cost: 150 ms at 30,000 comments; no relation is opened.
WITH {wanted},
commented AS MATERIALIZED (
  SELECT CASE c.relkind WHEN 'S' THEN 'sequence' WHEN 'v' THEN 'view' WHEN 'm' THEN 'matview' WHEN 'f' THEN 'foreign_table' ELSE 'table' END AS kind,
         ARRAY[c.nspname, c.relname::text] || CASE WHEN d.objsubid > 0 THEN ARRAY[a.attname::text] END AS parts, c.oid AS relation,
         CASE WHEN d.objsubid > 0 THEN format('COLUMN %s.%I', c.full_name, a.attname)
              ELSE CASE c.relkind WHEN 'S' THEN 'SEQUENCE ' WHEN 'v' THEN 'VIEW ' WHEN 'm' THEN 'MATERIALIZED VIEW '
                     WHEN 'f' THEN 'FOREIGN TABLE ' ELSE 'TABLE ' END || c.full_name END AS target, d.description
    FROM wanted c JOIN pg_description d ON d.classoid = 'pg_class'::regclass AND d.objoid = c.oid
    LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.objsubid
   WHERE d.objsubid = 0 OR NOT a.attisdropped
  UNION ALL
  SELECT 'index', ARRAY[c.nspname, x.relname::text], c.oid, format('INDEX %I.%I', c.nspname, x.relname), d.description
    FROM wanted c JOIN pg_index i ON i.indrelid = c.oid JOIN pg_class x ON x.oid = i.indexrelid
    JOIN pg_description d ON d.classoid = 'pg_class'::regclass AND d.objoid = x.oid
  UNION ALL
  SELECT 'constraint', ARRAY[c.nspname, c.relname::text, k.conname::text], c.oid, format('CONSTRAINT %I ON %s', k.conname, c.full_name), d.description
    FROM wanted c JOIN pg_constraint k ON k.conrelid = c.oid JOIN pg_description d ON d.classoid = 'pg_constraint'::regclass AND d.objoid = k.oid
  UNION ALL
  SELECT 'constraint', ARRAY[t.typnamespace::regnamespace::text, t.typname::text, k.conname::text], NULL,
         format('CONSTRAINT %I ON DOMAIN %s', k.conname, format_type(t.oid, NULL)), d.description
    FROM pg_constraint k JOIN pg_type t ON t.oid = k.contypid JOIN pg_description d ON d.classoid = 'pg_constraint'::regclass AND d.objoid = k.oid
   WHERE {own pg_type t}
  UNION ALL
  SELECT 'trigger', ARRAY[c.nspname, c.relname::text, g.tgname::text], c.oid, format('TRIGGER %I ON %s', g.tgname, c.full_name), d.description
    FROM wanted c JOIN pg_trigger g ON g.tgrelid = c.oid JOIN pg_description d ON d.classoid = 'pg_trigger'::regclass AND d.objoid = g.oid
  UNION ALL
  SELECT 'policy', ARRAY[c.nspname, c.relname::text, p.polname::text], c.oid, format('POLICY %I ON %s', p.polname, c.full_name), d.description
    FROM wanted c JOIN pg_policy p ON p.polrelid = c.oid JOIN pg_description d ON d.classoid = 'pg_policy'::regclass AND d.objoid = p.oid
  UNION ALL
  SELECT 'rule', ARRAY[c.nspname, c.relname::text, r.rulename::text], c.oid, format('RULE %I ON %s', r.rulename, c.full_name), d.description
    FROM wanted c JOIN pg_rewrite r ON r.ev_class = c.oid JOIN pg_description d ON d.classoid = 'pg_rewrite'::regclass AND d.objoid = r.oid
  UNION ALL
  SELECT 'statistics', ARRAY[n.nspname::text, s.stxname::text], c.oid, format('STATISTICS %I.%I', n.nspname, s.stxname), d.description
    FROM wanted c JOIN pg_statistic_ext s ON s.stxrelid = c.oid JOIN pg_namespace n ON n.oid = s.stxnamespace
    JOIN pg_description d ON d.classoid = 'pg_statistic_ext'::regclass AND d.objoid = s.oid
  UNION ALL
  SELECT 'schema', ARRAY[n.nspname::text], NULL, format('SCHEMA %I', n.nspname), d.description
    FROM pg_namespace n JOIN pg_description d ON d.classoid = 'pg_namespace'::regclass AND d.objoid = n.oid
   WHERE {own pg_namespace n}
      OR n.nspname = 'public' AND d.description <> 'standard public schema'
  UNION ALL
  SELECT 'schema', ARRAY['public'], NULL, 'SCHEMA public', NULL
   WHERE NOT EXISTS (SELECT FROM pg_description WHERE classoid = 'pg_namespace'::regclass AND objoid = to_regnamespace('public'))
     AND to_regnamespace('public') IS NOT NULL
  UNION ALL
  SELECT 'type', ARRAY[t.typnamespace::regnamespace::text, t.typname::text], NULL,
         CASE t.typtype WHEN 'd' THEN 'DOMAIN ' ELSE 'TYPE ' END || format_type(t.oid, NULL), d.description
    FROM pg_type t JOIN pg_description d ON d.classoid = 'pg_type'::regclass AND d.objoid = t.oid WHERE {own pg_type t}
  UNION ALL
  SELECT 'column', ARRAY[t.typnamespace::regnamespace::text, t.typname::text, a.attname::text], NULL,
         format('COLUMN %s.%I', format_type(t.oid, NULL), a.attname), d.description
    FROM pg_type t JOIN pg_class c ON c.oid = t.typrelid AND c.relkind = 'c' JOIN pg_attribute a ON a.attrelid = c.oid AND NOT a.attisdropped
    JOIN pg_description d ON d.classoid = 'pg_class'::regclass AND d.objoid = c.oid AND d.objsubid = a.attnum WHERE {own pg_type t}
  UNION ALL
  SELECT 'function', ARRAY[n.nspname::text, p.proname::text] || ARRAY(SELECT t.typname::text
           FROM unnest(p.proargtypes::oid[]) WITH ORDINALITY u(oid, at) JOIN pg_type t ON t.oid = u.oid ORDER BY u.at),
         NULL, 'ROUTINE ' || p.oid::regprocedure, d.description
    FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    JOIN pg_description d ON d.classoid = 'pg_proc'::regclass AND d.objoid = p.oid WHERE {own pg_proc p}
  UNION ALL
  SELECT 'operator', ARRAY[o.oprnamespace::regnamespace::text, o.oprname::text], NULL,
         format('OPERATOR %s.%s (%s, %s)', o.oprnamespace::regnamespace, o.oprname,
                CASE o.oprleft WHEN 0 THEN 'NONE' ELSE format_type(o.oprleft, NULL) END, format_type(o.oprright, NULL)), d.description
    FROM pg_operator o JOIN pg_description d ON d.classoid = 'pg_operator'::regclass AND d.objoid = o.oid WHERE {own pg_operator o}
  UNION ALL
  SELECT 'collation', ARRAY[o.collnamespace::regnamespace::text, o.collname::text], NULL,
         format('COLLATION %s.%I', o.collnamespace::regnamespace, o.collname), d.description
    FROM pg_collation o JOIN pg_description d ON d.classoid = 'pg_collation'::regclass AND d.objoid = o.oid WHERE {own pg_collation o}
  UNION ALL
  SELECT 'publication', ARRAY[p.pubname::text], NULL, format('PUBLICATION %I', p.pubname), d.description
    FROM pg_publication p JOIN pg_description d ON d.classoid = 'pg_publication'::regclass AND d.objoid = p.oid)
SELECT 90, kind, parts, relation, format('COMMENT ON %s IS %s', target, coalesce(quote_literal(description), 'NULL')), NULL::text
  FROM commented
 ORDER BY relation, parts
