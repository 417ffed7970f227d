-- Counters of tables and materialized views, by function: the views group and join for nothing.
-- Returns: relation, then the columns of `TableCounters` in order.
-- Versions: 13 to 18 (last scans and new-page updates from 16 on). Cost: 85 ms at 10,000 tables; no locks.
SELECT c.oid, c.relpages, c.reltuples::float8, c.relallvisible,
       pg_stat_get_numscans(c.oid), pg_stat_get_tuples_returned(c.oid),
       coalesce(i.scans, 0)::int8, coalesce(i.fetched, 0)::int8 + pg_stat_get_tuples_fetched(c.oid),
       pg_stat_get_tuples_inserted(c.oid), pg_stat_get_tuples_updated(c.oid), pg_stat_get_tuples_deleted(c.oid),
       pg_stat_get_tuples_hot_updated(c.oid), pg_stat_get_live_tuples(c.oid), pg_stat_get_dead_tuples(c.oid),
       pg_stat_get_mod_since_analyze(c.oid),
       greatest(pg_stat_get_last_vacuum_time(c.oid), pg_stat_get_last_autovacuum_time(c.oid)),
       greatest(pg_stat_get_last_analyze_time(c.oid), pg_stat_get_last_autoanalyze_time(c.oid)),
       pg_stat_get_blocks_fetched(c.oid) - pg_stat_get_blocks_hit(c.oid), pg_stat_get_blocks_hit(c.oid),
       {160000+ pg_stat_get_tuples_newpage_updated(c.oid) | NULL::int8},
       {160000+ pg_stat_get_lastscan(c.oid) | NULL::timestamptz},
       CASE WHEN c.relfrozenxid <> '0' THEN age(c.relfrozenxid) ELSE 0 END,
       CASE WHEN c.relminmxid <> '0' THEN mxid_age(c.relminmxid) ELSE 0 END
  FROM pg_class c
  LEFT JOIN (SELECT x.indrelid, sum(pg_stat_get_numscans(x.indexrelid)) AS scans,
                    sum(pg_stat_get_tuples_fetched(x.indexrelid)) AS fetched
               FROM pg_index x WHERE x.indrelid >= 16384 GROUP BY x.indrelid) i ON i.indrelid = c.oid
 WHERE c.oid >= 16384 AND c.relkind IN ('r', 'm')
