-- Tables, each on its own, as they will be before they become partitions or children: all columns in the order of
-- their numbers (a dropped one is made and dropped), defaults, checks, storage, owner, row security.
-- Returns: phase, kind, name parts, relation, statement, substitute.
-- Versions: 13 to 18. Cost: 600 ms at 10,000 tables. Deparsing opens relations: those under a lock are left out.
WITH {wanted},
not_null AS MATERIALIZED (
  SELECT {180000+ k.conrelid AS relation, k.conkey[1] AS number,
                  format(' CONSTRAINT %I NOT NULL', k.conname) || CASE WHEN k.connoinherit THEN ' NO INHERIT' ELSE '' END AS text
             FROM pg_constraint k WHERE k.contype = 'n' AND k.conrelid <> 0 AND k.convalidated
         | a.attrelid AS relation, a.attnum AS number, ' NOT NULL' AS text
             FROM pg_attribute a JOIN wanted w ON w.oid = a.attrelid WHERE a.attnotnull AND a.attnum > 0}),
identity AS MATERIALIZED (
  SELECT d.refobjid AS relation, d.refobjsubid AS number,
         format(' (SEQUENCE NAME %s INCREMENT BY %s MINVALUE %s MAXVALUE %s START WITH %s CACHE %s%s)',
                d.objid::regclass, s.seqincrement, s.seqmin, s.seqmax, s.seqstart, s.seqcache,
                CASE WHEN s.seqcycle THEN ' CYCLE' ELSE '' END) AS text
    FROM pg_depend d JOIN pg_sequence s ON s.seqrelid = d.objid
   WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.deptype = 'i'
     AND d.refobjsubid > 0),
columns AS MATERIALIZED (
  SELECT c.oid,
         string_agg(quote_ident(a.attname) || CASE WHEN a.attisdropped THEN ' integer' ELSE
           ' ' || format_type(a.atttypid, a.atttypmod)
           || CASE WHEN a.attcollation <> 0 AND a.attcollation <> t.typcollation
                   THEN ' COLLATE ' || a.attcollation::regcollation ELSE '' END
           || CASE WHEN i.text IS NOT NULL
                   THEN ' GENERATED ' || CASE a.attidentity WHEN 'a' THEN 'ALWAYS' ELSE 'BY DEFAULT' END || ' AS IDENTITY' || i.text
                   WHEN a.attgenerated <> ''
                   THEN ' GENERATED ALWAYS AS (' || pg_get_expr(d.adbin, d.adrelid) || ')'
                        || CASE a.attgenerated WHEN 's' THEN ' STORED' ELSE ' VIRTUAL' END
                   WHEN d.oid IS NOT NULL THEN ' DEFAULT ' || pg_get_expr(d.adbin, 0)
                   ELSE '' END
           || coalesce(x.text, '') END, ', ' ORDER BY a.attnum) AS text,
         string_agg('DROP COLUMN ' || quote_ident(a.attname), ', ' ORDER BY a.attnum) FILTER (WHERE a.attisdropped) AS dropped,
         string_agg(concat_ws(', ',
           CASE WHEN a.attstorage <> t.typstorage THEN
             format('ALTER COLUMN %I SET STORAGE %s', a.attname,
               CASE a.attstorage WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL' WHEN 'm' THEN 'MAIN' ELSE 'EXTENDED' END) END,
           CASE WHEN a.attstattarget >= 0 THEN
             format('ALTER COLUMN %I SET STATISTICS %s', a.attname, a.attstattarget) END,
           CASE WHEN a.options IS NOT NULL THEN format('ALTER COLUMN %I SET (%s)', a.attname, a.options) END), ', ' ORDER BY a.attnum)
           FILTER (WHERE NOT a.attisdropped AND (a.attstorage <> t.typstorage OR a.attstattarget >= 0 OR a.options IS NOT NULL))
           AS settings
    FROM wanted c
    JOIN LATERAL (
         -- Some builds keep marks of their own among the options.
         SELECT b.*, CASE WHEN b.attoptions IS NOT NULL THEN
                  (SELECT string_agg(option, ', ') FROM unnest(b.attoptions) option WHERE option LIKE 'n\_distinct%') END AS options
           FROM pg_attribute b WHERE b.attrelid = c.oid AND b.attnum > 0) a ON true
    LEFT JOIN pg_type t ON t.oid = a.atttypid
    LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    LEFT JOIN not_null x ON x.relation = a.attrelid AND x.number = a.attnum
    LEFT JOIN identity i ON i.relation = a.attrelid AND i.number = a.attnum
   WHERE c.relkind IN ('r', 'p', 'f')
   GROUP BY c.oid),
checks AS MATERIALIZED (
  SELECT k.conrelid AS relation,
         string_agg(format(', CONSTRAINT %I %s', k.conname, pg_get_constraintdef(k.oid)), '' ORDER BY k.conname) AS text
    FROM pg_constraint k JOIN wanted c ON c.oid = k.conrelid
   WHERE k.contype = 'c' AND k.convalidated
   GROUP BY k.conrelid)
SELECT 20, CASE c.relkind WHEN 'f' THEN 'foreign_table' ELSE 'table' END, ARRAY[c.nspname, c.relname], c.oid,
       format('CREATE %sTABLE %s (%s%s)',
              CASE WHEN c.relkind = 'f' THEN 'FOREIGN ' WHEN c.relpersistence = 'u' THEN 'UNLOGGED ' ELSE '' END,
              c.full_name, l.text, k.text)
       || made.with_am || made.options || made.rest,
       CASE WHEN c.relpersistence = 'u' AND c.relkind = 'p' OR made.with_am <> '' THEN
         format('CREATE %sTABLE %s (%s%s)',
                CASE WHEN c.relkind = 'r' AND c.relpersistence = 'u' THEN 'UNLOGGED ' ELSE '' END,
                c.full_name, l.text, k.text) || made.partitioned || made.options || made.rest END
  FROM wanted c
  LEFT JOIN columns l ON l.oid = c.oid
  LEFT JOIN checks k ON k.relation = c.oid
  LEFT JOIN pg_class toast ON toast.oid = c.reltoastrelid
 CROSS JOIN LATERAL (SELECT CASE WHEN c.relkind = 'p' THEN ' PARTITION BY ' || pg_get_partkeydef(c.oid) ELSE '' END AS partitioned) p
 CROSS JOIN LATERAL (SELECT p.partitioned,
     p.partitioned || CASE WHEN c.relam <> 0 AND c.relam <> 2 THEN (SELECT ' USING ' || quote_ident(amname) FROM pg_am WHERE oid = c.relam) ELSE '' END AS with_am,
     CASE WHEN c.relkind = 'f' THEN
       (SELECT ' SERVER ' || quote_ident(s.srvname) FROM pg_foreign_table f JOIN pg_foreign_server s ON s.oid = f.ftserver WHERE f.ftrelid = c.oid)
     ELSE coalesce(' WITH (' || (SELECT string_agg(left(o.option, o.at) || quote_literal(substr(o.option, o.at + 1)), ', ')
        FROM (SELECT option, strpos(option, '=') AS at FROM unnest(c.reloptions) option
              UNION ALL SELECT 'toast.' || option, strpos(option, '=') + 6 FROM unnest(toast.reloptions) option) o) || ')', '') END AS options,
     '; ALTER TABLE ONLY ' || c.full_name || ' ' || concat_ws(', ', l.dropped, 'OWNER TO ' || c.relowner::regrole,
       CASE WHEN c.relrowsecurity THEN 'ENABLE ROW LEVEL SECURITY' END,
       CASE WHEN c.relforcerowsecurity THEN 'FORCE ROW LEVEL SECURITY' END,
       CASE c.relreplident WHEN 'f' THEN 'REPLICA IDENTITY FULL' WHEN 'n' THEN
         CASE WHEN c.relkind IN ('r', 'p') THEN 'REPLICA IDENTITY NOTHING' END END,
       l.settings) AS rest) made
 WHERE c.relkind IN ('r', 'p', 'f')
 ORDER BY c.oid
