-- Runs in the twin, as the builder. What of this database's objects lets the cage out.
-- Parameters: cage (a role), harmless (names of extensions that may be there).
-- Returns: object, what is wrong with it, the statement that puts it right (null where there is none).
-- A superuser's table counts: its foreign keys and index expressions call functions with its owner's rights.
-- Versions: 13 to 18. Cost: 20 ms for 30,000 objects.
WITH RECURSIVE held (oid) AS (
    SELECT oid FROM pg_roles WHERE rolname = %(cage)s
    UNION
    SELECT m.roleid FROM pg_auth_members m JOIN held h ON m.member = h.oid
),
system (oid) AS (
    SELECT oid FROM pg_namespace WHERE nspname IN ('pg_catalog', 'information_schema', 'pg_toast')
),
member (classid, objid) AS (
    SELECT classid, objid FROM pg_depend WHERE deptype = 'e' AND refclassid = 'pg_extension'::regclass
)
SELECT p.oid::regprocedure::text, 'is SECURITY DEFINER and a superuser''s', NULL::text
  FROM pg_proc p
  JOIN pg_roles r ON r.oid = p.proowner AND r.rolsuper
 WHERE p.prosecdef AND p.pronamespace NOT IN (SELECT oid FROM system)
   AND ('pg_proc'::regclass, p.oid) NOT IN (SELECT classid, objid FROM member)
UNION ALL
SELECT p.oid::regprocedure::text, 'is written in ' || l.lanname, NULL
  FROM pg_proc p
  JOIN pg_language l ON l.oid = p.prolang AND NOT l.lanpltrusted AND l.lanname <> 'sql'
 WHERE p.prokind <> 'a' AND p.pronamespace NOT IN (SELECT oid FROM system)
   -- The constructors of a range type come with it.
   AND NOT EXISTS (SELECT FROM pg_depend d
                    WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'i'
                      AND d.refclassid = 'pg_type'::regclass)
   AND ('pg_proc'::regclass, p.oid) NOT IN (SELECT classid, objid FROM member)
UNION ALL
SELECT p.oid::regprocedure::text, 'may be called by ' || coalesce(g.rolname, 'everybody'),
       format('REVOKE EXECUTE ON FUNCTION %%s FROM %%s', p.oid::regprocedure, coalesce(quote_ident(g.rolname), 'PUBLIC'))
  FROM pg_init_privs i
  JOIN pg_proc p ON p.oid = i.objoid AND p.pronamespace = 'pg_catalog'::regnamespace
  CROSS JOIN LATERAL aclexplode(p.proacl) a
  LEFT JOIN pg_roles g ON g.oid = a.grantee
 WHERE i.classoid = 'pg_proc'::regclass AND i.privtype = 'i'
   AND (a.grantee = 0 OR a.grantee IN (SELECT oid FROM held))
   AND a.grantee NOT IN (SELECT grantee FROM aclexplode(i.initprivs))
UNION ALL
SELECT c.oid::regclass::text, 'is a superuser''s', NULL
  FROM pg_class c
  JOIN pg_roles r ON r.oid = c.relowner AND r.rolsuper
 WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND c.relnamespace NOT IN (SELECT oid FROM system)
   AND ('pg_class'::regclass, c.oid) NOT IN (SELECT classid, objid FROM member)
UNION ALL
SELECT 'extension ' || quote_ident(extname), 'may reach beyond the database', NULL
  FROM pg_extension
 WHERE extname <> ALL (%(harmless)s::text[])
UNION ALL
SELECT 'language ' || quote_ident(lanname), 'can do anything', NULL
  FROM pg_language
 WHERE NOT lanpltrusted AND lanname NOT IN ('internal', 'c', 'sql')
UNION ALL
SELECT 'foreign data wrapper ' || quote_ident(fdwname), 'opens files or connections', NULL
  FROM pg_foreign_data_wrapper
 WHERE fdwhandler <> 0
UNION ALL
SELECT 'subscription ' || quote_ident(subname), 'opens connections', NULL
  FROM pg_subscription
