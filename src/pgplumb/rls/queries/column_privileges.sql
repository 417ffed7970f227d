-- Columns that roles may write and read where privileges were granted on columns.
-- Parameter: roles. Returns: relation, role, column, whether INSERT, whether UPDATE, whether SELECT.
-- Versions: 13 to 18. Cost: a scan of pg_attribute; 1 microsecond a pair of role and column of such relations.
SELECT a.attrelid, r.oid, a.attname, has_column_privilege(r.oid, a.attrelid, a.attnum, 'INSERT'),
       has_column_privilege(r.oid, a.attrelid, a.attnum, 'UPDATE'),
       has_column_privilege(r.oid, a.attrelid, a.attnum, 'SELECT')
  FROM pg_attribute a CROSS JOIN pg_roles r
 WHERE a.attrelid IN (SELECT x.attrelid FROM pg_attribute x WHERE x.attacl IS NOT NULL AND x.attrelid >= 16384)
   AND a.attnum > 0 AND NOT a.attisdropped AND r.oid = ANY(%(roles)s::oid[])
