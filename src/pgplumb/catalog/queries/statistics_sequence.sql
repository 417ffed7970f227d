-- Last values of sequences that the role may read. One that somebody alters now is left out, so that nothing waits.
-- Returns: sequence, last value (NULL: never used).
-- Versions: 13 to 18. Cost: opens each sequence.
SELECT s.seqrelid, pg_sequence_last_value(s.seqrelid)
  FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid
 WHERE s.seqrelid >= 16384
   AND has_sequence_privilege(s.seqrelid, 'SELECT,USAGE')
   AND NOT (c.relpersistence = 'u' AND pg_is_in_recovery()) AND c.relpersistence <> 't'
   AND s.seqrelid NOT IN (SELECT l.relation FROM pg_locks l
                           WHERE l.relation IS NOT NULL AND l.pid IS DISTINCT FROM pg_backend_pid()
                             AND l.mode IN ('AccessExclusiveLock', 'ExclusiveLock', 'ShareRowExclusiveLock', 'ShareLock')
                             AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database()))
