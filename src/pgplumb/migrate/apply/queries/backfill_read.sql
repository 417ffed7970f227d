-- The place of a backfill.
-- Returns: pass, last key of the last batch (null: none), rows changed, keys walked in this pass, batches.
-- Versions: 13 to 18. Cost: one row.
SELECT pass, lo, rows, walked, batches FROM pgplumb.backfill WHERE began = %(began)s::bigint
