-- Runs in the twin. What waits for a relation or a column that is not here.
-- Returns: schema, relation, column (NULL where the relation itself is missing).
-- Versions: 13 to 18. Cost: 50 ms for 120,000 columns.
SELECT r.schema, r.name, NULL::text
  FROM pgplumb_relation r LEFT JOIN pgplumb_present p ON p.schema = r.schema AND p.name = r.name
 WHERE p.relid IS NULL
 UNION ALL
SELECT s.schema, s.name, s.attname
  FROM pgplumb_column s
  JOIN pgplumb_present p ON p.schema = s.schema AND p.name = s.name
  LEFT JOIN pgplumb_place a ON a.id = s.id
 WHERE a.id IS NULL
 ORDER BY 1, 2, 3
