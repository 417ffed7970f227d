-- Runs in the twin, as the builder. Columns of tables, views and foreign tables.
-- Returns: oid of the relation, 'column', parts of the identifier, owner (a role), acl, whether an extension made it, facts.
-- Versions: 13 to 18 (compression from 14 on). Cost: 120 ms at 12,000 columns.
SELECT c.oid::int8, 'column', ARRAY[n.nspname::text, c.relname::text, a.attname::text], pg_get_userbyid(c.relowner)::text,
       coalesce(a.attacl::text[], '{}'), e.objid IS NOT NULL,
       json_strip_nulls(json_build_object(
         'type', format_type(a.atttypid, a.atttypmod), 'not null', a.attnotnull, 'default', pg_get_expr(f.adbin, f.adrelid),
         'identity', nullif(a.attidentity::text, ''), 'generated', nullif(a.attgenerated::text, ''),
         'collation', CASE WHEN a.attcollation <> t.typcollation THEN a.attcollation::regcollation::text END,
         'statistics target', nullif(a.attstattarget, -1), 'storage', a.attstorage::text,
         'compression', {140000+ nullif(a.attcompression::text, '') | NULL},
         -- The only ones that can be set; builds of some vendors keep numbers of their own beside them.
         'options', (SELECT json_agg(o ORDER BY o) FROM unnest(a.attoptions) o WHERE o LIKE 'n_distinct%'),
         'server options', (SELECT json_agg(o ORDER BY o) FROM unnest(a.attfdwoptions) o),
         'local', a.attislocal, 'inherited', a.attinhcount, 'comment', d.description))
  FROM pg_attribute a
  JOIN pg_class c ON c.oid = a.attrelid
  JOIN pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_type t ON t.oid = a.atttypid
  LEFT JOIN pg_attrdef f ON f.adrelid = a.attrelid AND f.adnum = a.attnum
  LEFT JOIN pg_description d ON d.classoid = 'pg_class'::regclass AND d.objoid = c.oid AND d.objsubid = a.attnum
  LEFT JOIN pg_depend e ON e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e'
 WHERE a.attnum > 0 AND NOT a.attisdropped AND c.oid >= 16384 AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
       AND n.nspname !~ '^pg_(toast|temp)' {only c.oid}
