-- Standbys that stream from here.
-- Returns: the columns of `Replica` in order; states and lags are NULL without pg_read_all_stats.
-- Versions: 13 to 18. Cost: a handful of rows.
SELECT r.pid, r.application_name, r.state, r.sync_state,
       CASE WHEN pg_is_in_recovery() THEN NULL
            ELSE pg_wal_lsn_diff(pg_current_wal_lsn(), r.replay_lsn) END::int8,
       extract(epoch FROM r.replay_lag)::float8, age(r.backend_xmin)
  FROM pg_stat_replication r
