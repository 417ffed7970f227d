-- One line for each property of each object of one schema, in names alone: what up and down must leave as it was.
-- Versions 13 to 18. Cost: a few milliseconds for a test schema.
WITH
space AS (SELECT oid FROM pg_namespace WHERE nspname = %s),
rel AS (SELECT c.* FROM pg_class c JOIN space ON c.relnamespace = space.oid),
line AS (
    SELECT format('relation %%s %%s %%s rls %%s/%%s identity %%s options %%s acl %%s comment %%s part %%s', relname, relkind,
        relpersistence, relrowsecurity, relforcerowsecurity, relreplident, (SELECT array_agg(o ORDER BY o) FROM unnest(reloptions) o),
        (SELECT array_agg(a::text ORDER BY a::text)
            FROM unnest(coalesce(relacl, acldefault(CASE relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", relowner))) a),
        obj_description(rel.oid, 'pg_class'), pg_get_expr(relpartbound, rel.oid)) AS text
    FROM rel
    UNION ALL
    SELECT format('column %%s.%%s is the %%s: %%s null %%s default %%s identity %%s generated %%s storage %%s target %%s acl %%s comment %%s',
        relname, attname, row_number() OVER (PARTITION BY attrelid ORDER BY attnum), format_type(atttypid, atttypmod), NOT attnotnull,
        pg_get_expr(adbin, adrelid), attidentity, attgenerated, attstorage, nullif(attstattarget, -1), attacl, col_description(rel.oid, attnum))
    FROM rel JOIN pg_attribute ON attrelid = rel.oid AND attnum > 0 AND NOT attisdropped
    LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
    WHERE relkind IN ('r', 'p', 'v', 'm')
    UNION ALL
    SELECT format('index %%s valid %%s comment %%s', pg_get_indexdef(indexrelid), indisvalid, obj_description(indexrelid, 'pg_class'))
    FROM rel JOIN pg_index ON indrelid = rel.oid
    UNION ALL
    SELECT format('constraint %%s.%%s %%s comment %%s', relname, conname, pg_get_constraintdef(k.oid),
        obj_description(k.oid, 'pg_constraint'))
    FROM rel JOIN pg_constraint k ON conrelid = rel.oid WHERE contype <> 'n'
    UNION ALL
    SELECT format('policy %%s.%%s %%s %%s %%s using %%s check %%s comment %%s', relname, polname, polcmd, polpermissive,
        polroles::regrole[], pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid),
        obj_description(pg_policy.oid, 'pg_policy'))
    FROM rel JOIN pg_policy ON polrelid = rel.oid
    UNION ALL
    SELECT format('trigger %%s %%s', pg_get_triggerdef(t.oid), tgenabled)
    FROM rel JOIN pg_trigger t ON tgrelid = rel.oid AND NOT tgisinternal
    UNION ALL
    SELECT format('sequence %%s %%s %%s', relname, to_jsonb(s) - 'seqrelid' - 'seqstart',
        (SELECT refobjid::regclass || '.' || refobjsubid FROM pg_depend
            WHERE classid = 'pg_class'::regclass AND objid = rel.oid AND deptype IN ('a', 'i')))
    FROM rel JOIN pg_sequence s ON seqrelid = rel.oid
    UNION ALL
    SELECT format('function %%s acl %%s comment %%s', pg_get_functiondef(p.oid),
        (SELECT array_agg(a::text ORDER BY a::text) FROM unnest(coalesce(proacl, acldefault('f', proowner))) a),
        obj_description(p.oid, 'pg_proc'))
    FROM pg_proc p JOIN space ON pronamespace = space.oid
    UNION ALL
    SELECT format('type %%s %%s labels %%s acl %%s comment %%s', typname, typtype,
        (SELECT array_agg(enumlabel ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = t.oid), typacl, obj_description(t.oid, 'pg_type'))
    FROM pg_type t JOIN space ON typnamespace = space.oid WHERE typtype IN ('e', 'd')
    UNION ALL
    SELECT format('statistics %%s', pg_get_statisticsobjdef(x.oid)) FROM pg_statistic_ext x JOIN space ON stxnamespace = space.oid
    UNION ALL
    SELECT format('query of %%s: %%s', relname, pg_get_viewdef(rel.oid)) FROM rel WHERE relkind IN ('v', 'm')
    UNION ALL
    SELECT format('schema acl %%s comment %%s', (SELECT array_agg(a::text ORDER BY a::text)
        FROM unnest(coalesce(nspacl, acldefault('n', nspowner))) a), obj_description(n.oid, 'pg_namespace'))
    FROM pg_namespace n JOIN space USING (oid)
)
SELECT text FROM line ORDER BY text
