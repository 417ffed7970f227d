-- Replication slots: name, whether it is in use, bytes of WAL that it holds back (null on a standby).
-- Versions: 13 to 18. Cost: shared memory, below 1 ms.
SELECT s.slot_name::text, s.active,
       CASE WHEN NOT pg_is_in_recovery() THEN pg_wal_lsn_diff(pg_current_wal_lsn(), s.restart_lsn)::float8 END
  FROM pg_replication_slots s
 ORDER BY 3 DESC NULLS LAST
