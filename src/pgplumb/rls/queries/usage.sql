-- Pairs of roles of which the first has the privileges of the second, as policies and ownership ask.
-- Parameters: first roles, second roles. Versions: 13 to 18. Cost: 1 microsecond a pair.
SELECT r.oid, t.oid
  FROM pg_roles r CROSS JOIN pg_roles t
 WHERE r.oid = ANY(%(roles)s::oid[]) AND t.oid = ANY(%(targets)s::oid[]) AND pg_has_role(r.oid, t.oid, 'USAGE')
