-- Indexes that no constraint made; then which index of a partition belongs to which of its parent, which one a table is
-- clustered on or identified by, statistics targets of expressions, and marks of indexes that are not valid.
-- Returns: phase, kind, name parts, relation, statement, substitute.
-- Versions: 13 to 18. Cost: 900 ms at 10,000 tables. Deparsing opens the table: those under a lock are left out.
WITH {wanted},
indexes AS MATERIALIZED (
  SELECT i.*, c.nspname, c.full_name AS table_name, c.relkind AS table_kind, x.relname AS name, x.relkind,
         format('%I.%I', c.nspname, x.relname) AS full_name, x.relispartition, x.relreplident, k.oid AS constraint_oid
    FROM wanted c
    JOIN pg_index i ON i.indrelid = c.oid
    JOIN pg_class x ON x.oid = i.indexrelid
    LEFT JOIN pg_constraint k ON k.conindid = i.indexrelid AND k.conrelid = i.indrelid AND k.contype IN ('p', 'u', 'x'))
SELECT 30, 'index', ARRAY[nspname, name::text], indrelid, pg_get_indexdef(indexrelid), NULL::text
  FROM indexes WHERE constraint_oid IS NULL
UNION ALL
SELECT 32, 'index', ARRAY[x.nspname, x.name::text], x.indrelid,
       format('ALTER INDEX %s ATTACH PARTITION %s', p.full_name, x.full_name), NULL
  FROM indexes x JOIN pg_inherits h ON h.inhrelid = x.indexrelid JOIN indexes p ON p.indexrelid = h.inhparent
UNION ALL
SELECT 34, 'index', ARRAY[nspname, name::text], indrelid,
       format('ALTER TABLE %s CLUSTER ON %I', table_name, name), NULL
  FROM indexes WHERE indisclustered
UNION ALL
SELECT 34, 'index', ARRAY[nspname, name::text], indrelid,
       format('ALTER TABLE ONLY %s REPLICA IDENTITY USING INDEX %I', table_name, name), NULL
  FROM indexes WHERE indisreplident
UNION ALL
SELECT 34, 'index', ARRAY[x.nspname, x.name::text], x.indrelid,
       format('ALTER INDEX %s ALTER COLUMN %s SET STATISTICS %s', x.full_name, a.attnum, a.attstattarget), NULL
  FROM indexes x JOIN pg_attribute a ON a.attrelid = x.indexrelid AND a.attnum > 0 AND a.attstattarget >= 0
UNION ALL
SELECT 36, 'index', ARRAY[nspname, name::text], indrelid,
       format('UPDATE pg_catalog.pg_index SET indisvalid = %L, indisready = %L, indislive = %L WHERE indexrelid = %L::pg_catalog.regclass',
              indisvalid, indisready, indislive, full_name), NULL
  FROM indexes WHERE relkind = 'i' AND NOT (indisvalid AND indisready AND indislive)
 ORDER BY 1, 4, 3
