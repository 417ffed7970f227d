-- Replication slots.
-- Returns: the columns of `ReplicationSlot` in order.
-- Versions: 13 to 18. Cost: a handful of rows.
SELECT s.slot_name, s.plugin, s.slot_type, s.database, s.active, age(s.xmin), age(s.catalog_xmin),
       CASE WHEN pg_is_in_recovery() THEN NULL
            ELSE pg_wal_lsn_diff(pg_current_wal_lsn(), s.restart_lsn) END::int8,
       s.wal_status, s.safe_wal_size, s.temporary
  FROM pg_replication_slots s
