-- Runs in the twin, as the builder. Types, enums with their labels in order, domains with their checks, composites, ranges.
-- Returns: 0, 'type', parts of the identifier, owner (a role), acl, whether an extension made it, facts.
-- Versions: 13 to 18. Cost: a few milliseconds.
SELECT 0::int8, 'type', ARRAY[n.nspname::text, t.typname::text], pg_get_userbyid(t.typowner)::text, t.typacl::text[],
       e.objid IS NOT NULL,
       json_strip_nulls(json_build_object(
         'kind', t.typtype::text, 'comment', d.description,
         'labels', (SELECT json_agg(l.enumlabel ORDER BY l.enumsortorder) FROM pg_enum l WHERE l.enumtypid = t.oid),
         'base type', CASE WHEN t.typtype = 'd' THEN format_type(t.typbasetype, t.typtypmod) END,
         'not null', t.typnotnull, 'default', t.typdefault,
         'collation', CASE WHEN t.typtype = 'd' AND t.typcollation <> 0 THEN t.typcollation::regcollation::text END,
         'checks', (SELECT json_agg(format('%I %s %s', k.conname, pg_get_constraintdef(k.oid), k.convalidated) ORDER BY k.conname)
            FROM pg_constraint k WHERE k.contypid = t.oid),
         'fields', (SELECT json_agg(format('%I %s', a.attname, format_type(a.atttypid, a.atttypmod)) ORDER BY a.attnum)
            FROM pg_attribute a WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped),
         'range', (SELECT json_build_array(format_type(r.rngsubtype, NULL), o.opcname, r.rngcollation::regcollation::text,
                     r.rngcanonical::text, r.rngsubdiff::text)
            FROM pg_range r JOIN pg_opclass o ON o.oid = r.rngsubopc WHERE r.rngtypid = t.oid),
         'functions', CASE WHEN t.typtype = 'b' THEN json_build_array(t.typinput::text, t.typoutput::text, t.typreceive::text,
                     t.typsend::text, t.typmodin::text, t.typmodout::text, t.typanalyze::text, t.typlen::text,
                     t.typalign::text, t.typstorage::text, t.typcategory::text, t.typispreferred::text, t.typdelim::text) END))
  FROM pg_type t
  JOIN pg_namespace n ON n.oid = t.typnamespace
  LEFT JOIN pg_class c ON c.oid = t.typrelid
  LEFT JOIN pg_description d ON d.classoid = 'pg_type'::regclass AND d.objoid = t.oid
  LEFT JOIN pg_depend e ON e.classid = 'pg_type'::regclass AND e.objid = t.oid AND e.deptype = 'e'
 WHERE t.oid >= 16384 AND n.nspname !~ '^pg_(toast|temp)' AND t.typtype <> 'm' AND (t.typrelid = 0 OR c.relkind = 'c')
   AND NOT EXISTS (SELECT FROM pg_type m WHERE m.typarray = t.oid)
