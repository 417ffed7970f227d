-- Standbys and subscribers that are connected: name, state (null where the role may not see it), replay lag in seconds,
-- whether commits wait for it.
-- Versions: 13 to 18. Cost: shared memory, below 1 ms; pg_monitor sees all of it.
SELECT r.application_name, r.state, extract(epoch FROM r.replay_lag)::float8, r.sync_state
  FROM pg_stat_replication r
 ORDER BY 3 DESC NULLS LAST
