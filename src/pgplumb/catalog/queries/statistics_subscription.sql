-- What becomes of the subscriptions of this database: every role may read it.
-- Returns: name, whether a worker applies changes now, tables that are not in step yet, errors since the last reset
--          (null before 15).
-- Versions: 13 to 18. Cost: a handful of rows.
SELECT s.subname,
       EXISTS (SELECT FROM pg_stat_subscription w WHERE w.subid = i.subid AND w.relid IS NULL AND w.pid IS NOT NULL),
       (SELECT count(*) FROM pg_subscription_rel r WHERE r.srsubid = i.subid AND r.srsubstate <> 'r'),
       {150000+ (SELECT e.apply_error_count + e.sync_error_count FROM pg_stat_subscription_stats e WHERE e.subid = i.subid) | NULL::int8}
  FROM pg_subscription s
  JOIN (SELECT DISTINCT subid, subname FROM pg_stat_subscription) i ON {140000+ i.subid = s.oid | i.subname = s.subname}
 WHERE s.subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())
