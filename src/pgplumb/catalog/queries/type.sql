-- Types, without the rowtypes of relations and arrays of those.
-- Returns: oid, schema, name, typtype, typcategory, base type, element type, typmod, length, alignment, not null,
--          owner, owning extension, enum labels, whether a domain has checks, comment.
-- Versions: 13 to 18. Cost: about 300 built-in rows and the user's.
SELECT t.oid, n.nspname, t.typname, t.typtype, t.typcategory, t.typbasetype,
       CASE WHEN t.typcategory = 'A' THEN t.typelem ELSE 0 END::oid, t.typtypmod, t.typlen, t.typalign, t.typnotnull,
       t.typowner, e.extname,
       CASE WHEN t.typtype = 'e'
            THEN ARRAY(SELECT l.enumlabel::text FROM pg_enum l WHERE l.enumtypid = t.oid ORDER BY l.enumsortorder) END,
       t.typtype = 'd' AND EXISTS (SELECT FROM pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'c'),
       d.description
  FROM pg_type t
  JOIN pg_namespace n ON n.oid = t.typnamespace
  LEFT JOIN pg_depend x ON x.classid = 'pg_type'::regclass AND x.objid = t.oid AND x.deptype = 'e'
  LEFT JOIN pg_extension e ON e.oid = x.refobjid
  LEFT JOIN pg_description d ON d.classoid = 'pg_type'::regclass AND d.objoid = t.oid AND d.objsubid = 0
                            AND t.oid >= 16384
 WHERE t.typtype <> 'c' AND (t.typcategory <> 'A' OR NOT EXISTS (SELECT FROM pg_type m WHERE m.oid = t.typelem AND m.typtype = 'c'))
    OR t.oid IN (SELECT r.reltype FROM pg_class r WHERE r.relkind = 'c')
    OR t.typcategory = 'A' AND t.typelem IN (SELECT r.reltype FROM pg_class r WHERE r.relkind = 'c')
