-- What of a column may be refused without harm to its table: compression that the twin's server was built without.
-- Returns: phase, kind, name parts, relation, statement, substitute.
-- Versions: 14 to 18. Cost: one scan of pg_attribute, 30 ms at 10,000 tables.
WITH {wanted}
SELECT 21, 'column', ARRAY[c.nspname, c.relname, a.attname::text], c.oid,
       format('ALTER TABLE ONLY %s ALTER COLUMN %I SET COMPRESSION %s', c.full_name, a.attname,
              CASE {140000+ a.attcompression | ''} WHEN 'p' THEN 'pglz' ELSE 'lz4' END), NULL::text
  FROM wanted c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
 WHERE {140000+ a.attcompression | ''} IN ('p', 'l')
 ORDER BY c.oid, a.attnum
