-- What the history knows of one plan, oldest first.
-- Returns: id, step (0 for the plan itself), piece, direction, state, SQL, digest, facts before, backend pid and
--          start, attempts, who, ended or started, note.
-- Versions: 13 to 18. Cost: an index scan; a few rows a step.
SELECT id, step, piece, direction, state, sql_text, encode(sql_sha256, 'hex'), catalog_before,
       backend_pid, backend_start, attempts, who, coalesce(ended, started), note
  FROM pgplumb.schema_change
 WHERE plan_id = %s
 ORDER BY id
