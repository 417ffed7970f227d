-- Privileges: what is granted on each object, in the order of its list, after taking all away; default privileges last.
-- Returns: phase, kind, name parts, relation, statement, substitute.
-- Versions: 13 to 18. Cost: 100 ms at 10,000 tables; no relation is opened.
WITH {wanted},
objects AS MATERIALIZED (
  SELECT CASE c.relkind WHEN 'S' THEN 'sequence' WHEN 'v' THEN 'view' WHEN 'm' THEN 'matview' WHEN 'f' THEN 'foreign_table' ELSE 'table' END AS kind,
         ARRAY[c.nspname, c.relname::text] AS parts, c.oid AS relation,
         CASE c.relkind WHEN 'S' THEN 'SEQUENCE ' ELSE 'TABLE ' END || c.full_name AS target, ''::text AS columns,
         c.relowner AS owner, c.relacl AS acl
    FROM wanted c WHERE c.relacl IS NOT NULL AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
  UNION ALL
  SELECT 'column', ARRAY[c.nspname, c.relname, a.attname::text], c.oid, 'TABLE ' || c.full_name, format(' (%I)', a.attname), c.relowner, a.attacl
    FROM wanted c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped WHERE a.attacl IS NOT NULL
  UNION ALL
  SELECT 'schema', ARRAY[n.nspname::text], NULL, 'SCHEMA ' || quote_ident(n.nspname), '', n.nspowner, n.nspacl
    FROM pg_namespace n
   WHERE n.nspacl IS NOT NULL AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND (n.nspname = 'public' OR {own pg_namespace n})
  UNION ALL
  SELECT 'function', ARRAY[n.nspname::text, p.proname::text] || ARRAY(SELECT t.typname::text
           FROM unnest(p.proargtypes::oid[]) WITH ORDINALITY u(oid, at) JOIN pg_type t ON t.oid = u.oid ORDER BY u.at),
         NULL, 'ROUTINE ' || p.oid::regprocedure, '', p.proowner, p.proacl
    FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE p.proacl IS NOT NULL AND {own pg_proc p} AND n.nspname !~ '^pg_'
  UNION ALL
  SELECT 'type', ARRAY[n.nspname::text, t.typname::text], NULL, 'TYPE ' || format_type(t.oid, NULL), '', t.typowner, t.typacl
    FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
   WHERE t.typacl IS NOT NULL AND {own pg_type t} AND n.nspname !~ '^pg_' AND t.typtype <> 'm'
  UNION ALL
  SELECT 'language', ARRAY[l.lanname::text], NULL, 'LANGUAGE ' || quote_ident(l.lanname), '', l.lanowner, l.lanacl
    FROM pg_language l WHERE l.lanacl IS NOT NULL AND l.lanname = 'plpgsql'
      AND NOT EXISTS (SELECT FROM pg_init_privs i WHERE i.classoid = 'pg_language'::regclass AND i.objoid = l.oid AND i.initprivs = l.lanacl)
  UNION ALL
  SELECT 'foreign_server', ARRAY[s.srvname::text], NULL, 'FOREIGN SERVER ' || quote_ident(s.srvname), '', s.srvowner, s.srvacl
    FROM pg_foreign_server s WHERE s.srvacl IS NOT NULL),
grants AS (
  SELECT o.target, o.columns, string_agg(
           CASE WHEN g.number > 0 THEN format('GRANT %s ON %s TO %s%s', g.privileges, o.target, g.grantee, g.with_option) END, '; ' ORDER BY g.number) AS text
    FROM objects o
   CROSS JOIN LATERAL (
         SELECT min(x.number) AS number, string_agg(x.privilege_type || o.columns, ', ' ORDER BY x.number) AS privileges,
                CASE x.grantee WHEN 0 THEN 'PUBLIC' ELSE x.grantee::regrole::text END AS grantee,
                CASE WHEN x.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END AS with_option
           FROM aclexplode(o.acl) WITH ORDINALITY x(grantor, grantee, privilege_type, is_grantable, number)
          WHERE x.grantee = 0 OR EXISTS (SELECT FROM pg_roles r WHERE r.oid = x.grantee)
          GROUP BY x.grantee, x.is_grantable) g
   GROUP BY o.target, o.columns)
SELECT 80, o.kind, o.parts, o.relation,
       CASE WHEN o.columns = '' THEN format('REVOKE ALL ON %s FROM PUBLIC, %s', o.target, o.owner::regrole) || coalesce('; ' || g.text, '')
            ELSE g.text END, NULL::text
  FROM objects o LEFT JOIN grants g ON g.target = o.target AND g.columns = o.columns
 WHERE o.columns = '' OR g.text IS NOT NULL
UNION ALL
SELECT 98, 'default_privileges', ARRAY[d.defaclrole::regrole::text, d.defaclobjtype::text], NULL,
       format('%s REVOKE ALL ON %s FROM PUBLIC, %s', w.head, w.what, d.defaclrole::regrole)
       || coalesce((SELECT string_agg(format('; %s GRANT %s ON %s TO %s%s', w.head, g.privileges, w.what, g.grantee, g.with_option), '' ORDER BY g.number)
            FROM (SELECT min(x.number) AS number, string_agg(x.privilege_type, ', ' ORDER BY x.number) AS privileges,
                         CASE x.grantee WHEN 0 THEN 'PUBLIC' ELSE x.grantee::regrole::text END AS grantee,
                         CASE WHEN x.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END AS with_option
                    FROM aclexplode(d.defaclacl) WITH ORDINALITY x(grantor, grantee, privilege_type, is_grantable, number)
                   GROUP BY x.grantee, x.is_grantable) g), ''), NULL
  FROM pg_default_acl d
 CROSS JOIN LATERAL (SELECT 'ALTER DEFAULT PRIVILEGES FOR ROLE ' || d.defaclrole::regrole
     || CASE WHEN d.defaclnamespace <> 0 THEN ' IN SCHEMA ' || d.defaclnamespace::regnamespace ELSE '' END AS head,
     CASE d.defaclobjtype WHEN 'r' THEN 'TABLES' WHEN 'S' THEN 'SEQUENCES' WHEN 'f' THEN 'FUNCTIONS' WHEN 'T' THEN 'TYPES'
       WHEN 'n' THEN 'SCHEMAS' ELSE 'LARGE OBJECTS' END AS what) w
 ORDER BY 1, 2, 3
