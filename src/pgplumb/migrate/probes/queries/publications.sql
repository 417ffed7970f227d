-- Publications that some relations belong to: publication, schema, relation.
-- Versions: 13 to 18. Cost: a few ms for thousands of tables.
SELECT p.pubname::text, p.schemaname::text, p.tablename::text
  FROM pg_publication_tables p
 WHERE (p.schemaname, p.tablename) IN (:relations)
 ORDER BY 1, 2, 3
