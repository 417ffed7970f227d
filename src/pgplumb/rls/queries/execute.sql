-- Which roles may call which functions, the USAGE of their schema included.
-- Parameters: functions, roles. Returns: pairs of function and role.
-- Versions: 13 to 18. Cost: 1 microsecond a pair.
SELECT p.oid, r.oid
  FROM pg_proc p CROSS JOIN pg_roles r
 WHERE p.oid = ANY(%(functions)s::oid[]) AND r.oid = ANY(%(roles)s::oid[])
   AND has_function_privilege(r.oid, p.oid, 'EXECUTE') AND has_schema_privilege(r.oid, p.pronamespace, 'USAGE')
