-- Who has been granted which role.
-- Returns: role, member, admin option, inherits, may SET ROLE.
-- Versions: 13 to 18 (per-grant options from 16 on). Cost: a handful of rows.
SELECT m.roleid, m.member, bool_or(m.admin_option),
       bool_or({160000+ m.inherit_option | r.rolinherit}), bool_or({160000+ m.set_option | true})
  FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member
 GROUP BY m.roleid, m.member
