-- Runs in the twin, as the builder. What the cage, or a role that it can become, may do and must not.
-- Parameters: cage (a role), harmless (names of predefined roles that it may hold).
-- Returns: role, what is wrong with it, the statement that puts it right (null where there is none).
-- Versions: 13 to 18. Cost: under 1 ms.
WITH RECURSIVE held (oid) AS (
    SELECT oid FROM pg_roles WHERE rolname = %(cage)s
    UNION
    SELECT m.roleid FROM pg_auth_members m JOIN held h ON m.member = h.oid
)
SELECT %(cage)s::text, 'is not there', NULL::text
 WHERE NOT EXISTS (SELECT FROM held)
UNION ALL
SELECT r.rolname::text, 'is superuser', NULL
  FROM held JOIN pg_roles r USING (oid)
 WHERE r.rolsuper
UNION ALL
SELECT r.rolname::text, v.what, format('ALTER ROLE %%I %%s', r.rolname, v.remedy)
  FROM held
  JOIN pg_roles r USING (oid)
  CROSS JOIN LATERAL (VALUES (r.rolcreaterole, 'may create and grant roles', 'NOCREATEROLE'),
                             (r.rolcreatedb, 'may create databases', 'NOCREATEDB'),
                             (r.rolreplication, 'may replicate', 'NOREPLICATION'),
                             (r.rolcanlogin AND r.rolname <> %(cage)s, 'may log in', 'NOLOGIN')) v (is_so, what, remedy)
 WHERE v.is_so
UNION ALL
SELECT member.rolname::text, 'is a member of ' || r.rolname, format('REVOKE %%I FROM %%I', r.rolname, member.rolname)
  FROM held
  JOIN pg_roles r USING (oid)
  JOIN pg_auth_members m ON m.roleid = r.oid AND m.member IN (SELECT oid FROM held)
  JOIN pg_roles member ON member.oid = m.member
 WHERE r.oid < 16384 AND NOT r.rolsuper AND r.rolname <> ALL (%(harmless)s::text[])
