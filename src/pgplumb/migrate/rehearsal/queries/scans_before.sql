-- Runs in the twin, as the cage role, when a rehearsal begins: what earlier transactions of the session left in the
-- counters, which are not zeroed at BEGIN.
-- Returns: oid, sequential scans. Versions: 13 to 18. Cost: 1 ms for 1,000 tables.
SELECT c.oid::int8, pg_catalog.pg_stat_get_xact_numscans(c.oid)
  FROM pg_catalog.pg_class c
 WHERE c.oid >= 16384 AND c.relkind IN ('r', 'm') AND pg_catalog.pg_stat_get_xact_numscans(c.oid) > 0
