-- Collations that were made here, and those of the system that some column, type or index uses.
-- The last column makes a substitute for where the locale, or ICU, is not to be had.
-- Returns: phase, kind, name parts, NULL, statement, substitute.
-- Versions: 13 to 18. Cost: scans of pg_attribute and pg_index, 40 ms at 10,000 tables.
SELECT 10, 'collation', ARRAY[n.nspname::text, o.collname::text], NULL::oid,
       format('CREATE COLLATION %s %I.%I (%s)', CASE WHEN o.oid < 16384 THEN 'IF NOT EXISTS' ELSE '' END,
              n.nspname, o.collname, concat_ws(', ',
                'provider = ' || CASE o.collprovider WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin' ELSE 'libc' END,
                CASE WHEN o.collprovider IN ('i', 'b') THEN
                  'locale = ' || quote_literal({170000+ o.colllocale | {150000+ o.colliculocale | o.collcollate}})
                ELSE 'lc_collate = ' || quote_literal(o.collcollate) || ', lc_ctype = ' || quote_literal(o.collctype)
                END,
                CASE WHEN NOT o.collisdeterministic THEN 'deterministic = false' END
                {160000+ , 'rules = ' || quote_literal(o.collicurules) | }))
       || CASE WHEN o.oid >= 16384 THEN
                format('; ALTER COLLATION %I.%I OWNER TO %s', n.nspname, o.collname, o.collowner::regrole) ELSE '' END,
       format('CREATE COLLATION IF NOT EXISTS %I.%I FROM pg_catalog."C"', n.nspname, o.collname)
       || CASE WHEN o.oid >= 16384 THEN
                format('; ALTER COLLATION %I.%I OWNER TO %s', n.nspname, o.collname, o.collowner::regrole) ELSE '' END
  FROM pg_collation o JOIN pg_namespace n ON n.oid = o.collnamespace
 WHERE ({own pg_collation o}
        OR o.oid IN (SELECT attcollation FROM pg_attribute UNION SELECT typcollation FROM pg_type
                     UNION SELECT unnest(indcollation::oid[]) FROM pg_index UNION SELECT rngcollation FROM pg_range)
           AND o.collname NOT IN ('default', 'C', 'POSIX', 'ucs_basic', 'unicode', 'pg_c_utf8', 'pg_unicode_fast'))
   AND o.collencoding IN (-1, (SELECT encoding FROM pg_database WHERE datname = current_database()))
 ORDER BY o.oid
