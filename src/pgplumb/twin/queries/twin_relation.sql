-- Runs in the twin. What has a file there: tables, materialized views and indexes.
-- Returns: schema, name, kind, file path below the data directory, of an index: table's schema and name, access method,
--          bytes of a key (aligned; from the statistics of columns and expressions, 8 for a column without any), oid.
-- Versions: 13 to 18. Cost: 50 ms for 30,000.
SELECT n.nspname::text, c.relname::text, c.relkind::text, pg_relation_filepath(c.oid)::text,
       tn.nspname::text, t.relname::text, am.amname::text,
       (SELECT sum(CASE WHEN a.attlen > 0 THEN (a.attlen + 3) / 4 * 4
                        ELSE coalesce(s.stawidth, e.stawidth, 8) + 1 END)::int
          FROM pg_attribute a
          LEFT JOIN pg_statistic s ON s.starelid = i.indrelid AND s.staattnum = i.indkey[a.attnum - 1] AND NOT s.stainherit
          LEFT JOIN pg_statistic e ON e.starelid = c.oid AND e.staattnum = a.attnum
         WHERE a.attrelid = c.oid AND a.attnum BETWEEN 1 AND i.indnkeyatts),
       c.oid::bigint
  FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_index i ON i.indexrelid = c.oid
  LEFT JOIN pg_class t ON t.oid = i.indrelid
  LEFT JOIN pg_namespace tn ON tn.oid = t.relnamespace
  LEFT JOIN pg_am am ON am.oid = c.relam
 WHERE c.relkind IN ('r', 'm', 'i')
   AND c.oid >= 16384
   AND n.nspname <> 'information_schema'
   AND n.nspname !~ '^pg_(toast|temp)'
