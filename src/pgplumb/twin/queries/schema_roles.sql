-- Roles as stubs that cannot log in, and who is a member of whom.
-- A superuser's stub bypasses row security, as the superuser does, and is no superuser. Of the predefined roles only
-- those are granted that give no way to files, programs, sessions or the network.
-- The views of a superuser read what others own: its stub is a member of those roles, of other superusers the older ones.
-- Returns: phase, kind, name parts, NULL, statement, NULL.
-- Versions: 13 to 18. Cost: 1 ms.
WITH RECURSIVE reached (role, member) AS (
  SELECT roleid, member FROM pg_auth_members
  UNION
  SELECT r.role, m.member FROM reached r JOIN pg_auth_members m ON m.roleid = r.member
)
SELECT phase, 'role', ARRAY[name::text], NULL::oid, sql, NULL::text FROM (
SELECT 0 AS phase, oid, rolname AS name,
       format('CREATE ROLE %I NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION %s %s', rolname,
              CASE WHEN rolinherit THEN 'INHERIT' ELSE 'NOINHERIT' END,
              CASE WHEN rolbypassrls OR rolsuper THEN 'BYPASSRLS' ELSE 'NOBYPASSRLS' END) AS sql
  FROM pg_roles
 WHERE rolname !~ '^pg_'
UNION ALL
SELECT 1, m.oid, m.rolname,
       format('GRANT %I TO %I', g.rolname, m.rolname)
       || coalesce(' WITH ' || nullif(concat_ws(', ',
            CASE WHEN a.admin_option THEN 'ADMIN {160000+ TRUE | OPTION}' END
            {160000+ , CASE WHEN a.inherit_option <> m.rolinherit THEN 'INHERIT ' || a.inherit_option::text END
                     , CASE WHEN NOT a.set_option THEN 'SET FALSE' END | }), ''), '')
  FROM pg_auth_members a
  JOIN pg_roles g ON g.oid = a.roleid
  JOIN pg_roles m ON m.oid = a.member
 WHERE m.rolname !~ '^pg_'
   AND (g.rolname !~ '^pg_' OR g.rolname IN ('pg_monitor', 'pg_read_all_settings', 'pg_read_all_stats',
        'pg_stat_scan_tables', 'pg_read_all_data', 'pg_write_all_data', 'pg_maintain'))
UNION ALL
SELECT 1, NULL, s.rolname, format('GRANT %I TO %I', o.rolname, s.rolname)
  FROM pg_roles s
  JOIN pg_roles o ON o.oid IN (SELECT relowner FROM pg_class WHERE oid >= 16384) AND (NOT o.rolsuper OR o.oid < s.oid)
 WHERE s.rolsuper
   AND (s.oid, o.oid) NOT IN (SELECT role, member FROM reached)
   AND (o.oid, s.oid) NOT IN (SELECT roleid, member FROM pg_auth_members)
) r
 ORDER BY r.phase, r.oid NULLS LAST, r.sql
