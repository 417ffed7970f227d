-- What the whole server counts: one row.
-- Returns: clock, start of the server, then the columns of `DatabaseCounters`, `Archiver` and `Checkpoints` in order,
--          and whether a standby's replay is paused (NULL on a primary).
-- Versions: 13 to 18 (checkpoints move to pg_stat_checkpointer in 17). Cost: one row.
SELECT clock_timestamp(), pg_postmaster_start_time(),
       d.xact_commit, d.xact_rollback, d.blks_read, d.blks_hit, d.temp_files, d.temp_bytes, d.deadlocks, d.conflicts,
       d.checksum_failures, d.stats_reset,
       a.archived_count, a.last_archived_time, a.failed_count, a.last_failed_time,
       {170000+ k.num_timed | k.checkpoints_timed}, {170000+ k.num_requested | k.checkpoints_req},
       CASE WHEN pg_is_in_recovery() THEN pg_is_wal_replay_paused() END
  FROM pg_stat_database d, pg_stat_archiver a, {170000+ pg_stat_checkpointer | pg_stat_bgwriter} k
 WHERE d.datname = current_database()
