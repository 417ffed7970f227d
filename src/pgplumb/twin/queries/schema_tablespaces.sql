-- Tablespaces with costs of their own that hold relations of this database; the twin has one tablespace.
-- Returns: name, options.
-- Versions: 13 to 18. Cost: one scan of pg_class, 10 ms at 10,000 tables.
SELECT s.spcname, array_to_string(s.spcoptions, ', ')
  FROM pg_tablespace s
 WHERE s.spcoptions IS NOT NULL
   AND (s.oid IN (SELECT reltablespace FROM pg_class)
        OR s.oid = (SELECT dattablespace FROM pg_database WHERE datname = current_database()))
 ORDER BY 1
