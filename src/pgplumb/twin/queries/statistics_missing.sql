-- Runs in the twin. What waits for a relation or a column that is not here.
-- Returns: schema, relation, column (NULL where the relation itself is missing).
-- Versions: 13 to 18. Cost: 50 ms for 120,000 columns.
SELECT r.schema, r.name, NULL::text FROM pgplumb_relation r WHERE r.relid IS NULL
 UNION ALL
SELECT r.schema, r.name, s.attname
  FROM pgplumb_column s
  JOIN pgplumb_relation r ON r.source = s.source
 WHERE r.relid IS NOT NULL AND NOT EXISTS (SELECT FROM pgplumb_place p WHERE p.id = s.id)
 ORDER BY 1, 2, 3
