-- Make the place of a backfill, where there is none yet.
-- Versions: 13 to 18. Cost: one row.
INSERT INTO pgplumb.backfill (began, plan_id, step)
VALUES (%(began)s::bigint, %(plan_id)s, %(step)s::int)
ON CONFLICT (began) DO NOTHING
