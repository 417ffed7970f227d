-- Sequences, but for those of identity columns, which come with their column; then which column owns which.
-- Returns: phase, kind, name parts, relation, statement, substitute.
-- Versions: 13 to 18. Cost: 10 ms at 1,000 sequences; no relation is opened.
WITH {wanted}
SELECT 17, 'sequence', ARRAY[c.nspname, c.relname], c.oid,
       format('CREATE %sSEQUENCE %s AS %s INCREMENT BY %s MINVALUE %s MAXVALUE %s START WITH %s CACHE %s%s; ALTER SEQUENCE %s OWNER TO %s',
              CASE c.relpersistence WHEN 'u' THEN 'UNLOGGED ' ELSE '' END, c.full_name,
              format_type(s.seqtypid, NULL), s.seqincrement, s.seqmin, s.seqmax, s.seqstart, s.seqcache,
              CASE WHEN s.seqcycle THEN ' CYCLE' ELSE '' END, c.full_name, c.relowner::regrole), NULL::text
  FROM wanted c JOIN pg_sequence s ON s.seqrelid = c.oid
 WHERE NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'i')
UNION ALL
SELECT 40, 'sequence', ARRAY[c.nspname, c.relname], c.oid,
       format('ALTER SEQUENCE %s OWNED BY %s.%I', c.full_name, o.full_name, a.attname), NULL
  FROM wanted c
  JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'a'
                  AND d.refclassid = 'pg_class'::regclass AND d.refobjsubid > 0
  JOIN wanted o ON o.oid = d.refobjid
  JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
 WHERE c.relkind = 'S'
 ORDER BY 1, 4
