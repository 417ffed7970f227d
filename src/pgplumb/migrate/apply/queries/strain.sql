-- What a backfill must not strain: replicas, the log, and the table's dead rows.
-- Returns: standbys connected, the longest replay lag in seconds (null where the role may not see it or none is
--          known), bytes of log written since the server began, dead rows, dead rows that make autovacuum begin,
--          whether autovacuum works on the table at all.
-- Versions: 13 to 18. Cost: shared memory and one table's statistics.
SELECT r.standbys, r.lag, pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint, s.dead,
       coalesce((o.options ->> 'autovacuum_vacuum_threshold')::float8,
                current_setting('autovacuum_vacuum_threshold')::float8)
         + coalesce((o.options ->> 'autovacuum_vacuum_scale_factor')::float8,
                    current_setting('autovacuum_vacuum_scale_factor')::float8) * greatest(c.reltuples, 0),
       current_setting('autovacuum')::bool AND coalesce((o.options ->> 'autovacuum_enabled')::bool, true)
  FROM (SELECT count(*) AS standbys, extract(epoch FROM max(replay_lag))::float8 AS lag
          FROM pg_stat_replication WHERE coalesce(state, '') <> 'backup') r
 CROSS JOIN (SELECT to_regclass(%(table)s) AS oid) t
  LEFT JOIN pg_class c ON c.oid = t.oid
  LEFT JOIN LATERAL (SELECT coalesce(sum(pg_stat_get_dead_tuples(x.oid)), 0)::bigint AS dead
                       FROM (SELECT t.oid UNION SELECT relid FROM pg_partition_tree(t.oid)) x(oid)) s ON true
  LEFT JOIN LATERAL (SELECT jsonb_object_agg(split_part(e, '=', 1), split_part(e, '=', 2)) AS options
                       FROM unnest(c.reloptions) e) o ON true
