-- Enums, composite types, domains and ranges. A base type needs C functions and is not among them.
-- A composite type's dropped attributes are made and dropped, so that numbers agree.
-- Returns: phase, kind, name parts, NULL, statement, NULL.
-- Versions: 13 to 18. Cost: 10 ms at 1,000 types; no relation is opened.
WITH mine AS MATERIALIZED (
  SELECT t.oid, t.typtype, t.typname, n.nspname, t.typrelid, t.typbasetype, t.typtypmod, t.typcollation, t.typdefault,
         t.typdefaultbin, t.typnotnull,
         format('%I.%I', n.nspname, t.typname) AS name,
         format('; ALTER %s %I.%I OWNER TO %s', CASE t.typtype WHEN 'd' THEN 'DOMAIN' ELSE 'TYPE' END,
                n.nspname, t.typname, t.typowner::regrole) AS owner
    FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
    LEFT JOIN pg_class c ON c.oid = t.typrelid
   WHERE {own pg_type t} AND t.typtype IN ('e', 'c', 'd', 'r') AND n.nspname !~ '^pg_'
     AND (t.typrelid = 0 OR c.relkind = 'c'))
SELECT 12, 'type', ARRAY[m.nspname::text, m.typname::text], NULL::oid,
       CASE m.typtype
         WHEN 'e' THEN format('CREATE TYPE %s AS ENUM (%s)', m.name,
           (SELECT string_agg(quote_literal(enumlabel), ', ' ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = m.oid))
         WHEN 'c' THEN format('CREATE TYPE %s AS (%s)', m.name,
           (SELECT string_agg(quote_ident(a.attname) || ' '
                     || CASE WHEN a.attisdropped THEN 'integer' ELSE format_type(a.atttypid, a.atttypmod) END
                     || CASE WHEN a.attcollation <> 0 AND a.attcollation <> t.typcollation
                             THEN ' COLLATE ' || a.attcollation::regcollation ELSE '' END, ', ' ORDER BY a.attnum)
              FROM pg_attribute a LEFT JOIN pg_type t ON t.oid = a.atttypid
             WHERE a.attrelid = m.typrelid AND a.attnum > 0))
           || coalesce((SELECT '; ALTER TYPE ' || m.name || ' ' ||
                               string_agg('DROP ATTRIBUTE ' || quote_ident(a.attname), ', ')
                          FROM pg_attribute a WHERE a.attrelid = m.typrelid AND a.attnum > 0 AND a.attisdropped), '')
         WHEN 'd' THEN format('CREATE DOMAIN %s AS %s%s%s%s%s%s', m.name, format_type(m.typbasetype, m.typtypmod),
           (SELECT CASE WHEN m.typcollation <> b.typcollation AND m.typcollation <> 0
                        THEN ' COLLATE ' || m.typcollation::regcollation ELSE '' END
              FROM pg_type b WHERE b.oid = m.typbasetype),
           ' DEFAULT ' || CASE WHEN m.typdefaultbin IS NOT NULL THEN pg_get_expr(m.typdefaultbin, 0)
                               ELSE quote_literal(m.typdefault) END,
           {170000+ '' | CASE WHEN m.typnotnull THEN ' NOT NULL' ELSE '' END},
           (SELECT string_agg(format(' CONSTRAINT %I %s', k.conname, pg_get_constraintdef(k.oid)), '' ORDER BY k.conname)
              FROM pg_constraint k WHERE k.contypid = m.oid AND k.convalidated),
           (SELECT string_agg(format('; ALTER DOMAIN %s ADD CONSTRAINT %I %s', m.name, k.conname,
                                     pg_get_constraintdef(k.oid)), '' ORDER BY k.conname)
              FROM pg_constraint k WHERE k.contypid = m.oid AND NOT k.convalidated))
         WHEN 'r' THEN (SELECT format('CREATE TYPE %s AS RANGE (%s)', m.name, concat_ws(', ',
             'subtype = ' || format_type(r.rngsubtype, NULL),
             CASE WHEN NOT p.opcdefault THEN format('subtype_opclass = %s.%I', p.opcnamespace::regnamespace, p.opcname) END,
             CASE WHEN r.rngcollation <> 0 AND r.rngcollation <> s.typcollation
                  THEN 'collation = ' || r.rngcollation::regcollation END,
             CASE WHEN r.rngcanonical <> 0 THEN 'canonical = ' || r.rngcanonical::regproc END,
             CASE WHEN r.rngsubdiff <> 0 THEN 'subtype_diff = ' || r.rngsubdiff::regproc END
             {140000+ , 'multirange_type_name = ' || format_type(r.rngmultitypid, NULL) | }))
             FROM pg_range r JOIN pg_type s ON s.oid = r.rngsubtype JOIN pg_opclass p ON p.oid = r.rngsubopc
            WHERE r.rngtypid = m.oid)
       END || m.owner, NULL::text
  FROM mine m
 ORDER BY m.oid
