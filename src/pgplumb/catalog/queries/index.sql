-- Indexes with their pg_class row; partitioned indexes included.
-- Returns: relation first, then the columns of `Index` in order, without deparsed text and comment.
-- Versions: 13 to 18. Cost: one scan of pg_index and pg_class, 110 ms at 30,000 indexes. pg_get_indexdef would open
--          every index and wait behind locks: it is asked for single indexes only.
SELECT i.indrelid, i.indexrelid, c.relname, am.amname, i.indisunique, i.indisprimary, i.indisexclusion, i.indisvalid,
       i.indisready, i.indislive, i.indisreplident, i.indisclustered, {150000+ i.indnullsnotdistinct | false},
       i.indnkeyatts, i.indkey::int2[], i.indclass::oid[], i.indcollation::oid[], i.indoption::int2[],
       i.indpred IS NOT NULL, i.indexprs IS NOT NULL, c.relpages, c.reltuples::float8, c.relkind = 'I',
       coalesce(h.inhparent, 0::oid), c.reltablespace, c.reloptions
  FROM pg_index i
  JOIN pg_class c ON c.oid = i.indexrelid
  JOIN pg_am am ON am.oid = c.relam
  JOIN pg_class t ON t.oid = i.indrelid AND t.relkind IN ('r', 'p', 'm')
  LEFT JOIN pg_inherits h ON h.inhrelid = i.indexrelid AND c.relispartition
 WHERE i.indexrelid >= 16384 AND i.indrelid >= 16384 AND c.relpersistence <> 't'
       {only i.indrelid}
