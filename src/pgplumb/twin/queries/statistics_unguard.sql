-- Runs in the twin. Puts domains' checks back.
-- Returns: nothing.
-- Versions: 13 to 18. Cost: a row a check.
UPDATE pg_constraint k SET contypid = c.contypid, conname = c.conname FROM pgplumb_check c WHERE c.oid = k.oid
