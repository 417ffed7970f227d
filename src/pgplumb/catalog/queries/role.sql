-- Roles as everyone may see them.
-- Returns: oid, name, superuser, inherit, createrole, createdb, login, replication, bypassrls, limit, valid until, comment.
-- Versions: 13 to 18. Cost: a handful of rows.
SELECT r.oid, r.rolname, r.rolsuper, r.rolinherit, r.rolcreaterole, r.rolcreatedb, r.rolcanlogin, r.rolreplication,
       r.rolbypassrls, r.rolconnlimit, r.rolvaliduntil::text, d.description
  FROM pg_roles r
  LEFT JOIN pg_shdescription d ON d.classoid = 'pg_authid'::regclass AND d.objoid = r.oid
