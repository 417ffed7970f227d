-- Runs in the twin. Takes types and collations of expressions from a scratch table that has them as its last columns.
-- Returns: nothing; fills pgplumb_place for the rows from number %(first)s on, which are of the columns from number
-- %(skip)s + 1 on.
-- Versions: 13 to 18. Cost: some rows.
INSERT INTO pgplumb_place
SELECT s.id, 0, 0, a.atttypid, a.attcollation
  FROM pgplumb_column s
  JOIN pg_attribute a ON a.attrelid = 'pg_temp.pgplumb_scratch'::regclass AND a.attnum = %(skip)s + s.attnum
 WHERE s.id >= %(first)s
