-- Tables whose pg_stats rows are hidden: no SELECT privilege on every column, or row security binds the role.
-- Returns: relation.
-- Versions: 13 to 18. Cost: a privilege look-up a table; no locks.
SELECT c.oid FROM pg_class c
 WHERE c.oid >= 16384 AND c.relkind IN ('r', 'p', 'm')
   AND (NOT has_table_privilege(c.oid, 'SELECT') OR c.relrowsecurity AND row_security_active(c.oid))
