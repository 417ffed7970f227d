-- Runs in the twin. Takes out of sight what would run the target's own functions while values are read back: checks of
-- domains (values from before a check that is NOT VALID are read too this way).
-- Returns: nothing. statistics_unguard.sql puts them back, in the same transaction.
-- Versions: 13 to 18. Cost: a row a check.
CREATE TEMP TABLE pgplumb_check ON COMMIT DROP AS
SELECT oid, contypid, conname FROM pg_constraint WHERE contypid <> 0;
UPDATE pg_constraint SET contypid = 0, conname = 'pgplumb ' || oid WHERE contypid <> 0
