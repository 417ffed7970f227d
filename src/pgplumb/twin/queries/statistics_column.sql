-- What ANALYZE found about columns and about the expressions of indexes, as far as we may see it.
-- Returns: relation, column number, column name, inherited, null fraction, average width, n_distinct, then as text:
--          most common values and their frequencies, histogram, correlation (a number), most common elements, their
--          frequencies, histogram of element counts, histogram of range lengths, fraction of empty ranges (a number),
--          histogram of range bounds. {only c.relation} narrows it to some tables.
-- Versions: 13 to 18; range statistics from 17 on. Cost: pg_stats once, 1 s for 120,000 columns; no locks, but of
-- composite types the row type's relation is looked at.
SELECT c.oid, a.attnum, a.attname::text, s.inherited, s.null_frac, s.avg_width, s.n_distinct,
       {values s.most_common_vals::text}, {values s.most_common_freqs::text}, {values s.histogram_bounds::text},
       s.correlation,
       {values s.most_common_elems::text}, {values s.most_common_elem_freqs::text},
       {values s.elem_count_histogram::text},
       {170000+ {values s.range_length_histogram::text} | NULL::text},
       {170000+ {values s.range_empty_frac::float4} | NULL::float4},
       {170000+ {values s.range_bounds_histogram::text} | NULL::text}
  FROM (SELECT c.oid, c.relname, c.relnamespace, coalesce(i.indrelid, c.oid) AS relation
          FROM pg_class c LEFT JOIN pg_index i ON i.indexrelid = c.oid
         WHERE c.oid >= 16384) c
  JOIN pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_stats s ON s.schemaname = n.nspname AND s.tablename = c.relname
  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = s.attname
 WHERE n.nspname <> 'information_schema'
   AND n.nspname !~ '^pg_' {only c.relation}
 ORDER BY c.oid, a.attnum, s.inherited
