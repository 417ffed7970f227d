-- Runs in the twin, as the builder: sequential scans that sessions have begun on tables, as far as they have said so.
-- Returns: oid, scans. Versions: 15 to 18 (before, a collector process hears of them some time later).
-- Cost: 1 ms for 1,000 tables.
SELECT c.oid::int8, pg_catalog.pg_stat_get_numscans(c.oid)
  FROM pg_catalog.pg_class c
 WHERE c.oid >= 16384 AND c.relkind IN ('r', 'm') AND pg_catalog.pg_stat_get_numscans(c.oid) > 0
