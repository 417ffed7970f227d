-- Foreign-data wrappers and servers as empty shells: no handler, no options, no user mapping, so nothing can be reached.
-- Returns: phase, kind, name parts, NULL, statement, NULL.
-- Versions: 13 to 18. Cost: 1 ms.
SELECT 6, 'foreign_data_wrapper', ARRAY[fdwname::text], NULL::oid, format('CREATE FOREIGN DATA WRAPPER %I', fdwname), NULL::text
  FROM pg_foreign_data_wrapper
UNION ALL
SELECT 7, 'foreign_server', ARRAY[s.srvname::text], NULL,
       format('CREATE SERVER %I FOREIGN DATA WRAPPER %I; ALTER SERVER %I OWNER TO %s', s.srvname, w.fdwname, s.srvname, s.srvowner::regrole), NULL
  FROM pg_foreign_server s JOIN pg_foreign_data_wrapper w ON w.oid = s.srvfdw
 ORDER BY 1, 3
