-- Column defaults, one row a relation. Relation 0: a default holds no column, so nothing is opened and nothing waits.
-- Returns: relation, column numbers, texts.
-- Versions: 13 to 18. Cost: 60 ms at 10,000 tables in a fresh session.
SELECT d.adrelid, array_agg(d.adnum), array_agg(pg_get_expr(d.adbin, 0))
  FROM pg_attrdef d
  JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum AND a.attgenerated = ''
 WHERE d.adrelid >= 16384 {only d.adrelid}
 GROUP BY d.adrelid
