-- Counters of indexes.
-- Returns: index, then the columns of `IndexCounters` in order.
-- Versions: 13 to 18 (last scan from 16 on). Cost: 130 ms at 30,000 indexes; no locks.
SELECT c.oid, c.relpages, c.reltuples::float8, pg_stat_get_numscans(c.oid), pg_stat_get_tuples_returned(c.oid),
       pg_stat_get_tuples_fetched(c.oid), {160000+ pg_stat_get_lastscan(c.oid) | NULL::timestamptz}
  FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
 WHERE i.indrelid >= 16384 AND c.relkind = 'i'
