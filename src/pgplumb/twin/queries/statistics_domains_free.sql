-- Runs in the twin. Takes domains' checks out of sight, so that no function of the target's runs while we read values
-- back, and so that values from before a check (NOT VALID) are read too. statistics_domains_bound.sql puts them back.
-- Returns: nothing.
-- Versions: 13 to 18. Cost: a row a check.
CREATE TEMP TABLE pgplumb_check ON COMMIT DROP AS
SELECT oid, contypid, conname FROM pg_constraint WHERE contypid <> 0;
UPDATE pg_constraint SET contypid = 0, conname = 'pgplumb ' || oid WHERE contypid <> 0
