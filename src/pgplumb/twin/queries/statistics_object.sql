-- Extended statistics objects.
-- Returns: schema, name, table's schema and name, table's relkind, columns' numbers and names (in the order of stxkeys),
--          kinds, whether we may see what ANALYZE built.
-- Versions: 13 to 18. Cost: a row an object; no locks. {only c.relname} narrows it.
SELECT n.nspname::text, s.stxname::text, tn.nspname::text, c.relname::text, c.relkind::text, s.stxkeys::int2[],
       ARRAY(SELECT a.attname::text FROM unnest(s.stxkeys::int2[]) WITH ORDINALITY AS k (attnum, place)
               JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum ORDER BY k.place),
       s.stxkind::text[], pg_has_role(c.relowner, 'USAGE') AND NOT (c.relrowsecurity AND row_security_active(c.oid))
  FROM pg_statistic_ext s
  JOIN pg_namespace n ON n.oid = s.stxnamespace
  JOIN pg_class c ON c.oid = s.stxrelid
  JOIN pg_namespace tn ON tn.oid = c.relnamespace
 WHERE c.oid >= 16384 {only c.relname}
 ORDER BY 1, 2
