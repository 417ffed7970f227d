-- How far the index build or the vacuum-like command of a session is.
-- Returns: phase, units done, units in all (0 where the phase has none).
-- Of a phase that counts lockers, those are the units; of one that scans, blocks; of one that sorts, tuples.
-- Versions: 13 to 18. Cost: shared memory alone.
SELECT p.phase,
       CASE WHEN p.phase LIKE 'waiting for%%' THEN p.lockers_done
            WHEN p.blocks_total > 0 THEN p.blocks_done ELSE p.tuples_done END,
       CASE WHEN p.phase LIKE 'waiting for%%' THEN p.lockers_total
            WHEN p.blocks_total > 0 THEN p.blocks_total ELSE p.tuples_total END
  FROM pg_stat_progress_create_index p
 WHERE p.pid = %(pid)s
